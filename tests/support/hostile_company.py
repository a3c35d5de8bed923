"""A project of which every text is an attack, with a row in every table for each state that it can be in."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Date, Enum, Float, Integer, String, Table, insert

from projects.definition import LABEL_LENGTH, ProjectFile, read
from storage.models import Person
from storage.models.base import Instant
from storage.sealed_columns import SEALED
from storage.work import Work
from tests.support import pages, twins, walks

PEOPLE = 6
"""So many people, and rows of each table: as many as the most states that one can be in."""

WORDLESS = frozenset(
    [
        *("absences", "anonymous_results", "audit_entries", "audit_heads", "beliefs", "choices", "cohorts"),
        *("consents", "erasures", "inbox", "lanes", "looks", "outbox"),
        *("usage_days", "usage_events", "usage_tokens"),
    ]
)
"""Tables that nothing is told from in words, or whose rows would keep everything from being told."""

SINGLE = frozenset(["campaigns", "playground_clocks", "projects"])

ROOM = {
    **dict.fromkeys(("contact", "name", "sponsor", "tool", "who"), 200),
    **dict.fromkeys(("logged", "not_logged", "place", "says", "seen_by", "task", "vision", "what"), 500),
    "action": LABEL_LENGTH // 2 - 1,
    "cue": LABEL_LENGTH // 2 - 1,
    "label": LABEL_LENGTH,
}
"""Characters that the project file has for each of its texts."""

TABLES = {
    "check_in": "check_ins",
    "lead": "people",
    "link": "report_links",
    "nudge": "nudges",
    "question": "story_questions",
    "scale": "automaticity",
    "step": "lever_steps",
}
"""The tables of what messages are about, where adding an "s" does not give it."""

TOLD: Mapping[str, tuple[str, ...]] = {
    "asked": ("x",),
    "context": ("projects0",),
    "day": ("2026-12-01",),
    "first": ("2026-12-01",),
    "form": ("routine",),
    "from": ("2026-12-01",),
    "explanation.none:key": ("nothing", "anonymous"),
    "idea.board:order": ("new", "top", "open"),
    "idea.board:page": ("0",),
    "idea.refused:form": ("idea.answer", "idea.hide"),
    "idea.refused:problem": ("too_short", "no_reason"),
    "interview.note:key": ("contact", "later", "paused", "use_invite"),
    "kind": ("routine.nudge", "testimonial.share"),
    "last": ("2026-12-04",),
    "lever": ("leaders_why", "protected_slot"),
    "number": ("1", "2"),
    "routine.comeback:nudge": ("nudges4",),
    "routine.refused:problem": ("words", "time"),
    "testimonial.refused:problem": ("too_short", "no_consent"),
    "ref": ("routines1",),
    "digest.several:pages": ("projects0|2026-W48",),
    "until": ("2026-12-04T09:00:00+00:00",),
    "week": ("2026-W48",),
    "weeks": ("2",),
    "why": ("gone",),
}
"""What else messages are told, or one of them by its name."""


class Company:
    """`fill` writes the rows; `rows` are those by table, of tables with a single one that as often as there are people."""

    def __init__(self, work: Work, words: str, lang: str) -> None:
        self.work, self.words = work, words
        work.workspaces.get(work.workspace_id).lang = lang
        self.rows: dict[str, list[dict[str, Any]]] = {"workspaces": [{"id": work.workspace_id}] * PEOPLE}

    def fill(self) -> None:
        connection = self.work.session.connection()
        for table in (table for table in twins.scoped() if table.name not in WORDLESS):
            count = 1 if table.name in SINGLE else PEOPLE
            made = [self._row(table, number) for number in range(count)]
            connection.execute(insert(table), made)
            self.rows[table.name] = made * (PEOPLE // count)

    def person(self, number: int) -> Person:
        return self.work.people.get(self.rows["people"][number]["id"])

    def about(self, intent: str, key: str, number: int) -> str:
        """What stands under `key` for a message of that kind. Raises KeyError."""
        if told := TOLD.get(f"{intent}:{key}") or TOLD.get(key):
            return told[number % len(told)]
        table = "manager_nudges" if intent.startswith("manager.") else TABLES.get(key, f"{key}s")
        return str(self.rows[table][number]["id"])

    def contexts(self, form: str) -> list[str]:
        """What a form is opened with: a row of what it is about, one for each person."""
        table = {"barrier": "barriers", "question": "shares", "question.answer": "story_questions"}.get(
            form, "projects"
        )
        if form.startswith("idea."):
            table = "ideas"
        if form.startswith("testimonial."):
            table = "testimonials"
        ends = "|2027-06-30" if form == "testimonial" else ""
        return [row["id"] + ends for row in self.rows[table]]

    def _row(self, table: Table, number: int) -> dict[str, Any]:
        row = {column.name: self._value(table, column, number) for column in table.columns}
        for sealed in SEALED:
            key = sealed.column.key
            if sealed.model.__table__ is table and row[key] is not None:
                row[key] = self.work.seal(sealed.name, row[key], row=row[sealed.row.key])
        return row

    def _value(self, table: Table, column: Column[Any], number: int) -> Any:
        if special := SPECIAL.get(f"{table.name}.{column.name}"):
            return special(self, number)
        if column.name in PLAIN and not column.primary_key:
            return PLAIN[column.name]
        for key in column.foreign_keys:
            if key.column.table is table:
                return None
            shifted = number + (column.name == "author_id")
            return self.rows[key.column.table.name][shifted % PEOPLE][key.column.name]
        kind = column.type
        if isinstance(kind, Enum):
            states = list(kind.enum_class or kind.enums)
            return states[number % len(states)]
        if isinstance(kind, Instant):
            return self.work.now - timedelta(hours=1)
        if isinstance(kind, Date):
            return self.work.now.date() + timedelta(days=number if column.name in {"day", "slot"} else 30)
        if column.primary_key:
            return number + 1 if isinstance(kind, Integer) else f"{table.name[:20]}{number}"
        if isinstance(kind, Integer | Float):
            return number + 1
        return f"{number}{self.words}"[: kind.length] if isinstance(kind, String) else True


def definition(words: str) -> ProjectFile:
    """The demo's project file with these words wherever it says something, as far as they fit."""
    return ProjectFile.model_validate(_spoiled(read(twins.FILE).model_dump(mode="json"), words))


