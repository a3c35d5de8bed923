"""What is said once to a person for an obstacle: a text of the organisation, or one question about what others must mend."""

from babel.lists import format_list

from bot.platforms.port import Block, Button, Buttons, Fields, Message, Quote, Text
from bot.presenters.ways import at_rest, less, stop, ways_out
from bot.scene import Args, Presenter, Scene
from content.blockers import Blocker
from content.catalog import Catalog
from nudges import content, passing_on
from nudges.plan import Lever
from nudges.testimonials import first_name
from projects.definition import DataSheet, ProjectFile, Said
from projects.service import definition
from storage.models import LeverStep, PassedOn
from storage.work import Work

READ, ANSWER, WORKS = "lever.read", "lever.answer", "lever.works"


def texts() -> Catalog:
    return content.texts("levers")


def material(work: Work, project_id: str) -> frozenset[Lever]:
    """The levers of which the project file has something to tell."""
    return frozenset(Lever(name) for name in _file(work, project_id).levers.given)


def tell(scene: Scene, args: Args) -> Message | None:
    """None where it no longer fits: answered, mended or out of the file, or a person who asked for quiet."""
    row = passing_on.own_step(scene.work, args["step"], scene.person.id)
    if row is None or row.answer is not None or at_rest(scene):
        return None
    blocker = passing_on.about(row)
    if not passing_on.still(scene.heard(row.project_id), blocker):
        return None
    return _question(scene, row, blocker) if passing_on.is_question(row) else _text(scene, row)


def sheet(scene: Scene, args: Args) -> Message | None:
    """The data sheet, read when somebody wants to."""
    row = passing_on.own_step(scene.work, args["step"], scene.person.id)
    file = _file(scene.work, row.project_id) if row else None
    told = file.levers.data_sheet if file else None
    if file is None or told is None:
        return None
    rows = tuple(
        (texts().text(f"sheet.{name}", scene.voice), getattr(told, name).text(scene.voice))
        for name in ("logged", "not_logged", "seen_by")
    )
    return Message(
        (
            Text(texts().rich("sheet.intro", scene.voice, tool=file.tool)),
            Fields(rows),
            Text(texts().rich("sheet.questions", scene.voice, who=told.who)),
        )
    )


def answered(scene: Scene, args: Args) -> Message | None:
    """What became of the answer to the question."""
    row = passing_on.own_step(scene.work, args["step"], scene.person.id)
    if row is None or row.answer is None:
        return None
    key = {PassedOn.NO: "kept", PassedOn.MENDED: "mended"}.get(row.answer)
    if key is None:
        named = scene.work.barriers.named(row.project_id).get(passing_on.about(row), set())
        key = "passed_on" if row.person_id in named else "nameless"
    return Message((_say(scene, f"answered.{key}", row.project_id),))


def news(scene: Scene, args: Args) -> Message | None:
    """It was fixed, they say: does it work? None once the person has said so, or where it is open again."""
    barrier = scene.work.barriers.find(args["barrier"])
    if barrier is None or barrier.closed_at is None or at_rest(scene):
        return None
    blocker = Blocker(barrier.blocker)
    if not passing_on.still(scene.heard(barrier.project_id), blocker):
        return None
    answers = (
        Button(WORKS, f"{barrier.id}|{value}", texts().text(f"{value}_button", scene.voice))
        for value in ("works", "not_yet")
    )
    ways = ways_out(scene, barrier.project_id, "lever.news")
    asked = _say(scene, f"news.{blocker}", barrier.project_id)
    return Message((asked, _say(scene, "news.private", barrier.project_id), Buttons((*answers, *ways))))


def heard(scene: Scene, args: Args) -> Message | None:
    """Thanks for saying whether it works."""
    barrier = scene.work.barriers.find(args["barrier"])
    if barrier is None:
        return None
    blocker = Blocker(barrier.blocker)
    still = passing_on.still(scene.heard(barrier.project_id), blocker)
    return Message((_say(scene, "heard.not_yet" if still else "heard.works", barrier.project_id),))


def sentence(scene: Scene, row: LeverStep) -> str:
    """The sentence with the person's name that they are asked to agree to."""
    tool = _file(scene.work, row.project_id).tool
    return texts().text(f"exactly.{passing_on.about(row)}", scene.voice, name=scene.person.name, tool=tool)


def leads_of(scene: Scene, project_id: str) -> str:
    """Who leads the project, as one says it; the file's contact where nobody does."""
    names = [lead.name for lead in scene.leads(project_id)]
    if not names:
        return _file(scene.work, project_id).contact
    return format_list(names, locale=scene.voice.locale)


def _question(scene: Scene, row: LeverStep, blocker: Blocker) -> Message:
    answers = tuple(
        Button(ANSWER, f"{row.id}|{said}", texts().text(f"{said}_button", scene.voice)) for said in PassedOn
    )
    return Message(
        (
            _say(scene, f"ask.{blocker}", row.project_id),
            Quote(sentence(scene, row)),
            _say(scene, "ask.otherwise", row.project_id),
            Buttons((*answers, *ways_out(scene, row.project_id, "lever.tell", row.id))),
        )
    )


def _text(scene: Scene, row: LeverStep) -> Message | None:
    told: Said | DataSheet | None = getattr(_file(scene.work, row.project_id).levers, row.lever)
    if told is None:
        return None
    said: list[Block] = [_say(scene, f"tell.{row.lever}", row.project_id, who=told.who)]
    buttons = (less(scene), stop(scene), *ways_out(scene, row.project_id, "lever.tell", row.id))
    if isinstance(told, Said):
        said.append(Quote(told.says.text(scene.voice)))
    else:
        read = Button(READ, row.id, texts().text("read_button", scene.voice), primary=True)
        buttons = (read, *buttons)
    return Message((*said, Buttons(buttons)))


def _say(scene: Scene, key: str, project_id: str, **values: str) -> Text:
    common = {"name": first_name(scene.person.name), "tool": _file(scene.work, project_id).tool}
    if "lead" in texts().placeholders(key, scene.voice.lang):
        common["lead"] = leads_of(scene, project_id)
    return Text(texts().rich(key, scene.voice, **common, **values))


def _file(work: Work, project_id: str) -> ProjectFile:
    return definition(work.projects.get(project_id))


PRESENTERS: dict[str, Presenter] = {
    "lever.tell": tell,
    "lever.sheet": sheet,
    "lever.answered": answered,
    "lever.news": news,
    "lever.heard": heard,
}
