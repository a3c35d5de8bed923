"""Workspaces, which belong to no other."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.errors import RowMissing
from storage.models import Lane, Workspace, WorkspaceStatus
from storage.repositories.base import insert_new
from storage.transaction import Transaction

ASKED_EVERY = timedelta(minutes=15)
"""How often a platform that refuses us is asked whether it takes us again."""

REASON = 60
"""Characters of a reason that are kept."""


class WorkspaceRepository:
    """Lives in a `Work` as well as in a `SystemWork`."""

    def __init__(self, work: Transaction) -> None:
        self._work = work
        self._session = work.session

    def get(self, workspace_id: str) -> Workspace:
        """Raises RowMissing."""
        workspace = self._session.get(Workspace, workspace_id)
        if workspace is None:
            raise RowMissing("this workspace does not exist")
        return workspace

    def by_external(self, platform: str, external_id: str) -> Workspace | None:
        return self._session.scalar(
            select(Workspace).where(Workspace.platform == platform, Workspace.external_id == external_id)
        )

    def all(self) -> list[Workspace]:
        """Oldest first."""
        return list(self._session.scalars(select(Workspace).order_by(Workspace.created_at, Workspace.id)))

    def lose(
        self, workspace_id: str, status: WorkspaceStatus, reason: str = "", since: datetime | None = None
    ) -> None:
        """It cannot be reached, since now if not told, and is left alone for `ASKED_EVERY`; this may be told again."""
        workspace = self.get(workspace_id)
        workspace.status_reason = reason[:REASON] or workspace.status_reason
        if workspace.status is status:
            return
        workspace.status, workspace.status_since = status, since or self._work.now
        insert_new(
            self._session,
            Lane,
            [{"workspace_id": workspace_id}],
            key=[Lane.workspace_id],
            returning=[Lane.workspace_id],
        )
        self._set_lane(workspace_id, self._work.now + ASKED_EVERY, status.value)

    def recover(self, workspace_id: str) -> None:
        """It can be reached again."""
        workspace = self.get(workspace_id)
        workspace.status = WorkspaceStatus.ACTIVE
        workspace.status_since = workspace.status_reason = None

    def ask_again(self, workspace_id: str) -> None:
        """Let the platform be asked at once whether it takes us again."""
        self._set_lane(workspace_id, None, None)

    def _set_lane(self, workspace_id: str, until: datetime | None, why: str | None) -> None:
        self._session.execute(
            update(Lane)
            .where(Lane.workspace_id == workspace_id)
            .values(closed_until=until, closed_for=why)
            .execution_options(synchronize_session=False)
        )

    def add(
        self,
        platform: str,
        external_id: str,
        name: str,
        *,
        lang: str = "en",
        address: str = "vous",
        timezone: str = "UTC",
    ) -> Workspace:
        workspace = Workspace(
            id=self._work.ids.new(),
            platform=platform,
            external_id=external_id,
            name=name,
            lang=lang,
            address=address,
            timezone=timezone,
            created_at=self._work.now,
        )
        self._session.add(workspace)
        self._session.flush()
        return workspace
