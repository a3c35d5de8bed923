"""Who asked to be forgotten: known again by a mark, and by nothing else."""

from collections.abc import Collection

from sqlalchemy import select

from storage.many import among
from storage.models import Erasure
from storage.repositories.base import Repository
from storage.repositories.marks import known_key, make_key, mark


class ErasureRepository(Repository):
    """The marks of this workspace."""

    def begin(self, external_id: str) -> Erasure:
        """Mark somebody; an earlier mark of theirs begins anew."""
        row = self.find(external_id)
        if row is None:
            row = Erasure(
                id=self._work.ids.new(),
                workspace_id=self._work.workspace_id,
                mark=mark(make_key(self._work), external_id),
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
        key = known_key(self._work)
        if key is None:
            return {}
        marks = {mark(key, external_id): external_id for external_id in external_ids}
        found = self._session.scalars(select(Erasure).where(among(self._session, Erasure.mark, marks)))
        return {marks[erasure.mark]: erasure for erasure in found}

    def take_back(self, external_id: str) -> None:
        """They would like to take part again."""
        if row := self.find(external_id):
            self._session.delete(row)
            self._session.flush()
