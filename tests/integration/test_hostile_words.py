"""Nobody's words become more than words: every message and form of the bot, made of attacks, as each platform is sent it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import bot
from bot.app import router
from bot.platforms.port import Message
from storage.database import Database
from storage.ids import CountedIds
from storage.work import Work
from tests.support import hostile
from tests.support.clock import FixedClock
from tests.support.databases import SqliteTemplate, keyring
from tests.support.hostile_company import PEOPLE, Company

ROUTER = router(hostile.OWN)
LOOKS = (*((n, n) for n in range(PEOPLE)), (3, 0), (3, 2))
"""Who looks at the rows of which number: everybody at their own, and the author of the story at what became of it."""


@pytest.fixture
def work(tmp_path: Path, sqlite_template: SqliteTemplate, request: pytest.FixtureRequest) -> Iterator[Work]:
    """On SQLite only: the databases do not differ in what is rendered."""
    database = Database(sqlite_template.clone(tmp_path), keyring(), FixedClock(), CountedIds())
    with database.system() as system:
        workspace = system.workspaces.add("playground", "demo", "Demo", lang="fr", address="tu")
    with database.transaction(workspace.id) as opened:
        yield opened
    database.dispose()


class Args(Mapping[str, str]):
    """What a message is told to be about: the rows number `n`, whatever it asks for."""

    def __init__(self, company: Company, intent: str, n: int) -> None:
        self._company, self._intent, self._n = company, intent, n

    def __getitem__(self, key: str) -> str:
        return self._company.about(self._intent, key, self._n)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.mark.parametrize("attack", sorted(hostile.ATTACKS))
def test_every_message(work: Work, attack: str) -> None:
    company = Company(work, hostile.ATTACKS[attack], "en" if attack in {"cards", "unseen"} else "fr")
    company.fill()
    shown: dict[str, set[Message]] = defaultdict(set)
    for person, n in LOOKS:
        scene = ROUTER.scene(work, company.person(person), "look")
        for intent in ROUTER._presenters:
            if message := ROUTER.render(scene, intent, Args(company, intent, n)):
                shown[intent].add(message)
    assert set(ROUTER._presenters) - set(shown) == set(), "which messages were not looked at"
    sent = {intent: "".join(map(hostile.check, messages)) for intent, messages in shown.items()}
    assert sum(hostile.MARK in text for text in sent.values()) > 50, "hardly anybody's words were in them"
    work.session.rollback()


@pytest.mark.parametrize("attack", sorted(hostile.ATTACKS))
def test_every_form(work: Work, attack: str) -> None:
    company = Company(work, hostile.ATTACKS[attack], "fr")
    company.fill()
    shown = {
        name: hostile.check_form(ROUTER.form(ROUTER.scene(work, company.person(n), "look"), name, context))
        for name in ROUTER._form_presenters
        for n, context in enumerate(company.contexts(name))
    }
    assert set(shown) == set(ROUTER._form_presenters)
    work.session.rollback()


def test_the_playgrounds_page_writes_texts_and_no_markup() -> None:
    scripts = sorted((Path(str(bot.__file__)).parent / "platforms" / "playground").rglob("*.js"))
    assert scripts
    for script in scripts:
        for writer in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert writer not in script.read_text("utf-8"), script
