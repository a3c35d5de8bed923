"""What nudges have done is learnt from once a night, in each workspace by itself."""

import structlog

from bot.log import where
from nudges import choices
from storage.database import Database
from storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)


class Learning:
    """Several processes may do so at once: what was learnt last holds, and it is the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Learn in every workspace where that was not done today. One that cannot be learnt from holds no other up."""
        ids = await self._database.read_system(lambda work: [each.id for each in work.workspaces.all()])
        for workspace_id in ids:
            try:
                await self._database.run(workspace_id, choices.learn_again)
            except StorageUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the others are still learnt from
                log.error("learning_failed", error=type(error).__name__, path=where(error))
