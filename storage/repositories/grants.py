"""Who was given which role, by whom and when."""

from sqlalchemy import select

from storage.audit import Actor
from storage.models import Grant
from storage.repositories.base import Repository
from storage.roles import GrantedRole

Place = tuple[str, str | None, GrantedRole]
"""A person, a project (None: the workspace) and a role."""


class GrantRepository(Repository):
    """Rows are added and never changed; the latest of a place is what holds."""

    def add(
        self, person_id: str, role: GrantedRole, project_id: str | None, by: Actor, *, given: bool
    ) -> Grant:
        grant = Grant(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            person_id=person_id,
            project_id=project_id,
            role=role,
            given=given,
            by_kind=by.kind,
            by=by.id,
            at=self._work.now,
        )
        self._session.add(grant)
        self._session.flush()
        return grant

    def all(self) -> list[Grant]:
        """Everything that was given and taken, oldest first."""
        return list(self._session.scalars(select(Grant).order_by(Grant.at, Grant.id)))

    def holding(self) -> dict[Place, Grant]:
        """What holds now, by place."""
        latest = {(grant.person_id, grant.project_id, grant.role): grant for grant in self.all()}
        return {place: grant for place, grant in latest.items() if grant.given}

    def of_workspace(self, person_id: str) -> frozenset[GrantedRole]:
        """Which roles of the whole workspace the person has."""
        rows = self._session.scalars(
            select(Grant)
            .where(Grant.person_id == person_id, Grant.project_id.is_(None))
            .order_by(Grant.at, Grant.id)
        )
        latest = {grant.role: grant.given for grant in rows}
        return frozenset(role for role, given in latest.items() if given)
