"""Testimonials, and to whom they went."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import aliased

from storage.many import among
from storage.models import Membership, Person, Role, Share, Testimonial, TestimonialStatus
from storage.repositories.base import Repository, by_key, insert_plain


class Shared(NamedTuple):
    """A testimonial that somebody was given, of which project it is and what it answers; `root` as in `Approved`."""

    testimonial_id: str
    root: str
    project_id: str
    decided_at: datetime
    reaction: str | None
    id: str
    blocker: str


class Sharing(NamedTuple):
    """A testimonial to give to somebody."""

    id: str
    testimonial_id: str
    person_id: str


class Approved(NamedTuple):
    """An approved testimonial without its words; `lang` is the author's, None if not known.

    `measured`: it tells a gain that was counted. `leads`: its author leads the project, or manages somebody.
    """

    id: str
    origin_id: str | None
    author_id: str
    blocker: str
    second_blocker: str | None
    expires_on: date
    created_at: datetime
    persona: str | None
    team: str | None
    lang: str | None
    effort: bool
    measured: bool
    leads: bool


class Given(NamedTuple):
    """How often a testimonial was given to somebody."""

    testimonial_id: str
    author_id: str
    times: int


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

    def waiting(self, project_id: str) -> list[Testimonial]:
        """Those that nobody has read yet, the oldest first."""
        return list(
            self._session.scalars(
                select(Testimonial)
                .where(
                    Testimonial.project_id == project_id, Testimonial.status == TestimonialStatus.SUBMITTED
                )
                .order_by(Testimonial.created_at, Testimonial.id)
            )
        )

    def approved(self, project_id: str) -> list[Approved]:
        """The oldest first; those whose consent has run out are among them.

        They are kept from others until this transaction ends, so that a week's number of readers holds for all
        processes together; those that another one keeps are not among them.
        """
        managed = aliased(Person)
        rows = self._session.execute(
            select(
                Testimonial.id,
                Testimonial.origin_id,
                Testimonial.author_id,
                Testimonial.blocker,
                Testimonial.second_blocker,
                Testimonial.expires_on,
                Testimonial.created_at,
                Testimonial.persona,
                Person.team,
                Person.lang,
                Testimonial.effort,
                or_(Testimonial.before_minutes.is_not(None), Testimonial.before_steps.is_not(None)),
                or_(
                    exists().where(
                        Membership.project_id == project_id,
                        Membership.person_id == Testimonial.author_id,
                        Membership.role == Role.LEAD,
                    ),
                    exists().where(managed.manager_id == Testimonial.author_id),
                ),
            )
            .join(Person, Person.id == Testimonial.author_id)
            .where(Testimonial.project_id == project_id, Testimonial.status == TestimonialStatus.APPROVED)
            .order_by(Testimonial.created_at, Testimonial.id)
            .with_for_update(of=Testimonial, skip_locked=True, key_share=True)
        )
        return [Approved._make(row) for row in rows]

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

    def reactions(self, testimonial_id: str) -> list[str | None]:
        """What each person to whom it went has said of it."""
        return list(
            self._session.scalars(select(Share.reaction).where(Share.testimonial_id == testimonial_id))
        )

    def shares_with(self, person_id: str) -> list[Share]:
        """What this person was given, in all projects, oldest first."""
        return list(
            self._session.scalars(
                select(Share).where(Share.person_id == person_id).order_by(Share.decided_at, Share.id)
            )
        )

    def shared_with(
        self, person_ids: Collection[str], since: datetime | None = None
    ) -> dict[str, list[Shared]]:
        """By person, what they were given, in all projects, oldest first; from `since` on, if told."""
        later = () if since is None else (Share.decided_at >= since,)
        rows = self._session.execute(
            select(
                Share.person_id,
                Share.testimonial_id,
                func.coalesce(Testimonial.origin_id, Testimonial.id),
                Testimonial.project_id,
                Share.decided_at,
                Share.reaction,
                Share.id,
                Testimonial.blocker,
            )
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(among(self._session, Share.person_id, person_ids), *later)
            .order_by(Share.decided_at, Share.id)
        )
        return by_key((person_id, Shared._make(share)) for person_id, *share in rows)

    def given_since(self, author_ids: Collection[str], since: datetime) -> list[Given]:
        """How often each testimonial of these authors was given to somebody after `since`."""
        rows = self._session.execute(
            select(Share.testimonial_id, Testimonial.author_id, func.count(Share.id))
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(among(self._session, Testimonial.author_id, author_ids), Share.decided_at > since)
            .group_by(Share.testimonial_id, Testimonial.author_id)
        )
        return [Given(*row) for row in rows]

    def times_shared(self, project_id: str) -> dict[str, int]:
        """How often each testimonial of the project was given to someone, by its id."""
        rows = self._session.execute(
            select(Share.testimonial_id, func.count(Share.id))
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(Testimonial.project_id == project_id)
            .group_by(Share.testimonial_id)
        )
        return dict(iter(rows))
