"""From a lead's search to a champion with a card, on any platform; see `tests.support.loop`."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from storage.models import Champion, ChampionStatus, Nomination
from tests.support.flows import CREW
from tests.support.loop import Loop

Fill = Callable[[Loop, str, str], Awaitable[None]]
"""Fill in the form whom somebody asks: (loop, who, names)."""


async def search(loop: Loop, fill: Fill) -> None:
    """Six people name Amine; he is asked before anybody knows, says yes, is welcomed, and gets a card."""
    await loop.say("Sandrine", "adoption relais")
    await loop.press("Sandrine", "champion.start")
    for name in CREW[1:]:
        await loop.until(partial(loop.sees, name, "nomination.name"), timedelta(days=9))
    for name in CREW[1:6]:
        await fill(loop, name, "Amine")
    await fill(loop, CREW[6], "Aminne")
    amine = await loop.person("Amine")
    await loop.press(CREW[6], "nomination.which", amine.id)
    await loop.press("Hannah", "nomination.nobody")
    named = [row for row in await loop.rows(Nomination) if row.nominee_id == amine.id]
    assert len(named) == 6
    assert all(row.typed == "" for row in named)

    await loop.until(lambda: loop.sees("Amine", "champion.yes"), timedelta(days=30))
    assert "plusieurs collègues" in loop.words("Amine")
    assert "Amine" not in loop.words("Sandrine")
    await loop.press("Amine", "champion.yes")
    await loop.until(lambda: loop.sees("Sandrine", "champion.welcome"), timedelta(days=9))
    assert "Amine" in loop.words("Sandrine")
    await loop.press("Sandrine", "champion.welcome")
    assert not loop.sees("Sandrine", "champion.welcome")
    await loop.until(lambda: loop.sees("Amine", "champion.full"), timedelta(days=20))
    await loop.press("Amine", "champion.full")
    await loop.say("Amine", "relais")
    await loop.press("Amine", "champion.stop")
    (row,) = await loop.rows(Champion)
    assert row.status is ChampionStatus.ENDED
    await loop.later(loop.clock.now() + timedelta(weeks=4))
    assert len(await loop.sent("Amine", "champion.card")) == 1
    await loop.assert_all_done()
