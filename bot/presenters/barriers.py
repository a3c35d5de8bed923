"""What leads and managers read of obstacles that people cannot lift: shared by enough, or with a name agreed to."""

from datetime import date

from bot.platforms.port import Block, Button, Buttons, FieldKind, Form, FormField, Message, Quote, Text
from bot.presenters.levers import texts
from bot.presenters.ways import at_rest, less, stop, ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.days import in_words
from content.markup import rich
from nudges import passing_on
from nudges.content import variant
from nudges.mending import UNMANAGED, threshold
from nudges.testimonials import first_name
from projects.service import definition
from storage.models import Barrier, BarrierStatus, Role

TAKE, OTHER, FIXED = "barrier.take", "barrier.other", "barrier.fixed"
DECLINE, LATER = "barrier.decline", "barrier.later"
FORM = "barrier"
DUE_DAYS = ("7", "14", "30")
OWNER_LENGTH = 80


def item_key(barrier: Barrier, lead_id: str) -> str:
    """Under what a lead is asked of an item, once each time it opens."""
    return f"barrier:{barrier.id}:{lead_id}:{barrier.opened_at.isoformat()}"


def led(scene: Scene, barrier_id: str) -> Barrier | None:
    """The item, if this person leads its project."""
    barrier = scene.work.barriers.find(barrier_id)
    if barrier is None:
        return None
    membership = scene.work.projects.member(barrier.project_id, scene.person.id)
    return barrier if membership and membership.role is Role.LEAD else None


def item(scene: Scene, args: Args) -> Message | None:
    """None for who leads the project no longer, or where somebody has seen to it already."""
    barrier = led(scene, args["barrier"])
    if barrier is None or barrier.status is not BarrierStatus.OPEN:
        return None
    choices = _buttons(scene, barrier, (TAKE, "take"), (OTHER, "other"), (DECLINE, "decline"))
    ways = ways_out(scene, barrier.project_id, "barrier.item")
    return Message((*_what(scene, barrier), Buttons((*choices.buttons, *ways))))


def state(scene: Scene, args: Args) -> Message | None:
    """Where it stands, in place of the question."""
    barrier = led(scene, args["barrier"])
    if barrier is None:
        return None
    about = texts().rich(f"about.{barrier.blocker}", scene.voice, tool=_tool(scene, barrier.project_id))
    blocks: list[Block] = [Text(about)]
    if barrier.named_id:
        blocks.append(_named(scene, barrier))
    blocks.append(_state(scene, barrier))
    if barrier.status is BarrierStatus.TAKEN:
        blocks.append(_buttons(scene, barrier, (FIXED, "fixed"), (DECLINE, "decline")))
    return Message(tuple(blocks))


def reminder(scene: Scene, args: Args) -> Message | None:
    """The day has come that was said. None where that is no longer so."""
    barrier = led(scene, args["barrier"])
    if barrier is None or barrier.status is not BarrierStatus.TAKEN or at_rest(scene):
        return None
    about = texts().rich(f"about.{barrier.blocker}", scene.voice, tool=_tool(scene, barrier.project_id))
    blocks: list[Block] = [Text(about)]
    if barrier.named_id:
        blocks.append(_named(scene, barrier))
    asked = Text(texts().rich("reminder", scene.voice, owner=barrier.owner or ""))
    choices = _buttons(scene, barrier, (FIXED, "fixed"), (LATER, "later"), (DECLINE, "decline"))
    ways = ways_out(scene, barrier.project_id, "barrier.reminder")
    return Message((*blocks, asked, Buttons((*choices.buttons, *ways))))


def not_yours(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts().rich("not_yours", scene.voice)),))


def missing(scene: Scene, args: Args) -> Message | None:
    """A text that nobody has written yet, and that several people would read. None once it is there."""
    membership = scene.work.projects.member(args["project"], scene.person.id)
    file = definition(scene.work.projects.get(args["project"]))
    if membership is None or membership.role is not Role.LEAD or args["lever"] in file.levers.given:
        return None
    fewest = str(threshold(scene.work, args["project"]))
    said = texts().rich(
        f"missing.{args['lever']}", scene.voice, threshold=fewest, tool=file.tool, sponsor=file.sponsor
    )
    return Message((Text(said), Buttons(ways_out(scene, args["project"], "lever.missing"))))


def manager(scene: Scene, args: Args) -> Message | None:
    """What a manager can do, at least so many of whose people would like it. Never who, never how many."""
    row = scene.work.barriers.manager_nudge(args["nudge"])
    if row is None or row.person_id != scene.person.id or at_rest(scene):
        return None
    file = definition(scene.work.projects.get(row.project_id))
    values = {
        "name": first_name(scene.person.name),
        "tool": file.tool,
        "vision": file.vision.text(scene.voice),
        "lead": file.contact,
        "threshold": str(threshold(scene.work, row.project_id)),
    }
    chosen = None if row.about == UNMANAGED else variant(row.variant)
    said = chosen.template(scene.voice) if chosen else texts().template("unmanaged", scene.voice)
    return Message((Text(rich(said, values)), Buttons((less(scene), stop(scene)))))


def form(scene: Scene, context: str) -> Form:
    """Who looks after the item `context`, and until when."""
    voice = scene.voice
    due = tuple((days, texts().text(f"form.due_{days}", voice)) for days in DUE_DAYS)
    return Form(
        name=FORM,
        title=texts().text("form.title", voice),
        fields=(
            FormField("owner", FieldKind.LINE, texts().text("form.owner", voice), max_length=OWNER_LENGTH),
            FormField("due", FieldKind.CHOICE, texts().text("form.due", voice), options=due, initial="14"),
        ),
        submit=texts().text("form.submit", voice),
        context=context,
    )


def _what(scene: Scene, barrier: Barrier) -> tuple[Block, ...]:
    tool, fewest = _tool(scene, barrier.project_id), str(threshold(scene.work, barrier.project_id))
    if barrier.named_id:
        return (
            Text(texts().rich("item.named", scene.voice)),
            _named(scene, barrier),
            Text(texts().rich("item.named_who", scene.voice)),
        )
    if barrier.not_yet:
        return (Text(texts().rich(f"again.{barrier.blocker}", scene.voice, tool=tool)),)
    return (
        Text(texts().rich(f"item.{barrier.blocker}", scene.voice, tool=tool, threshold=fewest)),
        Text(texts().rich("item.unnamed", scene.voice)),
    )


def _named(scene: Scene, barrier: Barrier) -> Quote:
    """Word for word what the person agreed to."""
    return Quote(passing_on.sentence_of(scene.work, barrier))


def _state(scene: Scene, barrier: Barrier) -> Text:
    return Text(
        texts().rich(
            f"state.{barrier.status}",
            scene.voice,
            tool=_tool(scene, barrier.project_id),
            owner=barrier.owner or "",
            date=_date(scene, barrier.due_on),
        )
    )


def _buttons(scene: Scene, barrier: Barrier, *choices: tuple[str, str]) -> Buttons:
    return Buttons(
        tuple(
            Button(action, barrier.id, texts().text(f"{key}_button", scene.voice)) for action, key in choices
        )
    )


def _tool(scene: Scene, project_id: str) -> str:
    return definition(scene.work.projects.get(project_id)).tool


def _date(scene: Scene, day: date | None) -> str:
    return in_words(day, scene.voice) if day else ""


PRESENTERS: dict[str, Presenter] = {
    "barrier.item": item,
    "barrier.state": state,
    "barrier.reminder": reminder,
    "barrier.not_yours": not_yours,
    "lever.missing": missing,
    "manager.nudge": manager,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {FORM: form}
