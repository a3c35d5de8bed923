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

    def seal(self, column: str, text: str, *, row: str) -> str:
        """Encrypt free text for `column` ("table.column") of one row; `storage.sealed` says what a row is known by."""
        return self.keyring.seal(self.workspace_id, column, text, row)

    def open(self, column: str, sealed: str, *, row: str) -> str:
        """Decrypt what `seal` made for the same row. Raises `storage.crypto.SealBroken`."""
        return self.keyring.open(self.workspace_id, column, sealed, row)
