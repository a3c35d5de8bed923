"""A company with a test on a sample in it, whose messages leave only when they may."""

import json
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from bot.moment import hold, look_back
from content.blockers import Blocker
from nudges import service, trials
from nudges.calendar import WorkWeek
from nudges.samples import Unit
from nudges.trials import Assumed, Plan, Target
from storage.models import (
    Naming,
    OutboxMessage,
    OutboxState,
    Person,
    Sample,
    SampleKind,
    Testimonial,
    TestimonialStatus,
)
from storage.outbox import Outgoing
from storage.repositories.outbox import PacedWeek
from storage.work import Work
from tests.support.company import Company

PARIS = WorkWeek("Europe/Paris")


class UnderTest(Company):
    """`people` are drawn from, one by one, half of them treated."""

    def __init__(self, work: Work, people: int) -> None:
        super().__init__(work)
        self.people = [self.hire(f"Person{number}", team=f"Team {number % 4}") for number in range(people)]

    def draw(self, kind: SampleKind, **plan: object) -> Sample:
        given = {"unit": Unit.PERSON, "strata": (), **plan}
        return trials.draw(self.work, self.project, kind.value, Plan(kind, **given), "seed")  # type: ignore[arg-type]

    def start(self, sample: Sample) -> None:
        trials.start(self.work, sample, trials.foresee(self.work, sample, Assumed(), Target()))

    def sides(self, sample: Sample) -> tuple[list[Person], list[Person]]:
        """The treated and the others, as they were drawn."""
        drawn = {place.person_id: place.treated for place in self.work.samples.places(sample.id)}
        return [p for p in self.people if drawn[p.id]], [p for p in self.people if not drawn[p.id]]

    def begin(self, person: Person) -> None:
        """They choose a routine."""
        service.start_routine(
            self.work,
            project_id=self.project.id,
            person=person,
            template="standup",
            cue="Après le point",
            action="je mets une urgence",
            days="12345",
            at=time(9, 15),
            ends_on=date(2027, 7, 30),
            week=PARIS,
        )

    def told(self, author: Person, blocker: Blocker) -> None:
        """A testimonial of theirs that was approved."""
        id_ = self.work.ids.new()
        self.work.testimonials.add(
            Testimonial(
                id=id_,
                workspace_id=self.work.workspace_id,
                project_id=self.project.id,
                author_id=author.id,
                text=self.work.seal("testimonials.text", "Ça m'a pris deux semaines.", row=id_),
                blocker=blocker.value,
                naming=Naming.FULL,
                status=TestimonialStatus.APPROVED,
                consented_at=self.work.now,
                expires_on=date(2027, 7, 1),
                created_at=self.work.now,
            )
        )

    def unasked(self, person: Person, since: datetime, until: datetime) -> list[str]:
        """The kinds of what was sent to the person in between and nobody had asked for."""
        sent = select(OutboxMessage.intent).where(
            OutboxMessage.person_id == person.id,
            OutboxMessage.state == OutboxState.SENT,
            OutboxMessage.paced.is_(True),
            OutboxMessage.updates.is_(None),
            OutboxMessage.sent_at >= since,
            OutboxMessage.sent_at < until,
        )
        return list(self.work.session.scalars(sent))

    def deliver(self) -> None:
        due = select(OutboxMessage).where(
            OutboxMessage.state == OutboxState.READY, OutboxMessage.not_before <= self.work.now
        )
        for row in list(self.work.session.scalars(due.order_by(OutboxMessage.seq))):
            scene = self.scene(self.work.people.get(row.person_id))
            since = self.work.now - look_back(scene.person.at_most_weeks)
            paced = self.work.outbox.paced_weeks([row.person_id], since)
            if held := hold(scene, outgoing(row, self.work.now), paced.get(row.person_id, PacedWeek())):
                row.not_before = held.until or row.not_before
                row.state = row.state if held.until else OutboxState.CANCELLED
                row.error = None if held.until else held.reason
                continue
            row.sent_at = self.work.now
        self.work.session.flush()
        super().deliver()


def outgoing(row: OutboxMessage, now: datetime) -> Outgoing:
    """The row as a courier claims it."""
    return Outgoing(
        seq=row.seq,
        key=str(row.seq),
        dedupe=row.dedupe,
        workspace_id=row.workspace_id,
        person_id=row.person_id,
        platform="playground",
        workspace="demo",
        person=row.person_id,
        conversation=None,
        intent=row.intent,
        args=json.loads(row.args),
        updates=tuple(json.loads(row.updates)) if row.updates else None,
        paced=row.paced,
        attempts=0,
        probe=False,
        repeated=False,
        error=None,
        not_before=row.not_before,
        not_after=row.not_after,
        created_at=row.created_at,
        tried_at=now,
        leave_by=(now + timedelta(days=1)).timestamp(),
    )
