"""Who can be reached, judged by when things happened: platforms deliver late and out of order.

Only a departure keeps its event, so what came before it is known by its own time. Of anything else only the time of
arrival is known: a departure that somebody was heard from after is believed to be an old one; were it not, the next
message would be refused, and say so.
"""

from bot.platforms.port import EVENT, InboundEvent, MemberLeft, WorkspaceLost
from storage import inbox
from storage.models import Person, PersonStatus, WorkspaceStatus
from storage.repositories.outbox import UNREACHABLE
from storage.work import Work

INTERVIEW = "interview"
"""Kind of the agenda item of an interview's silences."""


def lose(work: Work, event: WorkspaceLost) -> None:
    """The workspace is not written to, until something is heard from it that happened later."""
    heard = inbox.last_heard(work, but=event.type)
    if heard is None or heard <= event.at:
        work.workspaces.lose(work.workspace_id, WorkspaceStatus(event.status), since=event.at)


def leave(work: Work, person: Person, event: MemberLeft) -> None:
    """The person is not written to, until something is heard from them that happened later."""
    heard = inbox.last_heard(work, but=event.type, sender=event.user)
    if heard is None or heard <= event.at:
        work.people.mark_unreachable(person.id, event.reason, event.at)
        work.outbox.cancel(person.id, reason=UNREACHABLE)


def hear(work: Work, person: Person, event: InboundEvent) -> None:
    """The person can be reached again, and a lost workspace is asked about, unless this happened before they left."""
    workspace = work.workspaces.get(work.workspace_id)
    if workspace.status is not WorkspaceStatus.ACTIVE and _after(work, event, "lost", ""):
        work.workspaces.ask_again(workspace.id)
    if person.status is not PersonStatus.ACTIVE and _after(work, event, "left", event.user):
        work.people.mark_reachable(person.id)
        _catch_up(work, person)


def _catch_up(work: Work, person: Person) -> None:
    """What waited in an interview because the person could not be reached is looked at now."""
    for item in work.agenda.of_person(person.id):
        if item.kind == INTERVIEW and item.next_due_at:
            work.agenda.set(person.id, item.kind, item.ref, work.now, item.rule)


def _after(work: Work, event: InboundEvent, departure: str, sender: str) -> bool:
    left = [EVENT.validate_json(payload).at for payload in inbox.kept(work, departure, sender)]
    return not left or event.at > max(left)
