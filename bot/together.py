"""Several things at once, none of them unsupervised."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def every_one(tasks: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Wait until each has ended, also after one has failed; then raise the first failure."""
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [outcome for outcome in outcomes if outcome is not None]
    if failures:
        raise failures[0]
