"""Where an action was shown, it says where it stands by now."""

from bot.platforms.port import Receipt
from bot.scene import Scene
from content.actions import State
from digests import acting
from storage.models import Action, Idea


def renew(scene: Scene, action: Action) -> frozenset[str]:
    """Every lead's page of that week, whatever the scene's person has of it and, once it is over, whatever its owner has.

    The messages of the scene's person.
    """
    page, card = {"project": action.project_id, "week": action.week}, {"action": action.id}
    unasked = {**card, "project": action.project_id}
    shown = (
        ("digest.weekly", page),
        ("action.state", card),
        ("action.yours", unasked),
        ("action.reminder", unasked),
    )
    readers = {lead.id: lead for lead in scene.work.projects.leads(action.project_id)}
    readers[scene.person.id] = scene.person
    if action.owner_id and action.state is not State.TAKEN:
        readers[action.owner_id] = scene.work.people.get(action.owner_id)
    own: set[str] = set()
    for reader in readers.values():
        for intent, args in shown:
            instead = (intent, args) if intent == "digest.weekly" else ("action.state", card)
            for receipt in scene.work.outbox.arrived(reader.id, intent, args):
                scene.post(*instead, to=reader, updates=Receipt(*receipt))
                own |= {receipt[0]} if reader.id == scene.person.id else set()
    return frozenset(own)


def renew_of(scene: Scene, idea: Idea) -> None:
    """Whatever was ever looked after of an idea: it has another answer, or is gone."""
    for action in acting.all_of_idea(scene.work, idea):
        renew(scene, action)
