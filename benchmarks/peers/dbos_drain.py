"""DBOS (MIT): one workflow a message on a queue; the best of several concurrencies.

Run by the bench in an environment of its own: python dbos_drain.py postgresql://… count
Prints {"rate": workflows a second, "cpu": seconds of this process a thousand, "concurrency": …}. Everything is enqueued
before the queue is listened to, and a workflow counts once its outcome is committed. A queue without a limit takes
all there is in one transaction; it polls ten times a second, and has a thread and a connection for each that runs.
Source: https://docs.dbos.dev/python/reference/queues, https://docs.dbos.dev/python/reference/configuration.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
from dbos import DBOS, DBOSConfig

POLLING_SECONDS = 0.1
CONNECTIONS = 50


@DBOS.workflow(name="send")
def send(number: int) -> None:
    """The platform answers at once."""


def launch(url: str, listened: list[str]) -> None:
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": url,
        "sys_db_pool_size": CONNECTIONS,
        "max_executor_threads": CONNECTIONS,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.listen_queues(listened)
    DBOS.launch()


def drained(url: str, name: str, count: int, concurrency: int | None) -> tuple[float, float]:
    launch(url, ["nothing"])
    DBOS.register_queue(name, worker_concurrency=concurrency, polling_interval_sec=POLLING_SECONDS)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(lambda number: DBOS.enqueue_workflow(name, send, number), range(count)))
    DBOS.destroy()
    left = "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute(left).fetchone() == (count,)
        launch(url, [name])
        started, cpu = time.perf_counter(), time.process_time()
        while connection.execute(left).fetchone() != (0,):
            time.sleep(0.05)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
    DBOS.destroy()
    return count / took, cpu / count * 1000


def main(url: str, count: int) -> None:
    rates = {
        concurrency: drained(url, f"sends-{concurrency}", count, concurrency)
        for concurrency in (20, CONNECTIONS, None)
    }
    best = max(rates, key=lambda concurrency: rates[concurrency])
    rate, cpu = rates[best]
    print(json.dumps({"rate": rate, "cpu": cpu, "concurrency": best or "as many as there are"}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
