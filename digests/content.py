"""The words of the digest and its suggested actions, read once."""

from functools import cache
from importlib.resources import files

from content.catalog import Catalog


@cache
def texts() -> Catalog:
    """Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("digests") / "texts")


@cache
def actions() -> Catalog:
    """One action per blocker, family and headline that a page's `action` may name."""
    return Catalog.load(files("digests") / "actions")


@cache
def ideas() -> Catalog:
    """The words of the board of ideas."""
    return Catalog.load(files("digests") / "ideas")
