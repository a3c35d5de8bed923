"""How often one address may ask: a bucket of tokens per address and kind of path.

The paths that platforms post to are not limited: they are signed, and a whole company answers from a few addresses.
"""

import math
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web import digest_page
from bot.web.pages import HEADERS
from storage.clock import Elapsed

MOST_ADDRESSES = 10_000
"""Addresses that are remembered; who has not asked for longest is forgotten first, and has a full bucket again."""

FORWARDED = "x-forwarded-for"


@dataclass(frozen=True)
class Rate:
    """`burst` requests at once, and then `per_second`."""

    per_second: float
    burst: int


PAGES = "/d/"

RATES: Mapping[str, Rate] = {
    "/api/v1/": Rate(per_second=10, burst=60),
    PAGES: Rate(per_second=2, burst=40),
    "/metrics": Rate(per_second=1, burst=10),
    "/openapi.json": Rate(per_second=1, burst=10),
}
"""By the beginning of the path. Each may be a thousand events, so ten a second are more than any tool has to tell."""


class Limits:
    """An ASGI application around another one; `proxies` are the addresses whose X-Forwarded-For is believed."""

    def __init__(self, app: ASGIApp, elapsed: Elapsed, proxies: Collection[str] = ()) -> None:
        self._app, self._elapsed, self._proxies = app, elapsed, frozenset(proxies)
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        """What is left in each bucket, and when that was so."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            kind = next((kind for kind in RATES if scope["path"].startswith(kind)), None)
            if kind is not None and (wait := self._take(kind, client_of(scope, self._proxies))):
                await _refusal(kind, wait)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _take(self, kind: str, address: str) -> int:
        """Seconds to wait; 0 where a token was left and is taken."""
        rate, now, key = RATES[kind], self._elapsed(), (kind, address)
        left, at = self._left.pop(key, (float(rate.burst), now))
        left = min(float(rate.burst), left + max(now - at, 0.0) * rate.per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) / rate.per_second))


def _refusal(kind: str, wait: int) -> Response:
    """A page where people read, else what a program reads; `wait` in seconds."""
    if kind == PAGES:
        return HTMLResponse(digest_page.busy(), 429, {**HEADERS, "Retry-After": str(wait)})
    error = {"error": f"too many requests; try again in {wait} s"}
    return JSONResponse(error, 429, {"Retry-After": str(wait)})


def client_of(scope: Scope, proxies: Collection[str]) -> str:
    """Who asks: the connection's address, or the last one that trusted proxies tell of."""
    address = scope["client"][0] if scope.get("client") else ""
    told = ",".join(Headers(scope=scope).getlist(FORWARDED)).split(",")
    while address in proxies and (before := told.pop().strip() if told else ""):
        address = before
    return address
