"""“Why?”: a person reads what their last interview understood, in chat, or elsewhere with a code that works once."""

from bot.platforms.port import ButtonPressed, Command
from bot.presenters import explanation as presenters
from bot.scene import Feature, Scene
from storage.models import InterviewStatus
from surveys import service as surveys

_UNDER_WAY = {InterviewStatus.ACTIVE, InterviewStatus.PAUSED}


def explain(scene: Scene, _event: Command) -> None:
    """The last finished interview, explained; not while one runs, since that would colour the answers to come."""
    running = [each for each in scene.work.interviews.open_of(scene.person.id) if each.status in _UNDER_WAY]
    last = scene.work.interviews.latest_closed(scene.person.id)
    if running or last is None:
        scene.post("explanation.none", {"key": "running" if running else "nothing"})
    else:
        scene.post("explanation", {"interview": last.id})


def press_code(scene: Scene, event: ButtonPressed) -> None:
    interview = scene.work.interviews.find(event.value)
    if interview is None or interview.person_id != scene.person.id:
        scene.post("explanation.none", {"key": "nothing"})
        return
    surveys.issue_code(scene.work, interview)
    scene.post("explanation.code", {"interview": interview.id}, replaces=f"explanation.code:{interview.id}")


FEATURE = Feature(
    name="explanation",
    commands={"explain": explain},
    buttons={presenters.CODE: press_code},
    presenters=presenters.PRESENTERS,
)
