"""The privacy sheet says what is configured, all of it, in both languages, and no secret."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.privacy_administration import BEARING
from bot.privacy_sheet import HELD, NOT_ABOUT_PEOPLE, PURPOSES, RISKS, Facts, Round, sheet, texts
from bot.settings import Settings
from content.catalog import Lang, Voice
from storage.models import Base
from storage.roles import GrantedRole

FILE = Facts(
    workspace="Lampion",
    made_at=datetime(2026, 11, 25, 18, tzinfo=UTC),
    slack_host="",
    teams_hosts=(),
    playground=True,
    database_host="",
    model="",
    model_host="",
    model_allowed=False,
    keys=(),
    public_url="",
    log_level="info",
    unauthenticated=False,
    tokens=0,
    kept={"inbox": 31, "outbox": 91, "usage": 401, "events": 92, "nominations": 32}
    | {
        "words": 181,
        "answers": 731,
        "coaching": 366,
        "stories": 93,
        "gone": 94,
        "purges": 1096,
        "audit": 1097,
    },
    people=0,
    roles={},
    entries=0,
    rounds=(),
)
SLACK = replace(
    FILE,
    playground=False,
    slack_host="slack.com",
    database_host="db.example.org",
    model="mistral",
    model_host="llm.example.org",
    keys=("k2", "k1"),
    public_url="https://entrain.example.org",
    tokens=7,
    people=444,
    roles={GrantedRole.LEAD: 17, GrantedRole.AUDITOR: 13},
    entries=1234,
    rounds=(Round("trello", "pulse", True, 8, 12, datetime(2026, 10, 5, tzinfo=UTC)),),
)
TEAMS = replace(
    SLACK,
    slack_host="",
    teams_hosts=("smba.trafficmanager.net", "eu.example.org"),
    model_allowed=True,
    unauthenticated=True,
    rounds=(Round("trello", "adoption", False, 5, 10, datetime(2026, 10, 5, tzinfo=UTC)),),
)
EVERY = pytest.mark.parametrize("facts", [FILE, SLACK, TEAMS], ids=["file", "slack", "teams"])
BOTH = pytest.mark.parametrize("lang", list(Lang))


def _leads_to_people() -> set[str]:
    """Tables with a row of a person, or of something that is a person's."""
    tables = {"people"}
    while more := {
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in tables and {key.column.table.name for key in table.foreign_keys} & tables
    }:
        tables |= more
    return tables


def test_every_table_is_in_the_sheet_or_says_nothing_of_people() -> None:
    """A new table is put under a kind of data, with its words in both languages, or among the others."""
    held = [table for tables in HELD.values() for table in tables]
    assert len(held) == len(set(held))
    assert set(held) | NOT_ABOUT_PEOPLE == {table.name for table in Base.metadata.sorted_tables}
    assert not set(held) & NOT_ABOUT_PEOPLE
    assert _leads_to_people() <= set(held)
    assert "inbox" in held, "it has its sender's name on the platform, without a foreign key"


def test_every_setting_bears_on_the_sheet_or_is_known_not_to() -> None:
    """A new setting is looked at: does the sheet have to say something of it?"""
    neutral = {
        "content_dir",
        "data_dir",
        "demo",
        "inbox_attempts",
        "llm_seconds",
        "log_json",
        "metrics_token",
        "port",
        "send_lease_seconds",
        "send_settle_seconds",
        "slack_conversation_limits",
        "slack_lookups_per_minute",
        "slack_opens_per_minute",
        "slack_posts_per_minute",
        "slack_updates_per_minute",
        "teams_conversation_limits",
        "teams_key_hosts",
        "teams_login_url",
        "teams_openid_metadata_url",
        "teams_posts_per_second",
        "tick_seconds",
        "trusted_proxies",
    }
    assert neutral | BEARING == set(Settings.model_fields)
    assert not neutral & BEARING


@BOTH
def test_what_is_configured_stands_in_it(lang: Lang) -> None:
    written = sheet(SLACK, lang)
    for fact in (
        "slack.com",
        "db.example.org",
        "mistral",
        "llm.example.org",
        "k2, k1",
        "https://entrain.example.org",
        "| trello | pulse |",
        "| 8 | 12 |",
        *(str(days) for days in SLACK.kept.values()),
        "444",
        "| 17 |",
        "| 13 |",
        "1234",
    ):
        assert fact in written, fact
    assert all(f"`{table}`" in written for tables in HELD.values() for table in tables)


@BOTH
@pytest.mark.parametrize(
    ("facts", "key", "there"),
    [
        (FILE, "recipients.model_none", True),
        (SLACK, "recipients.model_none", False),
        (SLACK, "purposes.language_model.what", False),
        (TEAMS, "purposes.language_model.what", True),
        (FILE, "dpia.model.name", False),
        (SLACK, "dpia.model.name", True),
        (FILE, "recipients.playground", True),
        (TEAMS, "recipients.playground", False),
        (FILE, "recipients.database_file", True),
        (SLACK, "recipients.database_file", False),
        (FILE, "thresholds.none", True),
        (SLACK, "thresholds.none", False),
        (SLACK, "thresholds.anonymous", True),
        (SLACK, "settings.development", False),
        (TEAMS, "settings.development", True),
        (FILE, "settings.own_key", True),
        (SLACK, "settings.own_key", False),
    ],
)
def test_each_configuration_has_its_own_sentences(facts: Facts, key: str, there: bool, lang: Lang) -> None:
    said = texts().text(key, Voice(lang))
    section = sheet(facts, lang)
    found = f"| {said} |" in section if key.startswith("thresholds.anon") else said in section
    assert found is there


@EVERY
@BOTH
def test_tables_are_whole_and_nothing_is_left_to_fill_in_by_the_machine(facts: Facts, lang: Lang) -> None:
    written = sheet(facts, lang)
    assert not re.search(r"\{\w+\}", written)
    assert "!" not in written
    width = None
    for line in written.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert cells in {0, width or cells}, line
        width = cells or None


@EVERY
@BOTH
def test_purposes_and_risks_are_all_there_but_those_of_a_model_that_is_not_used(
    facts: Facts, lang: Lang
) -> None:
    written, voice = sheet(facts, lang), Voice(lang)
    assert all(
        texts().text(f"purposes.{each}.basis", voice) in written for each in PURPOSES if "_" not in each
    )
    assert all(texts().text(f"dpia.{risk}.measures", voice) in written for risk in RISKS if risk != "model")


def test_both_languages_say_as_much() -> None:
    catalog = texts()
    assert catalog.keys(Lang.FRENCH) == catalog.keys(Lang.ENGLISH)
    for key in catalog.keys(Lang.FRENCH):
        assert catalog.placeholders(key, Lang.FRENCH) == catalog.placeholders(key, Lang.ENGLISH), key
        french, english = (len(catalog.lines(key, Voice(lang))) for lang in (Lang.FRENCH, Lang.ENGLISH))
        assert french == english, key


def test_a_name_from_outside_is_not_read_as_markdown() -> None:
    named = replace(FILE, workspace="A|B <script> [x](http://evil)\n# head")
    first = sheet(named, Lang.ENGLISH).splitlines()[0]
    assert first == r"# Data protection: Entrain in the workspace A\|B \<script\> \[x\](http://evil) \# head"
