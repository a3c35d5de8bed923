"""What lies readable in a bot's data folder."""

from collections.abc import Iterable
from pathlib import Path


def readable_in(folder: Path, needles: Iterable[str]) -> set[str]:
    """The needles that stand in plain text in any file of the folder, logs apart."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".log"]
    assert any(content.startswith(b"SQLite format 3") for content in files), (
        "there is no database to look into"
    )
    return {
        needle
        for needle in needles
        if any(form in content for content in files for form in (needle.encode(), needle.encode("utf-16-le")))
    }
