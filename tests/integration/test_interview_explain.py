"""“Why?”: what an interview understood is shown to its person alone, and elsewhere only by a code that works once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.platforms.port import Fields
from storage.models import Interview, OutboxMessage
from storage.work import Work
from surveys import service as surveys
from tests.support.chat import Chat, plain


def _interviewed(work: Work, lang: str = "fr") -> tuple[Chat, Interview]:
    karim = Chat(work, lang)
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    karim.say("pas le temps d'ouvrir le truc, ça tombe toujours au pire moment")
    karim.say("si je note dans trello tout le monde voit que j'ai laissé traîner, on se méfie")
    karim.press(9)
    karim.press("C'est ça")
    for _ in range(2):
        karim.say("passer")
    return karim, interview


@pytest.mark.both_databases
@pytest.mark.parametrize("words", ["pourquoi ?", "Why", "mon entretien"])
def test_the_person_reads_what_was_understood_and_from_which_answers(work: Work, words: str) -> None:
    karim, _ = _interviewed(work)
    shown = karim.say(words)
    assert "Je ne le montre qu'à toi" in plain(shown)
    assert "Au départ, tu parlais de ceci : le temps" in plain(shown)
    assert "la confiance (tu l'as confirmé" in plain(shown)
    rows = next(block.rows for block in shown[0].blocks if isinstance(block, Fields))
    assert rows[0][0].startswith("pas le temps")
    assert rows[0][1].startswith("le temps +")
    assert any("la confiance +" in moved for _, moved in rows)


def test_nothing_is_explained_while_the_interview_runs(work: Work) -> None:
    karim = Chat(work, "fr")
    assert "Rien à expliquer" in plain(karim.say("pourquoi"))
    karim.invite()
    karim.read()
    karim.press("Allons-y")
    assert "On est en plein dedans" in plain(karim.say("pourquoi"))


def test_a_code_opens_it_once_and_not_for_long(work: Work) -> None:
    karim, interview = _interviewed(work)
    karim.press("Lire dans un terminal", karim.say("pourquoi"))
    code = surveys.code(work, interview)
    assert code
    assert code in plain(karim.shown[-1:])
    assert interview.id in plain(karim.shown[-1:])
    assert surveys.redeem(work, interview.id, "00000-00000") is None
    assert surveys.redeem(work, "nobody", code) is None
    assert surveys.redeem(work, interview.id, code.lower().replace("-", " ")) is interview
    assert surveys.redeem(work, interview.id, code) is None
    surveys.issue_code(work, interview)
    fresh = surveys.code(work, interview)
    assert fresh
    karim.later(timedelta(minutes=10))
    assert surveys.redeem(karim.work, interview.id, fresh) is None


def test_a_code_is_in_no_row(work: Work) -> None:
    karim, interview = _interviewed(work)
    karim.press("Lire dans un terminal", karim.say("pourquoi"))
    code = surveys.code(work, interview)
    assert code
    rows = [*work.session.scalars(select(Interview)), *work.session.scalars(select(OutboxMessage))]
    assert len(rows) > 5
    assert not any(code in str(value) for row in rows for value in vars(row).values())


def test_nobody_elses_interview_can_be_asked_for(work: Work) -> None:
    _, interview = _interviewed(work)
    anna = Chat(work, "en", "Anna")
    shown = anna.press_raw("explanation.code", interview.id)
    assert "nothing to explain" in plain(shown)
    assert interview.code_until is None
    assert "nothing to explain" in plain(anna.say("why"))


def test_the_words_do_not_reach_a_stranger_by_an_old_message(work: Work) -> None:
    karim, interview = _interviewed(work)
    anna = Chat(work, "en", "Anna")
    assert anna.router.render(anna.scene("x"), "explanation", {"interview": interview.id}) is None
    surveys.issue_code(work, interview)
    assert anna.router.render(anna.scene("x"), "explanation.code", {"interview": interview.id}) is None
    assert karim.router.render(karim.scene("x"), "explanation", {"interview": interview.id})
