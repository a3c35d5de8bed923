"""A testimonial is read before it is shown: by leads and the champions they have asked, the first of whom decides."""

from datetime import timedelta

from bot.handlers.routines import schedule_coaching
from bot.handlers.testimonial_recall import EXPIRY, clear
from bot.platforms.port import ButtonPressed, FormSubmitted, Receipt
from bot.scene import Scene
from nudges import sharing
from nudges.sharing import Reviewed
from storage.models import Person, Place, Testimonial, TestimonialStatus

CHANGE, DECLINE = "testimonial.change", "testimonial.decline"
"""Forms in which a reader tells the author why; their context is the testimonial's id."""


def ask(scene: Scene, row: Testimonial, replaced: Testimonial | None = None) -> None:
    """Ask whoever may decide; who has an earlier text of it before them finds the new one in its place."""
    for reader in sharing.readers_of(scene.work, row):
        if not (replaced and _put_in_place(scene, row, replaced, reader)):
            ask_one(scene, row, reader)
    if replaced:
        clear(scene, replaced, (Place.REVIEW,))


def ask_one(scene: Scene, row: Testimonial, reader: Person) -> None:
    """Ask one of those who may decide, in their working hours."""
    key = sharing.review_key(row.id, reader.id)
    scene.work.stories.place([(row.id, reader.id, Place.REVIEW, key)])
    scene.post_unasked(
        "testimonial.review",
        {"testimonial": row.id, "project": row.project_id},
        to=reader,
        key=key,
    )


def approve(scene: Scene, pressed: ButtonPressed) -> None:
    reviewed = sharing.review_testimonial(scene.work, pressed.value, scene.person, TestimonialStatus.APPROVED)
    _decided(scene, pressed, reviewed)
    if reviewed is None or not reviewed.new:
        return
    row = reviewed.testimonial
    author = scene.work.people.get(row.author_id)
    after = scene.week_of(author).first_open_on(row.expires_on + timedelta(days=1))
    scene.work.agenda.set(author.id, EXPIRY, row.id, after)
    for person in sharing.people_to_reach(scene.work, row):
        schedule_coaching(scene, row.project_id, person)


def open_change(scene: Scene, pressed: ButtonPressed) -> None:
    """`testimonial_id`: what should change is told in the reader's own words."""
    _open(scene, pressed, CHANGE)


def open_decline(scene: Scene, pressed: ButtonPressed) -> None:
    """`testimonial_id`: why not is told in the reader's own words."""
    _open(scene, pressed, DECLINE)


def change(scene: Scene, event: FormSubmitted) -> None:
    _return(scene, event, TestimonialStatus.CHANGE_ASKED)


def decline(scene: Scene, event: FormSubmitted) -> None:
    _return(scene, event, TestimonialStatus.DECLINED)


def _open(scene: Scene, pressed: ButtonPressed, form: str) -> None:
    row = scene.work.testimonials.find(pressed.value)
    if row is None or not sharing.may_review(scene.work, row, scene.person):
        scene.post("testimonial.not_yours")
    elif row.status is TestimonialStatus.SUBMITTED:
        scene.open_form(pressed, form, row.id)
    else:
        scene.replace(pressed, "testimonial.reviewed", {"testimonial": row.id})


def _return(scene: Scene, event: FormSubmitted, status: TestimonialStatus) -> None:
    reason = event.values.get("reason", "")
    _decided(
        scene, event, sharing.review_testimonial(scene.work, event.context, scene.person, status, reason)
    )


def _decided(scene: Scene, event: ButtonPressed | FormSubmitted, reviewed: Reviewed | None) -> None:
    """What was decided stands in the place of the text, for everybody who had it; the author is told."""
    if reviewed is None:
        scene.post("testimonial.not_yours")
        return
    row = reviewed.testimonial
    scene.replace(event, "testimonial.reviewed", {"testimonial": row.id})
    if not reviewed.new:
        return
    clear(scene, row, (Place.REVIEW,))
    author = scene.work.people.get(row.author_id)
    scene.post_unasked(
        "testimonial.outcome",
        {"testimonial": row.id, "project": row.project_id},
        to=author,
        key=f"outcome:{row.id}",
    )


def _put_in_place(scene: Scene, row: Testimonial, replaced: Testimonial, reader: Person) -> bool:
    """Whether the reader has the earlier text on their screen, still to be decided on, and finds the new one there."""
    key = sharing.review_key(replaced.id, reader.id)
    message = scene.work.outbox.under(key)
    asked_again = replaced.reviewed_at is not None
    if asked_again or message is None or not (message.receipt_message and message.receipt_conversation):
        return False
    for posted in scene.work.stories.places(replaced.id, (Place.REVIEW,)):
        if posted.key == key:
            scene.work.stories.forget_place(posted.id)
    scene.work.stories.place([(row.id, reader.id, Place.REVIEW, key)])
    receipt = Receipt(message.receipt_message, message.receipt_conversation)
    scene.post("testimonial.review", {"testimonial": row.id}, to=reader, updates=receipt)
    return True
