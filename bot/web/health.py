"""`/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: Prometheus."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import APIRouter, Response

from bot.metrics import Metrics

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[bool]]


def router(
    checks: Mapping[str, Check], metrics: Metrics, measure: Callable[[], Awaitable[None]]
) -> APIRouter:
    """Endpoints for whoever watches the process; `checks` are what readiness depends on, by name.

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
    async def exposition() -> Response:
        try:
            await measure()
        except Exception as error:  # noqa: BLE001 - the counters are worth showing without the gauges
            log.warning("not_measured", error=type(error).__name__)
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return api


async def _holds(name: str, check: Check) -> bool:
    try:
        return await check()
    except Exception as error:  # noqa: BLE001 - any failure means "not ready"
        log.warning("not_ready", what=name, error=type(error).__name__)
        return False
