"""Whether each workspace takes us: what its platform refuses becomes a state, and is asked for again until it works."""

from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Database
from storage.lanes import close, is_closed, lanes_of, locked, reopen
from storage.models import Workspace, WorkspaceStatus
from storage.repositories.workspaces import ASKED_EVERY
from storage.work import SystemWork

CLOSED = (WorkspaceStatus.REVOKED, WorkspaceStatus.UNINSTALLED)
"""Nothing is planned for these workspaces and nothing is sent to them."""


@dataclass(frozen=True)
class Lost:
    """A workspace that is to be asked; `external_id` is the platform's."""

    id: str
    platform: str
    external_id: str
    status: WorkspaceStatus


class Installations:
    """What a sender tells of the workspaces, and which ones to ask."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def refused(self, workspace_id: str, status: WorkspaceStatus, code: str) -> None:
        """The platform refuses us in this workspace; `code` is its own word for why."""
        await self._database.run_system(lambda work: work.workspaces.lose(workspace_id, status, code))

    async def accepted(self, workspace_id: str) -> None:
        """The platform takes us: the workspace is active, and its lane open unless it was asked to slow down."""

        def accepted(work: SystemWork) -> None:
            work.workspaces.recover(workspace_id)
            if lane := locked(work, workspace_id):
                reopen(lane)

        await self._database.run_system(accepted)

    async def to_ask(self) -> list[Lost]:
        """Workspaces that are closed to us and have not been asked for `ASKED_EVERY`; each is handed to one process."""

        def due(work: SystemWork) -> list[Lost]:
            closed = work.session.scalars(
                select(Workspace).where(Workspace.status.in_(CLOSED)).order_by(Workspace.id)
            ).all()
            if not closed:
                return []
            lanes_of(work, [workspace.id for workspace in closed])
            asked = []
            for workspace in closed:
                lane = locked(work, workspace.id, skip=True)
                if lane is not None and not is_closed(lane, work.now):
                    close(lane, work.now, ASKED_EVERY, workspace.status.value)
                    asked.append(
                        Lost(workspace.id, workspace.platform, workspace.external_id, workspace.status)
                    )
            return asked

        return await self._database.run_system(due)
