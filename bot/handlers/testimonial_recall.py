"""A testimonial is taken back, by its author or because consent has run out: its text disappears wherever it was shown."""

import json
from collections.abc import Collection
from datetime import timedelta

from bot.handlers import idea_places
from bot.platforms.port import Receipt
from bot.scene import Args, Scene
from digests import service as digests
from nudges import questions, sharing
from storage.models import (
    AgendaItem,
    OutboxMessage,
    Person,
    Place,
    Posted,
    Role,
    Testimonial,
    TestimonialStatus,
)

RECALL = "testimonial.recall"
"""Replace a message that was just being sent when its text was withdrawn; ref is the id of the place."""

EXPIRY = "testimonial.expiry"
"""The last day of consent has passed; ref is the testimonial's id."""

RECALL_AFTER = timedelta(minutes=10)


def take_back(scene: Scene, row: Testimonial) -> None:
    """Replace the text wherever it was sent; what was not sent yet stays unsent by itself."""
    clear(scene, row, tuple(Place))
    for question in questions.close(scene.work, row.id):
        asker = scene.work.people.get(questions.asker_of(scene.work, question))
        scene.post_unasked(
            "question.closed",
            {"question": question.id, "project": row.project_id},
            to=asker,
            key=f"question-closed:{question.id}",
        )


def clear(scene: Scene, row: Testimonial, places: Collection[Place]) -> None:
    """Take its text away from the messages of these kinds, whoever their reader is by now."""
    for posted in scene.work.stories.places(row.id, places):
        _clear(scene, posted)


def placed_digest(
    scene: Scene, person: Person, project_id: str, week: str, key: str, but: str | None = None
) -> None:
    """The page that is planned for this person under `key` shows ideas, and may show a story, `but` not this one."""
    idea_places.place(scene, person, idea_places.DIGEST, {"project": project_id, "week": week}, key)
    story = digests.story_of(scene.work, project_id, week)
    if story and story != but:
        scene.work.stories.place([(story, person.id, Place.DIGEST, key)])


def recall(scene: Scene, item: AgendaItem) -> None:
    """What was under way when its text was withdrawn has arrived by now, or is tried again later."""
    scene.work.agenda.set(item.person_id, RECALL, item.ref, None)
    if posted := scene.work.stories.find_place(item.ref):
        _clear(scene, posted)


def expired(scene: Scene, item: AgendaItem) -> None:
    """Consent has run out: the text disappears where it was shown."""
    scene.work.agenda.set(item.person_id, EXPIRY, item.ref, None)
    row = scene.work.testimonials.find(item.ref)
    if row and row.status is TestimonialStatus.APPROVED:
        take_back(scene, row)


def _clear(scene: Scene, posted: Posted) -> None:
    """Replace one message; while it is being sent nobody knows where it is, so that it is looked at again later."""
    message = scene.work.outbox.under(posted.key)
    if message and sharing.under_way(message):
        scene.work.agenda.set(posted.person_id, RECALL, posted.id, scene.now + RECALL_AFTER)
        return
    scene.work.stories.forget_place(posted.id)
    if message and message.receipt_message and message.receipt_conversation:
        person = scene.work.people.get(posted.person_id)
        intent, args = _instead(scene, posted, message, person)
        receipt = Receipt(message.receipt_message, message.receipt_conversation)
        scene.post(intent, args, to=person, updates=receipt)


def _instead(scene: Scene, posted: Posted, message: OutboxMessage, person: Person) -> tuple[str, Args]:
    """What stands in the place of the text: of a page that is kept, the rest of it, for whoever still leads the project."""
    args: dict[str, str] = json.loads(message.args)
    match posted.place:
        case Place.REVIEW:
            return "testimonial.reviewed", {"testimonial": posted.testimonial_id}
        case Place.DIGEST:
            place = scene.work.projects.member(args["project"], person.id)
            kept = scene.work.digests.of_week(args["project"], args["week"])
            if kept and place and place.role is Role.LEAD:
                placed_digest(scene, person, args["project"], args["week"], posted.key, posted.testimonial_id)
                return "digest.weekly", args
    return "testimonial.gone", {}
