"""Who used a tool when, as far as the tool and check-ins tell: one row a person, made and kept by the database."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from storage.models import EndedFor, Membership, Routine, RoutineStatus, UsageDay
from storage.repositories.digests import MEMBERS

RUN_ITS_COURSE = (EndedFor.GRADUATED, EndedFor.RAN_OUT)

WEEK = 7
"""Days."""

AHEAD = 7
"""How many days ahead of the project's day the local day of somebody's check-in may be."""


class number_of(GenericFunction[int]):  # noqa: N801
    """The number of a date (`storage.days`)."""

    type = Integer()
    inherit_cache = True


@compiles(number_of, "sqlite")
def _on_sqlite(element: number_of, compiler: SQLCompiler, **how: object) -> str:
    return f"(CAST(julianday({compiler.process(element.clauses, **how)}) AS INTEGER) - 1721424)"


@compiles(number_of, "postgresql")
def _on_postgres(element: number_of, compiler: SQLCompiler, **how: object) -> str:
    return f"({compiler.process(element.clauses, **how)} - DATE '0001-01-01' + 1)"


def used(project_id: str, today: date, weeks: int, *, by_tool: bool) -> Subquery:
    """One row a member: the numbers of the `first` and `last` day of use, None: never; and in how many of the last
    `weeks`, of seven days each and the last one ending `today`, there was any, as `recent`.

    `running`: 1 for a routine under way, 0 for one that ran its course, else None. Unless `by_tool`, the tool has told of
    no use, and none is looked for.
    """
    seen = _seen(project_id, today, weeks, by_tool=by_tool)
    flags = [seen.c[name] for name in _names(weeks)]
    if not by_tool:
        return select(*seen.c, sum(flags, literal(0)).label("recent")).subquery()
    told = _told(project_id, today, weeks)
    first = _one_of(seen.c.first, seen.c.earliest, seen.c.first < seen.c.earliest)
    last = _one_of(seen.c.last, seen.c.latest, seen.c.last > seen.c.latest)
    recent = sum((_either(flag, told.c[flag.key]) for flag in flags), literal(0))
    return (
        select(
            seen.c.person_id,
            seen.c.running,
            first.label("first"),
            last.label("last"),
            recent.label("recent"),
        )
        .select_from(seen)
        .outerjoin(told, told.c.person_id == seen.c.person_id)
        .subquery()
    )


def _seen(project_id: str, today: date, weeks: int, *, by_tool: bool) -> Subquery:
    """Every member, with what their routines tell; with the `earliest` and `latest` day that the tool told of."""
    over = or_(Routine.ended_for.is_(None), Routine.ended_for.in_(RUN_ITS_COURSE))
    running = case(
        (Routine.status != RoutineStatus.ENDED, 1),
        (and_(Routine.status == RoutineStatus.ENDED, over), 0),
    )
    mine = and_(Routine.project_id == Membership.project_id, Routine.person_id == Membership.person_id)
    by_the_tool = (
        (
            _of_days(project_id, func.min(UsageDay.day)).label("earliest"),
            _of_days(project_id, func.max(UsageDay.day)).label("latest"),
        )
        if by_tool
        else ()
    )
    return (
        select(
            Membership.person_id,
            func.max(running).label("running"),
            func.min(Routine.kept_first).label("first"),
            func.max(Routine.kept_last).label("last"),
            *(_flag(name, _kept(today, ago, weeks)) for ago, name in enumerate(_names(weeks))),
            *by_the_tool,
        )
        .outerjoin(Routine, mine)
        .where(Membership.project_id == project_id, Membership.role.in_(MEMBERS))
        .group_by(Membership.person_id)
        .subquery()
    )


def _of_days(project_id: str, end: ColumnElement[date]) -> ColumnElement[int]:
    """Looked up by an index, whatever the number of days."""
    mine = UsageDay.person_id == Membership.person_id, UsageDay.project_id == project_id
    return select(number_of(end)).where(*mine).correlate(Membership).scalar_subquery()


def _kept(today: date, ago: int, weeks: int) -> ColumnElement[bool]:
    """Whether a routine has a day of use in the week so many weeks ago.

    Its days are moved to where bit n is the day n days before `AHEAD` days from `today`.
    """
    end = today.toordinal() + AHEAD
    near = Routine.kept_last.between(end - AHEAD - weeks * WEEK + 1, end)
    moved = Routine.kept_days.bitwise_lshift(literal(end, Integer) - Routine.kept_last)
    return and_(near, moved.bitwise_and(((1 << WEEK) - 1) << AHEAD + ago * WEEK) != 0)


def _told(project_id: str, today: date, weeks: int) -> Subquery:
    """The last weeks with use that the tool told of, by person."""
    begins = [today - timedelta(days=(ago + 1) * WEEK - 1) for ago in range(weeks)]
    within = [UsageDay.day.between(begin, begin + timedelta(days=WEEK - 1)) for begin in begins]
    return (
        select(UsageDay.person_id, *(_flag(*flag) for flag in zip(_names(weeks), within, strict=True)))
        .where(UsageDay.project_id == project_id, UsageDay.day.between(begins[-1], today))
        .group_by(UsageDay.person_id)
        .subquery()
    )


def _names(weeks: int) -> list[str]:
    return [f"week{ago}" for ago in range(weeks)]


def _flag(name: str, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0)).label(name)


def _either(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((or_(one == 1, other == 1), 1), else_=0)


def _one_of(
    one: ColumnElement[int], other: ColumnElement[int], first: ColumnElement[bool]
) -> ColumnElement[int]:
    """`one` if it is the only one or comes `first`, else the `other`."""
    return case((other.is_(None), one), (first, one), else_=other)
