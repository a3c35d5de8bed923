"""What an anonymous interview found, as it is kept: values without a word of free text, and nothing about whose."""

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FindingRecord(_Record):
    """See `storage.models.Finding`."""

    blocker: str
    status: str
    stated: bool
    belief: float
    rank: int


class NeedRecord(_Record):
    """See `storage.models.Need`."""

    layer: str
    need: str
    served: int | None


class ResultRecord(_Record):
    """See `storage.models.Result`."""

    item: str
    value: float | None
    choice: str | None


class AnonymousRecord(_Record):
    """One interview's findings, needs and results."""

    outcome: str
    intention: int | None
    usage: str | None
    findings: tuple[FindingRecord, ...]
    needs: tuple[NeedRecord, ...]
    results: tuple[ResultRecord, ...]
