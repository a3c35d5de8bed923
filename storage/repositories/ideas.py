"""The board of ideas: ideas, who supports them, what is added to them, and where they were shown."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update
from sqlalchemy.orm import aliased

from content.promises import LEAST_FIGURES
from storage.many import among
from storage.models import ON_BOARD, Idea, IdeaComment, IdeaPlace, IdeaStatus, IdeaSupport
from storage.repositories.base import Repository, insert_many, insert_new


class Standing(NamedTuple):
    """An idea on the board without its words; `root` is the idea it is joined to, or itself."""

    id: str
    root: str
    status: IdeaStatus
    proposed_at: datetime


class Shown(NamedTuple):
    """A message that shows an idea to somebody."""

    idea_id: str
    person_id: str
    key: str


class IdeaRepository(Repository):
    """The texts stay sealed here."""

    def add(self, idea: Idea) -> None:
        self._session.add(idea)
        self._session.flush()

    def find(self, idea_id: str) -> Idea | None:
        return self._session.get(Idea, idea_id)

    def locked(self, idea_id: str) -> Idea | None:
        """As last committed, and kept from other transactions until this one ends."""
        return self._session.scalar(
            select(Idea).where(Idea.id == idea_id).with_for_update().execution_options(populate_existing=True)
        )

    def of_author(self, author_id: str) -> list[Idea]:
        """All of theirs, whatever became of them, the newest first."""
        rows = select(Idea).where(Idea.author_id == author_id)
        return list(self._session.scalars(rows.order_by(Idea.proposed_at.desc(), Idea.id.desc())))

    def on_board(self, project_id: str) -> list[Standing]:
        """The oldest first; joined ones are among them."""
        parent = aliased(Idea)
        rows = (
            select(Idea.id, _root(parent), Idea.status, Idea.proposed_at)
            .outerjoin(parent, _joined(parent))
            .where(Idea.project_id == project_id, Idea.status.in_(ON_BOARD))
            .order_by(Idea.proposed_at, Idea.id)
        )
        return [Standing._make(row) for row in self._session.execute(rows)]

    def group(self, idea_id: str) -> list[Idea]:
        """What is on the board of this idea and those joined to it, the idea first."""
        rows = self._session.scalars(
            select(Idea)
            .where((Idea.id == idea_id) | (Idea.joined_to == idea_id), Idea.status.in_(ON_BOARD))
            .order_by((Idea.id != idea_id), Idea.proposed_at, Idea.id)
        )
        return list(rows)

    # ---------------------------------------------------------------- supports

    def support(self, idea_id: str, person_id: str) -> bool:
        """Whether that is new."""
        row = {
            "id": self._work.ids.new(),
            "workspace_id": self._work.workspace_id,
            "idea_id": idea_id,
            "person_id": person_id,
        }
        key = [IdeaSupport.idea_id, IdeaSupport.person_id]
        new = bool(insert_new(self._session, IdeaSupport, [row], key=key, returning=[IdeaSupport.id]))
        self._tell([idea_id])
        return new

    def unsupport(self, idea_ids: Collection[str], person_id: str) -> None:
        self._session.execute(
            delete(IdeaSupport).where(IdeaSupport.idea_id.in_(idea_ids), IdeaSupport.person_id == person_id)
        )
        self._tell(idea_ids)

    def supports(self, project_id: str) -> dict[str, int]:
        """By root, how many supporters are told of that one of it and what is joined to it which has the most."""
        parent = aliased(Idea)
        rows = self._session.execute(
            select(_root(parent), func.max(Idea.told_support))
            .outerjoin(parent, _joined(parent))
            .where(Idea.project_id == project_id, Idea.status.in_(ON_BOARD))
            .group_by(_root(parent))
        )
        return {row[0]: row[1] for row in rows}

    def supporters(self, idea_ids: Collection[str]) -> frozenset[str]:
        """The ids of everybody who supports one of these."""
        rows = select(IdeaSupport.person_id).where(among(self._session, IdeaSupport.idea_id, idea_ids))
        return frozenset(self._session.scalars(rows))

    def supported_by(self, person_id: str) -> list[str]:
        """The ids of what somebody supports."""
        return list(
            self._session.scalars(select(IdeaSupport.idea_id).where(IdeaSupport.person_id == person_id))
        )

    # ---------------------------------------------------------------- comments

    def add_comment(self, comment: IdeaComment) -> None:
        self._session.add(comment)
        self._session.flush()

    def find_comment(self, comment_id: str) -> IdeaComment | None:
        return self._session.get(IdeaComment, comment_id)

    def comment_of(self, idea_id: str, person_id: str) -> IdeaComment | None:
        rows = select(IdeaComment).where(IdeaComment.idea_id == idea_id, IdeaComment.person_id == person_id)
        return self._session.scalar(rows)

    def comments(self, idea_ids: Collection[str]) -> list[IdeaComment]:
        """The oldest first, hidden ones too."""
        rows = select(IdeaComment).where(among(self._session, IdeaComment.idea_id, idea_ids))
        return list(self._session.scalars(rows.order_by(IdeaComment.said_at, IdeaComment.id)))

    def comments_by(self, person_id: str) -> list[IdeaComment]:
        rows = select(IdeaComment).where(IdeaComment.person_id == person_id)
        return list(self._session.scalars(rows.order_by(IdeaComment.id)))

    def remove_comment(self, comment: IdeaComment) -> None:
        self._session.delete(comment)
        self._session.flush()

    def _tell(self, idea_ids: Collection[str]) -> None:
        """What is told of supporters follows, where they have become so many more or fewer that it says nothing of one."""
        self._session.flush()
        supporters = (
            select(func.count()).where(IdeaSupport.idea_id == Idea.id).correlate(Idea).scalar_subquery()
        )
        self._session.execute(
            update(Idea)
            .where(Idea.id.in_(idea_ids), func.abs(supporters - Idea.told_support) >= LEAST_FIGURES)
            .values(told_support=supporters)
            .execution_options(synchronize_session=False)
        )

    def clear(self, idea_id: str) -> None:
        """Nobody supports it any more, and nothing is added to it."""
        self._session.execute(delete(IdeaSupport).where(IdeaSupport.idea_id == idea_id))
        self._session.execute(delete(IdeaComment).where(IdeaComment.idea_id == idea_id))

    # ---------------------------------------------------------------- places

    def place(self, shown: Sequence[Shown]) -> None:
        """Ideas are shown by messages planned under these keys."""
        rows = [
            {
                **each._asdict(),
                "id": sha256(f"{each.idea_id}|{each.key}".encode()).hexdigest()[:32],
                "workspace_id": self._work.workspace_id,
            }
            for each in shown
        ]
        self._session.flush()
        if rows:
            insert_many(self._session, IdeaPlace, rows, key=[IdeaPlace.idea_id, IdeaPlace.key])

    def placed(self, key: str) -> frozenset[str]:
        """The ids of the ideas that the message planned under this key may show."""
        return frozenset(self._session.scalars(select(IdeaPlace.idea_id).where(IdeaPlace.key == key)))

    def places(self, idea_id: str) -> list[IdeaPlace]:
        """Where it was shown and may still stand."""
        return list(
            self._session.scalars(
                select(IdeaPlace).where(IdeaPlace.idea_id == idea_id).order_by(IdeaPlace.id)
            )
        )

    def find_place(self, idea_place_id: str) -> IdeaPlace | None:
        return self._session.get(IdeaPlace, idea_place_id)

    def forget_place(self, idea_place_id: str) -> None:
        """The words are gone from there."""
        self._session.execute(delete(IdeaPlace).where(IdeaPlace.id == idea_place_id))


def _joined(parent: type[Idea]) -> ColumnElement[bool]:
    return and_(parent.id == Idea.joined_to, parent.status.in_(ON_BOARD))


def _root(parent: type[Idea]) -> ColumnElement[str]:
    return case((parent.id.is_not(None), parent.id), else_=Idea.id)
