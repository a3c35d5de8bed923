"""What a routine brings over months: true words, pace, recovery, how automatic it is, its end; on every database."""

import re
from datetime import date, time, timedelta
from itertools import pairwise
from math import ceil
from random import Random

import pytest

from bot.kinds import KINDS
from bot.platforms.port import Scale
from content.blockers import Blocker
from nudges import service
from nudges.automaticity import read, score
from nudges.calendar import WorkWeek
from storage.models import CheckIn, CheckInAnswer, Ease, EndedFor, Person, Routine, RoutineStatus
from storage.repositories.usage import Used
from storage.work import Work
from tests.support.company import Company

WEEK = timedelta(days=7)
ANSWERS = {
    "Oui": CheckInAnswer.DONE,
    "En partie": CheckInAnswer.PARTLY,
    "Pas cette fois": CheckInAnswer.MISSED,
}


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim")


def begin(company: Company, person: Person, weeks: int = 9) -> Routine:
    return service.start_routine(
        company.work,
        project_id=company.project.id,
        person=person,
        template="standup",
        cue="Après le point",
        action="je mets une urgence",
        days="12345",
        at=time(9, 15),
        ends_on=(company.work.now + weeks * WEEK).date(),
        week=WorkWeek("Europe/Paris"),
    )


def last(company: Company, person: Person) -> str:
    return company.screens[person.id].last.plain.replace("\u00a0", " ")


def unasked(company: Company, person: Person) -> list[tuple[date, str]]:
    return [(at.date(), kind) for at, kind in company.screens[person.id].arrived if kind in KINDS]


def recounted(began: date, rows: list[CheckIn], at: CheckIn) -> tuple[int, int]:
    """Weeks kept, of the last four at most, as the answers up to this one tell, counted anew."""

    def monday(day: date) -> date:
        return day - timedelta(days=day.weekday())

    kept: dict[int, bool] = {}
    before = 0
    for row in rows:
        if row.answer is None or row.slot > at.slot:
            continue
        number = (monday(row.slot) - monday(began)).days // 7
        about = range(max(before, number - 4) + 1, number + 1)
        for week in about:
            later_half = number - week < ceil(len(about) / 2)
            kept[week] = row.answer is CheckInAnswer.DONE or (
                row.answer is CheckInAnswer.PARTLY and later_half
            )
        before = number
    weeks = range(max(1, before - 3), before + 1)
    return sum(kept.get(week, False) for week in weeks), len(weeks)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(6))
def test_half_a_year_of_anybody_keeps_its_words_and_its_pace(
    company: Company, karim: Person, seed: int
) -> None:
    rng = Random(seed)
    company.found(karim, rng.choice([Blocker.TIME, Blocker.TRUST, Blocker.HABIT]))
    routine = begin(company, karim, weeks=rng.choice([6, 9, 20]))
    began = company.work.now.date()
    told = 0
    for _ in range(26):
        company.later(WEEK)
        shown = company.labels(karim) if company.screens[karim.id].shown else []
        if "Oui" not in shown or rng.random() < 0.3:
            continue
        label = rng.choice(["Oui", "Oui", "En partie", "Pas cette fois"])
        company.press(karim, label)
        rows = company.work.routines.check_ins(routine.id)
        assert rows[-1].answer is ANSWERS[label]
        if counted := re.search(r"(\d) semaines? sur (\d)", last(company, karim)):
            assert (int(counted[1]), int(counted[2])) == recounted(began, rows, rows[-1])
            told += 1
    assert told > 0
    messages = unasked(company, karim)
    assert all((after - before).days >= 7 for (before, _), (after, _) in pairwise(messages))
    assert len(messages) <= 22
    kinds = [kind for _, kind in messages]
    assert kinds[0] == "routine.nudge"
    assert all(pair != ("routine.comeback",) * 2 for pair in pairwise(kinds))
    scales = [day for day, kind in messages if kind == "routine.scale"]
    assert all((after - before).days >= 28 for before, after in pairwise(scales))
    assert routine.status is RoutineStatus.ENDED
    ends = [kind for kind in kinds if kind in ("routine.graduation", "routine.close")]
    assert len(ends) <= 1
    if ends:
        assert routine.ended_for is (
            EndedFor.GRADUATED if ends == ["routine.graduation"] else EndedFor.RAN_OUT
        )


