"""Whom people ask for help: one question, answered by names that nobody is ever shown."""

from bot.platforms.port import ButtonPressed, FormSubmitted
from bot.presenters import nominations as presenters
from bot.scene import Feature, Scene
from nudges import champions
from storage.models import Nomination


def name(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id`: they would like to give a name."""
    if scene.work.projects.member(pressed.value, scene.person.id) is None:
        scene.post("help.unknown_button")
    else:
        scene.open_form(pressed, presenters.FORM, pressed.value)


def nobody(scene: Scene, pressed: ButtonPressed) -> None:
    """They ask nobody in particular; that is kept nowhere."""
    scene.replace(pressed, "champion.nobody")


def submitted(scene: Scene, event: FormSubmitted) -> None:
    """What is clear is counted, what is not is asked."""
    project_id = event.context
    if scene.work.projects.member(project_id, scene.person.id) is None:
        scene.post("help.unknown_button")
        return
    unclear = champions.nominate(scene.work, project_id, scene.person, event.values.get("names", ""))
    if event.message:
        scene.replace(event, "champion.noted")
    elif not unclear:
        scene.post("champion.noted")
    for nomination in unclear:
        _ask_which(scene, nomination)


def which(scene: Scene, pressed: ButtonPressed) -> None:
    """`nomination_id|person_id`: whom a name meant; without a person none of those shown."""
    nomination_id, _, nominee_id = pressed.value.partition("|")
    if champions.clear_up(scene.work, nomination_id, scene.person.id, nominee_id):
        scene.replace(pressed, "champion.noted" if nominee_id else "champion.nobody")
    else:
        scene.post("help.unknown_button")


def _ask_which(scene: Scene, nomination: Nomination) -> None:
    scene.post("champion.which", {"nomination": nomination.id})


FEATURE = Feature(
    name="nominations",
    buttons={presenters.NAME: name, presenters.NOBODY: nobody, presenters.WHICH: which},
    forms={presenters.FORM: submitted},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
