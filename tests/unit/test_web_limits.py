"""How often an address may ask, what every answer carries, and who may read the metrics."""

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.metrics import Metrics
from bot.web import health
from bot.web.headers import HEADERS, SecurityHeaders
from bot.web.limits import MOST_ADDRESSES, RATES, Limits

API = RATES["/api/v1/"]


async def _answers(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("here", headers={"Cache-Control": "private"})(scope, receive, send)


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


def _http(app: object, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 1))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://bot.test")


async def _statuses(
    http: httpx.AsyncClient, count: int, path: str = "/api/v1/usage", **headers: str
) -> list[int]:
    return [(await http.get(path, headers=headers)).status_code for _ in range(count)]


async def test_after_a_burst_an_address_waits_and_then_may_again(watch: Watch) -> None:
    async with _http(Limits(_answers, watch)) as http:
        assert await _statuses(http, API.burst + 2) == [200] * API.burst + [429] * 2
        refused = await http.get("/api/v1/usage")
        assert refused.headers["retry-after"] == "1"
        watch.seconds += 1
        assert await _statuses(http, int(API.per_second) + 1) == [200] * int(API.per_second) + [429]


async def test_another_address_another_kind_and_what_platforms_post_are_not_held_up(watch: Watch) -> None:
    limits = Limits(_answers, watch)
    async with _http(limits) as http:
        await _statuses(http, API.burst + 1)
        assert await _statuses(http, 1, "/metrics") == [200]
        for path in ("/api/messages", "/slack/events", "/healthz"):
            assert set(await _statuses(http, API.burst + 5, path)) == {200}
    async with _http(limits, "192.0.2.2") as other:
        assert await _statuses(other, 1) == [200]


async def test_forwarded_addresses_are_believed_of_trusted_proxies_only(watch: Watch) -> None:
    async with _http(Limits(_answers, watch, ["192.0.2.1"])) as http:
        await _statuses(http, API.burst + 1, **{"X-Forwarded-For": "203.0.113.7"})
        assert await _statuses(http, 1, **{"X-Forwarded-For": "203.0.113.8"}) == [200]
        assert await _statuses(http, 1, **{"X-Forwarded-For": "203.0.113.9, 203.0.113.7"}) == [429]
    async with _http(Limits(_answers, watch)) as http:
        await _statuses(http, API.burst + 1, **{"X-Forwarded-For": "203.0.113.7"})
        assert await _statuses(http, 1, **{"X-Forwarded-For": "203.0.113.8"}) == [429]


async def test_only_so_many_addresses_are_remembered(watch: Watch) -> None:
    limits = Limits(_answers, watch, ["192.0.2.1"])
    for number in range(MOST_ADDRESSES + 10):
        limits._take("/metrics", str(number))
    assert len(limits._left) == MOST_ADDRESSES


async def test_headers_are_added_and_what_an_endpoint_says_itself_stays() -> None:
    async with _http(SecurityHeaders(_answers, https=True)) as http:
        answer = await http.get("/")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert answer.headers["cache-control"] == "private"
    assert all(answer.headers[name] == value for name, value in HEADERS.items() if name != "Cache-Control")
    async with _http(SecurityHeaders(_answers, https=False)) as http:
        assert "strict-transport-security" not in (await http.get("/")).headers


@pytest.mark.parametrize(
    ("address", "token", "headers", "status"),
    [
        ("127.0.0.1", "", {}, 200),
        ("127.0.0.1", "", {"X-Forwarded-For": "192.0.2.1"}, 403),
        ("127.0.0.1", "", {"Forwarded": "for=192.0.2.1"}, 403),
        ("192.0.2.1", "", {}, 403),
        ("192.0.2.1", "", {"Authorization": "Bearer "}, 403),
        ("192.0.2.1", "s3cret", {}, 403),
        ("127.0.0.1", "s3cret", {}, 403),
        ("192.0.2.1", "s3cret", {"Authorization": "Bearer s3cre"}, 403),
        ("192.0.2.1", "s3cret", {"Authorization": "Bearer s3cret"}, 200),
    ],
)
async def test_who_may_read_the_metrics(
    address: str, token: str, headers: dict[str, str], status: int
) -> None:
    async def measure() -> None:
        return

    app = FastAPI()
    app.include_router(health.router({}, Metrics(), measure, token))
    async with _http(app, address) as http:
        answer = await http.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("entrain_" in answer.text) is (status == 200)
