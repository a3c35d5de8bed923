"""A year of a company through the real code: `python -m benchmarks.lives --people 5000`.

Everybody's interview has just closed, two in three have a routine, and everybody behaves as `tests.support.lives_people`
says. What is measured is the time of the process, database included, while the playground's clock walks through the year.
"""

import argparse
import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.server import spare_collections
from tests.support.databases import SqliteTemplate
from tests.support.lives import Lives, found, settle

MONTH, YEAR = 28, 364


async def live(people: int, days: int) -> None:
    with TemporaryDirectory(prefix="entrain-lives-") as folder:
        lives = Lives(SqliteTemplate(Path(folder)).clone(Path(folder)))
        with lives.database.transaction(lives.workspace_id) as work:
            settle(work, found(work), people)
        began, used = time.perf_counter(), time.process_time()
        for day in range(0, days, MONTH):
            await lives.live(min(MONTH, days - day))
            print(
                f"day {min(day + MONTH, days):3}: {lives.crowd.arrived:,} messages, {lives.crowd.replied:,} answers, "
                f"{lives.passes:,} passes; {time.perf_counter() - began:.0f} s, of which CPU "
                f"{time.process_time() - used:.0f} s",
                flush=True,
            )
        lives.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=5000)
    options.add_argument("--days", type=int, default=YEAR)
    chosen = options.parse_args()
    spare_collections()
    asyncio.run(live(chosen.people, chosen.days))


if __name__ == "__main__":
    main()
