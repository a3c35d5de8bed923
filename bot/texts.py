"""The texts of what belongs to no single feature: help, stop, pause."""

from functools import cache
from importlib.resources import files

from content.catalog import Catalog


@cache
def texts() -> Catalog:
    """Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("bot") / "texts")
