"""An organisation's own content beside the shipped: which files hold in this process, and every mistake in them."""

from collections.abc import Iterator
from pathlib import Path

from bot.settings import Settings
from content.loader import ContentError
from content.mistakes import did_you_mean
from nudges import content as nudge_content
from nudges import files as nudge_files
from surveys import checking, library
from surveys.library import Library

FOLDERS = ("packs", "routines", "scripts")


def use(settings: Settings) -> None:
    """From now on this process reads the content folder and the figures that the settings name."""
    library.use(Library(content=settings.content_dir, data=settings.data_dir))
    nudge_content.use(settings.content_dir)


def load() -> None:
    """Read everything now, so that a mistake is met at the start. Raises ContentError for the first."""
    library.load()
    nudge_content.load()


def check(path: Path) -> list[ContentError]:
    """Every mistake in a content folder, or in one file of it; the name of its folder says what a file is."""
    if path.is_file():
        return nudge_files.check(path) if path.parent.name in nudge_files.FOLDERS else checking.check(path)
    if not any(found for name in FOLDERS for found in (path / name).glob("*.yaml")):
        return [
            ContentError(str(path), None, f"holds no {', no '.join(f'{name}/*.yaml' for name in FOLDERS)}")
        ]
    return [*checking.check_folder(path), *nudge_files.check_folder(path), *_never_read(path)]


def _never_read(folder: Path) -> Iterator[ContentError]:
    """Files that look like content and lie where nobody looks for them."""
    for file in sorted(file for ending in ("yaml", "yml") for file in folder.rglob(f"*.{ending}")):
        place = file.relative_to(folder)
        if place.suffix == ".yml":
            yield ContentError(str(file), None, "is not read; let its name end in .yaml")
        elif len(place.parts) != 2 or place.parts[0] not in FOLDERS:
            meant = (
                did_you_mean(place.parts[0], FOLDERS) if place.parts[0] not in (*FOLDERS, place.name) else ""
            )
            yield ContentError(str(file), None, f"is not read; put it in {', '.join(FOLDERS)}{meant}")
