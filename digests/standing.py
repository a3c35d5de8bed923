"""Figures of how things stand, in people who come and go: how far they are with the tool, what they have in place.

They are of everybody eligible, not of those who answered, and nobody is frozen in them. So a figure that has been told
stays as it was until it has moved by at least `k` people: whoever came or went in between were many. Whom stories have
reached is told in whole steps of `k` besides, since a lead may know who was given one in which week.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from content.stages import Stage
from digests.suppression import may_split, suppress_chain

ELIGIBLE, UNREACHABLE = "eligible", "unreachable"
RUNNING, ENDED = "running", "ended"
READ, HELPED = "read", "helped"

STAGES = (Stage.ROUTINE, Stage.TRIED, Stage.REPEAT, Stage.AWARE)
"""What a lead wants to see first: of two stages that lie too close together, the later one here is hidden."""


@dataclass(frozen=True)
class Standing:
    """One project at one moment, in people.

    `eligible` are its employees and champions, whether or not they take part: leaving out who said stop would show
    leads that somebody did. `running` have a routine under way, `ended` had one that ran its course and have none; `read`
    were given a story, `helped` said "that's me". `stories` are approved testimonials as (blocker, id), newest first.
    `measured`: the tool tells who used it.
    """

    eligible: int
    stages: Mapping[Stage, int] = field(default_factory=dict)
    unreachable: int = 0
    running: int = 0
    ended: int = 0
    read: int = 0
    helped: int = 0
    stories: tuple[tuple[str, str], ...] = ()
    measured: bool = False

    def story(self, cause: str | None = None) -> str | None:
        """The newest story about `cause`, else the newest of all."""
        about = [story for blocker, story in self.stories if blocker == cause]
        return next(iter(about or [story for _, story in self.stories]), None)


def tell(now: Standing, told: Mapping[str, int], answered: int, k: int) -> dict[str, int]:
    """The figures that may be told beside `answered`; `told` are the last ones that were, by name.

    A stage is told if it and its distance to every other figure around it are nobody or at least `k`. Those who tell others
    stand beside the chain: an author need not have a routine.
    """

    def settled(name: str, n: int) -> int:
        return told[name] if name in told and abs(n - told[name]) < k else n

    def reached(name: str, n: int) -> int:
        return settled(name, n) // k * k

    shown: dict[str, int] = {}
    eligible = settled(ELIGIBLE, now.eligible)
    if eligible >= 2 * k and eligible - answered >= k:
        shown[ELIGIBLE] = eligible
    chain = {stage.value: settled(stage.value, now.stages.get(stage, 0)) for stage in STAGES}
    chain = {name: n for name, n in chain.items() if n <= eligible - k}
    shown |= suppress_chain(chain, (answered,) if answered else (), k)
    beside = {
        Stage.ADVOCATE.value: now.stages.get(Stage.ADVOCATE, 0),
        UNREACHABLE: now.unreachable,
        RUNNING: now.running,
        ENDED: now.ended,
    }
    settled_beside = {name: settled(name, n) for name, n in beside.items()}
    settled_beside[READ] = reached(READ, now.read)
    shown |= {name: n for name, n in settled_beside.items() if may_split(n, eligible, k)}
    if READ in shown and may_split(reached(HELPED, now.helped), shown[READ], k):
        shown[HELPED] = reached(HELPED, now.helped)
    return shown
