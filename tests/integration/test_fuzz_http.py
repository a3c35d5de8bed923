"""No request breaks a route of the bot, and no answer holds a secret: schemathesis on the API, spoiled requests elsewhere.

Bounded in the suite; `make fuzz` tries many more (ENTRAIN_TEST_FUZZ: examples a test). docs/fuzzing.md has the figures.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.platforms.steering import STEERING
from bot.web.headers import HEADERS
from tests.support.slack_wire import FORM, recorded, sign, wire
from tests.support.spoiling import JSON, TEXT, spoiled
from tests.support.whole import SIGNING, Whole, whole

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXAMPLES = int(os.environ.get("ENTRAIN_TEST_FUZZ", "60"))
fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
OK, NOT_FOUND, BROKEN = 200, 404, 500
PROMISED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("whole")) as opened:
        yield opened


@pytest.fixture(scope="module")
def http(running: Whole) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.base, timeout=20) as client:
        yield client


def checked(running: Whole, answer: httpx.Response) -> httpx.Response:
    """Raises AssertionError for an answer that says something is broken, that shows a secret, or that has no headers."""
    assert answer.status_code < BROKEN, (answer.request.method, answer.request.url, answer.status_code)
    told = answer.text + str(answer.headers)
    assert not [secret for secret in running.secrets if secret in told]
    assert "Traceback" not in told
    assert all(name in answer.headers for name in HEADERS)
    return answer


def test_the_api_answers_as_it_is_described(running: Whole) -> None:
    """Statuses, content types, headers and bodies as in its description; bodies that fit it and bodies that do not."""
    schema = schemathesis.openapi.from_url(f"{running.base}/openapi.json")

    @settings(fuzz, max_examples=EXAMPLES)
    @given(case=schema["/api/v1/usage"]["POST"].as_strategy() | _unfit(schema), known=st.booleans())
    def answers(case: schemathesis.Case, known: bool) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {running.token}"} if known else None)
        case.validate_response(answer, checks=PROMISED)
        assert not [secret for secret in running.secrets if secret in answer.text]

    answers()


def _unfit(schema: Any) -> st.SearchStrategy[schemathesis.Case]:
    strategy: st.SearchStrategy[schemathesis.Case] = schema["/api/v1/usage"]["POST"].as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE
    )
    return strategy


PATHS = st.sampled_from(
    [
        *("/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/api/v1/usage", "/api/messages"),
        *("/slack/events", "/playground", "/playground/api/people", "/playground/api/conversation"),
        *("/playground/api/messages", "/playground/api/forms", "/playground/api/clock"),
        *("/d/x", "/d/x.pdf", "/d/x.csv", "/d/WyJhIl0.aa.bb", "/d/static/page.css", "/me/x"),
    ]
)
TAILS = st.sampled_from(
    ["", "/", "/..%2f..%2fetc", "?a=%00", "?x[]=1&x=2", "/%e2%80%ae", "//", ";a=b", "?" + "a" * 5000]
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
KINDS = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "", "x"]
)
BODIES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass"))
)


@fuzz
@given(path=PATHS, tail=TAILS, method=METHODS, kind=KINDS, body=BODIES)
def test_any_request(
    running: Whole, http: httpx.Client, path: str, tail: str, method: str, kind: str, body: bytes
) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {kind or 0}", "X-Slack-Request-Timestamp": "x"}
    checked(running, http.request(method, path + tail, content=body, headers=headers))


@settings(fuzz, max_examples=3 * EXAMPLES)
@given(name=st.sampled_from(sorted(path.stem for path in (FIXTURES / "slack").iterdir())), data=st.data())
def test_what_slack_signs(running: Whole, http: httpx.Client, name: str, data: st.DataObject) -> None:
    payload = recorded(name)
    _, kind = wire(payload)
    changed = spoiled(payload, data)
    body = json.dumps(changed).encode() if kind != FORM else _form(payload, changed)
    request = sign(body, kind, SIGNING, running.clock)
    checked(running, http.post("/slack/events", content=request.content, headers=request.headers))


def _form(payload: dict[str, Any], changed: dict[str, Any]) -> bytes:
    """As Slack posts commands (a field each) and everything pressed (JSON in one)."""
    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in changed.items()}
    told = flat if "command" in payload else {"payload": json.dumps(changed)}
    return urlencode(told, errors="replace").encode()


@fuzz
@given(data=st.data())
def test_what_nobody_signed_for_teams(running: Whole, http: httpx.Client, data: st.DataObject) -> None:
    names = sorted((FIXTURES / "teams").glob("*.json"))
    activity = spoiled(json.loads(data.draw(st.sampled_from(names)).read_text("utf-8")), data)
    token = data.draw(st.sampled_from(["", "Bearer", "Bearer a.b.c", "Bearer e30.e30.e30", "Basic eDp5"]))
    headers = {"Authorization": token, "Content-Type": "application/json"}
    answer = http.post("/api/messages", content=json.dumps(activity), headers=headers)
    assert checked(running, answer).status_code in {400, 401, 403, 415}


NOT_A_TOKEN = st.sampled_from(
    ["%00", "%2e%2e", "%e2%80%ae", "\N{CYRILLIC SMALL LETTER A}", "A" * 5000, "~", ".", "-"]
)


@st.composite
def tampered(draw: st.DrawFn, token: str) -> str:
    """A token with a few of its characters exchanged, taken away, doubled or others put in."""
    characters = list(token)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(characters) - 1))
        other = draw(st.sampled_from(token) | NOT_A_TOKEN)
        change = draw(st.sampled_from(["exchange", "put in", "take", "cut", "twice", "case"]))
        match change:
            case "exchange":
                characters[at] = other
            case "put in":
                characters.insert(at, other)
            case "take":
                del characters[at]
            case "cut":
                del characters[at:]
            case "twice":
                characters += characters
            case _:
                characters[at] = characters[at].swapcase()
        if not characters:
            break
    return "".join(characters)


def test_a_link_that_was_tampered_with_opens_nothing(running: Whole, http: httpx.Client) -> None:
    folder, _, token = running.link.rpartition("/")

    @settings(fuzz, max_examples=2 * EXAMPLES)
    @given(changed=tampered(token), tail=st.sampled_from(["", ".csv", "?lang=fr", ".csv?lang=%00"]))
    def opens_nothing(changed: str, tail: str) -> None:
        if changed != token:
            answer = checked(running, http.get(f"{folder}/{changed}{tail}"))
            assert answer.status_code == NOT_FOUND

    assert http.get(running.link).status_code == OK
    opens_nothing()


PLAYED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("messages", {"person": "karim", "text": "pas le temps"}),
    ("actions", {"person": "karim", "message": 1, "action": "interview.start", "value": "x"}),
    ("shortcuts", {"person": "karim", "message": 1, "shortcut": "testimonial"}),
    (
        "forms",
        {"person": "karim", "message": 1, "form": "testimonial", "values": {"text": "x", "consent": "yes"}},
    ),
    ("clock", {"advance": "PT1M"}),
)


@fuzz
@given(data=st.data())
def test_what_is_sent_to_the_playground(running: Whole, http: httpx.Client, data: st.DataObject) -> None:
    path, body = data.draw(st.sampled_from(PLAYED))
    content = json.dumps(spoiled(body, data))
    headers = {"Content-Type": "application/json"}
    checked(running, http.post(f"/playground/api/{path}", content=content, headers=headers))


@settings(fuzz, max_examples=EXAMPLES // 2)
@given(words=TEXT.filter(str.strip))
def test_whatever_is_said_is_answered(running: Whole, http: httpx.Client, words: str) -> None:
    body = json.dumps({"person": "emma", "text": words})
    answer = http.post("/playground/api/messages", content=body, headers={"Content-Type": "application/json"})
    if checked(running, answer).status_code == OK:
        said = [message["text"] for message in answer.json()["messages"]]
        assert not any(STEERING.search(text) for text in said)
