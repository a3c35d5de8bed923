"""Words that several features share: how the obstacles are called."""

from functools import cache
from importlib.resources import files

from content.catalog import Catalog


@cache
def texts() -> Catalog:
    """`blocker.<label>` as a person says it, `blocker_report.<label>` and `family.<family>` as a report names it.

    Raises:
        ContentError: a file is broken.
    """
    return Catalog.load(files("content") / "texts")
