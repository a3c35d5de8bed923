"""`/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: Prometheus, for those who may."""

import hmac
from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.addresses import is_loopback
from bot.metrics import Metrics
from bot.web.limits import FORWARDED

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[bool]]


NOT_FOR_YOU = (
    "set ENTRAIN_METRICS_TOKEN and send it as Authorization: Bearer, or ask from the bot's own machine"
)


def router(
    checks: Mapping[str, Check],
    metrics: Metrics,
    measure: Callable[[], Awaitable[None]],
    metrics_token: str = "",
) -> APIRouter:
    """Endpoints for whoever watches the process; `checks` are what readiness depends on, by name.

    The metrics are for whoever sends `metrics_token`; where there is none, for this machine.
    `measure` brings those metrics up to date that are read from the database; what it raises leaves them as they were.
    """
    api = APIRouter(tags=["operations"])

    @api.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @api.get("/readyz")
    async def readyz(response: Response) -> dict[str, str]:
        results = {name: await _holds(name, check) for name, check in checks.items()}
        if not all(results.values()):
            response.status_code = 503
        return {name: "ok" if holds else "failing" for name, holds in results.items()}

    @api.get("/metrics")
    async def exposition(request: Request) -> Response:
        if not _may_measure(request, metrics_token):
            return JSONResponse({"error": NOT_FOR_YOU}, 403)
        try:
            await measure()
        except Exception as error:  # noqa: BLE001 - the counters are worth showing without the gauges
            log.warning("not_measured", error=type(error).__name__)
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return api


def _may_measure(request: Request, token: str) -> bool:
    """What came through a proxy has the proxy's address, which says nothing of who asks."""
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    forwarded = any(name in request.headers for name in (FORWARDED, "forwarded"))
    return not forwarded and request.client is not None and is_loopback(request.client.host)


async def _holds(name: str, check: Check) -> bool:
    try:
        return await check()
    except Exception as error:  # noqa: BLE001 - any failure means "not ready"
        log.warning("not_ready", what=name, error=type(error).__name__)
        return False
