"""Whether another process works on the same SQLite file: each one that works holds a shared lock on a file beside it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Presence:
    """This process among those that work on the database `path`; `leave` ends it, as does the death of the process."""

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(f"{path.name}-workers").open("a")
        if sys.platform != "win32":
            fcntl.flock(self._file, fcntl.LOCK_SH)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process is present; none comes in during the block. Windows cannot tell: False."""
        if sys.platform == "win32":
            yield False
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> None:
        self._file.close()
