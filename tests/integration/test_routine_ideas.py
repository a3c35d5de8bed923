"""At the end of an interview: a routine in own words takes its time from them, and ready-made ones help who has no words."""

import pytest

from bot.platforms.port import Choice
from storage.models import Interview, InterviewStatus, Routine
from storage.work import Work
from tests.support.chat import Chat, plain

INCIDENT = "ben je suis au quai et si je note dans trello tout le monde voit que j'ai laissé traîner"


def at_something_else(work: Work, *, anonymous: bool = False) -> tuple[Chat, Interview]:
    karim = Chat(work, "fr", anonymous=anonymous)
    interview = karim.invite()
    karim.read()
    for step in ("Allons-y", "Papier, Excel"):
        karim.press(step)
    karim.say("pas le temps d'ouvrir le truc, ça tombe toujours au pire moment")
    karim.say(INCIDENT)
    karim.press(4)
    karim.say("faudrait que mon chef s'en serve pas pour compter mes retards")
    karim.press("C'est ça")
    assert "Après quel moment de ta journée" in plain(karim.press("Autre chose"))
    return karim, interview


def ideas(karim: Chat) -> dict[str, str]:
    (choice,) = [block for block in karim.shown[-1].blocks if isinstance(block, Choice)]
    return {value.rpartition("|")[2]: value for value, _ in choice.options}


def begun(karim: Chat) -> Routine:
    (routine,) = karim.work.routines.under_way(karim.person.id)
    return routine


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("words", "days", "at"),
    [
        ("le vendredi après le point de 9 h, je trie mes cartes", "5", "09:15"),
        ("après mon café, je trie mes cartes", "12345", "10:15"),
        ("dès qu'une urgence tombe, je la note", "12345", "09:00"),
    ],
)
def test_own_words_say_when(work: Work, words: str, days: str, at: str) -> None:
    karim, _ = at_something_else(work)
    karim.say(words)
    assert (begun(karim).days, begun(karim).at) == (days, at)


def test_a_ready_made_routine_is_taken_as_if_it_had_been_written(work: Work) -> None:
    karim, interview = at_something_else(work)
    offered = ideas(karim)
    assert {name.partition(".")[0] for name in offered} == {"trust", "habit"}
    karim.press_raw("interview.idea", offered["habit.after_the_meeting"])
    assert interview.status is InterviewStatus.CLOSED
    assert begun(karim).template is None
    assert "Après le point d'équipe, je mets une chose à jour dans Trello" in plain(karim.shown)
    karim.press_raw("interview.idea", offered["habit.first_window"])
    assert len(karim.work.routines.under_way(karim.person.id)) == 1, "a second press changes nothing"


def test_in_an_anonymous_round_no_idea_says_what_the_obstacle_was(work: Work) -> None:
    karim, _ = at_something_else(work, anonymous=True)
    assert {name.partition(".")[0] for name in ideas(karim)} == {"habit"}


@pytest.mark.parametrize(
    "value", ["", "nothing|3|habit.first_window", "{id}|99|habit.first_window", "{id}|x|y"]
)
def test_a_button_that_holds_nonsense_begins_nothing(work: Work, value: str) -> None:
    karim, interview = at_something_else(work)
    karim.press_raw("interview.idea", value.format(id=interview.id))
    assert karim.work.routines.under_way(karim.person.id) == []
    assert interview.status is InterviewStatus.ACTIVE
