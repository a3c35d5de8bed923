"""`POST /api/v1/usage`: who may tell, what is told back, and what is shown to nobody."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import jsonschema
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from bot import log
from bot.web import usage
from projects import tokens
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.models import UsageDay
from tests.support.usage import LOOK, cells, listening

SECRET = "s3cr3t-of-the-tool"


@dataclass
class Tool:
    """A tool that tells of its use."""

    database: Database
    workspace_id: str
    token: str
    http: httpx.AsyncClient

    async def post(self, *events: object, token: str | None = None) -> httpx.Response:
        return await self.raw(json.dumps({"events": events}).encode(), token=token)

    async def raw(
        self, body: bytes, token: str | None = None, content_type: str = "application/json"
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": content_type}
        return await self.http.post("/api/v1/usage", content=body, headers=headers)

    def days(self) -> int:
        with self.database.reading(self.workspace_id) as work:
            return work.session.scalar(select(func.count()).select_from(UsageDay)) or 0


@pytest.fixture
async def tool(database: Database, workspace_id: str) -> AsyncIterator[Tool]:
    with database.transaction(workspace_id) as work:
        listening(work, "karim", "nadia")
        token = tokens.issue(work, "webhook", SECRET)
    app = FastAPI()
    app.include_router(usage.router(database))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
        yield Tool(database, workspace_id, token, http)


@pytest.mark.both_databases
async def test_a_batch_twice(tool: Tool) -> None:
    batch = [cells("karim", n) for n in range(3)] + [cells("nadia@lampion.example", 3, event=LOOK)]
    first = await tool.post(*batch)
    assert (first.status_code, first.json()) == (
        200,
        {"stored": 3, "known": 0, "not_counted": 1, "errors": []},
    )
    second = await tool.post(*batch)
    assert second.json() == {"stored": 0, "known": 3, "not_counted": 1, "errors": []}
    assert tool.days() == 3


async def test_a_thousand_and_half_of_them_wrong(tool: Tool) -> None:
    wrong: list[object] = [
        cells("nobody", 1),
        "not an object",
        {"person": "karim", "event": "card_created", "at": 3, "source_id": "x"},
        cells("karim", 1, at="yesterday"),
        cells("karim", 1) | {"title": "x"},
    ]
    batch = [cells("karim", n) if n % 2 else wrong[n % 5] for n in range(1000)]
    answer = (await tool.post(*batch)).json()
    assert (answer["stored"], answer["known"], len(answer["errors"])) == (500, 0, 500)
    assert [error["row"] for error in answer["errors"]] == list(range(1, 1000, 2))
    assert {error["problem"].split(";")[0] for error in answer["errors"]} == {
        "nobody here is known by this person",
        "this is no object",
        "every value is a text in quotes",
        "at is no date and time",
        "there is a column that is not known",
    }


async def test_who_may_not_tell(tool: Tool) -> None:
    number = tool.token.split("_")[1]
    for wrong in (
        "x",
        f"entrain_{number}_{SECRET}x",
        f"entrain_{'0' * 32}_{SECRET}",
        f"entrain_{number}_",
        SECRET,
    ):
        refused = await tool.post(cells("karim", 1), token=wrong)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "entrain usage token new" in refused.json()["error"]
    bare = await tool.http.post("/api/v1/usage", json={"events": []})
    assert bare.status_code == 401
    with tool.database.transaction(tool.workspace_id) as work:
        tokens.revoke(work, number)
    assert (await tool.post(cells("karim", 1))).status_code == 401
    assert tool.days() == 0


async def test_a_token_opens_its_own_workspace_only(tool: Tool) -> None:
    with tool.database.system() as system:
        other = system.workspaces.add("slack", "T2", "Other")
    with tool.database.transaction(other.id) as work:
        listening(work, "karim")
        theirs = tokens.issue(work, "other", SECRET)
        with pytest.raises(tokens.NoSuchToken):
            tokens.revoke(work, tool.token.split("_")[1])
    assert (await tool.post(cells("karim", 1), token=theirs)).json()["stored"] == 1
    assert tool.days() == 0
    answer = (await tool.post(cells("karim", 1, workspace="T2"), cells("karim", 2, workspace="demo"))).json()
    assert answer["stored"] == 1
    assert "another workspace" in answer["errors"][0]["problem"]


async def test_only_a_digest_of_a_token_is_kept_and_when_it_was_last_of_use(tool: Tool) -> None:
    await tool.post(cells("karim", 1))
    with tool.database.reading(tool.workspace_id) as work:
        (token,) = work.usage_tokens.all()
        assert token.used_on == work.now.date()
        assert all(SECRET not in str(value) for value in vars(token).values())


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "text/csv", 415),
        (b"{}", "application/json", 422),
        (b"nonsense", "application/json", 422),
        (b"\xff", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b'{"events": 1}', "application/json", 422),
        (b'{"events": [], "more": 1}', "application/json", 422),
        (json.dumps({"events": [{}] * 1001}).encode(), "application/json", 413),
        (b'{"events": ["' + b"x" * 1024 * 1024 + b'"]}', "application/json", 413),
        (b'{"events": []}', "application/json; charset=utf-8", 200),
    ],
)
async def test_what_is_no_batch(tool: Tool, body: bytes, content_type: str, status: int) -> None:
    answer = await tool.raw(body, content_type=content_type)
    assert answer.status_code == status
    assert status == 200 or answer.json().keys() == {"error"}


async def test_a_database_that_is_away_asks_to_come_again(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(tool.database, "run", away)
    answer = await tool.post(cells("karim", 1))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


async def test_no_name_token_or_text_is_logged(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("debug", as_json=True)
    await tool.post(cells("karim", 1), cells("mallory", 2), cells("karim", 3, event="zeppelin"))
    await tool.post(cells("karim", 1), token="entrain_x_hippogriff")
    await tool.raw(b"xylophone")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line.get("count"), line.get("status")) for line in lines] == [
        ("usage_taken", 3, None),
        ("usage_refused", None, 401),
        ("usage_refused", None, 422),
    ]
    for hidden in ("karim", "mallory", "zeppelin", "hippogriff", "xylophone", SECRET, "lampion"):
        assert hidden not in json.dumps(lines)


async def test_the_description_shows_how(tool: Tool) -> None:
    described = (await tool.http.get("/openapi.json")).json()
    assert list(described["paths"]) == ["/api/v1/usage"]
    post = described["paths"]["/api/v1/usage"]["post"]
    assert set(post["responses"]) == {"200", "401", "413", "415", "422", "503"}
    assert post["security"] == [{"HTTPBearer": []}]
    body = post["requestBody"]["content"]["application/json"]
    for event in body["example"]["events"]:
        jsonschema.validate({"events": [event]}, body["schema"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"events": [{"person": "karim"}]}, body["schema"])
    sent = await tool.post(*body["example"]["events"])
    example = post["responses"]["200"]["content"]["application/json"]["example"]
    assert sent.json() == example