def _spoiled(node: Any, words: str, key: str = "") -> Any:
    if isinstance(node, dict):
        languages = {"en", "fr", "tu", "vous"}
        return {
            name: _spoiled(child, words, key if name in languages else name) for name, child in node.items()
        }
    if isinstance(node, list):
        return [_spoiled(child, words, key) for child in node]
    return words[: ROOM[key]].strip() if key in ROOM and isinstance(node, str) else node


def _page(company: Company, _: int) -> str:
    shown = json.dumps(company.words[:90])[1:-1]
    return pages.large().model_dump_json().replace("Quai", shown)


def _soon(company: Company, _: int) -> Any:
    return company.work.now + timedelta(minutes=9)


def _always(value: Any) -> Callable[[Company, int], Any]:
    return lambda _company, _number: value


def _of(*values: Any) -> Callable[[Company, int], Any]:
    return lambda _company, number: values[number % len(values)]


PLAIN: Mapping[str, Any] = {
    "address": "tu",
    "args": "{}",
    "at_most_weeks": 1,
    "blocker": "trust",
    "budget": "{}",
    "closed_at": None,
    "control": None,
    "days": "12345",
    "ended_for": None,
    "ends_at": None,
    "erasure_key": None,
    "event": "card_created",
    "figure_threshold": 5,
    "lang": None,
    "look": None,
    "manager_id": None,
    "opted_out_at": None,
    "origin_id": None,
    "outcome": "found",
    "paused_from": None,
    "paused_until": None,
    "persona": "planner",
    "rules": None,
    "script": "adoption",
    "second_blocker": "time",
    "snoozed_until": None,
    "status_reason": "other",
    "template": None,
    "timezone": "Europe/Paris",
    "treatment": None,
    "updates": None,
    "usage": "other",
    "word_threshold": 10,
}
"""Columns that hold nobody's words, or that would end what the row is of."""

SPECIAL: Mapping[str, Callable[[Company, int], Any]] = {
    "action_answers.person_id": _always(None),
    "actions.settled_at": _always(None),
    "actions.subject": _of("trust", "access"),
    "agenda.kind": _of("coaching", "digest"),
    "agenda.next_due_at": _soon,
    "agenda.ref": lambda _, number: f"memberships{number}" if number % 2 else "projects0",
    "agenda.rule": _of("09:15 12345", "monday 09:00"),
    "automaticity.answers": _always("1---"),
    "barriers.blocker": _always("access"),
    "barriers.closed_at": lambda company, number: company.work.now if number in {2, 3} else None,
    "champions.signs": _always("named steady"),
    "check_ins.weeks": _of(1, 2),
    "check_ins.answer": _of("done", "partly", None),
    "digests.page": _page,
    "digests.week": lambda _, number: f"2026-W{48 - number}",
    "findings.blocker": _of("trust", "access"),
    "findings.resolved_at": _always(None),
    "findings.status": _always("confirmed"),
    "grants.given": _always(True),
    "grants.project_id": _always(None),
    "grants.role": _of("admin", "auditor"),
    "idea_comments.hidden": _always(False),
    "interviews.closed_at": lambda company, number: company.work.now if number > 1 else None,
    "interviews.code_until": _soon,
    "interviews.state": lambda _, number: (walks.started() if number else walks.invited()).model_dump_json(),
    "interviews.status": _of("invited", "active", "closed", "closed", "closed", "closed"),
    "lever_steps.answer": _of(None, "no", None, None, "yes", "mended"),
    "lever_steps.lever": _of("leaders_why", "leaders_why", "data_sheet", "ticket", "data_sheet", "ticket"),
    "manager_nudges.about": _always("unmanaged"),
    "memberships.role": _of("lead", "lead", "lead", "lead", "employee", "champion"),
    "nominations.nominee_id": _always(None),
    "nudges.variant": lambda _, number: "recovery.0" if number == 4 else "habit.today_is_the_day",
    "people.export_until": _soon,
    "projects.definition": lambda company, _: definition(company.words).to_json(),
    "projects.key": _always("trello"),
    "report_links.expires_at": _soon,
    "report_links.revoked_at": _always(None),
    "report_links.week": _always("2026-W48"),
    "routines.at": _always("09:15"),
    "routines.ended_for": _of(None, "ran_out"),
    "routines.paused_from": lambda company, number: None if number else company.work.now.date(),
    "routines.paused_until": lambda company, number: (
        None if number else company.work.now.date() + timedelta(days=9)
    ),
    "shares.reaction": _always("me"),
    "shares.testimonial_id": _always("testimonials2"),
    "story_questions.answer": lambda company, number: company.words if number == 1 else None,
    "story_questions.author_id": _always("people3"),
    "story_questions.testimonial_id": _always("testimonials2"),
}
"""Columns whose values decide what may be told of a row at all, by number."""
