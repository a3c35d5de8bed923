"""What is written when an interview is over: its findings, needs and results, or the same without the person.

Of an anonymous one the participation is left behind empty, so that reminders and rest still work: no answer, no
outcome, no hour. What was found goes to a row of its own that names nobody.
"""

from datetime import UTC, datetime, time

from storage.anonymous import AnonymousRecord, FindingRecord, NeedRecord, ResultRecord
from storage.models import Finding, FindingStatus, Interview, Need, NeedLayer, Result
from storage.work import Work
from surveys import engine
from surveys.results import KEPT, needs, results, usage
from surveys.script import Script
from surveys.state import Ending, State

_TOLD_ANYWAY = frozenset({Ending.DECLINED, Ending.STOPPED})
"""Outcomes that say the same as the status of the participation."""


def close(work: Work, interview: Interview, script: Script, state: State, *, anonymous: bool) -> State:
    """Write down what the closed interview found; returns the state to keep."""
    assert state.ending is not None
    interview.closed_at = work.now
    if anonymous:
        return _without_the_person(work, interview, script, state)
    interview.outcome = state.ending.value
    record = _record(script, state)
    if record is None:
        return state
    interview.intention, interview.usage = record.intention, record.usage
    common = {"workspace_id": work.workspace_id, "interview_id": interview.id}
    work.interviews.add_findings(
        [
            Finding(
                **{**row.model_dump(), **common, "id": work.ids.new(), "status": FindingStatus(row.status)}
            )
            for row in record.findings
        ]
    )
    work.interviews.add_told(
        [
            Need(**{**row.model_dump(), **common, "id": work.ids.new(), "layer": NeedLayer(row.layer)})
            for row in record.needs
        ],
        [Result(**row.model_dump(), **common, id=work.ids.new()) for row in record.results],
    )
    return state


def _without_the_person(work: Work, interview: Interview, script: Script, state: State) -> State:
    if record := _record(script, state):
        work.interviews.add_anonymous(interview.campaign_id, record)
    interview.outcome = state.ending.value if state.ending in _TOLD_ANYWAY else None
    interview.closed_at = _day(work.now)
    interview.started_at = _day(interview.started_at) if interview.started_at else None
    return engine.forgotten(state, interview.closed_at)


def without_words(state: str, closed_at: datetime) -> str:
    """What is kept of a closed interview's state (JSON) once its words have been kept for long enough."""
    return engine.forgotten(State.model_validate_json(state), closed_at).model_dump_json()


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _record(script: Script, state: State) -> AnonymousRecord | None:
    """What counts of a closed interview; None if nothing was answered or all of it was taken back."""
    if state.ending not in KEPT or not state.answers:
        return None
    return AnonymousRecord(
        outcome=state.ending.value,
        intention=engine.intention(state),
        usage=usage(state),
        findings=tuple(
            FindingRecord(
                blocker=found.blocker.value,
                status=found.sureness.value,
                stated=found.stated,
                belief=found.belief,
                rank=found.rank,
            )
            for found in engine.found(state)
        ),
        needs=tuple(NeedRecord(layer=n.layer, need=n.need, served=n.served) for n in needs(state)),
        results=tuple(
            ResultRecord(item=r.item, value=r.value, choice=r.choice) for r in results(script, state)
        ),
    )
