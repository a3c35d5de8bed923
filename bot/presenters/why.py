"""Why a message came: one sentence, to the person alone, and what can be done about more of them."""

from dataclasses import dataclass
from datetime import datetime

from bot.platforms.port import Button, Buttons, Message, Text
from bot.presenters.ways import less, stop
from bot.scene import Args, Presenter, Scene
from content.blockers import Blocker
from content.days import in_words
from content.markup import RichText
from content.texts import texts as names
from nudges.content import texts
from nudges.plan import BARRIERS
from nudges.schedule import local_date
from nudges.why import Facts, why
from projects.service import definition
from storage.models import FindingStatus, Routine

LOOK = "routine.look"


def because(scene: Scene, args: Args) -> Message | None:
    """`kind`, `project` and `ref` of the message that is asked about. None for who has left the project."""
    project_id = args["project"]
    if scene.work.projects.member(project_id, scene.person.id) is None:
        return None
    text = Text(sentence(scene, args["kind"], project_id, args["ref"]))
    routine = _About.of(scene, args["kind"], project_id, args["ref"]).routine
    look = Button(LOOK, project_id, texts("why").text("routine_button", scene.voice))
    ways = (less(scene), *((look,) if routine else ()), stop(scene))
    return Message((text, Buttons(ways)))


def sentence(scene: Scene, kind: str, project_id: str, ref: str = "") -> RichText:
    """Why this person got a message of this kind, about the row `ref`."""
    about = _About.of(scene, kind, project_id, ref)
    fixed = kind == "routine.nudge" and about.blocker in BARRIERS
    facts = Facts(about.routine is not None, about.first, about.told_at is not None, fixed)
    since = about.told_at or (about.routine.created_at if about.routine else scene.now)
    return texts("why").rich(
        why(kind, facts),
        scene.voice,
        project=definition(scene.work.projects.get(project_id)).name,
        date=in_words(local_date(since, scene.timezone), scene.voice),
        blocker=names().text(f"blocker.{about.blocker}", scene.voice) if about.blocker else "",
    )


@dataclass(frozen=True)
class _About:
    """What a message was about. `told_at` is when the person confirmed its `blocker`, if they did."""

    routine: Routine | None = None
    first: bool = False
    blocker: Blocker | None = None
    told_at: datetime | None = None

    @classmethod
    def of(cls, scene: Scene, kind: str, project_id: str, ref: str) -> "_About":
        """`ref` is a routine's id, a share's for a story, a nudge's and its routine's for a nudge."""
        work, person_id = scene.work, scene.person.id
        row_id, _, routine_id = ref.partition("|")
        routine = work.routines.find(routine_id if kind == "routine.nudge" else row_id)
        if routine and routine.person_id != person_id:
            routine = None
        blocker, first = None, False
        if kind == "routine.nudge" and (nudge := work.nudges.find(row_id)) and nudge.person_id == person_id:
            blocker = Blocker(nudge.variant.partition(".")[0])
            first = routine is not None and not any(
                routine.created_at <= other.decided_at < nudge.decided_at
                for other in work.nudges.of_person(person_id)
            )
        if kind == "testimonial.share" and (share := work.testimonials.find_share(row_id)):
            story = work.testimonials.find(share.testimonial_id) if share.person_id == person_id else None
            blocker = Blocker(story.blocker) if story else None
        return cls(routine, first, blocker, _told_at(scene, project_id, blocker) if blocker else None)


def _told_at(scene: Scene, project_id: str, blocker: Blocker) -> datetime | None:
    """When the person confirmed this obstacle; None if they did not, or said something else since."""
    for finding in scene.work.interviews.latest_findings(project_id, scene.person.id):
        if finding.blocker == blocker and finding.status in (
            FindingStatus.CONFIRMED,
            FindingStatus.VALIDATED,
        ):
            interview = scene.work.interviews.find(finding.interview_id)
            return interview.closed_at if interview else None
    return None


PRESENTERS: dict[str, Presenter] = {"why": because}
