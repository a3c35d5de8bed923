"""A company in which several people share what is in their way, and a lead who looks at it on Mondays."""

from datetime import timedelta

from bot.handlers.digest import schedule_digest
from content.blockers import Blocker
from nudges import service
from storage.models import Barrier, Person, Role
from storage.work import Work
from tests.support.company import Company

WEEK = timedelta(weeks=1)


class Group(Company):
    """`lead` reads on Mondays what enough people share."""

    def __init__(self, work: Work, lang: str = "fr") -> None:
        super().__init__(work, lang, levers=True)
        self.lead = self.appoint("Sandrine")
        self._people = 0

    def appoint(self, name: str) -> Person:
        lead = self.hire(name, Role.LEAD)
        membership = self.work.projects.member(self.project.id, lead.id)
        assert membership
        schedule_digest(self.scene(lead), membership)
        return lead

    def answer(self, count: int, *blockers: Blocker, manager: Person | None = None) -> list[Person]:
        """So many more people have answered, and have this in their way."""
        people = []
        for _ in range(count):
            self._people += 1
            person = self.hire(f"P{self._people}")
            person.manager_id = manager.id if manager else None
            self.found(person, *blockers)
            service.plan_coaching(self.work, person.id, self.project.id, self.scene(person).week, days=7)
            people.append(person)
        return people

    def items(self) -> list[Barrier]:
        return self.work.barriers.of_project(self.project.id)

    def seen(self, person: Person, intent: str) -> int:
        """How many messages of this kind arrived."""
        return self.screens[person.id].kinds().count(intent)
