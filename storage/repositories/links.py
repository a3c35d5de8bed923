"""Links to a digest's page."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from storage.models import ReportLink
from storage.transaction import Transaction


class ReportLinkRepository:
    """Lives in a `SystemWork` as well, since a link says which workspace is meant."""

    def __init__(self, work: Transaction) -> None:
        self._session, self._now = work.session, work.now

    def add(self, link: ReportLink) -> None:
        """Keep a link. Those of the same person that have expired go."""
        self._session.execute(
            delete(ReportLink).where(
                ReportLink.person_id == link.person_id, ReportLink.expires_at <= self._now
            )
        )
        self._session.add(link)
        self._session.flush()

    def find(self, link_id: str) -> ReportLink | None:
        return self._session.get(ReportLink, link_id)

    def open_of(self, person_id: str) -> Sequence[ReportLink]:
        """Those of a person that neither have expired nor were withdrawn."""
        return self._session.scalars(
            select(ReportLink)
            .where(
                ReportLink.person_id == person_id,
                ReportLink.revoked_at.is_(None),
                ReportLink.expires_at > self._now,
            )
            .order_by(ReportLink.made_at, ReportLink.id)
        ).all()
