"""Whatever people press and in whatever order: what was promised about champions holds after every step."""

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.presenters import champions as presenters
from content.catalog import Address
from storage.models import ChampionStatus, Person, Role
from storage.work import Work
from tests.support.company import pressable
from tests.support.dock import DAY, WEEK, Dock

pytestmark = pytest.mark.both_databases

STEPS = 70
OURS = ("champion.", "nomination.")
GAPS = [timedelta(hours=6), DAY, DAY, 3 * DAY, WEEK, WEEK, 3 * WEEK, 30 * WEEK]


class Walk:
    """Somebody does something, anything, again and again."""

    def __init__(self, dock: Dock, rng: Random) -> None:
        self.dock, self.rng = dock, rng
        self.omar = dock.hire("Omar Chef", Role.LEAD)
        self.leads = (dock.sandrine, self.omar)
        self.said_yes: set[str] = set()
        dock.begin()
        dock.everybody_names_aude_and_karim()
        dock.later(15 * DAY)

    def step(self) -> None:
        dock, rng = self.dock, self.rng
        person = rng.choice([*dock.team, *self.leads])
        match rng.randrange(10):
            case 0 | 1:
                dock.later(rng.choice(GAPS))
            case 2:
                dock.name(
                    rng.choice(dock.team), rng.choice(["Aude", "Karim, Zoé", "Léa, Aude, Mia", "Pol", "?"])
                )
            case 3:
                dock.command(rng.choice(self.leads), "champions")
            case 4:
                dock.command(person, "champion")
            case 5 if rng.random() < 0.2:
                dock.command(person, rng.choice(["stop", "pause", "resume"]))
            case _:
                self._press(person)

    def _press(self, person: Person) -> None:
        """Anything of ours that was ever shown to anybody, pressed by its owner or by somebody else."""
        shown = [
            (message_id, action, value)
            for owner in (person, self.rng.choice([*self.dock.team, *self.leads]))
            for message_id, message in self.dock.screens[owner.id].shown.items()
            for action, value, _ in pressable(message)
            if action.startswith(OURS)
        ]
        if not shown:
            return
        message_id, action, value = self.rng.choice(shown)
        if action in {presenters.YES, presenters.NAME_ONLY}:
            asked = self.dock.work.champions.find(value)
            if asked and asked.person_id == person.id:
                self.said_yes.add(person.name)
        self.dock.press_raw(person, action, value, message_id)

    def check(self) -> None:
        dock = self.dock
        for lead in self.leads:
            seen = dock.sees(lead)
            assert {person.name for person in dock.team if person.name in seen} <= self.said_yes
        for person in dock.team:
            asked = [at for at, kind in dock.screens[person.id].arrived if kind == "champion.invite"]
            assert all(later - earlier >= 181 * DAY for earlier, later in pairwise(asked))
        rows = dock.work.champions.all(dock.project.id)
        live = [row for row in rows if row.status in {ChampionStatus.WILLING, ChampionStatus.BEGUN}]
        assert len({row.person_id for row in rows}) == len(rows)
        assert all(
            row.signs == "" for row in rows if row.status in {ChampionStatus.DECLINED, ChampionStatus.ENDED}
        )
        assert not [row for row in live if dock.work.people.get(row.person_id).name not in self.said_yes]


@pytest.mark.parametrize("seed", range(1, 7))
def test_promises_hold_after_every_step(work: Work, seed: int) -> None:
    walk = Walk(Dock(work), Random(seed))
    for _ in range(STEPS):
        walk.step()
        walk.check()
    assert walk.said_yes, "a walk on which nobody says yes shows nothing"


@pytest.mark.parametrize("address", [Address.TU, Address.VOUS])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_way_reads_in_every_voice(work: Work, lang: str, address: Address) -> None:
    dock = Dock(work)
    workspace = work.workspaces.get(work.workspace_id)
    workspace.lang, workspace.address = lang, address
    dock.command(dock.sandrine, "champions")
    dock.press_action(dock.sandrine, "champion.start")
    dock.press_action(dock.zoe, "nomination.name")
    dock.everybody_names_aude_and_karim()
    dock.name(dock.zoe, "Paol Morel")
    dock.press_action(dock.zoe, "nomination.which")
    dock.later(15 * DAY)
    for person, action in (
        (dock.aude, "champion.yes"),
        (dock.sandrine, "champion.welcome"),
        (dock.karim, "champion.name_only"),
        (dock.sandrine, "champion.welcome"),
    ):
        dock.press_action(person, action)
    for _ in range(8):
        dock.press_action(dock.aude, "champion.card")
        dock.command(dock.aude, "champion")
    dock.press_action(dock.aude, "champion.full")
    dock.press_action(dock.aude, "champion.stop")
    dock.command(dock.sandrine, "champions")
    dock.command(dock.zoe, "champion")
    dock.command(dock.zoe, "champions")
    expected = {"fr": "Un non est un non", "en": "Take a no for a no"}[lang]
    assert expected in dock.sees(dock.aude)
    for person in (*dock.team, dock.sandrine):
        assert "{" not in dock.sees(person)
        for message in dock.screens[person.id].shown.values():
            assert len(pressable(message)) <= 5
