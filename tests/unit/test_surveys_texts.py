"""What is said: both languages, every step, every cause, fit for a thumb; and what typed words mean."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import CAUSES, Blocker
from content.catalog import Address, Lang, Voice
from content.loader import ContentError
from content.markup import plain
from surveys import hearing, library
from surveys.reading import LexiconReader
from surveys.script import Ask, read
from surveys.state import Answer, Answered, Declined, Event, Later, Prompt
from surveys.subject import RoutineOffer, Subject, WayOffer
from surveys.wording import invitation, label, note, privacy, question, texts

SCRIPT = library.script("adoption")
VOICES = [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]


def subject(voice: Voice) -> Subject:
    fr = voice.lang is Lang.FRENCH
    return Subject(
        voice=voice,
        name="Karim",
        tool="Trello",
        vision="Les urgences ne se perdent plus." if fr else "Nothing urgent gets lost.",
        place="Personne ne les connaît mieux." if fr else "Nobody knows them better.",
        task="qu'une urgence est tombée" if fr else "something urgent came in",
        ways=(
            WayOffer("trello", "Dans Trello" if fr else "In Trello", "tool"),
            WayOffer("mail", "Mail ou téléphone" if fr else "Mail or phone", "other"),
            WayOffer("paper", "Papier, Excel" if fr else "Paper, Excel", "other"),
            WayOffer("never", "Je n'en ai pas eu" if fr else "It did not come up", "none"),
        ),
        routines=(
            RoutineOffer("board", "Après le point de 9 h", "je mets une urgence", "12345", time(9, 15)),
        ),
        lead=None,
        sponsor="Hélène Sorel",
        contact="Sandrine",
        ends_on=date(2027, 1, 15),
        threshold=5,
        words=10,
    )


def prompts() -> list[Prompt]:
    """Every question in every wording it can take."""
    found = []
    for step in SCRIPT.steps:
        options = {
            Ask.CONSENT: ("yes",),
            Ask.WAYS: ("trello", "mail", "paper", "never"),
            Ask.OPTIONS: step.options,
            Ask.PICK: ("habit", "trust", "other"),
            Ask.CONFIRM: ("third", "second", "main", "neither"),
            Ask.ROUTINE: ("board", "own", "not_now"),
        }.get(step.ask, ())
        bare = Prompt(number=2, step=step.key, options=options)
        full = bare.model_copy(update={"quote": "hm", "way": "paper", "score": 4})
        if step.ask is Ask.CONFIRM:
            found += [
                bare.model_copy(update={"cause": cause, "second": other, "third": last, "stated": stated})
                for cause in CAUSES
                for other, last in (CAUSES[:2], CAUSES[1::-1])
                for stated in (None, cause, Blocker.TIME)
            ]
        elif step.ask is Ask.SCALE:
            found += [bare, *(full.model_copy(update={"cause": cause}) for cause in CAUSES)]
        else:
            found += [full] if step.key == "motivation" else [bare, full]
    return found


@pytest.mark.parametrize("voice", VOICES)
def test_every_question_can_be_asked_and_fits(voice: Voice) -> None:
    for prompt in prompts():
        asked = question(SCRIPT, prompt, subject(voice))
        for line in asked.lines:
            assert 0 < len(plain(line)) <= 240, plain(line)
            assert "{" not in plain(line)
        assert len(asked.lines) <= 3
        for value, shown in asked.options:
            assert 0 < len(shown) <= 75
            assert shown != value, f"{prompt.step} has no words for {value}"


@pytest.mark.parametrize("lang", list(Lang))
def test_nothing_shouts(lang: Lang) -> None:
    for key in texts().keys(lang):
        for address in Address:
            assert "!" not in texts().template(key, Voice(lang, address)), key


def test_french_and_english_say_the_same_things() -> None:
    english, french = texts().keys(Lang.ENGLISH), texts().keys(Lang.FRENCH)
    assert english == french
    for key in english:
        assert texts().placeholders(key, Lang.ENGLISH) == texts().placeholders(key, Lang.FRENCH), key


@pytest.mark.parametrize("voice", VOICES)
def test_the_invitation_says_why_who_sees_and_how_to_leave(voice: Voice) -> None:
    said = " ".join(plain(line) for line in invitation(SCRIPT, subject(voice)))
    for part in (subject(voice).vision, subject(voice).place, "6", "5"):
        assert part in said
    assert len(privacy(subject(voice))) == 3
    read_along = invitation(SCRIPT, replace(subject(voice), second_opinion=True))
    assert any("language model" in plain(line) or "modèle de langage" in plain(line) for line in read_along)
    assert "Sandrine" in plain(note("contact", subject(voice)))


def test_own_words_are_shown_as_they_are() -> None:
    prompt = Prompt(number=3, step="incident")
    answer = Answer(prompt=prompt, at="2026-11-24T09:00:00Z", text="**{tool}** _x_ <!channel>")  # type: ignore[arg-type]
    assert plain(label(SCRIPT, prompt, answer, subject(VOICES[0]))) == "✔ **{tool}** _x_ <!channel>"


# ------------------------------------------------------------------ typed answers

PICKED = {
    "fact": ("trello", "mail", "paper", "never"),
    "counterfactual": tuple(map(str, range(11))),
    "confirm": ("third", "second", "main", "neither"),
    "tell": ("yes_gladly", "not_now"),
    "routine": ("board", "own", "not_now"),
}


def hear(step: str, text: str, lang: Lang = Lang.FRENCH) -> Event | None:
    options = PICKED.get(step, ("yes",) if step == "consent" else ())
    prompt = Prompt(number=4, step=step, options=options, cause=Blocker.TRUST, second=Blocker.ACCESS)
    prompt = prompt.model_copy(update={"third": Blocker.HABIT})
    voice = Voice(lang, Address.TU)
    return hearing.hear(SCRIPT, prompt, subject(voice), text, LexiconReader(), frozenset())


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("fact", "papier", "paper"),
        ("fact", "Papier, Excel", "paper"),
        ("fact", "par téléphone", "mail"),
        ("fact", "2", "mail"),
        ("counterfactual", "4", "4"),
        ("counterfactual", "plutôt 7/10", "7"),
        ("counterfactual", "huit", "8"),
        ("counterfactual", "10", "10"),
        ("counterfactual", "0 !", "0"),
        ("confirm", "oui", "main"),
        ("confirm", "C’est ça.", "main"),
        ("confirm", "non", "neither"),
        ("confirm", "autre chose", "neither"),
        ("confirm", "c'est pas ça", "neither"),
        ("confirm", "ce n'est pas ça", "neither"),
        ("confirm", "c'est faux", "neither"),
        ("confirm", "aucun des trois", "neither"),
        ("confirm", "non pas du tout", "neither"),
        ("confirm", "oui voilà", "main"),
        ("confirm", "plutôt l'habitude", "third"),
        ("tell", "Volontiers", "yes_gladly"),
        ("tell", "non merci", "not_now"),
        ("routine", "pas maintenant", "not_now"),
        ("consent", "Oui", "yes"),
    ],
)
def test_typed_words_become_the_button_meant(step: str, text: str, value: str) -> None:
    heard = hear(step, text)
    assert isinstance(heard, Answered)
    assert heard.value == value


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("fact", "quelle question"),
        ("fact", "pas dans Trello"),
        ("fact", "jamais le mail"),
        ("counterfactual", "peut-être"),
        ("counterfactual", "11"),
        ("counterfactual", "-3"),
        ("counterfactual", "entre 4 et 7"),
        ("confirm", "9"),
        ("routine", "hm"),
        ("consent", "pourquoi moi"),
        ("incident", "   "),
    ],
)
def test_what_is_not_an_answer_is_not_taken_for_one(step: str, text: str) -> None:
    assert hear(step, text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("that's not it", "neither"),
        ("it's not that", "neither"),
        ("that's wrong", "neither"),
        ("none of these", "neither"),
        ("yes exactly", "main"),
    ],
)
def test_yes_and_no_are_understood_in_english(text: str, value: str) -> None:
    heard = hear("confirm", text, Lang.ENGLISH)
    assert isinstance(heard, Answered)
    assert heard.value == value


@pytest.mark.parametrize("text", ["not trust", "pas la confiance", "pas l'accès"])
def test_a_cause_that_is_denied_is_not_chosen(text: str) -> None:
    heard = hear("confirm", text)
    assert not isinstance(heard, Answered) or heard.value not in {"main", "second", "third"}


def test_the_invitation_understands_later_and_no() -> None:
    assert hear("consent", "plus tard") == Later()
    assert hear("consent", "Non merci") == Declined()


def test_own_words_beside_buttons_are_read() -> None:
    heard = hear("confirm", "c'est surtout que personne ne l'utilise")
    assert isinstance(heard, Answered)
    assert heard.reading is not None
    assert heard.reading.top[0] is Blocker.PEERS


@pytest.mark.parametrize("step", [step.key for step in SCRIPT.steps])
def test_distress_is_heard_at_every_question(step: str) -> None:
    heard = hear(step, "je me fais harceler tous les jours")
    assert isinstance(heard, Answered)
    assert heard.distress


@given(st.text(max_size=200), st.sampled_from([step.key for step in SCRIPT.steps]))
def test_any_text_is_heard_without_an_error(text: str, step: str) -> None:
    hear(step, text)


# ------------------------------------------------------------------ the script as data


def test_a_broken_script_is_told_with_file_and_line(tmp_path: Path) -> None:

    file = tmp_path / "mine.yaml"
    good = (
        "key: mine\nquestions: 3\nshort_words: 2\ntired_after: 2\npatience_hours: 24\npause_days: 7\nrest_weeks: 6\n"
        "steps:\n  - {key: consent, ask: consent, part: start, counts: false}\n  - {key: first, ask: open, part: probe}\n"
    )
    file.write_text(good)
    assert read(file).key == "mine"
    file.write_text(good.replace("ask: open", "ask: shout"))
    with pytest.raises(ContentError, match=r"mine\.yaml:10: steps\.1\.ask"):
        read(file)
    file.write_text(good.replace("ask: consent, part: start, counts: false", "ask: open, part: start"))
    with pytest.raises(ContentError, match="first step must ask for consent"):
        read(file)
