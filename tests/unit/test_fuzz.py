"""Whatever comes in from outside ends in a value or in the error that its reader promises, never in another one.

Bounded in the suite; `make fuzz` tries many more (ENTRAIN_TEST_FUZZ: examples a test).
"""

import json
import os
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot
import nudges
from bot import commands, leave
from bot.platforms.slack.inbound import MalformedPayload
from bot.platforms.slack.inbound import translate as from_slack
from bot.platforms.teams import wire
from bot.platforms.teams.inbound import translate as from_teams
from content.catalog import Lang
from content.loader import ContentError, parse, validate
from nudges.pack import Pack
from projects import leave as absences
from projects import people, spreadsheet
from projects.definition import ProjectFile
from storage.crypto import Keyring, SealBroken
from tests.support.slack_wire import recorded
from tests.support.spoiling import TEXT, spoiled

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parent.parent / "fixtures"
RING = Keyring({"a": bytes(32)}, "a")
fuzz = settings(
    max_examples=int(os.environ.get("ENTRAIN_TEST_FUZZ", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("name", sorted(path.stem for path in (FIXTURES / "slack").iterdir()))
@fuzz
@given(data=st.data())
def test_payloads_of_slack(name: str, data: st.DataObject) -> None:
    body = spoiled(recorded(name), data)
    try:
        event = from_slack(body, NOW)
    except MalformedPayload:
        return
    if event is not None:
        event.model_dump_json()


@pytest.mark.parametrize("name", sorted(path.name for path in (FIXTURES / "teams").glob("*.json")))
@fuzz
@given(data=st.data())
def test_activities_of_teams(name: str, data: st.DataObject) -> None:
    activity = spoiled(json.loads((FIXTURES / "teams" / name).read_text("utf-8")), data)
    try:
        reading = from_teams(wire.parse(json.dumps(activity).encode()), NOW)
    except wire.Malformed:
        return
    for event in reading.events:
        event.model_dump_json()


@fuzz
@given(st.binary())
def test_bytes_of_teams(body: bytes) -> None:
    with pytest.raises(wire.Malformed):
        wire.parse(body)


CELLS = (
    st.sampled_from([*people.COLUMNS, "", "lead", "Europe/Paris", ",", ";", '"', "\n", "\r", "\x00"]) | TEXT
)
TABLE = st.lists(CELLS).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@fuzz
@given(rows=st.binary() | TABLE | TABLE.map(lambda raw: ",".join(people.COLUMNS).encode() + b"\n" + raw))
def test_files_of_people_and_of_leave(rows: bytes) -> None:
    for read in (people.parse, absences.parse):
        with suppress(spreadsheet.Refused):
            read(rows)


@fuzz
@given(TEXT)
def test_no_cell_that_we_write_is_a_formula(cell: str) -> None:
    written = spreadsheet.harmless(cell)
    assert not written.lstrip().startswith(spreadsheet.FORMULA)
    assert written.endswith(cell)


@fuzz
@given(st.binary() | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_content_files(raw: bytes) -> None:
    for schema in (Pack, ProjectFile):
        with suppress(ContentError):
            validate(parse(raw, "file.yaml"), schema)


WELL_FORMED = [
    (Path(bot.__file__).parent / "demo_organisation" / "project.yaml", ProjectFile),
    *((path, Pack) for path in sorted((Path(nudges.__file__).parent / "packs").glob("*.yaml"))[:2]),
]


@pytest.mark.parametrize(("path", "schema"), WELL_FORMED, ids=lambda value: getattr(value, "stem", ""))
@fuzz
@given(data=st.data())
def test_content_files_that_were_spoiled(path: Path, schema: Any, data: st.DataObject) -> None:
    raw = path.read_bytes()
    at = data.draw(st.integers(0, len(raw)))
    length = data.draw(st.integers(0, 40))
    put = data.draw(
        TEXT | st.sampled_from(["&a ", "*a", "<<: ", "!!python/object:os.system ", "? ", "- ", "\t"])
    )
    spoiled = raw[:at] + put.encode("utf-8", "surrogatepass") + raw[at + length :]
    with suppress(ContentError):
        validate(parse(spoiled, "file.yaml"), schema)


@fuzz
@given(TEXT, st.sampled_from(list(Lang)))
def test_what_people_type(text: str, lang: Lang) -> None:
    parsed = commands.parse(text)
    assert parsed is None or parsed.command
    leave.read(text, date(2026, 11, 24), lang)


@fuzz
@given(
    st.text()
    | st.builds(lambda v, k, t: f"{v}.{k}.{t}", st.sampled_from(["v1", "v2"]), st.just("a"), st.text())
)
def test_sealed_texts(sealed: str) -> None:
    with pytest.raises(SealBroken):
        RING.open("workspace", "interviews.state", sealed, "row")