def test_weeks_without_an_answer_of_their_own_are_counted_too(company: Company, karim: Person) -> None:
    begin(company, karim, weeks=20)
    company.later(timedelta(days=2))
    for label in ("En partie", "En partie", "En partie"):
        company.later(WEEK)
        while "Oui" not in company.labels(karim):
            company.later(WEEK)
        company.press(karim, label)
    assert company.work.now.date() == date(2027, 1, 14)
    assert "2 semaines sur 4" in last(company, karim)


def test_a_week_of_leave_is_not_a_week_missed(company: Company, karim: Person) -> None:
    routine, work = begin(company, karim, weeks=20), company.work
    for slot, answer in (
        (date(2026, 12, 2), CheckInAnswer.DONE),
        (date(2026, 12, 16), CheckInAnswer.MISSED),
    ):
        service.answer_check_in(work, work.routines.add_check_in(routine.id, slot), answer)
    told = [service.progress(work, routine, "Europe/Paris", date(2026, 12, 16))]
    work.absences.put(karim.id, date(2026, 12, 7), date(2026, 12, 13))
    told.append(service.progress(work, routine, "Europe/Paris", date(2026, 12, 16)))
    assert [(each.kept, each.weeks) for each in told] == [(1, 3), (1, 2)]


def test_one_week_half_kept_in_eight_is_no_celebration(company: Company, karim: Person) -> None:
    routine = begin(company, karim, weeks=8)
    company.later(timedelta(days=9))
    company.press(karim, "En partie")
    company.later(8 * WEEK)
    assert "routine.graduation" not in company.screens[karim.id].kinds()
    assert routine.ended_for is EndedFor.RAN_OUT
    assert "à toi" not in last(company, karim)


def test_silence_is_met_with_one_word_and_the_weeks_get_rarer(company: Company, karim: Person) -> None:
    begin(company, karim, weeks=30)
    company.later(timedelta(days=9))
    company.press(karim, "Oui")
    company.later(30 * WEEK)
    kinds = [kind for _, kind in unasked(company, karim)]
    assert kinds[:5] == [
        "routine.nudge",
        "routine.check_in",
        "routine.check_in",
        "routine.comeback",
        "routine.scale",
    ]
    assert kinds.count("routine.comeback") == 1
    gaps = [(after - before).days for (before, _), (after, _) in pairwise(unasked(company, karim))]
    assert gaps[:4] == [7, 7, 7, 7]
    assert sorted(gaps[:-1]) == gaps[:-1]
    assert gaps[-2] >= 28


def test_the_second_tap_says_how_it_felt_and_the_first_word_stands(company: Company, karim: Person) -> None:
    routine = begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Oui")
    assert company.labels(karim) == ["C'est venu tout seul", "J'y ai pensé exprès", "C'était lourd"]
    company.press(karim, "C'était lourd")
    assert "Plus petit, ou à un autre moment" in last(company, karim)
    assert company.labels(karim) == ["La changer"]
    (row,) = company.work.routines.check_ins(routine.id)
    company.press_raw(karim, "routine.ease", f"{row.id}|by_itself")
    assert row.ease is Ease.HEAVY


