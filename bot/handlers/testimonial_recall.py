"""A testimonial is taken back, by its author or because consent has run out: its text disappears where it was shown."""

from datetime import timedelta

from bot.platforms.port import Receipt
from bot.scene import Args, Scene
from nudges import sharing
from storage.models import AgendaItem, Person, Testimonial, TestimonialStatus

RECALL = "testimonial.recall"
"""Replace a message that was just being sent when its text was withdrawn; ref `share:ID` or `review:ID`."""

EXPIRY = "testimonial.expiry"
"""The last day of consent has passed; ref is the testimonial's id."""

RECALL_AFTER = timedelta(minutes=10)


def take_back(scene: Scene, row: Testimonial) -> None:
    """Replace the text wherever it was sent; what was not sent yet stays unsent by itself."""
    for share in scene.work.testimonials.shares(row.id):
        replace_sent(scene, scene.work.people.get(share.person_id), sharing.share_key(share.id))
    for lead in scene.work.projects.leads(row.project_id):
        replace_sent(scene, lead, f"review:{row.id}")


def replace_sent(scene: Scene, person: Person, ref: str) -> None:
    """Replace what this person was sent: a story (`share:ID`), or a text to review (`review:ID`)."""
    kind, _, id_ = ref.partition(":")
    share = kind == "share"
    intent = "testimonial.gone" if share else "testimonial.reviewed"
    args: Args = {"share": id_} if share else {"testimonial": id_}
    key = sharing.share_key(id_) if share else sharing.review_key(id_, person.id)
    message = scene.work.outbox.under(key)
    if message is None:
        return
    if message.receipt_message and message.receipt_conversation:
        receipt = Receipt(message.receipt_message, message.receipt_conversation)
        scene.post(intent, args, to=person, updates=receipt)
    elif sharing.under_way(message):
        scene.work.agenda.set(person.id, RECALL, ref, scene.now + RECALL_AFTER)


def recall(scene: Scene, item: AgendaItem) -> None:
    """What was under way when its text was withdrawn has arrived by now, or is tried again later."""
    scene.work.agenda.set(item.person_id, RECALL, item.ref, None)
    replace_sent(scene, scene.person, item.ref)


def expired(scene: Scene, item: AgendaItem) -> None:
    """Consent has run out: the text disappears where it was shown."""
    scene.work.agenda.set(item.person_id, EXPIRY, item.ref, None)
    row = scene.work.testimonials.find(item.ref)
    if row and row.status is TestimonialStatus.APPROVED:
        take_back(scene, row)
