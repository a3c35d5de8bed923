"""What every repository has: the unit of work it lives in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.work import Work


class Repository:
    """Queries of one aggregate. Only repositories hold queries; they never commit."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._session = work.session
