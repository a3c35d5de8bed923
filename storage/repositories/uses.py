"""Who used a tool when, as far as the tool and check-ins tell: one row a person, made and kept by the database."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, or_, select

from storage.models import CheckIn, CheckInAnswer, EndedFor, Membership, Routine, RoutineStatus, UsageDay

DID = (CheckInAnswer.DONE, CheckInAnswer.PARTLY)

RUN_ITS_COURSE = (EndedFor.GRADUATED, EndedFor.RAN_OUT)

Weeks = Sequence[tuple[date, date]]
"""First and last local date of weeks that follow each other."""

SPAN = case((CheckIn.answer == CheckInAnswer.DONE, CheckIn.weeks), else_=(CheckIn.weeks + 1) // 2)
"""Weeks up to its slot in which a check-in says that it happened; "partly" is half of those asked about, rounded up."""


def used(project_id: str, weeks: Weeks) -> Subquery:
    """One row a membership: `first` and `last` date of use, and in how many of the `weeks` there was any, as `recent`.

    `span` is that of the last check-in. `running`: 1 for a routine under way, 0 for one that ran its course, else None.
    Dates are looked up by an index, a few rows a person, however many years there are.
    """
    routines, checked_in = _routines(project_id), _checked_in(project_id, weeks)
    members, told = _members(project_id), _told(project_id, weeks)
    first, last = routines.c.first, routines.c.last
    return (
        select(
            members.c.person_id,
            _one_of(first, members.c.earliest, first < members.c.earliest).label("first"),
            _one_of(last, members.c.latest, last > members.c.latest).label("last"),
            routines.c.span,
            routines.c.running,
            sum((_either(checked_in.c[name], told.c[name]) for name in _names(weeks)), literal(0)).label(
                "recent"
            ),
        )
        .select_from(members)
        .outerjoin(routines, routines.c.person_id == members.c.person_id)
        .outerjoin(checked_in, checked_in.c.person_id == members.c.person_id)
        .outerjoin(told, told.c.person_id == members.c.person_id)
        .subquery()
    )


def _members(project_id: str) -> Subquery:
    """With the first and the last day that the tool told of."""
    known = UsageDay.person_id == Membership.person_id, UsageDay.project_id == Membership.project_id
    return (
        select(
            Membership.person_id,
            select(func.min(UsageDay.day)).where(*known).scalar_subquery().label("earliest"),
            select(func.max(UsageDay.day)).where(*known).scalar_subquery().label("latest"),
        )
        .where(Membership.project_id == project_id)
        .subquery()
    )


def _routines(project_id: str) -> Subquery:
    did = (
        select(CheckIn.slot)
        .where(CheckIn.routine_id == Routine.id, CheckIn.answer.in_(DID))
        .correlate(Routine)
        .limit(1)
    )
    last = did.order_by(CheckIn.slot.desc())
    given_up = and_(Routine.ended_for.is_not(None), Routine.ended_for.not_in(RUN_ITS_COURSE))
    routines = (
        select(
            Routine.person_id,
            case((Routine.status != RoutineStatus.ENDED, 1), (given_up, None), else_=0).label("running"),
            did.order_by(CheckIn.slot).scalar_subquery().label("first"),
            last.scalar_subquery().label("last"),
            last.with_only_columns(SPAN).scalar_subquery().label("span"),
        )
        .where(Routine.project_id == project_id)
        .subquery()
    )
    return (
        select(
            routines.c.person_id,
            func.max(routines.c.running).label("running"),
            func.min(routines.c.first).label("first"),
            func.max(routines.c.last).label("last"),
            func.max(routines.c.span).label("span"),
        )
        .group_by(routines.c.person_id)
        .subquery()
    )


def _checked_in(project_id: str, weeks: Weeks) -> Subquery:
    """A check-in of a later week tells of an earlier one too, where it was asked about both."""
    held = (
        or_(*(and_(CheckIn.slot.between(*later), ago < SPAN) for ago, later in enumerate(weeks[number:])))
        for number in range(len(weeks))
    )
    return (
        select(Routine.person_id, *_flags(weeks, held))
        .join(CheckIn, CheckIn.routine_id == Routine.id)
        .where(
            Routine.project_id == project_id,
            CheckIn.slot.between(weeks[0][0], weeks[-1][1]),
            CheckIn.answer.in_(DID),
        )
        .group_by(Routine.person_id)
        .subquery()
    )


def _told(project_id: str, weeks: Weeks) -> Subquery:
    """By the tool."""
    return (
        select(UsageDay.person_id, *_flags(weeks, (UsageDay.day.between(*week) for week in weeks)))
        .where(UsageDay.project_id == project_id, UsageDay.day.between(weeks[0][0], weeks[-1][1]))
        .group_by(UsageDay.person_id)
        .subquery()
    )


def _names(weeks: Weeks) -> list[str]:
    return [f"week{number}" for number in range(len(weeks))]


def _flags(weeks: Weeks, conditions: Iterable[ColumnElement[bool]]) -> list[ColumnElement[int]]:
    return [
        func.max(case((condition, 1), else_=0)).label(name)
        for name, condition in zip(_names(weeks), conditions, strict=True)
    ]


def _either(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((or_(one == 1, other == 1), 1), else_=0)


def _one_of(
    one: ColumnElement[date], other: ColumnElement[date], first: ColumnElement[bool]
) -> ColumnElement[date]:
    """`one` if it is the only one or comes `first`, else the `other`."""
    return case((other.is_(None), one), (first, one), else_=other)
