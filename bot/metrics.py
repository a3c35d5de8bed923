"""Prometheus metrics: counts and durations of the machinery, never of a person or an answer."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


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

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self._registry)
