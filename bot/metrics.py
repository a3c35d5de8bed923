"""Prometheus metrics: counts and durations of the machinery, never of a person or an answer."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from storage.overview import Load


class Metrics:
    """One registry per process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.inbound = Counter(
            "entrain_inbound_events",
            "Events handed in.",
            ["platform", "kind", "outcome"],
            registry=self._registry,
        )
        self.handled = Counter(
            "entrain_handled_events", "Events processed.", ["kind", "outcome"], registry=self._registry
        )
        self.sent = Counter(
            "entrain_outbox", "Messages by outcome.", ["platform", "outcome"], registry=self._registry
        )
        self.handling = Histogram(
            "entrain_handling_seconds", "Time to process one event.", registry=self._registry
        )
        self.sending = Histogram(
            "entrain_sending_seconds", "Time of one platform call.", ["platform"], registry=self._registry
        )
        self.last_tick = Gauge(
            "entrain_last_tick_timestamp_seconds", "When the last tick ended.", registry=self._registry
        )

        self.rows = Gauge(
            "entrain_rows",
            "Rows by state, counted once an hour by one of the processes.",
            ["table", "state"],
            registry=self._registry,
        )
        self.closed_lanes = Gauge(
            "entrain_lanes_closed",
            "Workspaces that nothing is sent to for now.",
            ["platform", "reason"],
            registry=self._registry,
        )
        self.due = Gauge("entrain_outbox_ready", "Messages that could leave now.", registry=self._registry)
        self.oldest_due = Gauge(
            "entrain_outbox_oldest_due_seconds",
            "How long the oldest of them has been waiting.",
            registry=self._registry,
        )
        self.poison = Gauge("entrain_inbox_poison", "Events that were set aside.", registry=self._registry)

    def measure(self, load: Load, now: datetime) -> None:
        """Show what waits as it is at this moment."""
        self.closed_lanes.clear()
        for (platform, reason), count in load.closed.items():
            self.closed_lanes.labels(platform=platform, reason=reason).set(count)
        self.due.set(load.due)
        self.oldest_due.set((now - load.oldest_due).total_seconds() if load.oldest_due else 0)
        self.poison.set(load.poison)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self._registry)
