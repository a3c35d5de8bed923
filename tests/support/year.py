"""A year of a made-up company of 240 people, as rows: what they told, tried, kept up and passed on, week by week.

Three personas, eight teams, two rounds of interviews half a year apart and a pulse, routines with their check-ins, use of
the tool, stories and whom they reached, actions and ideas. Only what people do is made up here; the digests of the weeks
are made by the real code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from content.blockers import Blocker
from digests.service import publish
from nudges import sharing
from projects.definition import Localised, ProjectFile, read
from projects.service import save
from storage.models import (
    Campaign,
    CheckIn,
    CheckInAnswer,
    Digest,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Membership,
    Naming,
    Need,
    NeedLayer,
    Person,
    PersonStatus,
    Project,
    Role,
    Routine,
    Share,
    Testimonial,
    TestimonialStatus,
    UsageDay,
)
from storage.repositories.base import insert_plain
from storage.work import Work
from tests.support import twins
from tests.support.year_deeds import Deeds

WEEKS = 52
TEAMS = ("Quai", "Atelier", "Expédition", "Achats", "Vente Nord", "Vente Sud", "Service client", "Méthodes")
PERSONAS = ("planner", "sales", "support")
IN_A_TEAM = 30
FIRST_NAMES = (
    "Inès",
    "Karim",
    "Aude",
    "Léo",
    "Sarah",
    "Paul",
    "Nadia",
    "Hugo",
    "Fatou",
    "Jean",
    "Chloé",
    "Marc",
)
LAST_NAMES = ("Roux", "Benali", "Morel", "Petit", "Garcia", "Leroy", "Diallo", "Simon", "Nguyen", "Faure")
SPEAKS, USES, KEEPS = 0.72, 0.55, 0.6
"""How likely somebody answers an interview, uses the tool in a week at the end of the year, keeps a week of a routine."""

SAID = (Blocker.TIME, Blocker.TIME, Blocker.TIME, Blocker.OVERLOAD, Blocker.SKILLS, Blocker.BENEFIT)
"""What people say first, by how often."""

MEANT = {
    1: (
        Blocker.TRUST,
        Blocker.TRUST,
        Blocker.TRUST,
        Blocker.HABIT,
        Blocker.PEERS,
        Blocker.TIME,
        Blocker.SKILLS,
    ),
    2: (Blocker.HABIT, Blocker.HABIT, Blocker.HABIT, Blocker.TRUST, Blocker.PEERS, Blocker.SKILLS),
}
"""What it is, by round: trust in spring, which an agreement then mends; habit in autumn."""

STORIES = (
    (
        Blocker.HABIT,
        "J'ai collé le lien sur mon carnet. Au bout de trois semaines, je n'ouvrais plus le carnet.",
    ),
    (Blocker.TRUST, "J'ai demandé qui lit quoi. On me l'a montré en deux minutes, et je note tout depuis."),
    (Blocker.SKILLS, "Inès m'a montré une seule chose, glisser une carte. Le reste est venu tout seul."),
)

PULSE = 40
"""The week in which a pulse is asked for, which seeks no cause."""

TOLD_IN = (8, 20, 30, 33, 36, 39, 42, 44)
"""The weeks in which somebody tells a story."""

Rows = list[dict[str, Any]]


@dataclass
class Year:
    """`live` plays it; `project` is then what the digests are of, and `lead` reads them."""

    work: Work
    rng: Random
    project: Project
    lead: Person
    deeds: Deeds
    people: Sequence[str] = ()
    routines: Sequence[Routine] = ()
    users: Sequence[str] = ()
    """Whom the tool will see one day; the others never open it."""
    answers: list[tuple[dict[str, Any], Rows, Rows]] = field(default_factory=list)
    """Interviews that are not over yet, with what will be found in them, and the needs."""

    @classmethod
    def begun(cls, work: Work, seed: int = 1) -> "Year":
        """The company on the first Monday of its year, which ends at the `work`'s instant."""
        workspace = work.workspaces.get(work.workspace_id)
        workspace.name, workspace.timezone = "Lampion", "Europe/Paris"
        then = replace(work, now=_monday(work.now) - timedelta(weeks=WEEKS - 1))
        project = save(then, _file())
        lead = then.people.ensure("sandrine", "Sandrine Roux")
        then.projects.join(project.id, lead.id, Role.LEAD)
        year = cls(then, Random(seed), project, lead, Deeds(Random(seed), project, lead))
        year._hire()
        return year

    def live(self, weeks: int = WEEKS) -> list[Digest]:
        """So many weeks, and the digest of the Monday after each."""
        digests = []
        for week in range(1, weeks + 1):
            if week in {1, 27}:
                self._round(1 if week == 1 else 2)
            self._answer()
            self._use(week)
            self._check_in()
            if week in TOLD_IN:
                self._tell(week)
            if week == PULSE:
                self.work.campaigns.add(self.project.id, "pulse")
            self.deeds.board(self.work, week, self.people)
            self.work = replace(self.work, now=self.work.now + timedelta(weeks=1))
            digests.append(publish(self.work, self.project, self.work.now.date()))
            self.deeds.week(self.work, week, digests[-1].week)
        return digests

    # ---------------------------------------------------------------- what people do

    def _hire(self) -> None:
        count = len(TEAMS) * IN_A_TEAM
        ids = [self.work.ids.new() for _ in range(count)]
        self._insert(
            Person,
            (
                {
                    "id": person,
                    "external_id": f"p{number}",
                    "name": f"{FIRST_NAMES[number % 12]} {LAST_NAMES[number // 12 % 10]}",
                    "team": TEAMS[number // IN_A_TEAM],
                    "status": PersonStatus.ACTIVE,
                    "created_at": self.work.now,
                }
                for number, person in enumerate(ids)
            ),
        )
        self._insert(
            Membership,
            (
                {
                    "id": self.work.ids.new(),
                    "project_id": self.project.id,
                    "person_id": person,
                    "role": Role.EMPLOYEE,
                    "persona": PERSONAS[number % 3],
                    "joined_at": self.work.now,
                }
                for number, person in enumerate(ids)
            ),
        )
        self.people, self.users = ids, self.rng.sample(ids, len(ids) * 4 // 5)
        begun = [self._routine(person) for person in ids if self.rng.random() < 0.5]
        self._insert(Routine, begun)
        self.routines = [self.work.session.get_one(Routine, row["id"]) for row in begun]

    def _routine(self, person: str) -> dict[str, Any]:
        key = self.work.ids.new()
        return {
            "id": key,
            "project_id": self.project.id,
            "person_id": person,
            "cue": self.work.seal("routines.cue", "Après le point de 9 h", row=key),
            "action": self.work.seal("routines.action", "je mets une urgence", row=key),
            "days": "1",
            "created_at": self.work.now,
        }

    def _round(self, number: int) -> None:
        """Everybody is asked; who answers does so within six weeks."""
        campaign = self.work.campaigns.add(self.project.id, "adoption")
        for person in self.people:
            if self.rng.random() < SPEAKS:
                at = self.work.now + timedelta(days=self.rng.randrange(42))
                row = self._interview(campaign, person, at)
                self.answers.append(
                    (row, list(self._findings(row["id"], number)), list(self._needs(row["id"])))
                )

    def _answer(self) -> None:
        """Interviews that are over before the next Monday."""
        until = self.work.now + timedelta(weeks=1)
        over = [each for each in self.answers if each[0]["closed_at"] < until]
        self.answers = [each for each in self.answers if each[0]["closed_at"] >= until]
        here = {"workspace_id": self.work.workspace_id}
        self._insert(Interview, [row for row, _, _ in over])
        self.work.interviews.add_findings(
            [Finding(**row, **here) for _, findings, _ in over for row in findings]
        )
        self.work.interviews.add_told([Need(**row, **here) for _, _, needs in over for row in needs], [])

    def _interview(self, campaign: Campaign, person: str, at: datetime) -> dict[str, Any]:
        return {
            "id": self.work.ids.new(),
            "campaign_id": campaign.id,
            "person_id": person,
            "status": InterviewStatus.CLOSED,
            "state": "",
            "outcome": "found",
            "intention": self.rng.choice((4, 6, 8, 9, 10)),
            "usage": self.rng.choice(("tool", "partly", "other")),
            "invited_at": self.work.now,
            "started_at": at,
            "closed_at": at,
        }

    def _findings(self, interview: str, number: int) -> Iterator[dict[str, Any]]:
        said, meant = self.rng.choice(SAID), self.rng.choice(MEANT[number])
        for rank, blocker in enumerate(dict.fromkeys((meant, said)), 1):
            yield {
                "id": self.work.ids.new(),
                "interview_id": interview,
                "blocker": blocker.value,
                "status": FindingStatus.CONFIRMED if blocker is meant else FindingStatus.STATED,
                "stated": blocker is said,
                "belief": 0.9 if blocker is meant else 0.2,
                "rank": rank,
            }

    def _needs(self, interview: str) -> Iterator[dict[str, Any]]:
        if self.rng.random() < 0.6:
            yield {
                "id": self.work.ids.new(),
                "interview_id": interview,
                "layer": NeedLayer.REAL,
                "need": "overview",
                "served": self.rng.randrange(1, 6),
            }

    def _use(self, week: int) -> None:
        """More and more people, on one day of the week or two."""
        likely = USES * week / WEEKS
        rows = []
        for person in self.users:
            if self.rng.random() < likely + 0.1:
                event = "card_created" if self.rng.random() < likely * 2 else "board_opened"
                days = self.rng.sample(range(5), self.rng.choice((1, 1, 2)))
                monday = self.work.now.date()
                rows += [
                    {
                        "person_id": person,
                        "project_id": self.project.id,
                        "day": monday + timedelta(days=day),
                        "event": event,
                    }
                    for day in days
                ]
        self._insert(UsageDay, rows)

    def _check_in(self) -> None:
        done, *otherwise = CheckInAnswer.DONE, CheckInAnswer.PARTLY, CheckInAnswer.MISSED, None
        asked = [
            CheckIn(
                id=self.work.ids.new(),
                workspace_id=self.work.workspace_id,
                routine_id=routine.id,
                slot=self.work.now.date(),
                weeks=1,
            )
            for routine in self.routines
        ]
        self.work.session.add_all(asked)
        for check_in in asked:
            if answer := done if self.rng.random() < KEEPS else self.rng.choice(otherwise):
                self.work.routines.answer(check_in, answer)
        self.work.session.flush()

    def _tell(self, week: int) -> None:
        """A story is told, read, and given to some; some say that it is theirs too."""
        blocker, text = STORIES[TOLD_IN.index(week) % len(STORIES)]
        author = self.work.people.get(self.people[week])
        story = sharing.submit_testimonial(
            self.work,
            project_id=self.project.id,
            author=author,
            text=text,
            blocker=blocker.value,
            naming=Naming.FIRST_NAME_AND_TEAM,
            consent=True,
            expires_on=sharing.expiry(self.work.now.date()),
        )
        sharing.review_testimonial(self.work, story.id, self.lead, TestimonialStatus.APPROVED)
        self._insert(Share, (self._share(story, person) for person in self.people[60:110]))

    def _share(self, story: Testimonial, person: str) -> dict[str, Any]:
        return {
            "id": self.work.ids.new(),
            "testimonial_id": story.id,
            "person_id": person,
            "reaction": self.rng.choice(("me", "me", "not_me", None)),
            "decided_at": self.work.now,
        }

    def _insert(self, model: type[Any], rows: Iterator[dict[str, Any]] | Rows) -> None:
        here = {"workspace_id": self.work.workspace_id}
        insert_plain(self.work.session, model, [row | here for row in rows])


def _file() -> ProjectFile:
    file = read(twins.FILE)
    label = Localised.model_validate({"fr": "Service client", "en": "Customer support"})
    support = file.personas["sales"].model_copy(update={"label": label})
    return file.model_copy(update={"personas": {**file.personas, "support": support}})


def _monday(now: datetime) -> datetime:
    return now - timedelta(days=now.weekday())
