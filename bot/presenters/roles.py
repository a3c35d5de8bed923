"""Who has which role, and the latest entries of the audit log, as messages. Nothing here comes from an answer."""

import json
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.platforms.port import Block, Fields, Message, Text
from bot.scene import Args, Presenter, Scene
from bot.texts import texts
from content.days import in_words
from digests.suppression import THRESHOLD
from projects.service import definition
from storage.audit import READS, ActorKind, Entry
from storage.models import Grant
from storage.roles import OF_WORKSPACE, GrantedRole

LATEST = 10
"""Entries of either sort that a message shows."""

LOOKED_AT = 200
"""Entries among which they are looked for."""


def project(scene: Scene, args: Args) -> Message | None:
    """Who leads a project, since when, and who made them lead. None for whom it no longer concerns."""
    work, project_id = scene.work, args["project"]
    if not work.projects.member(project_id, scene.person.id) and not _everywhere(scene):
        return None
    holding = work.grants.holding()
    rows = tuple(
        (lead.name, _given(scene, holding.get((lead.id, project_id, GrantedRole.LEAD))))
        for lead in work.projects.leads(project_id)
    )
    tool = definition(work.projects.get(project_id)).tool
    said = texts().rich("roles.project", scene.voice, tool=tool, threshold=str(THRESHOLD))
    return Message((Text(said), Fields(rows) if rows else _text(scene, "roles.nobody")))


def workspace(scene: Scene, _args: Args) -> Message | None:
    """Who has a role in the whole workspace. None for who has none any more."""
    if not _everywhere(scene):
        return None
    names = {person.id: person.name for person in scene.work.people.all()}
    rows = tuple(
        (names[person_id], f"{_word(scene, f'roles.{role}')}, {_given(scene, grant)}")
        for (person_id, _, role), grant in scene.work.grants.holding().items()
        if role in OF_WORKSPACE
    )
    return Message((_text(scene, "roles.workspace"), Fields(rows)))


def log(scene: Scene, _args: Args) -> Message | None:
    """The latest reads and changes. None for who is no auditor any more."""
    if GrantedRole.AUDITOR not in _everywhere(scene):
        return None
    entries = scene.work.audit.latest(LOOKED_AT)
    reads = [entry for entry in entries if entry.action in READS][:LATEST]
    changes = [entry for entry in entries if entry.action not in READS][:LATEST]
    blocks: list[Block] = []
    for key, listed in (("reads", reads), ("changes", changes)):
        blocks.append(_text(scene, f"roles.log.{key}" if listed else f"roles.log.no_{key}"))
        if listed:
            blocks.append(Fields(tuple(_row(scene, entry) for entry in listed)))
    if head := scene.work.audit.head():
        blocks.append(_text(scene, "roles.log.head", number=str(head.seq), head=str(head)))
    return Message(tuple(blocks))


def not_auditor(scene: Scene, _args: Args) -> Message:
    return Message((_text(scene, "roles.not_auditor"),))


def _everywhere(scene: Scene) -> frozenset[GrantedRole]:
    return scene.work.grants.of_workspace(scene.person.id)


def _given(scene: Scene, grant: Grant | None) -> str:
    if grant is None:
        return _word(scene, "roles.before")
    day = in_words(grant.at.astimezone(ZoneInfo(scene.timezone)), scene.voice)
    return _word(scene, "roles.given", date=day, by=_who(scene, grant.by_kind, grant.by))


def _who(scene: Scene, kind: ActorKind, actor: str) -> str:
    if kind is not ActorKind.PERSON:
        return _word(scene, f"roles.by.{kind}")
    found = scene.work.people.some([actor])
    return scene.work.people.get(actor).name if found else _word(scene, "roles.by.gone")


def _row(scene: Scene, entry: Entry) -> tuple[str, str]:
    local = entry.at.astimezone(ZoneInfo(scene.timezone))
    when = format_datetime(local, "short", locale=scene.voice.locale)
    detail = json.loads(entry.detail)
    named = (("report", "roles.report."), ("role", "roles."))
    about = next((f"{prefix}{detail[name]}" for name, prefix in named if name in detail), None)
    values = {
        "who": _who(scene, entry.actor.kind, entry.actor.id),
        "what": _word(scene, f"roles.log.{entry.action}"),
        "about": _word(scene, about) if about else "",
    }
    told = _word(scene, "roles.log.entry_about" if about else "roles.log.entry", **values)
    return f"{entry.seq}. {when}", told


def _word(scene: Scene, key: str, **values: str) -> str:
    return texts().text(key, scene.voice, **values)


def _text(scene: Scene, key: str, **values: str) -> Text:
    return Text(texts().rich(key, scene.voice, **values))


PRESENTERS: dict[str, Presenter] = {
    "roles.project": project,
    "roles.workspace": workspace,
    "roles.log": log,
    "roles.not_auditor": not_auditor,
}
