"""How things are named in content files."""

import re
from typing import Annotated

from pydantic import AfterValidator

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _key(written: str) -> str:
    if not _KEY.fullmatch(written):
        raise ValueError(
            f"{written!r} is not a key; use small letters, digits and _, a letter first, 40 at most"
        )
    return written


Key = Annotated[str, AfterValidator(_key)]
"""A name that files, not people, use for something."""
