"""What counts when coaching is decided: what left, and how often a person wishes to be written to."""

from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from nudges import levers, service
from nudges.calendar import WorkWeek
from nudges.sharing import share_key
from nudges.unsent import nudge_key
from projects.service import definition, save
from storage import models
from storage.models import (
    CheckInAnswer,
    Naming,
    OutboxMessage,
    OutboxState,
    Person,
    Role,
    Routine,
    RoutineStatus,
    Testimonial,
)
from storage.repositories.outbox import OUTCOME_UNKNOWN, TOO_LATE
from storage.work import Work
from tests.support.company import Company

pytestmark = pytest.mark.both_databases

PARIS = "Europe/Paris"
WEEK = timedelta(days=7)
NEVER_LEFT = [
    (OutboxState.CANCELLED, TOO_LATE),
    (OutboxState.SUPERSEDED, None),
    (OutboxState.FAILED, "refused"),
]


class Delivery(Company):
    """A company in which messages may end otherwise than sent: `fate` is the state and the error of each."""

    fate: tuple[OutboxState, str | None] | None = None

    def deliver(self) -> None:
        if self.fate:
            due = select(OutboxMessage).where(
                OutboxMessage.state == OutboxState.READY, OutboxMessage.not_before <= self.work.now
            )
            for row in list(self.work.session.scalars(due)):
                row.state, row.error = self.fate
            self.work.session.flush()
        super().deliver()

    def arrived(self, person: Person) -> list[tuple[str, str]]:
        zone = ZoneInfo(PARIS)
        return [(f"{at.astimezone(zone):%d %b}", kind) for at, kind in self.screens[person.id].arrived]


@pytest.fixture
def company(work: Work) -> Delivery:
    return Delivery(work)


@pytest.fixture
def karim(company: Delivery) -> Person:
    return company.hire("Karim")


def begin(company: Company, person: Person, project_id: str | None = None) -> Routine:
    return service.start_routine(
        company.work,
        project_id=project_id or company.project.id,
        person=person,
        template="standup",
        cue="Après le point",
        action="je mets une urgence",
        days="12345",
        at=time(9, 15),
        ends_on=date(2027, 6, 30),
        week=WorkWeek(PARIS),
    )


def approved(company: Company, author: Person) -> Testimonial:
    id_ = company.work.ids.new()
    row = Testimonial(
        id=id_,
        workspace_id=company.work.workspace_id,
        project_id=company.project.id,
        author_id=author.id,
        text=company.work.seal("testimonials.text", "Ça m'a pris deux semaines.", row=id_),
        blocker=Blocker.TRUST.value,
        naming=Naming.FULL,
        status=models.TestimonialStatus.APPROVED,
        consented_at=company.work.now,
        expires_on=date(2027, 5, 1),
        created_at=company.work.now,
    )
    company.work.testimonials.add(row)
    return row


@pytest.mark.parametrize(("state", "error"), NEVER_LEFT)
def test_a_question_that_never_left_was_not_ignored(
    company: Delivery, karim: Person, state: OutboxState, error: str | None
) -> None:
    routine = begin(company, karim)
    company.later(timedelta(days=2))
    company.fate = (state, error)
    company.later(2 * WEEK)
    company.fate = None
    company.later(2 * WEEK)
    assert company.arrived(karim) == [
        ("25 Nov", "routine.nudge"),
        ("16 Dec", "routine.check_in"),
        ("23 Dec", "routine.comeback"),
    ]
    assert [asked.slot for asked in company.work.routines.check_ins(routine.id)] == [date(2026, 12, 16)]


def test_what_may_have_arrived_counts(company: Delivery, karim: Person) -> None:
    routine = begin(company, karim)
    company.later(timedelta(days=2))
    company.fate = (OutboxState.FAILED, OUTCOME_UNKNOWN)
    company.later(2 * WEEK)
    company.fate = None
    company.later(WEEK)
    slots = [asked.slot for asked in company.work.routines.check_ins(routine.id)]
    assert slots == [date(2026, 12, 2), date(2026, 12, 16)], (
        "a word of recovery followed the silence in between"
    )


def test_an_answer_is_kept_whatever_is_known_of_its_question(company: Delivery, karim: Person) -> None:
    routine = begin(company, karim)
    company.later(timedelta(days=2))
    company.fate = (OutboxState.FAILED, "refused")
    company.later(WEEK)
    (asked,) = company.work.routines.check_ins(routine.id)
    service.answer_check_in(company.work, asked, CheckInAnswer.DONE)
    company.later(WEEK)
    assert company.work.routines.check_ins(routine.id)[0].answer is CheckInAnswer.DONE


@pytest.mark.parametrize(("state", "error"), NEVER_LEFT)
def test_a_story_that_never_left_is_not_lost_to_the_person(
    company: Delivery, karim: Person, state: OutboxState, error: str | None
) -> None:
    company.found(karim, Blocker.TRUST)
    approved(company, company.hire("Aude", Role.CHAMPION))
    service.plan_coaching(company.work, karim.id, company.project.id, WorkWeek(PARIS))
    company.fate = (state, error)
    company.later(timedelta(days=2))
    company.fate = None
    company.later(WEEK)
    assert company.arrived(karim) == [("02 Dec", "testimonial.share")]
    company.later(4 * WEEK)
    assert company.screens[karim.id].kinds().count("testimonial.share") == 1


@pytest.mark.parametrize(("state", "error"), NEVER_LEFT)
def test_what_never_left_lifts_no_obstacle(
    company: Delivery, karim: Person, state: OutboxState, error: str | None
) -> None:
    nudge = company.work.nudges.add(company.project.id, karim.id, "trust.keep_both", date(2026, 11, 24), 1.0)
    story = approved(company, company.hire("Aude", Role.CHAMPION))
    share = company.work.testimonials.add_share(story.id, karim.id)
    for key in (nudge_key(nudge.id), share_key(share.id)):
        company.scene(karim).post("routine.nudge", {}, key=key, paced=True)

    def pulled() -> dict[str, levers.Pulled]:
        day = date(2026, 11, 24)
        return levers.levers_pulled(company.work, company.project.id, [karim.id], lambda _: PARIS, day)

    assert pulled() == {karim.id: {Blocker.TRUST: [date(2026, 11, 24)] * 2}}
    company.fate = (state, error)
    company.deliver()
    assert pulled() == {karim.id: {}}


def test_less_often_holds_in_every_project_and_in_the_first_week_of_a_routine(
    company: Delivery, karim: Person
) -> None:
    begin(company, karim)
    company.later(timedelta(days=2))
    company.press(karim, "Moins souvent")
    second = save(company.work, definition(company.project).model_copy(update={"key": "second"}))
    company.work.projects.join(second.id, karim.id, persona="planner")
    begin(company, karim, second.id)
    company.later(10 * WEEK)
    dates = [at.date() for at, kind in company.screens[karim.id].arrived if kind.startswith("routine.")]
    assert len(dates) >= 4
    assert all((after - before).days >= 14 for before, after in pairwise(dates))


def test_whoever_leaves_a_project_has_no_routine_in_it_any_more(company: Delivery, karim: Person) -> None:
    routine = begin(company, karim)
    company.work.session.delete(company.work.projects.member(company.project.id, karim.id))
    company.work.session.flush()
    company.later(WEEK)
    company.work.session.refresh(routine)
    assert routine.status is RoutineStatus.ENDED
    assert company.screens[karim.id].arrived == []
