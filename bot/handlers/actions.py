"""What leads and owners do with an action, and what those whom it concerns answer once it is done."""

from datetime import date, datetime, timedelta

from bot.handlers.action_cards import renew
from bot.handlers.idea_answers import carried_out
from bot.handlers.routines import schedule_coaching
from bot.kinds import Held
from bot.platforms.port import ButtonPressed, FormSubmitted
from bot.presenters import actions as presenters
from bot.presenters.action_words import what
from bot.presenters.ways import at_rest
from bot.scene import Feature, Scene
from content.actions import Answer, State
from digests import acting, board
from digests.actions import ASKED_AFTER
from nudges import nominees, passing_on
from nudges.schedule import local_date
from projects.service import definition
from storage.models import Action, AgendaItem, OutboxState, Person
from storage.repositories.outbox import ON_THE_WAY

KIND = "action"
"""The owner's day has come; ref is the action's id."""

ASK = "action.ask"
"""Somebody who was told of an action is to be asked what became of it; ref is the action's id."""

TWO_WEEKS = timedelta(weeks=2)
LONGEST = timedelta(days=366)
NEXT_LOOK = timedelta(weeks=1)
"""How long a message may wait before it is looked at again whether it has left."""


# ------------------------------------------------------------------ those who lead, and owners


def take(scene: Scene, pressed: ButtonPressed) -> None:
    """The first press wins; to others the page says whose it is."""
    action = _led(scene, pressed.value)
    if action is None:
        return
    due_on = local_date(scene.now + TWO_WEEKS, scene.timezone)
    if acting.take(scene.work, action, scene.person, due_on):
        _remind(scene, action)
    _shown(scene, pressed, action)


def other(scene: Scene, pressed: ButtonPressed) -> None:
    if action := _led(scene, pressed.value):
        acting.another(scene.work, action, scene.person)
        _shown(scene, pressed, action)


def decline(scene: Scene, pressed: ButtonPressed) -> None:
    """Not this week, by who leads; dropped or handed back, by its owner."""
    action = (
        _led(scene, pressed.value) if pressed.action == presenters.NOT_NOW else _mine(scene, pressed.value)
    )
    if action is None:
        return
    if acting.decline(scene.work, action, scene.person):
        _forget(scene, action.owner_id, action.id)
    _shown(scene, pressed, action)


