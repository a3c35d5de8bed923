"""What is known inside one transaction; repositories live on it, `storage.work` puts them together."""

from dataclasses import dataclass
from datetime import datetime

from storage.crypto import Keyring
from storage.ids import Ids
from storage.scope import ScopedSession


@dataclass(frozen=True)
class Transaction:
    """`now` stands still for the whole transaction."""

    session: ScopedSession
    now: datetime
    ids: Ids
    keyring: Keyring


@dataclass(frozen=True)
class WorkspaceTransaction(Transaction):
    """A transaction in one workspace."""

    workspace_id: str

    def seal(self, column: str, text: str) -> str:
        """Encrypt free text for `column` ("table.column") of this workspace."""
        return self.keyring.seal(self.workspace_id, column, text)

    def open(self, column: str, sealed: str) -> str:
        """Decrypt what `seal` made. Raises `storage.crypto.SealBroken`."""
        return self.keyring.open(self.workspace_id, column, sealed)
