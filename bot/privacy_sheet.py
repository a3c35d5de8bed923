"""A data protection sheet and the draft of an impact assessment, as Markdown, from what is really configured.

For the data protection officer and staff representatives; what only the organisation can know is left for it to complete.
The outline is that of GDPR articles 13, 30 and 35(7).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from content.catalog import Catalog, Lang, Voice
from content.days import in_words
from storage.roles import GrantedRole

HELD = {
    "identity": ("people", "memberships"),
    "absences": ("absences",),
    "roles": ("grants",),
    "consents": ("consents",),
    "erasures": ("erasures",),
    "interviews": ("interviews", "findings", "needs", "results"),
    "anonymous": ("anonymous_results",),
    "routines": ("routines", "check_ins", "automaticity"),
    "coaching": ("nudges", "choices", "lever_steps", "manager_nudges"),
    "stories": ("testimonials", "shares", "story_questions", "posted"),
    "ideas": ("ideas", "idea_supports", "idea_comments", "idea_places"),
    "champions": ("champions", "nominations"),
    "usage": ("usage_days", "usage_events"),
    "barriers": ("barriers",),
    "actions": ("actions", "action_events", "action_answers"),
    "samples": ("sample_places",),
    "messages": ("outbox", "agenda"),
    "inbound": ("inbox",),
    "digests": ("digests", "cohorts"),
    "links": ("report_links",),
    "audit": ("audit_entries", "audit_heads"),
    "playground": ("playground_messages",),
}
"""Every table that says something of people, by kind of data."""

NOT_ABOUT_PEOPLE = frozenset(
    [
        "beliefs",
        "campaigns",
        "lanes",
        "looks",
        "playground_clocks",
        "projects",
        "purges",
        "samples",
        "upkeep",
        "usage_tokens",
        "workspaces",
    ]
)

PURPOSES = (
    "interview",
    "coaching",
    "digest",
    "stories",
    "ideas",
    "champions",
    "usage",
    "language_model",
    "security",
)
RISKS = ("identified", "manager", "surveillance", "pressure", "theft", "loss", "words", "model")
_MARKS = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True)
class Round:
    """What people were promised when a round of interviews started."""

    project: str
    script: str
    anonymous: bool
    figures: int
    words: int
    started_at: datetime


@dataclass(frozen=True)
class Facts:
    """What the sheet rests on. Hosts are empty where nothing is configured; `kept` is in days, by kind."""

    workspace: str
    made_at: datetime
    slack_host: str
    teams_hosts: tuple[str, ...]
    playground: bool
    database_host: str
    model: str
    model_host: str
    model_allowed: bool
    keys: tuple[str, ...]
    public_url: str
    log_level: str
    unauthenticated: bool
    tokens: int
    kept: dict[str, int]
    people: int
    roles: dict[GrantedRole, int]
    entries: int
    rounds: tuple[Round, ...]


@cache
def texts() -> Catalog:
    """The sheet's texts. Raises ContentError: a file is broken."""
    return Catalog.load(files("bot") / "privacy")


def sheet(facts: Facts, lang: Lang) -> str:
    """The whole document."""
    return _Sheet(facts, Voice(lang)).text()


