"""Testimonials, and to whom they went."""

from sqlalchemy import func, select

from storage.models import Share, Testimonial, TestimonialStatus
from storage.repositories.base import Repository


class TestimonialRepository(Repository):
    """The testimonials of this workspace. `text` stays sealed here."""

    __test__ = False

    def add(self, testimonial: Testimonial) -> None:
        self._session.add(testimonial)
        self._session.flush()

    def find(self, testimonial_id: str) -> Testimonial | None:
        return self._session.get(Testimonial, testimonial_id)

    def locked(self, testimonial_id: str) -> Testimonial | None:
        """As last committed, and kept from other transactions until this one ends."""
        return self._session.scalar(
            select(Testimonial)
            .where(Testimonial.id == testimonial_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def of_author(self, author_id: str, *statuses: TestimonialStatus) -> list[Testimonial]:
        """The newest first."""
        return list(
            self._session.scalars(
                select(Testimonial)
                .where(Testimonial.author_id == author_id, Testimonial.status.in_(statuses))
                .order_by(Testimonial.created_at.desc(), Testimonial.id.desc())
            )
        )

    def approved(self, project_id: str) -> list[Testimonial]:
        """The oldest first; those whose consent has run out are among them."""
        return list(
            self._session.scalars(
                select(Testimonial)
                .where(Testimonial.project_id == project_id, Testimonial.status == TestimonialStatus.APPROVED)
                .order_by(Testimonial.created_at, Testimonial.id)
            )
        )

    def add_share(self, testimonial_id: str, person_id: str) -> Share:
        share = Share(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            testimonial_id=testimonial_id,
            person_id=person_id,
            reaction=None,
            decided_at=self._work.now,
        )
        self._session.add(share)
        self._session.flush()
        return share

    def find_share(self, share_id: str) -> Share | None:
        return self._session.get(Share, share_id)

    def shares(self, testimonial_id: str) -> list[Share]:
        """To whom it went."""
        return list(self._session.scalars(select(Share).where(Share.testimonial_id == testimonial_id)))

    def shares_with(self, person_id: str) -> list[Share]:
        """What this person was given, in all projects, oldest first."""
        return list(
            self._session.scalars(
                select(Share).where(Share.person_id == person_id).order_by(Share.decided_at, Share.id)
            )
        )

    def times_shared(self, project_id: str) -> dict[str, int]:
        """How often each testimonial of the project was given to someone, by its id."""
        rows = self._session.execute(
            select(Share.testimonial_id, func.count(Share.id))
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(Testimonial.project_id == project_id)
            .group_by(Share.testimonial_id)
        )
        return dict(iter(rows))
