"""`content check`: every mistake with its line and what was meant."""

from pathlib import Path

import pytest

from surveys import library
from surveys.checking import check

GOOD = """key: mine
questions: 3
steps:
  - {key: consent, ask: consent, part: start, counts: false}
  - {key: wish, ask: options, role: need_stated, options: [find, calm]}
  - {key: why, ask: open, when: ["wish=find"]}
texts:
  en:
    wish: "Which one?"
    wish_options: {find: "Finding", calm: "Calm"}
    why: "Tell me, {name}?"
  fr:
    wish: "Lequel ?"
    wish_options: {find: "Trouver", calm: "Le calme"}
    why: {tu: "Dis-moi ?", vous: "Dites-moi ?"}
"""


def told(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    return [str(mistake).removeprefix(f"{file}:") for mistake in check(file)]


def test_a_good_script_has_no_mistake(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == []


@pytest.mark.parametrize("key", library.keys())
def test_the_shipped_scripts_have_none(key: str) -> None:
    source = next(file for file in library.shipped_files() if file.name == f"{key}.yaml")
    assert check(Path(str(source))) == []


@pytest.mark.parametrize(
    ("written", "instead", "line", "says"),
    [
        ("questions: 3", "question: 3", 2, "'question' is not known here; did you mean 'questions'?"),
        ("ask: open", "ask: opne", 6, "did you mean 'open'?"),
        ("role: need_stated", "role: need_staded", 5, "did you mean 'need_stated'?"),
        ("part: start", "part: stat", 4, "did you mean 'start'?"),
        ("wish=find", "wish=fnd", 6, "'wish' has no option 'fnd'; did you mean 'find'?"),
        ("wish=find", "wisch=find", 6, "no earlier step; did you mean 'wish'?"),
        ('"wish=find"', "low_scor", 6, "did you mean 'low_score'?"),
        ("{name}", "{nome}", 11, "{nome} cannot be filled in; did you mean 'name'?"),
        ('"Which one?"', '"Hurry: which one?"', 9, "wish: 'Hurry' pushes (urgency)"),
        ('vous: "Dites-moi ?"', 'vous: "Vous devez me dire ?"', 15, "why: 'Vous devez' pushes (orders)"),
        ("{name}", "{quote}", 11, "is not always known; add the text why_plain"),
        ('    wish: "Lequel ?"\n', "", 5, "'wish' needs the text texts.fr.wish"),
        ('    wish: "Lequel ?"', '    whish: "Lequel ?"', 13, "no step reads the text 'whish'"),
        ("options: [find, calm]", "options: []", 5, "'options' are given for questions asked as 'options'"),
        ("{key: why", "{key: wish", 3, "the step 'wish' stands twice"),
        (
            "ask: consent, part: start, counts: false",
            "ask: open, part: start",
            3,
            "the first step must ask for consent",
        ),
        ("ask: open", "ask: open, counts: false", 6, "'counts: false' is for the consent"),
        ('tu: "Dis-moi ?", vous: "Dites-moi ?"', 'tu: "Dis-moi ?"', 15, "give both 'tu' and 'vous'"),
        ("  fr:", "  de:", 7, "'texts' must hold 'en' and 'fr'"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, written: str, instead: str, line: int, says: str) -> None:
    assert written in GOOD
    mistakes = told(tmp_path, GOOD.replace(written, instead, 1))
    assert any(each.startswith(f"{line}:") and says in each for each in mistakes), mistakes


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    mistakes = told(tmp_path, GOOD.replace("questions: 3", "questions: 30").replace("ask: open", "ask: opne"))
    assert [each.split(":")[0] for each in mistakes] == ["2", "6"]


def test_texts_that_cannot_be_read_hide_no_other_mistake(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("key: My Script\nsteps: []\ntexts:\n  fr: 3\n", encoding="utf-8")
    told = [str(mistake).removeprefix(f"{file}:") for mistake in check(file)]
    assert any(each.startswith("1: key: 'My Script' is not a key; use small letters") for each in told)
    assert any(each.startswith("2: steps: needs 2 or more") for each in told)
    assert "4: texts stand under keys, one a line" in told


def test_a_step_that_nobody_reaches_is_told(tmp_path: Path) -> None:
    mistakes = told(tmp_path, GOOD.replace("questions: 3", "questions: 1"))
    assert mistakes == ["6: no interview ever reaches 'why'; look at its 'when'"]
