"""The rates of the settings hold in the bot as it is put together, not only in its parts."""

from datetime import timedelta
from pathlib import Path

from storage.models import Person
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.loop import Loop
from tests.support.loop_slack import slack_loop


def _help(work: Work, person: Person, count: int) -> None:
    for number in range(count):
        work.outbox.put(Posting(person.id, "help", {}, f"help:{person.id}:{number}", work.now))


async def _planned(loop: Loop, each: int, *users: str) -> None:
    def plan(work: Work) -> None:
        for user in users:
            _help(work, work.people.ensure(user, user), each)

    await loop.application.database.run(loop.workspace_id, plan)


async def test_one_person_gets_one_message_a_second(tmp_path: Path) -> None:
    async with slack_loop(tmp_path, {}) as (loop, desk):
        await loop.found([])
        user = await desk.enrol("Karim")
        await _planned(loop, 3, user)
        for sent in (1, 2, 3):
            await loop.settle()
            assert len(desk.shown(user)) == sent
            loop.clock.advance(timedelta(seconds=1))


async def test_a_workspace_gets_so_many_first_contacts_a_minute(tmp_path: Path) -> None:
    async with slack_loop(tmp_path, {"slack_opens_per_minute": 2}) as (loop, desk):
        await loop.found([])
        users = [await desk.enrol(f"Person{number}") for number in range(5)]
        await _planned(loop, 1, *users)
        await loop.settle()
        assert sum(bool(desk.shown(user)) for user in users) <= 2
        for _ in range(4):
            loop.clock.advance(timedelta(minutes=1))
            await loop.settle()
        assert all(desk.shown(user) for user in users)
