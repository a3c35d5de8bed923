"""Who asked to be forgotten: known again by a mark, and by nothing else."""

import hmac
import secrets
from collections.abc import Collection

from sqlalchemy import select

from storage.many import among
from storage.models import Erasure, Workspace
from storage.repositories.base import Repository

KEY = "workspaces.erasure_key"


class ErasureRepository(Repository):
    """The marks of this workspace. Their key is sealed in the database, so that other encryption keys do not orphan them."""

    def begin(self, external_id: str) -> Erasure:
        """Mark somebody; an earlier mark of theirs begins anew."""
        row = self.find(external_id)
        if row is None:
            row = Erasure(
                id=self._work.ids.new(),
                workspace_id=self._work.workspace_id,
                mark=_mark(self._make_key(), external_id),
            )
            self._session.add(row)
        row.asked_at, row.done_at = self._work.now, None
        self._session.flush()
        return row

    def find(self, external_id: str) -> Erasure | None:
        """The mark of whoever the platform calls so, if they asked to be forgotten."""
        return self.among([external_id]).get(external_id)

    def among(self, external_ids: Collection[str]) -> dict[str, Erasure]:
        """Those of these people who asked to be forgotten, by what the platform calls them."""
        sealed = self._session.scalar(
            select(Workspace.erasure_key).where(Workspace.id == self._work.workspace_id)
        )
        if sealed is None:
            return {}
        key = self._work.open(KEY, sealed, row=self._work.workspace_id)
        marks = {_mark(key, external_id): external_id for external_id in external_ids}
        found = self._session.scalars(select(Erasure).where(among(self._session, Erasure.mark, marks)))
        return {marks[erasure.mark]: erasure for erasure in found}

    def take_back(self, external_id: str) -> None:
        """They would like to take part again."""
        if row := self.find(external_id):
            self._session.delete(row)
            self._session.flush()

    def _make_key(self) -> str:
        workspace = self._session.scalars(
            select(Workspace)
            .where(Workspace.id == self._work.workspace_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if workspace.erasure_key is None:
            workspace.erasure_key = self._work.seal(KEY, secrets.token_hex(32), row=workspace.id)
            self._session.flush()
        return self._work.open(KEY, workspace.erasure_key, row=workspace.id)


def _mark(key: str, external_id: str) -> str:
    return hmac.digest(bytes.fromhex(key), external_id.encode(), "sha256").hex()
