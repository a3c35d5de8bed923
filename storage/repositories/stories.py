"""Where testimonials were shown, and the questions that their readers ask."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select

from storage.models import Place, Posted, QuestionStatus, StoryQuestion
from storage.repositories.base import Repository, insert_many


class StoryRepository(Repository):
    """The texts stay sealed here."""

    # ---------------------------------------------------------------- places

    def place(self, places: Sequence[tuple[str, str, Place, str]]) -> None:
        """Testimonials are shown by messages planned under these keys: (testimonial's id, person's id, place, key)."""
        rows = [
            {
                "id": sha256(f"{testimonial_id}|{key}".encode()).hexdigest()[:32],
                "workspace_id": self._work.workspace_id,
                "testimonial_id": testimonial_id,
                "person_id": person_id,
                "place": place,
                "key": key,
            }
            for testimonial_id, person_id, place, key in places
        ]
        self._session.flush()
        if rows:
            insert_many(self._session, Posted, rows, key=[Posted.testimonial_id, Posted.key])

    def places(self, testimonial_id: str, wanted: Collection[Place]) -> list[Posted]:
        """Where it was shown and may still stand."""
        rows = self._session.scalars(
            select(Posted)
            .where(Posted.testimonial_id == testimonial_id, Posted.place.in_(wanted))
            .order_by(Posted.id)
        )
        return list(rows)

    def find_place(self, place_id: str) -> Posted | None:
        return self._session.get(Posted, place_id)

    def forget_place(self, place_id: str) -> None:
        """The words are gone from there."""
        self._session.execute(delete(Posted).where(Posted.id == place_id))

    # ---------------------------------------------------------------- questions

    def add_question(self, question: StoryQuestion) -> None:
        self._session.add(question)
        self._session.flush()

    def find_question(self, question_id: str) -> StoryQuestion | None:
        return self._session.get(StoryQuestion, question_id)

    def locked_question(self, question_id: str) -> StoryQuestion | None:
        """As last committed, and kept from other transactions until this one ends."""
        return self._session.scalar(
            select(StoryQuestion)
            .where(StoryQuestion.id == question_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def question_of(self, share_id: str) -> StoryQuestion | None:
        return self._session.scalar(select(StoryQuestion).where(StoryQuestion.share_id == share_id))

    def open_questions(self, testimonial_id: str) -> list[StoryQuestion]:
        """Those that wait for an answer, the oldest first."""
        rows = self._session.scalars(
            select(StoryQuestion)
            .where(
                StoryQuestion.testimonial_id == testimonial_id, StoryQuestion.status == QuestionStatus.ASKED
            )
            .order_by(StoryQuestion.asked_at, StoryQuestion.id)
        )
        return list(rows)

    def asked_since(self, author_id: str, since: datetime) -> list[datetime]:
        """When each question to this author was asked, from `since` on, the oldest first."""
        rows = self._session.scalars(
            select(StoryQuestion.asked_at)
            .where(StoryQuestion.author_id == author_id, StoryQuestion.asked_at >= since)
            .order_by(StoryQuestion.asked_at)
        )
        return list(rows)
