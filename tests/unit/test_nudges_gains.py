"""What was counted is read from people's own lines, in both languages; what cannot be told stays words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.gains import MOST_MINUTES, Change, Gain, Unit, parse


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("2 h → 40 min a week", 120, 40),
        ("2h->40 min par semaine", 120, 40),
        ("1h30 → 20'", 90, 20),
        ("1 hour and 30 minutes → 1 hour", 90, 60),
        ("1,5 h / 1 h", 90, 60),
        ("de 45 mn à 10 mn", 45, 10),
        ("avant 2 h, après 40 min", 120, 40),
        ("2 to 1 hour", 120, 60),
        ("40 min instead of 2 hours", 120, 40),
        ("40 min au lieu de 2 h", 120, 40),
        ("20 min plutôt que 1 h", 60, 20),
    ],
)
def test_minutes_are_read_as_people_write_them(line: str, before: int, after: int) -> None:
    assert parse(line) == Gain(minutes=Change(Unit.MINUTES, before, after))


@pytest.mark.parametrize(
    "line", ["12 étapes → 4", "4 étapes au lieu de 12", "12 clics, puis 4 clics", "12 to 4 steps"]
)
def test_steps_are_read_too(line: str) -> None:
    assert parse(line) == Gain(steps=Change(Unit.STEPS, 12, 4))


def test_time_and_steps_in_one_line() -> None:
    assert parse("2 h → 40 min, 12 étapes → 4 étapes") == Gain(
        Change(Unit.MINUTES, 120, 40), Change(Unit.STEPS, 12, 4)
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "beaucoup mieux",
        "10 → 3",
        "2 h",
        "2 jours → 1 h",
        "30 % → 10 min",
        "3 réunions → 1 réunion",
        "2 h → 4 étapes",
        "2 h → 40 min en 2026",
        "1 h → 2 h → 3 h",
        "99999 h → 1 h",
        "2 h → 1 h, 4 h → 2 h",
    ],
)
def test_what_cannot_be_told_is_no_gain(line: str) -> None:
    assert parse(line) is None


def test_what_became_more_is_read_and_is_no_gain() -> None:
    worse = parse("40 min → 2 h")
    assert worse
    assert not worse.is_gain
    mixed = parse("2 h → 40 min, 4 étapes → 12 étapes")
    assert mixed
    assert not mixed.is_gain


@given(st.text(max_size=80))
def test_no_line_breaks_it_and_nothing_read_is_out_of_bounds(line: str) -> None:
    gain = parse(line)
    for change in (gain.minutes, gain.steps) if gain else ():
        assert change is None or 0 <= min(change.before, change.after) <= MOST_MINUTES


@given(st.integers(0, 600), st.integers(0, 600))
def test_what_is_written_is_what_is_read(before: int, after: int) -> None:
    for line in (f"{before} min → {after} min", f"{after} min au lieu de {before} min"):
        assert parse(line) == Gain(minutes=Change(Unit.MINUTES, before, after))
