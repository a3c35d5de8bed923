"""procrastinate (MIT): one job a message, the jobs deferred in batches; the best of several concurrencies.

Run by the bench in an environment of its own: python procrastinate_drain.py postgresql://… count
Prints {"rate": jobs a second, "cpu": seconds of this process a thousand, "concurrency": …}.
Source: https://procrastinate.readthedocs.io (batch_defer_async, run_worker_async with wait=False, which ends when
nothing is left).
"""

import asyncio
import json
import sys
import time

from procrastinate import App, PsycopgConnector

BATCH = 1000


async def drained(url: str, count: int, concurrency: int) -> tuple[float, float]:
    app = App(connector=PsycopgConnector(conninfo=url, min_size=4, max_size=20))

    @app.task(queue="sends", name="send")
    async def send(number: int) -> None:
        """The platform answers at once."""

    async with app.open_async():
        for start in range(0, count, BATCH):
            await send.batch_defer_async(*({"number": n} for n in range(start, min(start + BATCH, count))))
        started, cpu = time.perf_counter(), time.process_time()
        await app.run_worker_async(
            queues=["sends"], concurrency=concurrency, wait=False, install_signal_handlers=False
        )
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
        return count / took, cpu / count * 1000


async def main(url: str, count: int) -> None:
    app = App(connector=PsycopgConnector(conninfo=url))
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
    rates = {concurrency: await drained(url, count, concurrency) for concurrency in (10, 50, 100)}
    best = max(rates, key=lambda concurrency: rates[concurrency])
    rate, cpu = rates[best]
    print(json.dumps({"rate": rate, "cpu": cpu, "concurrency": best}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
