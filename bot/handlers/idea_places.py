"""Ideas are shown by messages that can be made anew: what was changed, withdrawn or hidden changes where it stands."""

import json
from collections.abc import Sequence
from datetime import timedelta

from bot.handlers import action_cards
from bot.platforms.port import Receipt
from bot.presenters import idea_answers, ideas
from bot.scene import Args, Scene
from digests import board
from digests import service as digests
from digests.ideas import Order
from nudges import sharing
from storage.models import ON_BOARD, AgendaItem, Idea, IdeaPlace, OutboxMessage, Person
from storage.repositories.ideas import Shown

AGAIN = "idea.again"
"""Look again at a message that was just being sent when an idea in it changed; ref is the id of the place."""

AGAIN_AFTER = timedelta(minutes=10)

DIGEST = "digest.weekly"

FOR_LEADS = (DIGEST, "digest.preview", "idea.join_pick")
"""What has no words for who leads no longer, and would leave the old ones standing."""


def show(scene: Scene, intent: str, args: Args) -> None:
    """Post a message with ideas in it to the scene's person, and know where they stand then: it shows no other."""
    key = f"{intent}:{scene.work.ids.new()}"
    place(scene, scene.person, intent, args, key)
    scene.post(intent, {**args, "places": key}, key=key)


def place(scene: Scene, person: Person, intent: str, args: Args, key: str) -> None:
    """The message that is planned for this person under `key` shows these ideas."""
    shown = [Shown(idea_id, person.id, key) for idea_id in _shown(scene, intent, args)]
    scene.work.ideas.place(shown)


def stand_together(scene: Scene, root: Idea) -> None:
    """Where one idea of a group stands, the others come to stand as soon as that message is made anew."""
    ids = [each.id for each in scene.work.ideas.group(root.id)]
    places = {(each.person_id, each.key) for idea_id in ids for each in scene.work.ideas.places(idea_id)}
    scene.work.ideas.place([Shown(idea_id, *place) for idea_id in ids for place in sorted(places)])


def renew(scene: Scene, idea: Idea) -> None:
    """Make every message anew that shows this idea; from where it is gone now, it stays gone."""
    for found in scene.work.ideas.places(idea.id):
        _renew(scene, idea, found)
    if idea.status not in ON_BOARD:
        action_cards.renew_of(scene, idea)


def again(scene: Scene, item: AgendaItem) -> None:
    """What was under way when an idea changed has arrived by now, or is tried again later."""
    scene.work.agenda.set(item.person_id, AGAIN, item.ref, None)
    found = scene.work.ideas.find_place(item.ref)
    idea = scene.work.ideas.find(found.idea_id) if found else None
    if found and idea:
        _renew(scene, idea, found)


def _renew(scene: Scene, idea: Idea, found: IdeaPlace) -> None:
    message = scene.work.outbox.under(found.key)
    if message and sharing.under_way(message):
        scene.work.agenda.set(found.person_id, AGAIN, found.id, scene.now + AGAIN_AFTER)
        return
    if idea.status not in ON_BOARD:
        scene.work.ideas.forget_place(found.id)
    if message and message.receipt_message and message.receipt_conversation:
        person = scene.work.people.get(found.person_id)
        intent, args = _instead(scene, message, person)
        place(scene, person, intent, args, found.key)
        receipt = Receipt(message.receipt_message, message.receipt_conversation)
        scene.post(intent, args, to=person, updates=receipt)


def _instead(scene: Scene, message: OutboxMessage, person: Person) -> tuple[str, Args]:
    """The same message as it is now; where there is none for this person any more, that it is gone."""
    args: dict[str, str] = json.loads(message.args)
    if "idea" in args:
        idea = board.seen(scene.work, args["idea"], person.id)
        project_id = idea.project_id if idea else None
    else:
        project_id = args["project"]
    if project_id is None or scene.work.projects.member(project_id, person.id) is None:
        return "idea.gone", {}
    if message.intent in FOR_LEADS and not board.leads(scene.work, project_id, person.id):
        return "idea.gone", {}
    return message.intent, args


def _shown(scene: Scene, intent: str, args: Args) -> Sequence[str]:
    """The ids of the ideas that such a message shows as things stand."""
    work = scene.work
    match intent:
        case ideas.BOARD:
            listed = board.lines(work, args["project"], Order(args["order"]))
            return [line.id for line in ideas.page_of(listed, args)]
        case "idea.look" | "idea.answered" | "idea.join_pick":
            idea = work.ideas.find(args["idea"])
            if idea is None:
                return []
            if intent == "idea.join_pick":
                near = board.nearest(work, idea, ideas.common_words(scene, idea.project_id))
                return [idea.id, *(other.id for other, _ in near[: idea_answers.NEAREST])]
            return [each.id for each in work.ideas.group(board.root_of(work, idea).id)]
        case "idea.alike":
            pair = ideas.latest_alike(scene, args["project"])
            return [each.id for each in pair] if pair else []
        case _ if intent == DIGEST:
            return digests.ideas_of(work, args["project"], args["week"])
        case _:
            return []
