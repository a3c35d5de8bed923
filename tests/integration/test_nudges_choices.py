"""Nudges are drawn, held back now and then, settled and learnt from, on every database."""

import json
from collections.abc import Collection
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.nudges_administration import ASKED, told
from content.blockers import Blocker
from content.catalog import Lang, Voice
from nudges import choice, choices, content, service
from nudges.calendar import WorkWeek
from nudges.choice import Chosen
from nudges.content import texts
from nudges.eligibility import Option
from nudges.known import RECOVERY
from nudges.learning import ENOUGH, HOLD, SEND, Context
from nudges.moments import Moment
from nudges.pack import Tone
from storage.models import Choice, Nudge, OutboxState, Person, Point, Routine, UsageDay
from storage.repositories.nudges import Drawn
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.company import Company

pytestmark = pytest.mark.both_databases

PARIS = ZoneInfo("Europe/Paris")
WEEK = timedelta(days=7)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim")


def begin(company: Company, person: Person) -> Routine:
    return service.start_routine(
        company.work,
        project_id=company.project.id,
        person=person,
        template="standup",
        cue="Après le point",
        action="je mets une urgence",
        days="12345",
        at=time(9, 15),
        ends_on=(company.work.now + 10 * WEEK).date(),
        week=WorkWeek("Europe/Paris"),
    )


FEW = """
blocker: habit
only_these: true
variants:
  a: {evidence: "As measured once.", rest_days: 180, en: "{cue}, {action}", fr: "{cue}, {action}"}
  b: {evidence: "As measured once.", rest_days: 180, en: "{cue}, {action} again", fr: "{cue}, {action} encore"}
  c: {evidence: "As measured once.", for: no_routine, en: "Try {tool}", fr: "Essayer {tool}"}
  d: {evidence: "As measured once.", for: no_routine, en: "{tool} again", fr: "{tool} encore"}
"""


def rows(work: Work) -> list[Choice]:
    return list(work.session.scalars(select(Choice).order_by(Choice.decided_at, Choice.id)))


