"""A confirmed obstacle is validated when the person's usage changes within 14 days of its lever."""

from datetime import date, timedelta

import pytest

from bot.handlers import routines
from bot.platforms.port import ButtonPressed
from bot.scene import Scene
from nudges import service
from storage.models import CheckInAnswer, Finding, FindingStatus, Routine
from storage.work import Work
from tests.support.chat import Chat


def heard(work: Work, name: str) -> tuple[Chat, Routine]:
    """Somebody whose habit is in the way, and the routine that they chose."""
    chat = Chat(work, "en", name)
    chat.invite()
    chat.read()
    for words in ("let's go", "e-mail", "I always do it this way, force of habit", "9", "yes"):
        chat.say(words)
    chat.say("because my mornings would be calmer")
    chat.press("After the 9:00 stand-up, I add one urgent order")
    routine = work.routines.current(chat.campaign.project_id, chat.person.id)
    assert routine
    return chat, routine


def answered(chat: Chat, routine: Routine, slot: date, answer: str) -> tuple[Scene, ButtonPressed]:
    """The question of that day, and its answer as it is pressed."""
    check_in = chat.work.routines.add_check_in(routine.id, slot)
    pressed = ButtonPressed(
        event_id=f"x-{check_in.id}",
        workspace="demo",
        user=chat.person.external_id,
        at=chat.work.now,
        action="routine.checkin",
        value=f"{check_in.id}|{answer}",
        message="m",
        conversation="c1",
    )
    return chat.scene(pressed.event_id), pressed


def habit_of(chat: Chat) -> Finding:
    project_id, person_id = chat.campaign.project_id, chat.person.id
    (habit,) = [
        cause
        for cause in chat.work.interviews.latest_findings(project_id, person_id)
        if cause.blocker == "habit"
    ]
    return habit


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("days", "answer", "status"),
    [
        (10, "done", FindingStatus.VALIDATED),
        (10, "partly", FindingStatus.VALIDATED),
        (10, "missed", FindingStatus.CONFIRMED),
        (20, "done", FindingStatus.CONFIRMED),
    ],
)
def test_use_in_a_second_week_after_the_lever(
    work: Work, days: int, answer: str, status: FindingStatus
) -> None:
    anna, routine = heard(work, "Anna")
    today = work.now.date()
    work.nudges.add(anna.campaign.project_id, anna.person.id, "habit.cue", today, 0.5)
    first = work.routines.add_check_in(routine.id, today + timedelta(days=3))
    service.answer_check_in(work, first, CheckInAnswer.DONE)
    routines.check_ins([answered(anna, routine, today + timedelta(days=days), answer)])
    assert habit_of(anna).status is status


def test_what_bears_out_an_obstacle_does_not_depend_on_who_else_answers(work: Work) -> None:
    """Anna's lever came too long before her question; Ben, who answers in the same batch, was asked much earlier."""
    anna, routine = heard(work, "Anna")
    ben, other = heard(work, "Ben")
    today = work.now.date()
    work.nudges.add(anna.campaign.project_id, anna.person.id, "habit.cue", today, 0.5)
    for days in (3, 10):
        check_in = work.routines.add_check_in(routine.id, today + timedelta(days=days))
        service.answer_check_in(work, check_in, CheckInAnswer.DONE)
    hers = answered(anna, routine, today + timedelta(days=20), "done")
    routines.check_ins([hers, answered(ben, other, today + timedelta(days=3), "done")])
    assert habit_of(anna).status is FindingStatus.CONFIRMED
