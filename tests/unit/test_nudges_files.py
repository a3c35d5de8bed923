"""An organisation's own packs and templates: beside ours or instead of them, and every mistake told with its line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content.blockers import Blocker
from content.loader import ContentError
from nudges.content import load, options, packs, templates, use, variant
from nudges.eligibility import Facts
from nudges.files import check, check_folder

GOOD = """
blocker: habit
only_these: true
variants:
  a: {evidence: "As measured once.", en: "{cue}, {action} today", fr: "{cue}, {action} ce jour"}
  b: {evidence: "As measured once.", en: "{cue}, {action} again", fr: "{cue}, {action} encore"}
  c: {evidence: "As measured once.", en: "Try {tool} today", fr: "Essayer {tool} ce jour"}
  d: {evidence: "As measured once.", lever: if_then_plan, en: "Try {tool} again", fr: "Essayer {tool} encore"}
"""

ROUTINES = """
blocker: habit
routines:
  shift:
    kind: arriving
    cue: {en: "When my shift starts", fr: "À la prise de poste"}
    action: {en: "I open {tool}", fr: "j'ouvre {tool}"}
    days: "1234567"
    at: "05:45"
"""


def names(blocker: Blocker, *, routine: bool, first: bool) -> list[str]:
    return [option.name for option in options(blocker, Facts(routine=routine, first=first))]


@pytest.fixture(autouse=True)
def _as_shipped_again() -> Iterator[None]:
    yield
    use(None)


def pack(folder: Path, text: str, name: str = "habit.yaml", kind: str = "packs") -> Path:
    file = folder / kind / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("Essayer {tool} ce jour", "Essayer ce jour-là", 7, "same placeholders in every language: {tool}"),
        ("Try {tool} today", "Try {password} today", 7, "{password} cannot be filled; use {action}, {cue}"),
        ("{cue}, {action} today", "{cue} alone", 5, "half a plan"),
        ("lever: if_then_plan", "lever: if_then_pan", 8, "did you mean 'if_then_plan'?"),
        (
            "lever: if_then_plan",
            "lever: data_sheet",
            8,
            "'data_sheet' does not lift 'habit'; write 'if_then_plan'",
        ),
        (
            '"As measured once.", en: "{cue}, {action} today"',
            '"", en: "{cue}, {action} today"',
            5,
            "evidence",
        ),
        ("  d:", "  d e:", 8, "is not a key"),
        ("blocker: habit", "blocker: habits", 2, "did you mean 'habit'?"),
        ("only_these: true", "only_thse: true", 3, "did you mean 'only_these'?"),
        ("  a: {evidence", "  a: {fo: routine, evidence", 5, "did you mean 'for'?"),
        ("  a: {evidence", "  a: {tone: playfull, evidence", 5, "did you mean 'playful'?"),
        ("  a: {evidence", "  a: {rest_days: 3, evidence", 5, "greater than or equal to 14"),
        ("  c: {evidence", "  c: {for: first, evidence", 7, "the first message of a routine names {cue}"),
        (
            "  a: {evidence",
            "  a: {for: [routine, no_routine], evidence",
            5,
            "without a routine there is no {cue}",
        ),
        ("  a: {evidence", "  a: {after: fix, evidence", 5, "'habit' is not fixed by somebody else"),
        ("Try {tool} again", "You must try {tool} again", 8, "'You must' pushes (orders)"),
        ("Essayer {tool} encore", "Dépêche-toi, {tool} encore", 8, "'Dépêche' pushes (urgency)"),
        (
            "blocker: habit",
            "blocker: access",
            5,
            "nobody is nudged while 'access' is in the way; write 'after: fix'",
        ),
        (
            '{cue}, {action} again", fr: "{cue}, {action} encore',
            'Try {tool} x", fr: "Un {tool} x',
            1,
            "two variants for",
        ),
    ],
)
def test_a_mistake_in_a_pack_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, problem: str
) -> None:
    assert old in GOOD
    told = [str(mistake) for mistake in check(pack(tmp_path, GOOD.replace(old, new)))]
    assert any(f"habit.yaml:{line}: " in each and problem in each for each in told), told


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("kind: arriving", "kind: ariving", 5, "did you mean 'arriving'?"),
        ("I open {tool}", "I open it", 7, "name {tool} in every language"),
        ("When my shift starts", "When {tool} starts", 6, "a moment has no placeholders"),
        ('at: "05:45"', "at: 5h45", 9, 'write a local time in quotes, like "09:15"'),
        ('at: "05:45"', 'at: "25:45"', 9, 'write a local time in quotes, like "09:15"'),
        ('days: "1234567"', 'days: "lundi"', 8, "1 for Monday to 7 for Sunday"),
        ("j'ouvre {tool}", "j'ouvre {tool} et tout ce que j'ai sous la main depuis hier", 4, "shorten it by"),
        ("À la prise de poste", "Il faut, à la prise de poste", 6, "'Il faut' pushes (orders)"),
        ("blocker: habit", "blocker: none", 2, "nothing is in the way of 'none'"),
        ('at: "05:45"', 'at: "05:45"\n    evnt: shift_opened', 10, "did you mean 'event'?"),
        ('at: "05:45"', 'at: "05:45"\n    event: ""', 10, "event"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, problem: str
) -> None:
    assert old in ROUTINES
    told = [str(each) for each in check(pack(tmp_path, ROUTINES.replace(old, new), kind="routines"))]
    assert any(f"habit.yaml:{line}: " in each and problem in each for each in told), told


def test_every_mistake_is_told_at_once_and_two_files_about_one_obstacle_are_one_too_many(
    tmp_path: Path,
) -> None:
    pack(
        tmp_path,
        GOOD.replace("Essayer {tool} ce jour", "Essayer ce jour").replace(
            "Try {tool} again", "Hurry, {tool}"
        ),
    )
    pack(tmp_path, GOOD, "more.yaml")
    pack(tmp_path, ROUTINES.replace("I open {tool}", "I open it"), kind="routines")
    told = "\n".join(str(mistake) for mistake in check_folder(tmp_path))
    assert "'Hurry' pushes" in told
    assert "I open it" not in told
    assert "name {tool} in every language" in told
    pack(tmp_path, GOOD)
    assert "habit.yaml is about 'habit' too; make one file of both" in str(check_folder(tmp_path)[0])


def test_own_wordings_stand_beside_ours_or_take_the_place_of_one(tmp_path: Path) -> None:
    ours = len(packs()[Blocker.HABIT].variants)
    line = '  {}: {{evidence: "As measured once.", en: "Try {{tool}} {}", fr: "Essayer {{tool}} {}"}}\n'
    pack(
        tmp_path,
        "blocker: habit\nvariants:\n"
        + line.format("mine", "so", "ainsi")
        + line.format("takes_weeks", "A", "A"),
    )
    assert check_folder(tmp_path) == []
    use(tmp_path)
    assert len(packs()[Blocker.HABIT].variants) == ours + 1
    mine = variant("habit.mine")
    assert mine
    assert mine.en == "Try {tool} so"
    assert packs()[Blocker.HABIT].variants["takes_weeks"].en == "Try {tool} A"
    assert "habit.mine" in names(Blocker.HABIT, routine=False, first=False)
    assert "time.two_minutes" in names(Blocker.TIME, routine=True, first=True)


def test_own_wordings_alone_leave_ours_out_but_what_was_decided_is_still_said(tmp_path: Path) -> None:
    pack(tmp_path, GOOD)
    use(tmp_path)
    assert names(Blocker.HABIT, routine=True, first=True) == ["habit.a", "habit.b"]
    assert variant("habit.takes_weeks")
    use(None)
    assert variant("habit.a") is None


def test_own_templates_stand_beside_ours_or_alone(tmp_path: Path) -> None:
    pack(tmp_path, ROUTINES, kind="routines")
    use(tmp_path)
    assert len(templates()[Blocker.HABIT]) == 4
    assert f"{templates()[Blocker.HABIT]['shift'].at:%H:%M}" == "05:45"
    pack(tmp_path, ROUTINES.replace("routines:", "only_these: true\nroutines:"), kind="routines")
    use(tmp_path)
    assert list(templates()[Blocker.HABIT]) == ["shift"]
    assert len(templates()[Blocker.TIME]) == 3


def test_a_broken_file_is_met_at_the_start(tmp_path: Path) -> None:
    pack(tmp_path, GOOD.replace("Try {tool} today", "Try {secret} today"))
    use(tmp_path)
    with pytest.raises(ContentError, match=r"habit.yaml:7: .*same placeholders"):
        load()
