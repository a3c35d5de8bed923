"""Many people with all kinds of histories, whose coaching is due: the same for the same seed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

import bot
from content.blockers import Blocker
from nudges.content import packs
from nudges.service import COACHING
from nudges.testimonials import ANSWERABLE
from projects.service import load_project
from storage.ids import Ids
from storage.models import (
    AgendaItem,
    CheckIn,
    CheckInAnswer,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Membership,
    Naming,
    Nudge,
    OutboxMessage,
    OutboxState,
    Person,
    PersonStatus,
    Role,
    Routine,
    RoutineStatus,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.work import Work

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
PARIS, EVERYWHERE = ("Europe/Paris",), (None, "Europe/Paris", "America/Montreal", "Asia/Tokyo", "Nowhere/Bad")
STORIES = 20
CHUNK = 10_000
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MODELS = (
    Person,
    Membership,
    AgendaItem,
    Interview,
    Finding,
    Routine,
    CheckIn,
    Nudge,
    Testimonial,
    Share,
    OutboxMessage,
)


def populate(
    work: Work, count: int, rng: Random, *, zones: Sequence[str | None] = EVERYWHERE, odd: float = 0.1
) -> list[str]:
    """So many people of one project, in this workspace; their ids. `odd` is the part that is not the usual case."""
    workspace = work.workspaces.get(work.workspace_id)
    workspace.timezone = "Europe/Paris"
    project = load_project(work, FILE)
    campaign = work.campaigns.add(project.id, "adoption")
    made = _Made(rng, work.ids, work.now, work.workspace_id, project.id, campaign.id, work)
    people = [made.person(zones, odd) for _ in range(count)]
    made.stories(people[:STORIES])
    for person in people:
        made.history(person, odd)
    for model in MODELS:
        rows = made.rows[model]
        for start in range(0, len(rows), CHUNK):
            work.session.connection().execute(insert(model), rows[start : start + CHUNK])
    return people


@dataclass
class _Made:
    rng: Random
    ids: Ids
    now: datetime
    workspace_id: str
    project_id: str
    campaign_id: str
    work: Work
    rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    told: list[str] = field(default_factory=list)

    def add(self, model: type[Any], **values: Any) -> None:
        self.rows[model].append({"workspace_id": self.workspace_id, **values})

    def person(self, zones: Sequence[str | None], odd: float) -> str:
        rng, id_ = self.rng, self.ids.new()
        self.add(
            Person,
            id=id_,
            external_id=id_,
            name="Somebody",
            lang=rng.choice([None, "en", "fr"]),
            timezone=rng.choice(zones),
            status=PersonStatus.UNREACHABLE if rng.random() < odd / 4 else PersonStatus.ACTIVE,
            conversation=f"D{id_}",
            opted_out_at=self.now - DAY if rng.random() < odd / 4 else None,
            at_most_weeks=rng.choice([2, 4]) if rng.random() < odd else 1,
            snoozed_until=self.now + rng.choice([-DAY, DAY, 9 * DAY]) if rng.random() < odd / 2 else None,
            created_at=self.now - 9 * WEEK,
        )
        return id_

    def stories(self, authors: Iterable[str]) -> None:
        for author in authors:
            self.told.append(self.ids.new())
            told_on = self.now - self.rng.randrange(1, 200) * DAY
            self.add(
                Testimonial,
                id=self.told[-1],
                project_id=self.project_id,
                author_id=author,
                text=self.sealed("testimonials.text", self.told[-1]),
                blocker=self.rng.choice(ANSWERABLE).value,
                naming=Naming.ANONYMOUS,
                status=TestimonialStatus.APPROVED,
                consented_at=told_on,
                expires_on=(told_on + 182 * DAY).date(),
                created_at=told_on,
            )

    def history(self, person: str, odd: float) -> None:
        rng = self.rng
        place = {"project_id": self.project_id, "person_id": person}
        if rng.random() >= odd / 4:
            joined = {"role": Role.EMPLOYEE, "joined_at": self.now - 9 * WEEK}
            self.add(Membership, id=self.ids.new(), **place, **joined)
        self.add(
            AgendaItem,
            id=self.ids.new(),
            person_id=person,
            kind=COACHING,
            ref=self.project_id,
            rule="09:30 135" if rng.random() < odd else rng.choice(["", "09:15 12345"]),
            next_due_at=self.now - rng.randrange(30) * timedelta(minutes=1),
        )
        if rng.random() < 0.85:
            self.interview(person)
        sent = self.routine(person, odd) if rng.random() < 0.7 else self.nudged(person, rng.randrange(3), 8)
        if self.told and rng.random() < 0.15:
            shared_at = self.now - rng.randrange(8, 50) * DAY
            self.add(
                Share,
                id=self.ids.new(),
                testimonial_id=rng.choice(self.told),
                person_id=person,
                reaction=rng.choice([None, "me"]),
                decided_at=shared_at,
            )
            sent.append(shared_at)
        if rng.random() < odd:
            sent.append(self.now - rng.randrange(7) * DAY)
        for number, at in enumerate(sent):
            self.add(
                OutboxMessage,
                person_id=person,
                intent="routine.nudge",
                args="{}",
                dedupe=f"{person}:{number}",
                state=OutboxState.SENT,
                not_before=at,
                paced=True,
                created_at=at,
            )

    def sealed(self, column: str, row: str) -> str:
        return self.work.seal(column, "Somebody's words.", row=row)

    def interview(self, person: str) -> None:
        rng, id_ = self.rng, self.ids.new()
        closed_at = self.now - rng.randrange(3, 60) * DAY
        self.add(
            Interview,
            id=id_,
            campaign_id=self.campaign_id,
            person_id=person,
            status=InterviewStatus.CLOSED,
            state="",
            invited_at=closed_at,
            closed_at=closed_at,
        )
        for rank, blocker in enumerate(rng.sample(list(Blocker), rng.choice([1, 1, 2, 3])), 1):
            self.add(
                Finding,
                id=self.ids.new(),
                interview_id=id_,
                blocker=blocker.value,
                status=rng.choice(list(FindingStatus)),
                stated=False,
                belief=0.9,
                rank=rank,
            )

    def routine(self, person: str, odd: float) -> list[datetime]:
        """When something was sent for it."""
        rng, id_ = self.rng, self.ids.new()
        weeks = rng.randrange(9)
        began = self.now - weeks * WEEK - rng.randrange(1, 4) * DAY
        self.add(
            Routine,
            id=id_,
            project_id=self.project_id,
            person_id=person,
            cue=self.sealed("routines.cue", id_),
            action=self.sealed("routines.action", id_),
            days="12345",
            ends_on=self.now.date() - DAY if rng.random() < odd else began.date() + 66 * DAY,
            status=RoutineStatus.ENDED if rng.random() < odd else RoutineStatus.ACTIVE,
            created_at=began,
        )
        asked = [self.now - week * WEEK for week in range(1, weeks)]
        for at in asked:
            answer = rng.choice([None, *CheckInAnswer, CheckInAnswer.DONE])
            self.add(CheckIn, id=self.ids.new(), routine_id=id_, slot=at.date(), answer=answer)
        return asked + self.nudged(person, min(weeks, 1), weeks)

    def nudged(self, person: str, count: int, weeks: int) -> list[datetime]:
        sent = [self.now - (weeks - number) * WEEK for number in range(count)]
        for at in sent:
            blocker = self.rng.choice(list(packs()))
            self.add(
                Nudge,
                id=self.ids.new(),
                project_id=self.project_id,
                person_id=person,
                variant=f"{blocker}.{self.rng.choice(list(packs()[blocker].variants))}",
                slot=at.date(),
                propensity=0.5,
                decided_at=at,
            )
        return sent
