"""Workspaces, which belong to no other."""

from sqlalchemy import select

from storage.errors import RowMissing
from storage.models import Workspace
from storage.transaction import Transaction


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
