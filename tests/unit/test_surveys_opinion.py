"""What is believed of a language model's reply: labels and the person's own words, nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from content.catalog import Lang
from surveys.opinion import Advised, instructions, opinion, question
from surveys.reading import Reading

ANSWER = "ben je suis au quai, le pc est au bureau, et tout le monde voit si je traîne"


def reply(**fields: object) -> str:
    return json.dumps({"causes": [{"label": "trust", "p": 0.7}, {"label": "access", "p": 0.2}], **fields})


def test_a_sound_reply_is_a_reading_and_a_quote() -> None:
    formed = opinion(reply(quote="tout le monde voit"), ANSWER)
    assert formed
    assert formed.quote == "tout le monde voit"
    assert [label for label, _ in formed.reading.ranked[:2]] == [Blocker.TRUST, Blocker.ACCESS]
    assert sum(formed.reading.probabilities.values()) == pytest.approx(1)


def test_words_around_the_json_do_not_matter() -> None:
    assert opinion(f"Sure!\n```json\n{reply()}\n```", ANSWER)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "I cannot help with that.",
        "{}",
        '{"causes": []}',
        '{"causes": [{"label": "lazy", "p": 0.9}]}',
        '{"causes": [{"label": "trust", "p": 9}]}',
        '{"causes": [{"label": "trust", "p": "NaN"}]}',
        '{"causes": [{"label": "trust", "p": 0}]}',
        '{"causes": "trust"}',
        "{" * 500,
    ],
)
def test_anything_else_is_not_believed(raw: str) -> None:
    assert opinion(raw, ANSWER) is None


@pytest.mark.parametrize(
    "invented", ["everybody watches you", "tout le monde te surveille", "https://evil.example", "x" * 300]
)
def test_a_quote_that_the_person_did_not_say_is_dropped(invented: str) -> None:
    formed = opinion(reply(quote=invented), ANSWER)
    assert formed
    assert formed.quote is None


@given(st.text(max_size=300), st.text(max_size=120))
def test_whatever_comes_back_only_own_words_can_be_quoted(raw: str, quoted: str) -> None:
    for formed in (opinion(raw, ANSWER), opinion(reply(quote=quoted), ANSWER)):
        if formed:
            assert formed.quote is None or formed.quote in ANSWER
            assert sum(formed.reading.probabilities.values()) == pytest.approx(1)


@given(st.text(max_size=200))
def test_an_answer_stays_inside_its_place(answer: str) -> None:
    assert json.loads(question("Why?", answer)) == {"question": "Why?", "answer": answer}


class Sure:
    def read(self, text: str, lang: Lang) -> Reading:
        others = dict.fromkeys(Blocker, 0.0)
        return Reading(probabilities=others | {Blocker.TIME: 1.0})


def test_the_model_weighs_beside_our_own_reading_and_on_that_answer_only() -> None:
    formed = opinion(reply(), ANSWER)
    assert formed
    advised = Advised(Sure(), ANSWER, formed)
    weight = instructions().weight
    both = advised.read(ANSWER, Lang.FRENCH).probabilities
    assert both[Blocker.TIME] >= 1 - weight
    assert both[Blocker.TRUST] == pytest.approx(weight * formed.reading.probabilities[Blocker.TRUST])
    assert advised.read("autre chose", Lang.FRENCH).probabilities[Blocker.TIME] == 1.0


def test_every_label_is_explained_to_the_model() -> None:
    told = instructions().system
    assert all(f"\n{label.value} = " in told for label in Blocker)
