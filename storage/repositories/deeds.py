"""Who did, the week after their interview, what they had said they would, as far as the tool or check-ins tell."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Exists, Select, and_, case, exists, func, or_, select

from storage.models import Campaign, CheckIn, CheckInAnswer, Consent, Interview, Purpose, Routine, UsageDay

DID = (CheckInAnswer.DONE, CheckInAnswer.PARTLY)

INTENDS = 8
"""From this answer on, of 0 to 10, a person means to use the tool next week."""

Days = tuple[date, date]
"""First and last local date."""


def deeds(
    campaign_id: str, cohort: int, ended: tuple[datetime, datetime], days: Days, by_tool: bool
) -> Select[int, int, int]:
    """Of those of a cohort whose interviews ended in a span: how many meant to and did not, did without meaning to, did as
    they had said.

    In none of them is who was not asked, nor whose use in those days nobody knows: who refused to have it measured, or,
    where the tool does not tell, who answered no check-in.
    """
    did, did_not = _told(days) if by_tool else _checked_in(days)
    meant, not_meant = Interview.intention >= INTENDS, Interview.intention < INTENDS
    return (
        select(
            _sum(and_(meant, did_not)),
            _sum(and_(not_meant, did)),
            _sum(or_(and_(meant, did), and_(not_meant, did_not))),
        )
        .select_from(Interview)
        .join(Campaign, Campaign.id == Interview.campaign_id)
        .where(
            Interview.campaign_id == campaign_id,
            Interview.cohort == cohort,
            Interview.closed_at >= ended[0],
            Interview.closed_at < ended[1],
        )
    )


def _told(days: Days) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    used = exists().where(
        UsageDay.person_id == Interview.person_id,
        UsageDay.project_id == Campaign.project_id,
        UsageDay.day.between(*days),
    )
    refused = exists().where(
        Consent.person_id == Interview.person_id,
        Consent.purpose == Purpose.USAGE,
        Consent.given.is_(False),
    )
    return and_(used, ~refused), and_(~used, ~refused)


def _checked_in(days: Days) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    def answered(*answers: CheckInAnswer) -> Exists:
        return exists().where(
            Routine.person_id == Interview.person_id,
            Routine.project_id == Campaign.project_id,
            CheckIn.routine_id == Routine.id,
            CheckIn.slot.between(*days),
            CheckIn.answer.in_(answers),
        )

    did = answered(*DID)
    return did, and_(answered(CheckInAnswer.MISSED), ~did)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
