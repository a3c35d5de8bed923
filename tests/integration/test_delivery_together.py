"""Events of different people that are handled together do what they would have done one by one, for fewer questions."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from bot.app import router
from bot.platforms.port import ButtonPressed
from storage.models import (
    CheckIn,
    CheckInAnswer,
    Finding,
    FindingStatus,
    OutboxMessage,
    Person,
    Routine,
    Share,
)
from storage.work import Work
from tests.support.databases import SqliteTemplate
from tests.support.lives import Lives, found, settle
from tests.support.lives_people import WORKSPACE

PEOPLE, DAYS = 60, 42


class Undone(Exception):
    """Nothing of it happened."""


def rows(work: Work, model: type[Any]) -> list[Any]:
    return list(work.session.scalars(select(model)))


def presses(work: Work) -> list[ButtonPressed]:
    """One of each person, some of a question that is another's or of no question, and some with no answer in them."""
    names = {person.id: person.external_id for person in work.people.all()}
    told: dict[str, tuple[str, str]] = {}
    routines = rows(work, Routine)
    asked = [
        (work.routines.add_check_in(routine.id, work.now.date()).id, names[routine.person_id])
        for routine in routines
    ]
    for number, (id_, user) in enumerate(asked):
        told[user] = ("routine.checkin", f"{id_}|{('done', 'done', 'missed', 'often')[number % 4]}")
    for share in [share for share in rows(work, Share) if share.reaction is None][:4]:
        told[names[share.person_id]] = ("testimonial.react", f"{share.id}|me")
    told["p0"] = ("routine.checkin", f"{asked[-1][0]}|done")
    told["p1"] = ("routine.checkin", "")
    told["p2"] = ("membership.stop", "")
    done = {
        user
        for user, (_, value) in told.items()
        if value in {f"{id_}|done" for id_, whose in asked if whose == user}
    }
    _about_to_be_borne_out(work, next(routine for routine in routines if names[routine.person_id] in done))
    return [
        ButtonPressed(
            event_id=f"e-{user}",
            workspace=WORKSPACE,
            user=user,
            at=work.now,
            conversation=user,
            action=action,
            value=value,
            message=f"m-{user}",
        )
        for user, (action, value) in sorted(told.items())
    ]


def _about_to_be_borne_out(work: Work, routine: Routine) -> None:
    """Its person's obstacle, whose lever came ten days ago: one more use, in a second week, shows that it worked."""
    today = work.now.date()
    for earlier in work.routines.check_ins(routine.id):
        earlier.answer = None if earlier.slot == today else CheckInAnswer.MISSED
    work.routines.add_check_in(routine.id, today - timedelta(days=8)).answer = CheckInAnswer.DONE
    (cause,) = work.interviews.latest_findings(routine.project_id, routine.person_id)
    cause.status = FindingStatus.CONFIRMED
    work.nudges.add(
        routine.project_id, routine.person_id, f"{cause.blocker}.any", today - timedelta(days=10), 1.0
    )


def kept(work: Work) -> dict[str, list[Any]]:
    """What presses may change."""
    return {
        "check-ins": sorted((row.id, row.answer or "") for row in rows(work, CheckIn)),
        "findings": sorted((row.id, row.status) for row in rows(work, Finding)),
        "messages": sorted(
            (row.dedupe, row.intent, row.args, row.state) for row in rows(work, OutboxMessage)
        ),
        "people": sorted((row.id, bool(row.opted_out_at)) for row in rows(work, Person)),
        "shares": sorted((row.id, row.reaction or "") for row in rows(work, Share)),
    }


def outcome(lives: Lives, pressed: Sequence[ButtonPressed], size: int) -> tuple[dict[str, list[Any]], int]:
    """What handling them in batches of this size leads to, and how many questions it takes. Nothing of it stays."""
    asked: list[str] = []
    bot_ = router()
    with suppress(Undone), lives.database.transaction(lives.workspace_id) as work:
        event.listen(lives.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        for start in range(0, len(pressed), size):
            bot_.handle_together(work, pressed[start : start + size])
        work.session.flush()
        questions = len(asked)
        after = kept(work)
        raise Undone
    return after, questions


async def test_presses_handled_together_do_what_they_do_one_by_one(
    sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    lives = Lives(sqlite_template.clone(tmp_path))
    with lives.database.transaction(lives.workspace_id) as work:
        settle(work, found(work), PEOPLE)
    await lives.live(DAYS)
    with lives.database.transaction(lives.workspace_id) as work:
        pressed = presses(work)
        before = kept(work)
    together, few = outcome(lives, pressed, len(pressed))
    alone, many = outcome(lives, pressed, 1)
    lives.close()
    assert together == alone
    assert [what for what in before if together[what] == before[what]] == []
    assert few < many / 3