def test_every_nudge_has_its_choices_with_their_chances(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(7 * WEEK)
    said = company.work.session.scalars(select(Nudge).where(Nudge.variant.not_like(f"{RECOVERY}%")))
    nudges = {nudge.id: nudge for nudge in said}
    made = rows(company.work)
    assert len(nudges) >= 2
    worded = [each for each in made if each.point is Point.WHAT]
    assert {each.nudge_id for each in worded} == set(nudges)
    for each in worded:
        chances = {name: p for name, p, _ in json.loads(each.options)}
        assert sum(chances.values()) == pytest.approx(1)
        nudge = nudges[each.nudge_id or ""]
        assert (each.chosen, chances[each.chosen]) == (nudge.variant, pytest.approx(nudge.propensity))
    first, *later = worded
    assert [each.nudge_id for each in made if each.point is Point.WHETHER] == [
        each.nudge_id for each in later
    ]
    assert first.nudge_id not in {each.nudge_id for each in made if each.point is Point.WHETHER}


def test_what_is_held_back_is_no_message_and_takes_its_turn(
    company: Company, karim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "HELD_BACK", 1.0)
    monkeypatch.setattr(choice, "sending", lambda *_: {SEND: 0.0, HOLD: 1.0})
    begin(company, karim)
    company.later(8 * WEEK)
    assert company.screens[karim.id].kinds().count("routine.nudge") == 1, "the cue is never held back"
    held = [each for each in rows(company.work) if each.nudge_id is None]
    assert held
    assert {each.chosen for each in held} == {HOLD}
    assert company.screens[karim.id].kinds().count("routine.check_in") >= 2, "and check-ins never are"


def test_a_nudge_leaves_at_the_moment_that_was_drawn_and_is_looked_at_from_there(
    company: Company, karim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(_belief: object, _context: object, moments: Collection[str]) -> dict[str, float]:
        return {**dict.fromkeys(moments, 0.0), Moment.NEXT_DAY: 1.0}

    begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Pas cette fois")
    monkeypatch.setattr(choice, "sending", drawn)
    company.later(WEEK)
    *_, (arrived, kind) = company.screens[karim.id].arrived
    assert (f"{arrived.astimezone(PARIS):%a %d %H:%M}", kind) == ("Thu 10 09:15", "routine.nudge")
    whether, what = rows(company.work)[-2:]
    assert (whether.chosen, whether.day, what.day) == (
        Moment.NEXT_DAY,
        arrived.date() - timedelta(days=1),
        arrived.date(),
    )
    assert company.work.session.scalars(select(Nudge).where(Nudge.id == what.nudge_id)).one().slot == what.day


def test_what_was_put_off_to_another_moment_does_not_leave_after_stop(
    company: Company, karim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        choice,
        "sending",
        lambda _belief, _context, moments: {**dict.fromkeys(moments, 0.0), Moment.AFTERNOON: 1.0},
    )
    begin(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "Pas cette fois")
    while not any(each.chosen == Moment.AFTERNOON for each in rows(company.work)):
        company.later(timedelta(hours=1))
    company.command(karim, "stop")
    company.later(WEEK)
    assert company.screens[karim.id].kinds().count("routine.nudge") == 1


def test_a_wording_rests_before_the_same_person_reads_it_again(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(8 * WEEK)
    said = list(company.work.session.scalars(select(Nudge.variant).order_by(Nudge.slot)))
    assert len(said) == len(set(said)) >= 3


def test_a_routine_is_asked_about_where_all_wordings_rest(
    company: Company, karim: Person, tmp_path: Path
) -> None:
    """An organisation's own pack of a few wordings does not leave a routine in silence."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "habit.yaml").write_text(FEW, encoding="utf-8")
    content.use(tmp_path)
    try:
        begin(company, karim)
        company.later(timedelta(days=9))
        for _ in range(4):
            company.press(karim, "Pas cette fois")
            company.later(2 * WEEK)
    finally:
        content.use(None)
    arrived = [at.date() for at, kind in company.screens[karim.id].arrived if kind.startswith("routine.")]
    assert company.screens[karim.id].kinds().count("routine.nudge") == 2
    assert max((after - before).days for before, after in pairwise(arrived)) == 7


def test_a_word_of_recovery_comes_again_only_after_all_the_others(company: Company, karim: Person) -> None:
    routine = begin(company, karim)
    routine.ends_on = (company.work.now + 52 * WEEK).date()
    words = texts("routines").lines("recovery", Voice(Lang.FRENCH))
    screen, met = company.screens[karim.id], 0
    for _ in range(50):
        if screen.kinds().count("routine.comeback") == len(words):
            break
        company.later(WEEK)
        if screen.kinds()[-1] == "routine.check_in" and screen.kinds().count("routine.comeback") > met:
            company.press(karim, "Oui")
            met += 1
    said = company.work.session.scalars(
        select(Nudge.variant).where(Nudge.variant.like(f"{RECOVERY}%")).order_by(Nudge.slot)
    )
    first_of_each = list(said)[: len(words)]
    assert len(set(first_of_each)) == len(first_of_each) == len(words)


OPTIONS = tuple(
    Option(f"time.{name}", Blocker.TIME, None, Tone.PLAIN, None) for name in ("two_minutes", "other")
)
ALIKE = {option.name: 0.5 for option in OPTIONS}


def chosen(
    work: Work, project_id: str, people: list[str], *, held: int, blocker: Blocker = Blocker.TIME
) -> None:
    """One nudge for each, all sent but the first `held`."""
    day = work.now.date()
    for number, person_id in enumerate(people):
        whom, context = choices.Whom(project_id, person_id, day), Context(blocker)
        arm = HOLD if number < held else SEND
        whether = choices.written(
            work.ids.new(), whom, Chosen(arm, {SEND: 0.9, HOLD: 0.1}), context, belief=0
        )
        if arm == HOLD:
            work.choices.add_many([whether])
            continue
        said = Chosen(OPTIONS[number % 2].name, ALIKE)
        what = choices.written(work.ids.new(), whom, said, context, belief=0, options=OPTIONS)
        nudge = work.ids.new()
        work.nudges.add_many([Drawn(nudge, project_id, person_id, said.name, day, 0.5)])
        work.outbox.put(Posting(person_id, "routine.nudge", {}, f"nudge:{nudge}", work.now))
        row = work.outbox.under(f"nudge:{nudge}")
        assert row
        row.state = OutboxState.SENT
        work.choices.add_many([each._replace(nudge_id=nudge) for each in (whether, what)])
    work.session.flush()


def used(work: Work, project_id: str, person_ids: list[str], days: int) -> None:
    for person_id in person_ids:
        work.session.add(
            UsageDay(
                workspace_id=work.workspace_id,
                person_id=person_id,
                project_id=project_id,
                day=work.now.date() + timedelta(days=days),
                event="card",
            )
        )
    work.session.flush()


def staff(company: Company, number: int) -> list[str]:
    return [company.hire(f"Person {n}").id for n in range(number)]


def responses(work: Work) -> list[float | None]:
    return [each.response for each in rows(work) if each.settled_on]


def test_use_at_once_is_what_came_of_it_whether_it_left_or_not(company: Company) -> None:
    work, project_id = company.work, company.project.id
    people = staff(company, 4)
    chosen(work, project_id, people, held=2)
    used(work, project_id, [people[0], people[2]], days=1)
    used(work, project_id, people, days=9)
    company.later(timedelta(days=10))
    work = company.work
    assert choices.settle(work) == 6
    assert choices.settle(work) == 0
    log = choices.log(work)
    assert {row.person: (row.chosen, row.response) for row in log[Point.WHETHER]} == {
        people[0]: (HOLD, 1.0),
        people[1]: (HOLD, 0.0),
        people[2]: (SEND, 1.0),
        people[3]: (SEND, 0.0),
    }
    assert {row.person: row.response for row in log[Point.WHAT]} == {people[2]: 1.0, people[3]: 0.0}
    assert {option.name for option in log[Point.WHAT][0].options} == set(ALIKE)


def test_what_never_left_and_what_nobody_knows_is_not_learnt_from(company: Company) -> None:
    work, project_id = company.work, company.project.id
    people = staff(company, 2)
    chosen(work, project_id, people, held=0)
    for row in work.outbox.pending(people[0]):
        row.state = OutboxState.CANCELLED
    (unsent, *_) = [each for each in rows(work) if each.person_id == people[0] and each.nudge_id]
    message = work.outbox.under(f"nudge:{unsent.nudge_id}")
    assert message
    message.state = OutboxState.CANCELLED
    used(work, project_id, [people[0]], days=1)
    company.later(timedelta(days=3))
    work = company.work
    choices.settle(work)
    assert all(each.person != people[0] for each in choices.log(work)[Point.WHAT])
    company.later(8 * WEEK)
    work = company.work
    choices.settle(work)
    assert responses(work) == [None] * 4


def test_it_is_learnt_once_a_day_from_enough_of_both_sides(company: Company) -> None:
    work, project_id = company.work, company.project.id
    people = staff(company, 2 * ENOUGH)
    chosen(work, project_id, people, held=ENOUGH)
    used(work, project_id, people[ENOUGH:], days=0)
    used(work, project_id, people[:1], days=3)
    company.later(timedelta(days=3))
    work = company.work
    assert choices.believed(work).version == 0
    assert choices.learn_again(work)
    assert not choices.learn_again(work)
    known = choices.believed(work)
    assert known.version == 1
    assert known.belief.what
    assert choice.sending(known.belief, Context(Blocker.TIME))[SEND] == 1.0, (
        "nothing is held back in these tests"
    )


def test_the_confirmed_obstacle_is_kept_as_coarsely_as_the_words_are(company: Company, karim: Person) -> None:
    company.found(karim, Blocker.TIME)
    begin(company, karim)
    company.later(4 * WEEK)
    kept = {each.context for each in rows(company.work)}
    named = {"blocker", "occasion", "after", "stage", "persona", "day", "recent", "ignored"}
    assert all(set(json.loads(text)) <= named for text in kept)
    assert any(json.loads(text)["blocker"] == "time" for text in kept)


def test_the_command_names_the_place_that_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path))
    ran = CliRunner().invoke(app, ["nudges", "evaluate", "--platform", "slack", "--workspace", "T1"])
    assert ran.exit_code == 1


def test_nothing_is_told_of_fewer_than_five_people(company: Company) -> None:
    work, project_id = company.work, company.project.id
    people = staff(company, 12)
    chosen(work, project_id, people[:4], held=0)
    used(work, project_id, people[:2], days=1)
    used(work, project_id, people, days=9)
    company.later(timedelta(days=10))
    work = company.work
    choices.settle(work)
    assert told(work) == [
        f"{asked}: too few people to say anything; five are needed." for asked in ASKED.values()
    ]


def test_what_other_ways_would_have_brought_is_told_by_label_where_that_is_many(company: Company) -> None:
    work, project_id = company.work, company.project.id
    people = staff(company, 14)
    chosen(work, project_id, people[:9], held=2)
    chosen(work, project_id, people[9:12], held=0, blocker=Blocker.FEAR)
    chosen(work, project_id, people[12:], held=0, blocker=Blocker.TRUST)
    used(work, project_id, people, days=1)
    used(work, project_id, people, days=9)
    company.later(timedelta(days=10))
    work = company.work
    choices.settle(work)
    lines = told(work)
    assert any("every nudge leaves: 100%" in line for line in lines)
    assert [line for line in lines if line.endswith(":")] == ["  time:"], "the others are five together"
    assert not any("Person" in line or person in line for line in lines for person in people)
