"""What a case says."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """`ratio` is ours by the peer's, in `unit`; `target` reads "<= 2" or ">= 3"."""

    name: str
    ours: float
    unit: str
    peer: str
    peer_value: float
    target: str

    @property
    def ratio(self) -> float:
        return self.ours / self.peer_value

    @property
    def holds(self) -> bool:
        relation, bound = self.target.split()
        return self.ratio <= float(bound) if relation == "<=" else self.ratio >= float(bound)

    def as_json(self) -> dict[str, object]:
        told = asdict(self) | {"ratio": round(self.ratio, 3), "holds": self.holds}
        return told | {"ours": round(self.ours, 3), "peer_value": round(self.peer_value, 3)}
