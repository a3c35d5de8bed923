"""Leads ask champions to read testimonials before they are shown; a champion may say no at any time."""

from bot.handlers.testimonial_reviews import ask_one
from bot.platforms.port import ButtonPressed, Command
from bot.scene import Scene
from nudges import sharing
from storage.audit import Action
from storage.models import Membership, Role


def command(scene: Scene, _event: Command) -> None:
    """`adoption readers`: who reads, for each project that the person leads."""
    led = [
        project
        for place, project in scene.work.projects.of_person(scene.person.id)
        if place.role is Role.LEAD
    ]
    for project in led:
        scene.post("testimonial.readers", {"project": project.id})
    if not led:
        scene.post("testimonial.not_lead")


def choose(scene: Scene, pressed: ButtonPressed) -> None:
    """`membership_id`: this champion reads from now on, or no longer."""
    place = _led(scene, pressed.value)
    if place is None:
        scene.post("testimonial.not_lead")
        return
    place.reviews = not place.reviews
    _record(scene, place)
    scene.replace(pressed, "testimonial.readers", {"project": place.project_id})
    if not place.reviews:
        return
    reader = scene.work.people.get(place.person_id)
    scene.post_unasked(
        "testimonial.reader",
        {"project": place.project_id, "lead": scene.person.id},
        to=reader,
    )
    for row in scene.work.testimonials.waiting(place.project_id):
        if sharing.may_review(scene.work, row, reader):
            ask_one(scene, row, reader)


def refuse(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id`: the champion would rather not read."""
    place = scene.work.projects.member(pressed.value, scene.person.id)
    if place and place.reviews:
        place.reviews = False
        _record(scene, place)
    scene.replace(pressed, "testimonial.reader_no")


def _record(scene: Scene, place: Membership) -> None:
    action = Action.ROLE_GIVEN if place.reviews else Action.ROLE_TAKEN
    scene.work.audit.record(action, scene.actor, place.person_id, role="reader", project=place.project_id)


def _led(scene: Scene, membership_id: str) -> Membership | None:
    """A champion's place in a project that the scene's person leads."""
    place = scene.work.projects.place(membership_id)
    mine = scene.work.projects.member(place.project_id, scene.person.id) if place else None
    leads = mine is not None and mine.role is Role.LEAD
    return place if leads and place and place.role is Role.CHAMPION else None
