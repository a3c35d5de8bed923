"""Projects and who is in them."""

from collections.abc import Collection

from sqlalchemy import and_, or_, select

from storage.errors import RowMissing
from storage.many import among
from storage.models import Membership, Person, Project, Role
from storage.repositories.base import Repository, by_key


class ProjectRepository(Repository):
    """Tools being brought in. A `definition` is the validated project file as JSON."""

    def get(self, project_id: str) -> Project:
        """Raises RowMissing."""
        project = self._session.get(Project, project_id)
        if project is None:
            raise RowMissing("this project does not exist in the workspace")
        self._session.kept.add(project)
        return project

    def hold(self, project_id: str) -> None:
        """Let nobody else publish, look or search for this project until the transaction ends."""
        self._session.execute(select(Project.id).where(Project.id == project_id).with_for_update())

    def by_key(self, key: str) -> Project | None:
        return self._session.scalar(select(Project).where(Project.key == key))

    def all(self) -> list[Project]:
        """Oldest first."""
        return list(self._session.scalars(select(Project).order_by(Project.created_at, Project.id)))

    def add(self, project: Project) -> None:
        self._session.add(project)
        self._session.flush()

    def join(
        self, project_id: str, person_id: str, role: Role = Role.EMPLOYEE, persona: str | None = None
    ) -> Membership:
        """Give a person this place in the project, instead of the one they may have had."""
        membership = self.member(project_id, person_id)
        if membership is None:
            membership = Membership(
                id=self._work.ids.new(),
                workspace_id=self._work.workspace_id,
                project_id=project_id,
                person_id=person_id,
                joined_at=self._work.now,
            )
            self._session.add(membership)
        membership.role, membership.persona = role, persona
        self._session.flush()
        return membership

    def member(self, project_id: str, person_id: str) -> Membership | None:
        return self._session.scalar(
            select(Membership).where(Membership.project_id == project_id, Membership.person_id == person_id)
        )

    def memberships(self, person_ids: Collection[str]) -> dict[str, list[Membership]]:
        """By person, all of their places."""
        rows = self._session.scalars(
            select(Membership).where(among(self._session, Membership.person_id, person_ids))
        )
        return by_key((membership.person_id, membership) for membership in rows)

    def place(self, membership_id: str) -> Membership | None:
        return self._session.get(Membership, membership_id)

    def of_person(self, person_id: str) -> list[tuple[Membership, Project]]:
        """The person's places, the latest joined first."""
        rows = self._session.execute(
            select(Membership, Project)
            .join(Project, Project.id == Membership.project_id)
            .where(Membership.person_id == person_id)
            .order_by(Membership.joined_at.desc(), Membership.id.desc())
        )
        return [(membership, project) for membership, project in rows]

    def places(self, person_ids: Collection[str]) -> dict[str, list[str]]:
        """By person, the ids of the projects they are in, the latest joined first."""
        rows = self._session.execute(
            select(Membership.person_id, Membership.project_id)
            .where(among(self._session, Membership.person_id, person_ids))
            .order_by(Membership.joined_at.desc(), Membership.id.desc())
        )
        return by_key((person_id, project_id) for person_id, project_id in rows)

    def members(self, project_id: str, role: Role | None = None) -> list[tuple[Membership, Person]]:
        """Everyone in the project, or those of one role, by name."""
        statement = (
            select(Membership, Person)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.project_id == project_id)
            .order_by(Person.name, Person.id)
        )
        if role is not None:
            statement = statement.where(Membership.role == role)
        return [(membership, person) for membership, person in self._session.execute(statement)]

    def reviewers(self, project_id: str) -> list[Person]:
        """Who reads testimonials before they are shown: the leads, and the champions they have asked; by name."""
        return list(
            self._session.scalars(
                select(Person)
                .join(Membership, Membership.person_id == Person.id)
                .where(
                    Membership.project_id == project_id,
                    or_(
                        Membership.role == Role.LEAD,
                        and_(Membership.role == Role.CHAMPION, Membership.reviews.is_(True)),
                    ),
                )
                .order_by(Person.name, Person.id)
            )
        )

    def standing(
        self, project_id: str, person_ids: Collection[str]
    ) -> dict[str, tuple[str | None, str | None]]:
        """By person of the project, their persona there and their team."""
        rows = self._session.execute(
            select(Membership.person_id, Membership.persona, Person.team)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.project_id == project_id, among(self._session, Membership.person_id, person_ids)
            )
        )
        return {person_id: (persona, team) for person_id, persona, team in rows}

    def leads(self, project_id: str) -> list[Person]:
        """By name."""
        return [person for _, person in self.members(project_id, Role.LEAD)]
