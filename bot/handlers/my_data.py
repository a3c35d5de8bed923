"""`my data`: a person reads what is held about them, takes it away, puts it right, says no to a use, or has it erased."""

from datetime import datetime, timedelta

from bot.handlers import ideas, uses
from bot.handlers.testimonial_recall import take_back
from bot.platforms.port import ButtonPressed, Command, FormSubmitted
from bot.presenters import my_data as presenters
from bot.scene import Feature, Scene
from content.catalog import Lang
from nudges import sharing
from storage.models import AgendaItem, OutboxState, Person, Testimonial, TestimonialStatus

FAREWELL = "my_data.erased"
ERASE = "my_data.erase"
"""Kind of the agenda item that deletes what is left of somebody, once the last message to them has left."""

SURE_FOR = timedelta(hours=1)
"""How long the second press may be waited for."""

LEAVES_IN, LOOK_AGAIN, LATEST = timedelta(seconds=15), timedelta(seconds=10), timedelta(seconds=50)
"""When, and how often, it is looked whether the last message has left; at the latest everything goes all the same."""

UNDER_WAY = (OutboxState.READY, OutboxState.SENDING, OutboxState.UNCERTAIN)


def held(scene: Scene, _event: Command | ButtonPressed) -> None:
    scene.post("my_data")


def export(scene: Scene, _pressed: ButtonPressed) -> None:
    """A code that opens everything elsewhere, once: a chat is no place for a file."""
    scene.work.personal.issue_code(scene.person)
    scene.post("my_data.code", replaces="my_data.code")


def correct(scene: Scene, pressed: ButtonPressed) -> None:
    scene.open_form(pressed, presenters.FORM)


def corrected(scene: Scene, event: FormSubmitted) -> None:
    """What people write of themselves holds against every list."""
    name, lang = event.values.get("name", "").strip(), event.values.get("lang", "")
    if not name or not name.isprintable():
        scene.post("my_data.nothing_to_correct")
        return
    scene.person.name = name[: presenters.LONGEST_NAME]
    if lang in set(Lang):
        scene.person.lang = lang
    scene.person.corrected_at = scene.now
    if event.message:
        scene.replace(event, "my_data.corrected")
    else:
        scene.post("my_data.corrected")


# ------------------------------------------------------------------ erasing


def ask(scene: Scene, _pressed: ButtonPressed) -> None:
    """Nothing goes by one press."""
    scene.post("my_data.sure", {"asked": scene.now.isoformat()}, replaces="my_data.sure")


def keep(scene: Scene, pressed: ButtonPressed) -> None:
    scene.replace(pressed, "my_data.kept")


def erase_all(scene: Scene, pressed: ButtonPressed) -> None:
    """`asked at`."""
    _erase(scene, pressed, leaves_ideas=False)


def erase_but_ideas(scene: Scene, pressed: ButtonPressed) -> None:
    """`asked at`: ideas that are on a board stay there, and nobody's."""
    _erase(scene, pressed, leaves_ideas=True)


def _erase(scene: Scene, pressed: ButtonPressed, *, leaves_ideas: bool) -> None:
    """Stories are taken back, everything is deleted, one last message leaves, then the person is nobody."""
    work, person = scene.work, scene.person
    if not work.projects.of_person(person.id):
        scene.post("my_data")
        return
    if not _is_fresh(scene, pressed.value):
        scene.post("my_data.late")
        ask(scene, pressed)
        return
    for story in _stories(scene):
        sharing.withdraw_testimonial(work, story.id, person.id)
        take_back(scene, story)
    if leaves_ideas:
        ideas.leave_all(scene)
    ideas.take_all_back(scene)
    work.personal.erase(person)
    work.erasures.begin(person.external_id)
    scene.post(FAREWELL, {"ideas": presenters.LEFT} if leaves_ideas else None, key=_farewell_key(person))
    work.agenda.set(person.id, ERASE, "", scene.now + LEAVES_IN)


def forget(scene: Scene, item: AgendaItem) -> None:
    """Delete the row that the last message needed, once that has left, or cannot in time."""
    work, person = scene.work, scene.person
    erasure = work.erasures.find(person.external_id)
    for story in _stories(scene):
        take_back(scene, story)
    ideas.take_all_back(scene)
    farewell = work.outbox.under(_farewell_key(person))
    leaving = farewell is not None and farewell.state in UNDER_WAY
    if erasure and leaving and scene.now < erasure.asked_at + LATEST:
        item.next_due_at = scene.now + LOOK_AGAIN
        return
    work.session.expunge(item)
    if erasure:
        erasure.done_at = scene.now
    work.personal.forget(person)


def return_(scene: Scene, pressed: ButtonPressed) -> None:
    """Whoever was erased may be put on a list again."""
    scene.work.erasures.take_back(scene.person.external_id)
    scene.replace(pressed, "my_data.returned")


def _stories(scene: Scene) -> list[Testimonial]:
    """All that the person ever told, whatever became of it."""
    return scene.work.testimonials.of_author(scene.person.id, *TestimonialStatus)


def _farewell_key(person: Person) -> str:
    return f"{FAREWELL}:{person.id}"


def _is_fresh(scene: Scene, asked: str) -> bool:
    try:
        at = datetime.fromisoformat(asked)
    except ValueError:
        return False
    return at.tzinfo is not None and at <= scene.now < at + SURE_FOR


FEATURE = Feature(
    name="my_data",
    commands={"my_data": held},
    buttons={
        presenters.EXPORT: export,
        presenters.CORRECT: correct,
        presenters.USES: uses.show,
        presenters.CHANGE: uses.change,
        presenters.ERASE: ask,
        presenters.SURE: erase_all,
        presenters.SURE_BUT_IDEAS: erase_but_ideas,
        presenters.KEEP: keep,
        presenters.RETURN: return_,
    },
    forms={presenters.FORM: corrected},
    due={ERASE: forget},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