def of_idea(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`: who leads looks after what is planned of it; whoever cares for the idea hears when it is done."""
    idea = board.seen(scene.work, pressed.value, scene.person.id)
    if idea is None or not presenters.leads(scene, idea.project_id):
        scene.post("action.not_yours")
        return
    due_on = local_date(scene.now + TWO_WEEKS, scene.timezone)
    taken = acting.look_after(scene.work, idea, scene.person, due_on)
    if taken:
        _remind(scene, taken)
    if action := taken or acting.of_idea(scene.work, idea):
        _shown(scene, pressed, action)
    else:
        scene.replace(pressed, "idea.answered_lead", {"idea": idea.id})


def change(scene: Scene, pressed: ButtonPressed) -> None:
    action = _led(scene, pressed.value)
    if action and action.state is State.TAKEN:
        scene.open_form(pressed, presenters.CHANGE_FORM, action.id)
    elif action:
        _shown(scene, pressed, action)


def changed(scene: Scene, event: FormSubmitted) -> None:
    """What it says, whose it is, until when; a name that nobody has, or several, leaves the owner as they are."""
    action = _led(scene, event.context)
    if action is None:
        return
    before = action.owner_id
    owner_id, known = _named(scene, action, event.values.get("owner", ""))
    if acting.change(
        scene.work,
        action,
        scene.person,
        text=_text(scene, action, event.values.get("text", "")),
        owner_id=owner_id,
        due_on=_due_on(scene, event.values.get("due", "")),
    ):
        _forget(scene, before, action.id)
        _remind(scene, action)
        if not known:
            scene.post("action.unknown_owner")
        elif action.owner_id not in {before, scene.person.id, None}:
            _hand_over(scene, action)
    _shown(scene, event, action)


def done(scene: Scene, pressed: ButtonPressed) -> None:
    """What was done is told in the words of who did it."""
    action = _mine(scene, pressed.value)
    if action and action.state is State.TAKEN:
        scene.open_form(pressed, presenters.DONE_FORM, action.id)
    elif action:
        _shown(scene, pressed, action)


def finished(scene: Scene, event: FormSubmitted) -> None:
    """Those concerned are told. How many they are, nobody is."""
    action = _mine(scene, event.context)
    said = " ".join(event.values.get("said", "").split())[: presenters.TEXT_LENGTH]
    if action is None:
        return
    if said:
        owner_id = action.owner_id
        people = scene.work.people.several(acting.finish(scene.work, action, scene.person, said))
        if action.state is State.DONE:
            _forget(scene, owner_id, action.id)
        for person in people.values():
            _tell(scene, action, person)
        if action.subject == acting.IDEA and action.state is State.DONE:
            carried_out(scene, action.proposal, said)
    _shown(scene, event, action)


def later(scene: Scene, pressed: ButtonPressed) -> None:
    """Two weeks more, and their day again."""
    action = _mine(scene, pressed.value)
    if action is None:
        return
    due_on = local_date(scene.now + TWO_WEEKS, scene.timezone)
    if acting.change(scene.work, action, scene.person, text=None, owner_id=None, due_on=due_on):
        _remind(scene, action)
    _shown(scene, pressed, action)


def due(scene: Scene, item: AgendaItem) -> Held | None:
    """The owner's day: ask where it stands, once."""
    scene.work.agenda.set(scene.person.id, KIND, item.ref, None)
    action = scene.work.actions.find(item.ref)
    if action is None or action.state is not State.TAKEN or action.owner_id != scene.person.id:
        return None
    if at_rest(scene):
        return Held.PAUSED
    key = f"action-reminder:{action.id}:{local_date(scene.now, scene.timezone)}"
    _unasked(scene, scene.person, action, "action.reminder", key)
    return None


def running(scene: Scene, project_id: str) -> None:
    """What is under way in a project, one message each."""
    taken = [one for one in scene.work.actions.of_project(project_id) if one.state is State.TAKEN]
    for action in taken:
        scene.post("action.state", {"action": action.id})
    if not taken:
        scene.post("action.none_running")


# ------------------------------------------------------------------ those concerned


def due_to_ask(scene: Scene, item: AgendaItem) -> Held | None:
    """Three weeks after the message to them has left; not at all if it never did."""
    action = scene.work.actions.find(item.ref)
    told = scene.work.outbox.under(_told_key(item.ref, scene.person.id))
    when = _ask_at(scene, told.state, told.sent_at) if told else None
    waits = when is not None and when > scene.now
    scene.work.agenda.set(scene.person.id, ASK, item.ref, when if waits else None)
    if action is None or when is None or waits or action.settled_at:
        return None
    if at_rest(scene):
        return Held.PAUSED
    _unasked(scene, scene.person, action, "action.ask", f"action-asked:{action.id}:{scene.person.id}")
    return None


def _ask_at(scene: Scene, state: OutboxState, sent_at: datetime | None) -> datetime | None:
    if state is OutboxState.SENT and sent_at:
        return max(sent_at + ASKED_AFTER, scene.now)
    waiting = state is OutboxState.READY or state in ON_THE_WAY
    return scene.now + NEXT_LOOK if waiting else None


def answered(scene: Scene, pressed: ButtonPressed) -> None:
    """`action_id|gone`, `|less` or `|still`."""
    action_id, _, value = pressed.value.partition("|")
    action = scene.work.actions.locked(action_id)
    if action is None or value not in set(Answer):
        scene.post("help.unknown_button")
        return
    first = not scene.work.actions.has_answered(action.id, scene.person.id)
    concern = acting.answer(scene.work, action, scene.person, Answer(value))
    if concern is None:
        scene.post("help.unknown_button")
        return
    if first and concern.blocker and value == Answer.GONE:
        passing_on.mended(scene.work, action.project_id, scene.person.id, concern.blocker)
        schedule_coaching(scene, action.project_id)
    scene.replace(pressed, "action.thanks", {"action": action.id})


def _tell(scene: Scene, action: Action, person: Person) -> None:
    _unasked(scene, person, action, "action.told", _told_key(action.id, person.id))
    scene.work.agenda.set(
        person.id, ASK, action.id, scene.week_of(person).first_open(scene.now + ASKED_AFTER)
    )


def _told_key(action_id: str, person_id: str) -> str:
    return f"action-told:{action_id}:{person_id}"


# ------------------------------------------------------------------ helpers


def _led(scene: Scene, action_id: str) -> Action | None:
    """The action, locked, if this person leads its project; else they are told."""
    action = scene.work.actions.find(action_id)
    if action and presenters.leads(scene, action.project_id):
        return acting.locked(scene.work, action_id)
    scene.post("action.not_yours")
    return None


def _mine(scene: Scene, action_id: str) -> Action | None:
    """The action, locked, if this person leads its project or looks after it; else they are told."""
    if presenters.in_hand(scene, scene.work.actions.find(action_id)):
        return acting.locked(scene.work, action_id)
    scene.post("action.not_yours")
    return None


def _text(scene: Scene, action: Action, typed: str) -> str | None:
    """What a lead has made of it; None if they left it as it is."""
    text = " ".join(typed.split())[: presenters.TEXT_LENGTH]
    tool = definition(scene.work.projects.get(action.project_id)).tool
    return text if text != what(scene.work, action, scene.voice, tool) else None


def _named(scene: Scene, action: Action, typed: str) -> tuple[str | None, bool]:
    """Whose name it is among the people of the project, and whether that is clear. Nothing typed names nobody."""
    if not typed.strip():
        return None, True
    people = [person for _, person in scene.work.projects.members(action.project_id)]
    there = [nominees.Member(person.id, person.name, person.email) for person in people]
    found = nominees.resolve(typed, there).one
    return found, found is not None


def _due_on(scene: Scene, typed: str) -> date | None:
    """A date from today to a year from now; None: it stays as it is."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    today = local_date(scene.now, scene.timezone)
    return day if today <= day <= today + LONGEST else None


def _remind(scene: Scene, action: Action) -> None:
    """The owner is asked on their day."""
    if action.owner_id and action.due_on:
        owner = scene.work.people.get(action.owner_id)
        scene.work.agenda.set(owner.id, KIND, action.id, scene.week_of(owner).first_open_on(action.due_on))


def _forget(scene: Scene, owner_id: str | None, action_id: str) -> None:
    if owner_id:
        scene.work.agenda.clear(owner_id, KIND, action_id)


def _hand_over(scene: Scene, action: Action) -> None:
    assert action.owner_id
    owner = scene.work.people.get(action.owner_id)
    _unasked(scene, owner, action, "action.yours", f"action-yours:{action.id}:{owner.id}:{scene.cause}")


def _shown(scene: Scene, event: ButtonPressed | FormSubmitted, action: Action) -> None:
    """It says where it stands wherever it was shown, and where it was pressed."""
    own, card = renew(scene, action), {"action": action.id}
    if event.message and event.message not in own:
        scene.replace(event, "action.state", card)
    elif not own:
        scene.post("action.state", card)


def _unasked(scene: Scene, person: Person, action: Action, intent: str, key: str) -> None:
    scene.post_unasked(intent, {"action": action.id, "project": action.project_id}, to=person, key=key)


FEATURE = Feature(
    name="actions",
    buttons={
        presenters.TAKE: take,
        presenters.OTHER: other,
        presenters.NOT_NOW: decline,
        presenters.DONE: done,
        presenters.CHANGE: change,
        presenters.DROP: decline,
        presenters.LATER: later,
        presenters.ANSWER: answered,
        presenters.OF_IDEA: of_idea,
    },
    forms={presenters.CHANGE_FORM: changed, presenters.DONE_FORM: finished},
    due={KIND: due, ASK: due_to_ask},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
