"""“Why this?”: under everything that comes unasked, answered in one sentence that offers less."""

from bot.kinds import KINDS
from bot.platforms.port import ButtonPressed
from bot.presenters import why as presenters
from bot.presenters.ways import WHY
from bot.scene import Feature, Scene


def why(scene: Scene, pressed: ButtonPressed) -> None:
    """`kind|project_id|ref`: asked twice under the same message, it is answered once."""
    kind, _, rest = pressed.value.partition("|")
    project_id, _, ref = rest.partition("|")
    if kind not in KINDS or scene.work.projects.member(project_id, scene.person.id) is None:
        scene.post("help.unknown_button")
        return
    key = f"why:{scene.person.id}:{pressed.message}"
    scene.post("why", {"kind": kind, "project": project_id, "ref": ref}, key=key)


FEATURE = Feature(name="why", buttons={WHY: why}, presenters=presenters.PRESENTERS)