def test_what_comes_by_itself_is_asked_about_a_step_less(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Oui")
    company.press(karim, "C'est venu tout seul")
    company.later(WEEK)
    assert company.screens[karim.id].kinds().count("routine.check_in") == 1
    company.later(WEEK)
    assert company.screens[karim.id].kinds().count("routine.check_in") == 2


def test_a_miss_has_no_second_tap(company: Company, karim: Person) -> None:
    routine = begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Pas cette fois")
    (row,) = company.work.routines.check_ins(routine.id)
    before = last(company, karim)
    company.press_raw(karim, "routine.ease", f"{row.id}|heavy")
    assert (row.ease, last(company, karim)) == (None, before)


def to_the_scale(company: Company, person: Person) -> tuple[str, str]:
    """Live until the scale comes; its id and its message."""
    begin(company, person)
    company.later(timedelta(days=2))
    for _ in range(3):
        company.later(WEEK)
        company.press(person, "Oui")
    company.later(2 * WEEK)
    return asked(company, person).value.partition("|")[0], list(company.screens[person.id].shown)[-1]


def asked(company: Company, person: Person) -> Scale:
    (scale,) = [block for block in company.screens[person.id].last.blocks if isinstance(block, Scale)]
    return scale


def test_the_scale_is_four_taps_in_one_message_whatever_comes_twice_or_late(
    company: Company, karim: Person
) -> None:
    scale_id, message = to_the_scale(company, karim)
    row = company.work.routines.find_scale(scale_id)
    assert row
    assert (asked(company, karim).low, asked(company, karim).high) == (1, 7)
    assert "Je le fais automatiquement" in last(company, karim)
    count = len(company.screens[karim.id].arrived)
    for item, value in ((0, 5), (0, 1), (2, 6), (1, 7), (1, 7)):
        company.press_raw(karim, "routine.scale", f"{scale_id}|{item}|{value}", message)
    assert read(row.answers) == (5, 7, 6, None)
    assert "4 sur 4" in last(company, karim)
    assert "avant même de m'en rendre compte" in last(company, karim)
    company.press_raw(karim, "routine.scale", f"{scale_id}|3|2", message)
    company.press_raw(karim, "routine.scale", f"{scale_id}|3|7", message)
    assert score(read(row.answers)) == 5.0
    assert "Merci, c'est noté" in last(company, karim)
    assert len(company.screens[karim.id].arrived) == count, "all in the place of one message"


@pytest.mark.parametrize("answer", ["", "0", "0|", "0|0", "0|8", "4|1", "x|1", "0|x", "-1|3"])
def test_a_tap_that_is_no_answer_changes_nothing(company: Company, karim: Person, answer: str) -> None:
    scale_id, _ = to_the_scale(company, karim)
    company.press_raw(karim, "routine.scale", f"{scale_id}|{answer}")
    assert "Ce bouton ne sert plus" in last(company, karim)
    lea = company.hire("Léa")
    company.press_raw(lea, "routine.scale", f"{scale_id}|0|3")
    row = company.work.routines.find_scale(scale_id)
    assert row
    assert row.answers == "----"


def test_an_answer_that_comes_late_counts_for_its_own_week(company: Company, karim: Person) -> None:
    routine = begin(company, karim, weeks=20)
    company.later(timedelta(days=9))
    first = list(company.screens[karim.id].shown)[-1]
    (row,) = company.work.routines.check_ins(routine.id)
    company.later(2 * WEEK)
    company.press(karim, "Oui")
    assert "3 semaines sur 3" in last(company, karim)
    company.press_raw(karim, "routine.checkin", f"{row.id}|missed", first)
    assert "Une semaine manquée n'enlève rien" in company.screens[karim.id].shown[first].plain
    told = service.progress(company.work, routine, "Europe/Paris", company.work.now.date())
    assert (told.kept, told.weeks) == (2, 3)


def used(company: Company, person: Person, *days: date) -> None:
    company.work.usage.add([Used(person.id, company.project.id, day, "card_created") for day in days])


def test_where_use_is_seen_nobody_is_asked_and_a_week_without_is_met_once(
    company: Company, karim: Person
) -> None:
    routine = begin(company, karim, weeks=20)
    for _ in range(5):
        company.later(timedelta(days=5))
        used(company, karim, company.work.now.date())
        company.later(timedelta(days=2))
    company.later(timedelta(days=2))
    kinds = [kind for _, kind in unasked(company, karim)]
    assert kinds == ["routine.nudge", "routine.scale"], "no check-in"
    told = service.progress(company.work, routine, "Europe/Paris", company.work.now.date())
    assert (told.kept, told.weeks) == (4, 4)
    company.later(10 * WEEK)
    kinds = [kind for _, kind in unasked(company, karim)]
    assert kinds.count("routine.comeback") == 1
    assert kinds[kinds.index("routine.comeback") + 1] == "routine.check_in", "then the question comes back"


def test_a_routine_kept_in_usage_alone_is_celebrated(company: Company, karim: Person) -> None:
    routine = begin(company, karim, weeks=6)
    for _ in range(6):
        company.later(timedelta(days=6))
        used(company, karim, company.work.now.date())
        company.later(timedelta(days=1))
    company.later(WEEK)
    assert routine.ended_for is EndedFor.GRADUATED
    assert "routine.check_in" not in company.screens[karim.id].kinds()


def test_a_routine_that_is_asked_about_less_is_no_less_used_on_the_leads_page(
    company: Company, karim: Person
) -> None:
    begin(company, karim, weeks=20)
    company.later(timedelta(days=2))
    for _ in range(14):
        company.later(WEEK)
        if "Oui" in company.labels(karim):
            company.press(karim, "Oui")
    asked = company.work.routines.check_ins(company.work.routines.under_way(karim.id)[0].id)
    latest, weeks = max(row.slot for row in asked if row.answer), 8
    assert len([row for row in asked if row.slot > latest - weeks * WEEK]) < weeks
    uses = company.work.counts.uses(company.project.id, latest, weeks, weeks, by_tool=False)
    assert uses.routine == 1, "in every week"
