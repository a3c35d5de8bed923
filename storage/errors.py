"""Everything that can go wrong in storage.

StorageError
├── SetupError                  something the person who installs has to mend
│   ├── DatabaseUrlInvalid
│   ├── DriverMissing
│   ├── DatabaseUnreachable
│   └── KeyringInvalid          (storage.crypto)
├── WallRefused                 the second wall cannot be put up, taken down or looked at here
├── CopyRefused                 a database cannot be carried over, or did not arrive whole
├── StorageUnavailable          the database cannot do anything now; nobody's fault but its own
│   └── DatabaseBusy            another transaction holds the writer for too long
├── NestedTransaction           a transaction was opened inside another one
├── UnscopedAccess              a statement would cross the wall between workspaces
├── RowMissing                  a row that must exist does not
├── PromiseBroken               what people were promised would be changed
├── ThresholdTooLow             a round would show figures of fewer people than any may
├── AlreadyDone                 an inbox event was handled before
└── SealBroken                  (storage.crypto)
"""


class StorageError(Exception):
    """Storage could not do what was asked."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class SetupError(StorageError):
    """Storage is not set up; the message says what to do."""


class DatabaseUrlInvalid(SetupError):
    """The database address must start with sqlite:/// (a file) or postgresql://."""


class DriverMissing(SetupError):
    """PostgreSQL needs its driver; install it with: pip install 'entrain-bot[postgres]'."""


class DatabaseUnreachable(SetupError):
    """The database cannot be opened."""


class WallRefused(StorageError):
    """The second wall was left as it was."""


class CopyRefused(StorageError):
    """The database was not copied."""


class StorageUnavailable(StorageError):
    """The database cannot be reached, is full, or gave up on this transaction; nothing was committed, or nobody knows."""


class DatabaseBusy(StorageUnavailable):
    """Another transaction has held the database for too long; look for one that waits for something else."""


class NestedTransaction(StorageError):
    """This thread has a transaction open already; pass its Work on instead of opening another."""


class UnscopedAccess(StorageError):
    """A statement on rows of a workspace must be narrowed to one workspace."""


class RowMissing(StorageError):
    """A row that must exist does not."""


class PromiseBroken(StorageError):
    """What people were promised when a round of interviews started cannot be changed."""


class ThresholdTooLow(StorageError):
    """Figures are of at least 5 people, and words of at least 10; give these numbers or larger ones."""


class AlreadyDone(StorageError):
    """The event was handled before; this transaction must be rolled back."""