class _Sheet:
    def __init__(self, facts: Facts, voice: Voice) -> None:
        self._facts, self._voice = facts, voice

    def text(self) -> str:
        parts = [
            f"# {self._say('title', workspace=self._facts.workspace)}",
            self._say("made", date=self._date(self._facts.made_at)),
            self._listed("short"),
            self._section("controller", self._to_complete("controller.head", "controller.rows")),
            self._section("purposes", self._purposes()),
            self._section("held", self._say("held.intro"), self._held()),
            self._section("recipients", self._recipients()),
            self._section("seen", self._seen()),
            self._section("thresholds", self._say("thresholds.intro"), self._thresholds()),
            self._section("settings", self._settings()),
            self._section("measures", self._listed("measures.lines")),
            self._section("rights", self._listed("rights.lines")),
            *self._assessment(),
        ]
        return "\n\n".join(parts) + "\n"

    # ---------------------------------------------------------------- sections

    def _purposes(self) -> str:
        facts = self._facts
        rows = (
            [self._say(f"purposes.{purpose}.{part}") for part in ("name", "what", "basis", "refuse")]
            for purpose in PURPOSES
            if purpose != "language_model" or (facts.model_host and facts.model_allowed)
        )
        return self._table("purposes.head", rows)

    def _held(self) -> str:
        kept = {name: str(days) for name, days in self._facts.kept.items()}
        rows = (
            [
                self._say(f"held.{kind}.name"),
                self._say(f"held.{kind}.what"),
                self._say(f"held.{kind}.kept", **kept),
                ", ".join(f"`{table}`" for table in tables),
            ]
            for kind, tables in HELD.items()
        )
        return self._table("held.head", rows)

    def _recipients(self) -> str:
        facts = self._facts
        lines = []
        if facts.slack_host:
            lines.append(self._say("recipients.slack", host=facts.slack_host))
        if facts.teams_hosts:
            lines.append(self._say("recipients.teams", host=", ".join(facts.teams_hosts)))
        if facts.playground:
            lines.append(self._say("recipients.playground"))
        where = "server" if facts.database_host else "file"
        lines.append(self._say(f"recipients.database_{where}", host=facts.database_host))
        model = "none" if not facts.model_host else "used" if facts.model_allowed else "unused"
        lines.append(self._say(f"recipients.model_{model}", model=facts.model, host=facts.model_host))
        lines.append(self._say("recipients.tokens", count=str(facts.tokens)))
        return _bullets([*lines, self._say("recipients.transfers")])

    def _seen(self) -> str:
        counts = {role.value: str(self._facts.roles.get(role, 0)) for role in GrantedRole}
        counts |= {"employee": str(self._facts.people), "operator": self._say("seen.operator.count")}
        roles = ("employee", "champion", "lead", "admin", "auditor", "operator")
        rows = (
            [self._say(f"seen.{role}.name"), self._say(f"seen.{role}.sees"), counts[role]] for role in roles
        )
        return self._table("seen.head", rows)

    def _thresholds(self) -> str:
        rows = [
            [
                _safe(each.project),
                _safe(each.script),
                self._say(f"thresholds.{'anonymous' if each.anonymous else 'confidential'}"),
                str(each.figures),
                str(each.words),
                self._date(each.started_at),
            ]
            for each in self._facts.rounds
        ]
        return self._table("thresholds.head", rows) if rows else self._say("thresholds.none")

    def _settings(self) -> str:
        facts = self._facts

        def days(kind: str) -> str:
            return self._say("settings.days", count=str(facts.kept[kind]))

        rows = [
            ("keys", ", ".join(map(_safe, facts.keys)) or self._say("settings.own_key")),
            ("inbox", days("inbox")),
            ("outbox", days("outbox")),
            ("address", _safe(facts.public_url) or self._say("settings.no_address")),
            ("logs", self._say("settings.logs_value", level=facts.log_level)),
            ("audit", self._say("settings.audit_value", count=str(facts.entries))),
        ]
        if facts.unauthenticated:
            rows.append(("development", self._say("settings.allowed")))
        return self._table("settings.head", ([self._say(f"settings.{key}"), value] for key, value in rows))

    def _assessment(self) -> Iterable[str]:
        yield f"## {self._say('dpia.title')}"
        for part in ("why", "need"):
            yield f"### {self._say(f'dpia.{part}_title')}"
            yield self._listed(f"dpia.{part}")
        left = self._say("dpia.to_assess")
        rows = (
            [*(self._say(f"dpia.{risk}.{part}") for part in ("name", "causes", "measures")), left]
            for risk in RISKS
            if risk != "model" or self._facts.model_host
        )
        yield self._table("dpia.head", rows)
        yield f"### {self._say('dpia.opinions_title')}"
        yield self._to_complete("controller.head", "dpia.opinions")

    # ---------------------------------------------------------------- Markdown

    def _section(self, key: str, *parts: str) -> str:
        return "\n\n".join((f"## {self._say(f'{key}.title')}", *parts))

    def _to_complete(self, head: str, rows: str) -> str:
        todo = f"_{self._say('todo')}_"
        return self._table(head, ([point, todo] for point in self._lines(rows)))

    def _table(self, head: str, rows: Iterable[Sequence[str]]) -> str:
        names = self._lines(head)
        lines = [names, ["---"] * len(names), *rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

    def _listed(self, key: str) -> str:
        return _bullets(self._lines(key))

    def _lines(self, key: str) -> list[str]:
        return texts().lines(key, self._voice)

    def _say(self, key: str, **values: str) -> str:
        return texts().text(key, self._voice, **{name: _safe(value) for name, value in values.items()})

    def _date(self, at: datetime) -> str:
        return in_words(at, self._voice)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _safe(value: str) -> str:
    """A value of the configuration, none of whose signs are read as Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(value.split()))
