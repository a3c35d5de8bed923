"""The words of the digest and its suggested actions, read once."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from content.catalog import Catalog, Lang


@cache
def texts() -> Catalog:
    """Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("digests") / "texts")


@cache
def actions() -> Catalog:
    """Actions for every blocker, family and headline that a page's `action` may name: text, first step, and who can."""
    return Catalog.load(files("digests") / "actions")


@cache
def follow_up() -> Catalog:
    """What is said around an action: to those who lead, and to those whom it concerns."""
    return Catalog.load(files("digests") / "follow_up")


@cache
def ideas() -> Catalog:
    """The words of the board of ideas."""
    return Catalog.load(files("digests") / "ideas")


@cache
def proposals() -> Mapping[str, Sequence[str]]:
    """By what a page's `action` may name, the keys of the actions for it, the likeliest first."""
    document = actions().documents[Lang.ENGLISH].data
    return {subject: tuple(each) for subject, each in document.items()}
