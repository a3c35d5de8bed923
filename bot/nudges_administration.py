"""What `entrain nudges evaluate` prints: no figure of fewer than five people, nor one that another could be taken from."""

from collections.abc import Mapping, Sequence

from bot.administration import Report, UnknownPlace, open_database, workspace_id_of
from bot.console import operator
from bot.settings import Settings
from nudges import choices
from nudges.learning import Logged
from nudges.replay import (
    Estimate,
    Policy,
    Replay,
    always,
    any_moment,
    large_enough,
    learned,
    never,
    shipped,
    uniform,
)
from storage.audit import Action
from storage.errors import StorageError
from storage.models import Point
from storage.work import Work

PEOPLE = 5
"""People that a figure stands for at least."""

POLICIES: Mapping[Point, Mapping[str, Policy]] = {
    Point.WHETHER: {
        "every nudge leaves": always,
        "at any moment alike": any_moment,
        "none leaves": never,
        "as shipped": shipped,
        "as learnt": learned,
    },
    Point.WHAT: {"any wording alike": uniform, "as shipped": shipped, "as learnt": learned},
}

ASKED = {Point.WHETHER: "Whether and when to write", Point.WHAT: "Which wording"}


def evaluate(settings: Settings, platform: str, workspace: str) -> Report:
    """What is told of one workspace."""
    try:
        with (
            open_database(settings) as database,
            database.transaction(workspace_id_of(database, platform, workspace)) as work,
        ):
            work.audit.record(Action.REPORT_PRINTED, operator(), report="nudges")
            return told(work), []
    except (StorageError, UnknownPlace) as error:
        return [], [str(error)]


def told(work: Work) -> list[str]:
    """By what was chosen, an estimate for each way of choosing; of wordings, also by obstacle."""
    lines: list[str] = []
    for point, log in choices.log(work).items():
        people = len({row.person for row in log})
        if people < PEOPLE:
            lines.append(f"{ASKED[point]}: too few people to say anything; five are needed.")
            continue
        lines += [
            f"{ASKED[point]}: use within the days after, of {len(log)} choices.",
            *_estimates(log, point),
        ]
        if point is Point.WHAT:
            for part in large_enough(log, PEOPLE):
                lines += [f"  {part[0].context.blocker}:", *(f"  {line}" for line in _estimates(part, point))]
    return lines


def _estimates(log: Sequence[Logged], point: Point) -> list[str]:
    replay = Replay(log)
    return [
        f"  {name}: {_figure(replay.dr(policy))} doubly robust, {_figure(replay.snips(policy))} by weights alone, "
        f"as good as {replay.ips(policy).ess:.0f} choices"
        for name, policy in POLICIES[point].items()
    ]


def _figure(found: Estimate) -> str:
    """A share in percent with its 95% interval, inside what a share can be."""
    value, low, high = (100 * min(max(each, 0.0), 1.0) for each in (found.value, found.low, found.high))
    return f"{value:.0f}% [{low:.0f}, {high:.0f}]"
