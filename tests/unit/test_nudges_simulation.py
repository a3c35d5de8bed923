"""The machinery of the simulation of coaching, and on a few seeds what it is meant to show."""

import json
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot import coaching_simulation
from bot.cli import app
from content.blockers import Blocker
from nudges.pace import MOST
from nudges.plan import BARRIERS, Send
from nudges.simulation.figures import Figures, figures
from nudges.simulation.people import Seeding, people, seeds
from nudges.simulation.report import TARGETS, Interval, compared
from nudges.simulation.run import FIXED, OURS, POLICIES, RANDOM, SEEDINGS, SEEN, coached, one_seed
from nudges.simulation.scenarios import changed, off, scenarios
from nudges.simulation.wordings import ANY, BEST_KNOWN, EFFECTS, LEARNT, stream
from nudges.simulation.world import Message, World
from nudges.testimonials import PER_STORY

SHIPPED = figures()
DAYS = 84


def a_world(shipped: Figures = SHIPPED, seed: int = 1) -> World:
    who = people(shipped, seed)
    return World(who, shipped, seeds(who, shipped, Seeding.NOMINATION, seed), DAYS, seed)


def frank(**parts: dict[str, float]) -> Figures:
    return changed(SHIPPED, parts)


def test_the_same_seed_gives_the_same_and_another_seed_others() -> None:
    first, again, other = (one_seed(SHIPPED, POLICIES[:1], seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_most_habits_take_two_to_three_months_of_daily_use() -> None:
    """66 days in the median, 18 to 254 in 95 of 100 (Lally et al. 2010)."""
    days = np.concatenate([np.log(0.05) / np.log(1 - people(SHIPPED, seed).learning) for seed in range(20)])
    assert np.median(days) == pytest.approx(66, rel=0.1)
    assert np.quantile(days, 0.025) == pytest.approx(18, rel=0.25)
    assert np.quantile(days, 0.975) == pytest.approx(254, rel=0.25)


def test_one_message_a_week_loses_about_one_in_ten_in_a_quarter() -> None:
    lost = [one_seed(SHIPPED, POLICIES[:1], seed)[FIXED] for seed in range(500, 510)]
    assert 0.08 < sum(each["out"] for each in lost) / sum(each["people"] for each in lost) < 0.22


def test_early_adopters_are_as_many_however_they_are_found_and_none_is_shut_out() -> None:
    who = people(SHIPPED, 3)
    for how in Seeding:
        chosen = seeds(who, SHIPPED, how, 3)
        assert len(set(chosen.tolist())) == 2 * SHIPPED.seeds.pairs
        assert not {who.cause[person] for person in chosen} & {Blocker.ACCESS, Blocker.FIT}


def test_pairs_are_of_one_team_and_the_named_are_named_more_often() -> None:
    who = people(SHIPPED, 3)
    for how in (Seeding.PAIRS, Seeding.USAGE, Seeding.NOMINATION):
        teams = [who.team[person] for person in seeds(who, SHIPPED, how, 3)]
        assert teams[::2] == teams[1::2]
    named = {how: who.named[seeds(who, SHIPPED, how, 3)].mean() for how in Seeding}
    assert named[Seeding.NOMINATION] > 1.5 * named[Seeding.PAIRS]


def test_whoever_cannot_get_in_does_not_use_it_and_messages_only_annoy() -> None:
    shut_out = frank(use={"blocked": 50.0, "mended": 0.0})
    world = a_world(shut_out)
    blocked = [person for person, cause in enumerate(world.people.cause) if cause is Blocker.ACCESS]
    for day in range(DAYS):
        for person in blocked:
            if day % 7 == 0:
                world.take(person, day, Message(Send.NUDGE, Blocker.ACCESS))
        world.step(day)
    assert blocked
    assert not world.used[:, blocked].any()


def test_the_right_words_lift_more_than_those_about_another_cause() -> None:
    uses = {}
    for right in (True, False):
        total = 0
        for seed in range(6):
            world = a_world(frank(annoyance={"leaving": 0.0}), seed)
            for day in range(DAYS):
                if day % 7 == 0:
                    for person, cause in enumerate(world.people.cause):
                        other = Blocker.FEAR if cause is not Blocker.FEAR else Blocker.TIME
                        world.take(person, day, Message(Send.NUDGE, cause if right else other))
                world.step(day)
            total += int(world.used.sum())
        uses[right] = total
    assert uses[True] > 1.1 * uses[False]


@pytest.mark.slow
def test_ours_keeps_more_routines_with_fewer_messages_and_opt_outs() -> None:
    """On ten seeds; `entrain simulate coaching` does two hundred."""
    tallies = [one_seed(SHIPPED, POLICIES[:4], seed) for seed in range(500, 510)]
    found = compared(tallies, ((OURS, FIXED), (OURS, RANDOM)), 500)
    over = found.over[OURS, FIXED]
    assert over["routine users"].value > 0
    assert over["messages a person"].high < -0.4
    assert over["opted out"].high < -0.3


def a_quarter(way: str, seed: int) -> World:
    found = next(each for each in POLICIES if each.name == way)
    return coached(SHIPPED, people(SHIPPED, seed), found, seed, DAYS + 14)


def by_person(world: World) -> dict[int, list[tuple[int, Send]]]:
    sent: dict[int, list[tuple[int, Send]]] = defaultdict(list)
    for day, person, message in world.sent:
        sent[person].append((day, message.kind))
    return sent


@pytest.mark.parametrize("way", [OURS, SEEN])
def test_ours_is_the_plan_that_holds_in_production(way: str) -> None:
    world = a_quarter(way, 500)
    stories = Counter[int]()
    for person, sent in by_person(world).items():
        days, kinds = [day for day, _ in sent], [kind for _, kind in sent]
        assert all(later - first >= 7 for first, later in zip(days, days[MOST:], strict=False))
        assert kinds.count(Send.SCALE) <= DAYS // 28
        assert not {Send.GRADUATION, Send.CLOSE} & set(kinds[:-1]), "nothing comes after a farewell"
        for (first, kind), (later, following) in pairwise(sent):
            if kind is following is Send.RECOVERY:
                assert world.used[first:later, person].any(), "they had come back in between"
        if not world.people.routine[person]:
            assert set(kinds) <= {Send.TELL, Send.NUDGE, Send.SHARE}
        stories.update(day // 7 for day, kind in sent if kind is Send.SHARE)
    assert stories
    assert max(stories.values()) <= PER_STORY * len(world.early)
    assert {Send.TELL, Send.RECOVERY, Send.CLOSE} <= {message.kind for *_, message in world.sent}


def test_whoever_is_thought_to_be_shut_out_is_asked_once_and_not_nudged() -> None:
    world = a_quarter(OURS, 501)
    sent = by_person(world)
    shut_out = [
        person
        for person, found in enumerate(world.people.found)
        if any(each.blocker in BARRIERS for each in found)
        and world.people.cause[person] not in BARRIERS
        and sent[person]
    ]
    assert shut_out
    for person in shut_out:
        assert [kind for _, kind in sent[person] if kind is not Send.SHARE] == [Send.TELL]


def test_where_use_is_seen_fewer_questions_are_asked() -> None:
    asked = {
        way: sum(message.kind is Send.CHECK_IN for *_, message in a_quarter(way, 502).sent)
        for way in (OURS, SEEN)
    }
    assert asked[SEEN] < 0.8 * asked[OURS]


@pytest.mark.slow
def test_learning_words_never_does_better_than_knowing_them() -> None:
    played = [stream(SHIPPED, EFFECTS[0], 1000, seed) for seed in range(500, 506)]
    found = {way: sum(each[way]["followed"] for each in played) for way in (LEARNT, ANY, BEST_KNOWN)}
    assert found[BEST_KNOWN] > found[LEARNT]
    assert found[BEST_KNOWN] > found[ANY]


def test_all_figures_wrong_differ_from_seed_to_seed_and_not_within_one() -> None:
    assert off(SHIPPED, 1) == off(SHIPPED, 1) != off(SHIPPED, 2)
    assert len(scenarios(SHIPPED, wrong=False)) == 1
    assert len({each.name for each in scenarios(SHIPPED, wrong=True)}) > 5


def test_targets_are_held_to_the_figure() -> None:
    reach = TARGETS[0]
    assert reach.met(Interval(0.10, 0.05, 0.15))
    assert not reach.met(Interval(0.099, 0.05, 0.15))
    assert not TARGETS[1].met(Interval(0.01, -0.1, 0.1))


def test_the_command_says_that_all_is_simulated_and_whether_targets_are_met(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    ran = CliRunner().invoke(
        app, ["simulate", "coaching", "--seeds", "2", "--only", "policies", "--json", str(file)]
    )
    assert ran.exit_code == 0
    assert "simulated" in ran.stdout
    assert "at least +10%" in " ".join(ran.stdout.split())
    document = json.loads(file.read_text("utf-8"))
    assert document["data"] == "simulated"
    assert set(document["scenarios"]["as assumed"]["policies"]["measures"]) == {way.name for way in POLICIES}


def test_every_figure_is_in_one_piece_on_a_screen_of_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coaching_simulation, "out", Console(width=80))
    ran = CliRunner().invoke(app, ["simulate", "coaching", "--seeds", "2", "--only", "seeding"])
    lines = ran.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("%]" in line for line in lines) >= len(SEEDINGS)
    for line in lines:
        if line.startswith("│"):
            assert line.count("[") == line.count("]")
            assert "…" not in line


def test_a_part_that_does_not_exist_is_refused() -> None:
    assert CliRunner().invoke(app, ["simulate", "coaching", "--only", "everything"]).exit_code == 2
