"""A routine from its first day to its end, on every database: what arrives, when, and what answers do."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.kinds import KINDS
from bot.platforms.port import Scale
from content.blockers import Blocker
from nudges import service
from nudges.calendar import WorkWeek
from nudges.content import packs
from storage.models import (
    CheckInAnswer,
    EndedFor,
    FindingStatus,
    Nudge,
    OutboxMessage,
    OutboxState,
    Person,
    Role,
    Routine,
    RoutineStatus,
)
from storage.work import Work
from tests.support.company import Company
from tests.support.due import handle_due

PARIS = ZoneInfo("Europe/Paris")
WEEK = timedelta(days=7)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim")


def begin(
    company: Company,
    person: Person,
    *,
    template: str | None = "standup",
    weeks: int = 8,
    cue: str = "Après le point",
) -> Routine:
    return service.start_routine(
        company.work,
        project_id=company.project.id,
        person=person,
        template=template,
        cue=cue,
        action="je mets une urgence",
        days="12345",
        at=time(9, 15),
        ends_on=(company.work.now + weeks * WEEK).date(),
        week=WorkWeek("Europe/Paris"),
    )


def rate(company: Company, person: Person, *values: int) -> None:
    """Answer the items of the automaticity scale that is shown."""
    shown = next(block for block in company.screens[person.id].last.blocks if isinstance(block, Scale))
    scale_id = shown.value.partition("|")[0]
    for item, value in enumerate(values):
        (message,) = [key for key, each in company.screens[person.id].shown.items() if shown in each.blocks]
        company.press_raw(person, "routine.scale", f"{scale_id}|{item}|{value}", message)
        shown = next(
            (b for b in company.screens[person.id].shown[message].blocks if isinstance(b, Scale)), shown
        )


def arrived(company: Company, person: Person) -> list[tuple[str, str]]:
    """When and what, in Paris: ("Wed 25 09:15", "routine.nudge")."""
    return [(f"{at.astimezone(PARIS):%a %d %H:%M}", kind) for at, kind in company.screens[person.id].arrived]


@pytest.mark.both_databases
def test_the_first_nudge_comes_at_the_cue_and_the_question_a_week_later(
    company: Company, karim: Person
) -> None:
    company.found(karim, Blocker.TRUST)
    routine = begin(company, karim)
    company.later(timedelta(days=9))
    assert arrived(company, karim) == [
        ("Wed 25 09:15", "routine.nudge"),
        ("Wed 02 09:15", "routine.check_in"),
    ]
    screen = company.screens[karim.id]
    assert "Après le point de 9 h, je mets une urgence" in screen.text
    assert company.labels(karim) == ["Oui", "En partie", "Pas cette fois", "Pourquoi ça\u00a0?"]
    (nudge,) = company.work.nudges.of_person(karim.id)
    assert nudge.variant.startswith("trust.")
    assert 0 < nudge.propensity <= 1
    assert "point" not in routine.cue


def test_a_cue_still_ahead_today_is_used_today(company: Company, karim: Person) -> None:
    company.later(timedelta(hours=22))
    begin(company, karim)
    company.later(timedelta(hours=2))
    assert arrived(company, karim) == [("Wed 25 09:15", "routine.nudge")]


def test_every_nudge_has_a_light_way_out_and_no_placeholder_left(company: Company, karim: Person) -> None:
    routine = begin(company, karim)
    for blocker, pack in packs().items():
        for key in pack.variants if blocker is not Blocker.MANAGEMENT else ():
            row = company.work.nudges.add(
                company.project.id, karim.id, f"{blocker}.{key}", company.work.now.date(), 0.5
            )
            for lang in ("fr", "en"):
                karim.lang = lang
                args = {"nudge": row.id, "routine": routine.id}
                message = company.router.render(company.scene(karim), "routine.nudge", args)
                assert message is not None
                assert "{" not in message.plain
                assert len(message.plain) <= 330
                assert "\n" not in message.plain


def test_answers_tell_weeks_and_a_miss_is_met_with_a_way_on(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Oui")
    assert company.screens[karim.id].last.plain == "✔ Oui\n\nC'est noté. C'est un début."
    company.later(WEEK)
    company.press(karim, "En partie")
    assert "2 semaines sur 2" in company.screens[karim.id].last.plain
    company.later(WEEK)
    assert company.screens[karim.id].kinds()[-1] == "routine.nudge"
    company.later(WEEK)
    rate(company, karim, 4, 4, 4, 4)
    company.later(WEEK)
    assert "ces trois dernières semaines" in company.screens[karim.id].last.plain
    company.press(karim, "Pas cette fois")
    assert "Une semaine manquée n'enlève rien" in company.screens[karim.id].last.plain
    assert company.labels(karim) == ["La changer", "Pause de deux semaines", "Arrêter cette routine"]
    company.later(2 * WEEK)
    assert "ces deux dernières semaines" in company.screens[karim.id].last.plain
    company.press(karim, "Oui")
    assert "2 semaines sur 4" in company.screens[karim.id].last.plain


def test_a_second_press_changes_nothing(company: Company, karim: Person) -> None:
    routine = begin(company, karim)
    company.later(timedelta(days=9))
    (check_in,) = company.work.routines.check_ins(routine.id)
    company.press_raw(karim, "routine.checkin", f"{check_in.id}|missed")
    company.press_raw(karim, "routine.checkin", f"{check_in.id}|done")
    assert company.work.routines.check_ins(routine.id)[0].answer is CheckInAnswer.MISSED


def test_a_routine_that_holds_is_asked_about_less_and_less_and_then_celebrated(
    company: Company, karim: Person
) -> None:
    routine = begin(company, karim, weeks=9)
    company.later(timedelta(days=2))
    for _ in range(3):
        company.later(WEEK)
        company.press(karim, "Oui")
    company.later(2 * WEEK)
    rate(company, karim, 4, 4, 4, 4)
    company.later(2 * WEEK)
    company.press(karim, "Oui")
    company.later(4 * WEEK)
    screen = company.screens[karim.id]
    asked = ["routine.check_in"] * 3 + ["routine.scale", "routine.check_in"]
    assert screen.kinds() == ["routine.nudge", *asked, "routine.graduation"]
    gaps = [(after.date() - before.date()).days for (before, _), (after, _) in pairwise(screen.arrived)]
    assert gaps == [7, 7, 7, 14, 14, 13]
    assert "Karim" in screen.last.plain
    assert (routine.status, routine.ended_for) == (RoutineStatus.ENDED, EndedFor.GRADUATED)
    assert screen.arrived[-1][0].date() >= (routine.ends_on or date.max)


def test_ignored_questions_make_it_rarer(company: Company, karim: Person) -> None:
    begin(company, karim, weeks=30)
    company.later(16 * WEEK)
    times = [at for at, _ in company.screens[karim.id].arrived]
    gaps = [(after.date() - before.date()).days for before, after in pairwise(times)]
    assert gaps[:3] == [7, 7, 7]
    assert gaps[3] == 14
    assert gaps == sorted(gaps)


def test_less_often_is_kept_and_said(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(timedelta(days=2))
    company.press(karim, "Moins souvent")
    company.press(karim, "Moins souvent")
    assert company.screens[karim.id].text.count("un message toutes les 2 semaines au plus") == 1
    company.later(timedelta(days=12))
    company.later(timedelta(days=2))
    nudge, check_in = [at for at, kind in company.screens[karim.id].arrived if kind.startswith("routine.")]
    assert (check_in.date() - nudge.date()).days == 14


def test_stop_is_one_tap_and_holds_until_the_person_comes_back(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(timedelta(days=2))
    company.press(karim, "Arrêter")
    company.later(3 * WEEK)
    assert company.screens[karim.id].kinds() == ["routine.nudge", "membership.stopped"]
    company.press(karim, "Reprendre")
    company.later(2 * WEEK)
    assert "routine.check_in" in company.screens[karim.id].kinds()


def test_a_pause_ends_by_itself(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(timedelta(days=2))
    company.command(karim, "pause")
    paused_at = company.work.now
    company.later(4 * WEEK)
    after = [at for at, kind in company.screens[karim.id].arrived if kind == "routine.check_in"]
    assert after[0] >= paused_at + 2 * WEEK


def test_whoever_ends_the_routine_is_left_alone(company: Company, karim: Person) -> None:
    company.found(karim, Blocker.HABIT)
    routine = begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Pourquoi ça\u00a0?")
    company.press(karim, "Ma routine")
    company.press(karim, "Arrêter cette routine")
    assert company.screens[karim.id].last.plain == "C'est fait\u00a0: je n'en parle plus."
    company.later(8 * WEEK)
    unasked = [kind for kind in company.screens[karim.id].kinds() if kind in KINDS]
    assert unasked == ["routine.nudge", "routine.check_in"]
    assert (routine.status, routine.ended_for) == (RoutineStatus.ENDED, EndedFor.LET_GO)


@pytest.mark.parametrize("blocker", [Blocker.ACCESS, Blocker.FIT])
@pytest.mark.parametrize("status", [FindingStatus.PROBABLE, FindingStatus.CONFIRMED])
def test_who_waits_for_somebody_else_is_asked_one_question_and_hears_nothing_more(
    company: Company, karim: Person, blocker: Blocker, status: FindingStatus
) -> None:
    company.found(karim, blocker, status=status)
    begin(company, karim)
    company.later(12 * WEEK)
    assert company.screens[karim.id].kinds() == ["lever.tell"]


def test_who_waits_for_their_manager_hears_nothing_and_not_for_ever(company: Company, karim: Person) -> None:
    company.found(karim, Blocker.MANAGEMENT)
    begin(company, karim, weeks=12)
    company.later(8 * WEEK)
    assert company.screens[karim.id].arrived == []
    company.later(2 * WEEK)
    assert company.screens[karim.id].kinds()[0] == "routine.nudge"


def test_a_nudge_that_no_longer_fits_is_not_sent(company: Company, karim: Person) -> None:
    routine = begin(company, karim)
    row = company.work.nudges.add(company.project.id, karim.id, "habit.takes_weeks", date(2026, 11, 24), 1.0)
    args = {"nudge": row.id, "routine": routine.id}
    assert company.router.render(company.scene(karim), "routine.nudge", args)
    company.found(karim, Blocker.ACCESS)
    assert company.router.render(company.scene(karim), "routine.nudge", args) is None
    routine.status = RoutineStatus.ENDED
    company.found(karim, Blocker.TIME)
    assert company.router.render(company.scene(karim), "routine.nudge", args) is None


def test_an_own_routine_is_told_in_its_own_words_and_a_template_in_the_persons_language(
    company: Company, karim: Person
) -> None:
    begin(company, karim, template=None, cue="Au café **du** matin")
    company.later(timedelta(days=9))
    assert "Au café **du** matin, je mets une urgence" in company.screens[karim.id].last.plain
    begin(company, karim)
    karim.lang = "en"
    company.later(2 * WEEK)
    assert "After the 9:00 stand-up, I add one urgent order" in company.screens[karim.id].last.plain


def test_a_new_routine_takes_the_place_of_the_old(company: Company, karim: Person) -> None:
    old, new = begin(company, karim), begin(company, karim, template="friday")
    assert company.work.routines.current(company.project.id, karim.id) is new
    assert old.status is RoutineStatus.ENDED


def test_without_an_end_a_routine_runs_as_long_as_a_habit_takes(company: Company, karim: Person) -> None:
    assert begin(company, karim, weeks=0).ends_on == date(2026, 11, 24) + 13 * WEEK


def test_without_a_routine_a_few_nudges_and_rarer_where_they_meet_nothing(
    company: Company, karim: Person
) -> None:
    company.found(karim, Blocker.MEANING)
    service.plan_coaching(company.work, karim.id, company.project.id, WorkWeek("Europe/Paris"))
    company.later(30 * WEEK)
    assert {kind for _, kind in company.screens[karim.id].arrived} == {"routine.nudge"}
    days = [at.date() for at, _ in company.screens[karim.id].arrived]
    assert [(after - before).days for before, after in pairwise(days)] == [7, 14, 14]


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("routine.checkin", "nothing|done"),
        ("routine.checkin", "nothing"),
        ("routine.checkin", ""),
        ("routine.end", "nothing"),
        ("nudge.less", "-"),
        ("nudge.less", "9" * 50),
        ("nudge.less", "0"),
    ],
)
def test_a_button_that_holds_nonsense_is_a_kind_sentence(
    company: Company, karim: Person, action: str, value: str
) -> None:
    company.press_raw(karim, action, value)
    assert "Ce bouton ne sert plus" in company.screens[karim.id].last.plain


def test_nobody_answers_for_somebody_else(company: Company, karim: Person) -> None:
    lea = company.hire("Léa")
    routine = begin(company, karim)
    company.later(timedelta(days=9))
    (check_in,) = company.work.routines.check_ins(routine.id)
    company.press_raw(lea, "routine.checkin", f"{check_in.id}|done")
    company.press_raw(lea, "routine.end", routine.id)
    assert check_in.answer is None
    assert routine.status is RoutineStatus.ACTIVE


def test_whoever_has_left_the_project_hears_no_more(company: Company, karim: Person) -> None:
    begin(company, karim)
    member = company.work.projects.member(company.project.id, karim.id)
    company.work.session.delete(member)
    company.work.session.flush()
    company.later(4 * WEEK)
    assert company.screens[karim.id].arrived == []


def test_a_year_of_a_team_keeps_budget_and_hours(company: Company) -> None:
    blockers = [b for b in Blocker if b is not Blocker.NONE]
    team = [company.hire(f"Person{n}") for n in range(len(blockers))]
    for n, (person, blocker) in enumerate(zip(team, blockers, strict=True)):
        company.found(person, blocker)
        person.timezone = ["America/Montreal", "Asia/Kolkata", "Europe/Paris"][n % 3]
        begin(company, person, weeks=12 + n)
    for week in range(30):
        company.later(WEEK)
        for n, person in enumerate(team):
            shown = company.screens[person.id].shown
            if (week + n) % 3 and shown and "Pas cette fois" in company.labels(person):
                company.press(person, ["Oui", "Pas cette fois", "En partie"][(week + n) % 3])
    for person in team:
        _within_bounds(company, person)
    assert sum(len(company.screens[person.id].arrived) for person in team) > 60
    assert len(list(company.work.session.query(Nudge))) > 15


def _within_bounds(company: Company, person: Person) -> None:
    zone = ZoneInfo(person.timezone or "Europe/Paris")
    local = [at.astimezone(zone) for at, _ in company.screens[person.id].arrived]
    assert all(time(9) <= at.time() <= time(17, 30) and at.isoweekday() <= 5 for at in local)
    dates = [at.date() for at in local]
    assert all(sum(0 <= (b - a).days < 7 for b in dates) <= 1 for a in dates)


def test_a_lead_without_a_routine_is_not_coached(company: Company) -> None:
    lead = company.hire("Sandrine", Role.LEAD)
    company.later(timedelta(days=3))
    assert company.screens[lead.id].arrived == []


def test_a_newer_message_of_the_coaching_takes_the_place_of_one_that_has_not_left(
    company: Company, karim: Person
) -> None:
    begin(company, karim)
    (item,) = company.work.agenda.of_person(karim.id)
    for _ in range(2):
        assert item.next_due_at
        company.work = replace(company.work, now=item.next_due_at)
        handle_due(company.router, company.work, item)
    rows = company.work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.seq)).all()
    assert [(row.intent, row.state) for row in rows] == [
        ("routine.nudge", OutboxState.SUPERSEDED),
        ("routine.nudge", OutboxState.READY),
    ]
