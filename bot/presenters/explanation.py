"""What an interview understood, shown to the person it belongs to."""

from bot.platforms.port import Button, Buttons, Fields, Message, Text
from bot.presenters.interview import subject_of
from bot.scene import Args, Presenter, Scene
from storage.models import Interview
from surveys import service as surveys
from surveys.wording import texts

CODE = "explanation.code"


def explanation(scene: Scene, args: Args) -> Message | None:
    """What weighed and which answers said so, with a way to read it in a terminal."""
    interview = _own(scene, args)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None:
        return None
    told = surveys.explanation(scene.work, interview, subject)
    if told is None:
        anonymous = scene.work.campaigns.get(interview.campaign_id).anonymous
        return none(scene, {"key": "anonymous" if anonymous else "nothing"})
    button = Button(CODE, interview.id, texts().text("explain.code_button", scene.voice))
    return Message(
        (
            *(Text(line) for line in told.lines),
            *((Fields(told.moves),) if told.moves else ()),
            Buttons((button,)),
        )
    )


def code(scene: Scene, args: Args) -> Message | None:
    """The code, as long as it is good; it is in no row and in no log."""
    interview = _own(scene, args)
    good = surveys.code(scene.work, interview) if interview else None
    if interview is None or good is None:
        return None
    return Message((Text(texts().rich("explain.code", scene.voice, id=interview.id, code=good)),))


def none(scene: Scene, args: Args) -> Message:
    """Why there is nothing to show."""
    return Message((Text(texts().rich(f"explain.{args['key']}", scene.voice)),))


def _own(scene: Scene, args: Args) -> Interview | None:
    interview = scene.work.interviews.find(args["interview"])
    return interview if interview and interview.person_id == scene.person.id else None


PRESENTERS: dict[str, Presenter] = {
    "explanation": explanation,
    "explanation.code": code,
    "explanation.none": none,
}
