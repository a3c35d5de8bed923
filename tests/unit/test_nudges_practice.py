"""The weeks of a routine, recounted from the raw answers; how rare its questions become; how automatic it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges import automaticity
from nudges.fading import gap_weeks
from nudges.practice import COVERED, REMEMBERED, Answer, Practice, Told, Week, monday_of, weeks_of

BEGAN = date(2026, 11, 24)
"""A Tuesday."""
WEEK = timedelta(days=7)
DONE, PARTLY, MISSED = Answer.DONE, Answer.PARTLY, Answer.MISSED


def asked(*answers: Answer | None, every: int = 1) -> list[Told]:
    return [Told(BEGAN + (n + 1) * every * WEEK, answer) for n, answer in enumerate(answers)]


def kept(told: list[Told], *, today: date, seen: tuple[date, ...] = ()) -> list[bool | None]:
    weeks = weeks_of(BEGAN, told, seen, today)
    return [week.kept if week.known else None for week in weeks]


def test_weeks_are_counted_and_not_answers() -> None:
    told = asked(DONE, DONE, MISSED, PARTLY)
    assert kept(told, today=BEGAN + 4 * WEEK) == [True, True, False, True]
    assert kept(told, today=BEGAN + 6 * WEEK) == [True, True, False, True, None, None]
    assert kept([], today=BEGAN + timedelta(days=5)) == []


def test_an_answer_is_about_the_weeks_since_the_one_before_it_and_four_at_most() -> None:
    assert kept(asked(DONE, DONE, every=2), today=BEGAN + 4 * WEEK) == [True] * 4
    assert kept(asked(DONE, PARTLY, every=2), today=BEGAN + 4 * WEEK) == [True, True, False, True]
    assert kept(asked(DONE, MISSED, every=2), today=BEGAN + 4 * WEEK) == [True, True, False, False]
    assert kept(asked(None, None, DONE, every=2), today=BEGAN + 6 * WEEK) == [None, None, *[True] * 4]
    late = asked(DONE, DONE)
    assert kept(late[1:], today=BEGAN + 2 * WEEK) == kept(late, today=BEGAN + 2 * WEEK)


def test_use_that_was_seen_keeps_a_week_whatever_was_said() -> None:
    seen = (BEGAN + WEEK, BEGAN + 3 * WEEK)
    assert kept([], today=BEGAN + 4 * WEEK, seen=seen) == [True, None, True, None]
    assert kept(asked(MISSED, every=3), today=BEGAN + 3 * WEEK, seen=seen) == [True, False, True]


def test_weeks_off_are_not_counted() -> None:
    pause = (monday_of(BEGAN) + WEEK, monday_of(BEGAN) + 3 * WEEK - timedelta(days=1))
    weeks = weeks_of(BEGAN, asked(DONE, every=4), (), BEGAN + 4 * WEEK, [pause])
    assert [week.monday for week in weeks] == [monday_of(BEGAN) + 3 * WEEK, monday_of(BEGAN) + 4 * WEEK]
    assert all(week.kept for week in weeks)


def test_of_weeks_in_which_others_had_to_mend_something_those_that_were_kept_count() -> None:
    barred = (monday_of(BEGAN) + WEEK, monday_of(BEGAN) + 6 * WEEK)
    told = [
        Told(BEGAN + 2 * WEEK, DONE),
        Told(BEGAN + 3 * WEEK, MISSED),
        Told(BEGAN + 4 * WEEK, None),
        Told(BEGAN + 5 * WEEK, PARTLY),
    ]
    weeks = weeks_of(BEGAN, told, [BEGAN + 3 * WEEK], BEGAN + 6 * WEEK, barred=[barred])
    counted = [(week.monday - monday_of(BEGAN)) // WEEK for week in weeks if week.kept]
    assert counted == [2, 3, 5]
    assert len(weeks) == 4, "and the present one"
    assert (
        weeks_of(BEGAN, told, [BEGAN + 3 * WEEK], BEGAN + 6 * WEEK, [barred])[0].monday > barred[0] + 4 * WEEK
    )


def test_an_answer_after_it_was_mended_is_not_about_weeks_in_which_it_was_not() -> None:
    barred = (monday_of(BEGAN) + WEEK, monday_of(BEGAN) + 3 * WEEK)
    weeks = weeks_of(BEGAN, asked(DONE, every=4), (), BEGAN + 4 * WEEK, barred=[barred])
    assert [week.monday for week in weeks if week.kept] == [
        monday_of(BEGAN) + 3 * WEEK,
        monday_of(BEGAN) + 4 * WEEK,
    ]


@given(
    gaps=st.lists(st.integers(1, 5), max_size=12),
    answers=st.lists(st.sampled_from([*Answer, None]), min_size=12, max_size=12),
    seen=st.lists(st.integers(0, 200), max_size=20),
    later=st.integers(0, 5),
)
def test_the_count_is_that_of_a_recount_day_by_day(
    gaps: list[int], answers: list[Answer | None], seen: list[int], later: int
) -> None:
    slots = [BEGAN + sum(gaps[: n + 1]) * WEEK for n in range(len(gaps))]
    told = [Told(on, answer) for on, answer in zip(slots, answers, strict=False)]
    used = [BEGAN + timedelta(days=n) for n in seen]
    today = BEGAN + (sum(gaps) + later) * WEEK
    weeks = weeks_of(BEGAN, told, used, today)
    first_week_too = any(BEGAN <= day < monday_of(BEGAN) + WEEK and day <= today for day in used)
    assert len(weeks) == min(sum(gaps) + later + first_week_too, REMEMBERED)
    first = monday_of(today) - (len(weeks) - 1) * WEEK
    assert [week.monday for week in weeks] == [first + n * WEEK for n in range(len(weeks))]
    for week in weeks:
        assert week.seen == any(
            week.monday <= day < week.monday + WEEK and BEGAN <= day <= today for day in used
        )
        own = [t.answer for t in told if monday_of(t.on) == week.monday and t.answer]
        if own:
            assert week.told is own[-1]
        if week.told:
            assert any(
                timedelta(0) <= monday_of(t.on) - week.monday < COVERED * WEEK for t in told if t.answer
            )


def practice(*weeks: Answer | bool | None, **changes: object) -> Practice:
    made = tuple(
        Week(BEGAN + n * WEEK, week if isinstance(week, Answer) else None, seen=week is True)
        for n, week in enumerate(weeks)
    )
    return Practice(BEGAN + 20 * WEEK, made, **changes)  # type: ignore[arg-type]


def test_three_weeks_of_four_are_a_routine_and_what_is_overdue_counts_as_not_kept() -> None:
    assert practice(DONE, MISSED, PARTLY, DONE).established
    assert not practice(DONE, MISSED, MISSED, DONE).established
    assert not practice(DONE, DONE).established
    assert practice(DONE, DONE, DONE, None, None).established, "not asked since, as it fades"
    assert not practice(DONE, DONE, DONE, None, None, None, None).established
    assert practice(MISSED, MISSED, plateau=True).established
    assert not practice().established


def test_a_week_without_use_is_a_slip_only_where_use_is_seen_otherwise() -> None:
    assert practice(True, True, None, None).slipped
    assert not practice(True, True, None, True).slipped
    assert not practice(True, True, None).slipped, "this week is not over"
    assert not practice(DONE, DONE, None, None).slipped
    assert not practice(None, None, None, None).slipped
    assert practice(DONE, silent=True).slipped


def test_one_word_of_recovery_until_a_week_is_kept_again() -> None:
    assert not practice(DONE, None, silent=True).recovered
    assert practice(DONE, None, None, silent=True, recovered_on=BEGAN + WEEK).recovered
    assert not practice(None, None, DONE, None, recovered_on=BEGAN + WEEK).recovered


def test_every_question_kept_they_come_after_one_one_two_two_and_four_weeks() -> None:
    week, gaps = 1, []
    for _ in range(6):
        gap = gap_weeks([True] * week)
        gaps.append(gap)
        week += gap
    assert gaps == [1, 1, 2, 2, 4, 4]


@given(st.lists(st.booleans(), max_size=20), st.one_of(st.none(), st.floats(1, 7)), st.booleans())
def test_a_miss_brings_the_questions_back_and_what_runs_by_itself_is_never_asked_more(
    weeks: list[bool], score: float | None, by_itself: bool
) -> None:
    gap = gap_weeks(weeks, score, by_itself=by_itself)
    assert gap in (1, 2, 4)
    assert gap_weeks([*weeks, False], score, by_itself=by_itself) == 1
    assert gap >= gap_weeks(weeks)
    assert gap_weeks([*weeks, True], score) >= (gap_weeks(weeks, score) if weeks[-1:] == [True] else 1)


def test_the_scale_is_asked_for_monthly_and_given_up_after_two_silences() -> None:
    month = automaticity.EVERY
    assert not automaticity.due(BEGAN, [], BEGAN + month - timedelta(days=1))
    assert automaticity.due(BEGAN, [], BEGAN + month)
    once = [(BEGAN + month, 4.0)]
    assert not automaticity.due(BEGAN, once, BEGAN + 2 * month - timedelta(days=1))
    assert automaticity.due(BEGAN, once, BEGAN + 2 * month)
    silent = [(BEGAN + month, None)]
    assert automaticity.due(BEGAN, silent, BEGAN + 2 * month)
    assert not automaticity.due(BEGAN, [*silent, (BEGAN + 2 * month, None)], BEGAN + 9 * month)
    assert automaticity.due(BEGAN, [*silent, (BEGAN + 2 * month, 5.0)], BEGAN + 3 * month)


def test_the_score_is_the_mean_of_all_four_and_a_plateau_is_high_and_flat() -> None:
    assert automaticity.score([7, 6, 5, 6]) == 6.0
    assert automaticity.score([7, None, 5, 6]) is None
    for wrong in ([1, 2, 3], [0, 1, 2, 3], [8, 1, 1, 1]):
        with pytest.raises(ValueError, match="from 1 to 7"):
            automaticity.score(wrong)
    assert automaticity.plateau([3.0, 5.5, 5.75])
    assert automaticity.plateau([6.0, 5.0])
    assert not automaticity.plateau([5.0, 5.5])
    assert not automaticity.plateau([4.75, 5.0])
    assert not automaticity.plateau([6.0])
