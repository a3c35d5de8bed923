"""Testimonials, and to whom they went."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select

from storage.models import Person, Share, Testimonial, TestimonialStatus
from storage.repositories.base import Repository, by_key, insert_plain


class Shared(NamedTuple):
    """A testimonial that somebody was given, and of which project it is."""

    testimonial_id: str
    project_id: str
    decided_at: datetime
    reaction: str | None


class Sharing(NamedTuple):
    """A testimonial to give to somebody."""

    id: str
    testimonial_id: str
    person_id: str


class Approved(NamedTuple):
    """An approved testimonial without its words; `lang` is the author's, None if not known."""

    id: str
    author_id: str
    blocker: str
    expires_on: date
    created_at: datetime
    lang: str | None


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

    def approved(self, project_id: str) -> list[Approved]:
        """The oldest first; those whose consent has run out are among them."""
        rows = self._session.execute(
            select(
                Testimonial.id,
                Testimonial.author_id,
                Testimonial.blocker,
                Testimonial.expires_on,
                Testimonial.created_at,
                Person.lang,
            )
            .join(Person, Person.id == Testimonial.author_id)
            .where(Testimonial.project_id == project_id, Testimonial.status == TestimonialStatus.APPROVED)
            .order_by(Testimonial.created_at, Testimonial.id)
        )
        return [Approved(*row) for row in rows]

    def add_shares(self, sharing: Sequence[Sharing]) -> None:
        """Several stories for several people, decided now."""
        here = {"workspace_id": self._work.workspace_id, "decided_at": self._work.now}
        insert_plain(self._session, Share, [{**share._asdict(), **here} for share in sharing])

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

    def remove_shares(self, share_ids: Collection[str]) -> None:
        """Forget that these were given, but for those that were reacted to all the same."""
        if share_ids:
            self._session.execute(delete(Share).where(Share.id.in_(share_ids), Share.reaction.is_(None)))

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

    def shared_with(self, person_ids: Collection[str]) -> dict[str, list[Shared]]:
        """By person, what they were given, in all projects, oldest first."""
        rows = self._session.execute(
            select(
                Share.person_id,
                Share.testimonial_id,
                Testimonial.project_id,
                Share.decided_at,
                Share.reaction,
            )
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(Share.person_id.in_(person_ids))
            .order_by(Share.decided_at, Share.id)
        )
        return by_key((person_id, Shared._make(share)) for person_id, *share in rows)

    def times_shared(self, project_id: str) -> dict[str, int]:
        """How often each testimonial of the project was given to someone, by its id."""
        rows = self._session.execute(
            select(Share.testimonial_id, func.count(Share.id))
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(Testimonial.project_id == project_id)
            .group_by(Share.testimonial_id)
        )
        return dict(iter(rows))
