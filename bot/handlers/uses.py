"""A person says no to one use of their data, or yes again: it holds at once."""

from bot.handlers import ideas, interview
from bot.handlers.testimonial_recall import take_back
from bot.platforms.port import ButtonPressed
from bot.scene import Scene
from nudges import sharing
from storage.models import WITHDRAWABLE, Purpose

UNSENT = {
    Purpose.INTERVIEW: ("interview.", "action.told", "action.ask"),
    Purpose.COACHING: ("routine.", "lever."),
    Purpose.STORIES: ("testimonial.share",),
    Purpose.IDEAS: ("idea.answered", "idea.hidden"),
}
"""By purpose, how the intents begin of what must not leave any more."""


def show(scene: Scene, _pressed: ButtonPressed) -> None:
    scene.post("my_data.uses")


def change(scene: Scene, pressed: ButtonPressed) -> None:
    """`purpose|yes` or `purpose|no`."""
    name, _, word = pressed.value.partition("|")
    if name not in set(WITHDRAWABLE) or word not in {"yes", "no"}:
        scene.post("help.unknown_button")
        return
    purpose = Purpose(name)
    changed = scene.work.consents.say(scene.person.id, purpose, given=word == "yes")
    if changed and word == "no":
        _end(scene, purpose)
    scene.replace(pressed, "my_data.uses")


def _end(scene: Scene, purpose: Purpose) -> None:
    work, person_id = scene.work, scene.person.id
    for prefix in UNSENT.get(purpose, ()):
        work.outbox.cancel(person_id, intents_prefix=prefix)
    match purpose:
        case Purpose.INTERVIEW:
            interview.stop(scene)
        case Purpose.STORIES:
            for story in sharing.live_of(work, person_id):
                if row := sharing.withdraw_testimonial(work, story.id, person_id):
                    take_back(scene, row)
        case Purpose.IDEAS:
            ideas.take_all_back(scene)
        case Purpose.USAGE:
            work.personal.forget_usage(person_id)
