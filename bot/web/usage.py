"""`POST /api/v1/usage`: tools tell who used them on which day, and nothing else; docs/usage.md says how.

One log line a batch says how many rows came and in which workspace: no person, no token, no text of a row.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from bot.handlers.usage import follow
from projects import tokens, usage
from projects.spreadsheet import Problem, Wrong
from projects.tokens import Bearer
from projects.usage import Event, Taken
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.work import Work

log = structlog.get_logger(__name__)

MOST_EVENTS = 1_000
MOST_BYTES = 1024 * 1024
RETRY_SECONDS = 5

EXAMPLE = {
    "person": "karim@lampion.example",
    "event": "card_created",
    "at": "2026-11-24T09:15:00+01:00",
    "source_id": "trello-5f1c9a",
}
ANOTHER = {
    "person": "U0NADIA",
    "event": "card_moved",
    "at": "2026-11-24",
    "source_id": "trello-5f1c9b",
}


class EventIn(BaseModel):
    """One event of the tool."""

    person: str = Field(
        max_length=320,
        description="The person's e-mail address, or their id in Slack or Teams, as in the people file.",
    )
    event: str = Field(
        max_length=64, description="The tool's name of it, as under usage: in the project file."
    )
    at: str = Field(
        max_length=40,
        description="When: ISO 8601 with the offset (2026-11-24T09:15:00+01:00 or …Z), or only the person's local date.",
    )
    source_id: str = Field(
        max_length=255,
        description="Your own id of this event. An id that came before changes nothing, so a batch may be sent again.",
    )
    project: str = Field("", description="The project's key; needed where several listen to their tool.")
    workspace: str = Field(
        "", description="The Slack team or Teams tenant, to be checked against the token's."
    )


class RowError(BaseModel):
    row: int = Field(description="Which event of the batch, from 1.")
    problem: str = Field(description="What to do. Nothing of the row is repeated.")


class Answer(BaseModel):
    """What came of the batch; events with an error were left out, all others are kept."""

    stored: int = Field(description="Events that are new.")
    known: int = Field(description="Events whose source_id came before, in this batch or earlier.")
    not_counted: int = Field(description="Events that only show that somebody looked in.")
    errors: list[RowError]


class Failure(BaseModel):
    error: str = Field(description="What to do.")


class _Refused(Exception):
    def __init__(self, status: int, what_to_do: str) -> None:
        self.status = status
        super().__init__(what_to_do)


def _failure(what: str, error: str) -> dict[str, Any]:
    return {
        "model": Failure,
        "description": what,
        "content": {"application/json": {"example": {"error": error}}},
    }


NO_TOKEN = "send the header Authorization: Bearer with a token that `entrain usage token new` made"  # noqa: S105
TOO_LARGE = f"send {MOST_EVENTS} events and {MOST_BYTES} bytes at most; split the batch"
NOT_JSON = "send JSON, with the header Content-Type: application/json"
NO_BATCH = 'send an object with a list, like {"events": [{"person": …, "event": …, "at": …, "source_id": …}]}'
LATER = "nothing was stored; send the same batch again in a while"

RESPONSES: dict[int | str, dict[str, Any]] = {
    401: _failure("No token, or one that opens nothing.", NO_TOKEN),
    413: _failure("The batch is too large; nothing was stored.", TOO_LARGE),
    415: _failure("The body is not declared as JSON.", NOT_JSON),
    422: _failure("The body is not a batch; nothing was stored.", NO_BATCH),
    503: _failure("The database cannot be reached.", LATER),
}

BATCH = {
    "type": "object",
    "required": ["events"],
    "additionalProperties": False,
    "properties": {
        "events": {"type": "array", "maxItems": MOST_EVENTS, "items": EventIn.model_json_schema()},
    },
}

BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": BATCH,
            "example": {"events": [EXAMPLE, ANOTHER]},
        }
    },
}

ANSWER_EXAMPLE = {
    "stored": 1,
    "known": 0,
    "not_counted": 0,
    "errors": [
        {"row": 2, "problem": "nobody here is known by this person; import people first, or correct it"}
    ],
}

_scheme = HTTPBearer(auto_error=False, description="A token of `entrain usage token new`, for one workspace.")


def router(database: Database) -> APIRouter:
    """The endpoint, over `database`."""
    api = APIRouter(prefix="/api/v1", tags=["usage"])

    @api.post(
        "/usage",
        summary="Tell on which days people used the tool",
        response_model=Answer,
        responses={200: {"content": {"application/json": {"example": ANSWER_EXAMPLE}}}, **RESPONSES},
        openapi_extra={"requestBody": BODY},
    )
    async def post_usage(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]
    ) -> JSONResponse:
        """Events that came before change nothing, so a batch that got no answer may be sent again as it is."""
        try:
            bearer = await _bearer(database, credentials)
            given = _batch(await _body(request))
            taken = await database.run(bearer.workspace_id, lambda work: receive(work, bearer, given))
        except _Refused as refused:
            log.info("usage_refused", status=refused.status)
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
            return JSONResponse({"error": str(refused)}, refused.status, headers)
        except StorageUnavailable as error:
            log.warning("usage_refused", status=503, error=type(error).__name__)
            return JSONResponse({"error": LATER}, 503, {"Retry-After": str(RETRY_SECONDS)})
        log.info("usage_taken", workspace=bearer.workspace_id, count=len(given))
        return JSONResponse(
            {
                "stored": taken.stored,
                "known": taken.known,
                "not_counted": taken.passed,
                "errors": [{"row": each.row, "problem": each.what_to_do} for each in taken.problems],
            }
        )

    return api


def receive(work: Work, bearer: Bearer, given: Sequence[object]) -> Taken:
    """Take a batch in, in one transaction, with what follows for those who used the tool."""
    events: list[Event] = []
    problems: list[Problem] = []
    for row, one in enumerate(given, 1):
        try:
            events.append(usage.read_event(row, _cells(one)))
        except Wrong as error:
            problems.append(Problem(row, str(error)))
    tokens.use(work, bearer.token_id)
    taken = usage.take(work, events)
    for project_id, people in taken.users.items():
        follow(work, project_id, people)
    return taken.with_problems(problems)


async def _bearer(database: Database, credentials: HTTPAuthorizationCredentials | None) -> Bearer:
    given = credentials.credentials if credentials else ""
    found = await database.read_system(lambda work: tokens.bearer(work, given))
    if found is None:
        raise _Refused(401, NO_TOKEN)
    return found


async def _body(request: Request) -> bytes:
    """The body, of which no more is read than is allowed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, NOT_JSON)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise _Refused(413, TOO_LARGE)
    return bytes(body)


def _batch(body: bytes) -> Sequence[object]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise _Refused(422, NO_BATCH) from None
    events = parsed.get("events") if isinstance(parsed, dict) and parsed.keys() == {"events"} else None
    if not isinstance(events, list):
        raise _Refused(422, NO_BATCH)
    if len(events) > MOST_EVENTS:
        raise _Refused(413, TOO_LARGE)
    return events


def _cells(given: object) -> dict[str, str]:
    """Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong("this is no object; write the event's person, event, at and source_id")
    for cell in given.values():
        if not isinstance(cell, str):
            raise Wrong("every value is a text in quotes; leave out what is empty")
    return given
