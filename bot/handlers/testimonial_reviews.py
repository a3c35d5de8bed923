"""A testimonial is read before it is shared: by the leads of its project, the first of whom decides."""

from datetime import timedelta

from bot.handlers.routines import schedule_coaching
from bot.handlers.testimonial_recall import EXPIRY, replace_sent
from bot.platforms.port import ButtonPressed
from bot.scene import Scene
from nudges import sharing
from storage.models import Person, Testimonial, TestimonialStatus


def ask(scene: Scene, row: Testimonial) -> None:
    """Ask whoever may decide."""
    for lead in _reviewers(scene, row):
        scene.post(
            "testimonial.review",
            {"testimonial": row.id},
            to=lead,
            key=sharing.review_key(row.id, lead.id),
            not_before=scene.week_of(lead).first_open(scene.now),
            paced=True,
        )


def approve(scene: Scene, pressed: ButtonPressed) -> None:
    _review(scene, pressed, approve=True)


def decline(scene: Scene, pressed: ButtonPressed) -> None:
    _review(scene, pressed, approve=False)


def _review(scene: Scene, pressed: ButtonPressed, *, approve: bool) -> None:
    reviewed = sharing.review_testimonial(scene.work, pressed.value, scene.person, approve=approve)
    if reviewed is None:
        scene.post("testimonial.not_yours")
        return
    row = reviewed.testimonial
    scene.replace(pressed, "testimonial.reviewed", {"testimonial": row.id})
    if not reviewed.new:
        return
    for lead in _reviewers(scene, row):
        if lead.id != scene.person.id:
            replace_sent(scene, lead, f"review:{row.id}")
    author = scene.work.people.get(row.author_id)
    scene.post(
        "testimonial.outcome",
        {"testimonial": row.id},
        to=author,
        key=f"outcome:{row.id}",
        not_before=scene.week_of(author).first_open(scene.now),
        paced=True,
    )
    if row.status is TestimonialStatus.APPROVED:
        after = scene.week_of(author).first_open_on(row.expires_on + timedelta(days=1))
        scene.work.agenda.set(author.id, EXPIRY, row.id, after)
        for person in sharing.people_to_reach(scene.work, row):
            schedule_coaching(scene, row.project_id, person)


def _reviewers(scene: Scene, row: Testimonial) -> list[Person]:
    """The leads who can be asked: others than the author where there are any."""
    leads = [lead for lead in scene.work.projects.leads(row.project_id) if not lead.opted_out_at]
    return [lead for lead in leads if lead.id != row.author_id] or leads
