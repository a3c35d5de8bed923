"""Which scripts and figures hold in this process: the shipped ones, and an organisation's own beside them.

A script of the organisation takes the place of a shipped one of the same key.
Set once by whoever puts the process together (`use`), before anything is asked for; read from files once.
"""

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from content.loader import ContentError, Source
from content.mistakes import did_you_mean
from surveys import figures
from surveys.figures import Model
from surveys.script import Script, read, scripts_in

FIGURES = "belief.yaml"
"""Name of the calibrated figures in the data folder."""


class UnknownScript(LookupError):
    """No content file holds this script."""


@dataclass(frozen=True)
class Library:
    """`content` is an organisation's content folder; `data` is where calibrated figures may lie."""

    content: Path | None = None
    data: Path | None = None

    @cached_property
    def figures(self) -> Model:
        """Raises `content.loader.ContentError`."""
        calibrated = self.data / FIGURES if self.data else None
        if not calibrated or not calibrated.is_file():
            return figures.shipped()
        try:
            return figures.read(calibrated)
        except ContentError as error:
            advice = "was it calibrated by another version? Remove it, then run: entrain interview calibrate"
            raise ContentError(error.source, error.line, f"{error.problem}; {advice}") from None

    @cached_property
    def _scripts(self) -> dict[str, Script]:
        sources = (*shipped_files(), *(scripts_in(self.content) if self.content else ()))
        return {script.key: script for script in map(read, sources)}

    def script(self, key: str) -> Script:
        """Raises UnknownScript, or `content.loader.ContentError` for a broken file."""
        if key not in self._scripts:
            meant = did_you_mean(key, self._scripts)
            raise UnknownScript(f"there is no script {key!r}{meant}; there are {', '.join(self.keys())}")
        return self._scripts[key]

    def load(self) -> None:
        """Read everything now, so that a mistake is met at the start. Raises `content.loader.ContentError`."""
        _ = self.figures, self._scripts

    def keys(self) -> list[str]:
        return sorted(self._scripts)


_current = [Library()]


def use(library: Library) -> None:
    """From now on this process reads these files."""
    _current[0] = library


def load() -> None:
    """Read every script and figure now. Raises `content.loader.ContentError` for the first that is broken."""
    _current[0].load()


def script(key: str) -> Script:
    """A script by its key. Raises UnknownScript, or `content.loader.ContentError`."""
    return _current[0].script(key)


def keys() -> list[str]:
    """The keys of every script."""
    return _current[0].keys()


def model() -> Model:
    """The figures. Raises `content.loader.ContentError`."""
    return _current[0].figures


def shipped_files() -> list[Source]:
    """The scripts of this package."""
    folder = files("surveys") / "scripts"
    return sorted(
        (source for source in folder.iterdir() if source.name.endswith(".yaml")),
        key=lambda source: source.name,
    )
