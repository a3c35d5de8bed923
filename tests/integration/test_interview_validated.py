"""A confirmed obstacle is validated when the person's usage changes within 14 days of its lever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.handlers import routines
from bot.platforms.port import ButtonPressed
from nudges import service
from storage.models import CheckInAnswer, Finding, FindingStatus, Routine
from storage.work import Work
from tests.support.chat import Chat


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
    anna = Chat(work, "en", "Anna")
    interview = anna.invite()
    anna.read()
    for words in ("let's go", "e-mail", "I always do it this way, force of habit", "9", "yes"):
        anna.say(words)
    anna.say("because my mornings would be calmer")
    anna.press("After the 9:00 stand-up, I add one urgent order")
    today = work.now.date()
    work.nudges.add(anna.campaign.project_id, anna.person.id, "habit.cue", today, 0.5)
    routine = work.session.scalars(select(Routine)).one()
    first = work.routines.add_check_in(routine.id, today + timedelta(days=3))
    service.answer_check_in(work, first, CheckInAnswer.DONE)
    check_in = work.routines.add_check_in(routine.id, today + timedelta(days=days))
    event = ButtonPressed(
        event_id="x",
        workspace="demo",
        user="anna",
        at=work.now,
        action="routine.checkin",
        value=f"{check_in.id}|{answer}",
        message="m",
        conversation="c1",
    )
    routines.check_ins([(anna.scene("x"), event)])
    found = {row.blocker: row for row in work.session.scalars(select(Finding))}
    assert found["habit"].status is status
    assert found["habit"].interview_id == interview.id
