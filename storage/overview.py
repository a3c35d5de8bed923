"""How each workspace is doing, in counts: what whoever runs the bot sees. Nothing tells whose anything is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.claims import in_state
from storage.lanes import is_closed
from storage.models import (
    InboxEvent,
    InboxState,
    Lane,
    OutboxMessage,
    OutboxState,
    Person,
    PersonStatus,
    Workspace,
)
from storage.work import SystemWork

UNTOLD = "other"
"""Why somebody cannot be reached, where that was not kept."""


@dataclass(frozen=True)
class Place:
    """One workspace. `workspace` is the platform's id; `since` and `reason` are of a state other than active.

    `closed_until` and `closed_for`: nothing is sent to it until then. `unreachable` counts people by why they cannot be
    reached, the rest are messages by state, and events that were set aside (`poison`).
    """

    platform: str
    workspace: str
    state: str
    since: datetime | None
    reason: str | None
    closed_until: datetime | None
    closed_for: str | None
    ready: int
    uncertain: int
    failed: int
    poison: int
    unreachable: dict[str, int]


@dataclass(frozen=True)
class Load:
    """What waits in all workspaces together. `closed` counts lanes by (platform, why); `due` messages could leave now."""

    closed: dict[tuple[str, str], int]
    due: int
    oldest_due: datetime | None
    poison: int


def places(work: SystemWork) -> list[Place]:
    """Every workspace, the oldest first."""
    kinds = (OutboxState.READY, OutboxState.UNCERTAIN, OutboxState.FAILED)
    messages = _counts(
        work.session.execute(
            select(OutboxMessage.workspace_id, OutboxMessage.state, func.count())
            .where(OutboxMessage.state.in_(kinds))
            .group_by(OutboxMessage.workspace_id, OutboxMessage.state)
        )
    )
    poison = _counts(
        work.session.execute(
            select(InboxEvent.workspace_id, InboxEvent.state, func.count())
            .where(InboxEvent.state == InboxState.POISON)
            .group_by(InboxEvent.workspace_id, InboxEvent.state)
        )
    )
    people = _counts(
        work.session.execute(
            select(Person.workspace_id, func.coalesce(Person.status_reason, UNTOLD), func.count())
            .where(Person.status == PersonStatus.UNREACHABLE)
            .group_by(Person.workspace_id, func.coalesce(Person.status_reason, UNTOLD))
        )
    )
    lanes = {lane.workspace_id: lane for lane in work.session.scalars(select(Lane))}
    return [
        _place(work, place, lanes.get(place.id), messages[place.id], poison[place.id], people[place.id])
        for place in work.workspaces.all()
    ]


def load(work: SystemWork) -> Load:
    """What waits now; costs nothing for what is not due."""
    closed: dict[tuple[str, str], int] = defaultdict(int)
    for lane, platform in work.session.execute(
        select(Lane, Workspace.platform)
        .join(Workspace, Workspace.id == Lane.workspace_id)
        .where(Lane.closed_until > work.now)
    ):
        closed[platform, lane.closed_for or ""] += is_closed(lane, work.now)
    due, oldest = work.session.execute(
        select(func.count(), func.min(OutboxMessage.not_before)).where(
            in_state(OutboxState.READY), OutboxMessage.not_before <= work.now
        )
    ).one()
    poison = work.session.scalar(
        select(func.count()).select_from(InboxEvent).where(InboxEvent.state == InboxState.POISON)
    )
    return Load(dict(closed), due, oldest, poison or 0)


def _place(
    work: SystemWork,
    place: Workspace,
    lane: Lane | None,
    messages: dict[str, int],
    poison: dict[str, int],
    people: dict[str, int],
) -> Place:
    shut = lane if lane and is_closed(lane, work.now) else None
    return Place(
        platform=place.platform,
        workspace=place.external_id,
        state=place.status.value,
        since=place.status_since,
        reason=place.status_reason,
        closed_until=shut.closed_until if shut else None,
        closed_for=shut.closed_for if shut else None,
        ready=messages.get(OutboxState.READY, 0),
        uncertain=messages.get(OutboxState.UNCERTAIN, 0),
        failed=messages.get(OutboxState.FAILED, 0),
        poison=poison.get(InboxState.POISON, 0),
        unreachable=dict(sorted(people.items())),
    )


def _counts(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """(workspace, what, how many) as a table; a workspace without any has an empty row."""
    table: dict[str, dict[str, int]] = defaultdict(dict)
    for workspace_id, what, number in rows:
        table[workspace_id][what] = number
    return table
