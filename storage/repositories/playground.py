"""The playground's conversations and clock."""

from sqlalchemy import func, select

from storage.models import Person, PlaygroundClock, PlaygroundMessage
from storage.repositories.base import Repository, insert_new

BODY = "playground_messages.body"


class PlaygroundRepository(Repository):
    """Bodies are sealed like every other free text; `body` opens them."""

    def add(self, person_id: str, *, author: str, key: str, body: str) -> PlaygroundMessage:
        """Add a message at the end of the person's conversation; the one that `key` already has, if so."""
        row = {
            "workspace_id": self._work.workspace_id,
            "person_id": person_id,
            "author": author,
            "key": key,
            "body": self._work.seal(BODY, body, row=key),
            "at": self._work.now,
        }
        insert_new(
            self._session,
            PlaygroundMessage,
            [row],
            key=[PlaygroundMessage.workspace_id, PlaygroundMessage.key],
            returning=[PlaygroundMessage.id],
        )
        return self._session.scalars(select(PlaygroundMessage).where(PlaygroundMessage.key == key)).one()

    def replace(self, person_id: str, message_id: int, body: str) -> bool:
        """Change a message in its place; False if the person has no such message."""
        message = self.get(person_id, message_id)
        if message is not None:
            message.body = self._work.seal(BODY, body, row=message.key)
        return message is not None

    def body(self, message: PlaygroundMessage) -> str:
        """What the message says, as JSON."""
        return self._work.open(BODY, message.body, row=message.key)

    def get(self, person_id: str, message_id: int) -> PlaygroundMessage | None:
        return self._session.scalar(
            select(PlaygroundMessage).where(
                PlaygroundMessage.person_id == person_id, PlaygroundMessage.id == message_id
            )
        )

    def by_key(self, key: str) -> PlaygroundMessage | None:
        return self._session.scalar(select(PlaygroundMessage).where(PlaygroundMessage.key == key))

    def after(self, person_id: str, message_id: int = 0) -> list[PlaygroundMessage]:
        """The person's messages that came after `message_id`, in order."""
        return list(
            self._session.scalars(
                select(PlaygroundMessage)
                .where(PlaygroundMessage.person_id == person_id, PlaygroundMessage.id > message_id)
                .order_by(PlaygroundMessage.id)
            )
        )

    def latest_by_person(self, author: str) -> dict[str, int]:
        """The id of this author's last message in each conversation, by the person's external id."""
        rows = self._session.execute(
            select(Person.external_id, func.max(PlaygroundMessage.id).label("latest"))
            .join(PlaygroundMessage, PlaygroundMessage.person_id == Person.id)
            .where(PlaygroundMessage.author == author)
            .group_by(Person.external_id)
        )
        return {row.external_id: row.latest for row in rows}

    def ahead_seconds(self) -> int | None:
        """How far the playground's clock runs ahead of the machine's; None if it was never set."""
        clock = self._session.scalar(select(PlaygroundClock))
        return clock.ahead_seconds if clock else None

    def set_ahead_seconds(self, seconds: int) -> None:
        clock = self._session.scalar(select(PlaygroundClock))
        if clock is None:
            clock = PlaygroundClock(id=self._work.ids.new(), workspace_id=self._work.workspace_id)
            self._session.add(clock)
        clock.ahead_seconds = seconds
