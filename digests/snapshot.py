"""The counts behind one digest: everything a page is made from, and nothing about any one person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from content.blockers import Blocker
from content.stages import Stage
from digests.suppression import THRESHOLD


@dataclass(frozen=True)
class Snapshot:
    """One project at one moment, in people.

    `eligible` are its employees and champions, whether or not they take part: leaving out who said stop would show
    leads that somebody did. `answered` have ended an interview that holds an answer. `confirmed` and `stated` count
    each of them once at most, by main cause. `compared` have both a stated and a confirmed cause, `shifted` of them
    not the same one. `unreachable` of the eligible cannot be written to. `stories` are approved testimonials as
    (blocker, id), newest first; `helped` of the eligible have said of one that it was theirs too.
    """

    eligible: int
    invited: int
    answered: int
    funnel: Mapping[Stage, int]
    confirmed: Mapping[Blocker, int] = field(default_factory=dict)
    stated: Mapping[Blocker, int] = field(default_factory=dict)
    compared: int = 0
    shifted: int = 0
    unreachable: int = 0
    stories: tuple[tuple[str, str], ...] = ()
    helped: int = 0
    threshold: int = THRESHOLD

    def story(self, cause: str | None = None) -> str | None:
        """The newest story about `cause`, else the newest of all."""
        about = [story for blocker, story in self.stories if blocker == cause]
        return next(iter(about or [story for _, story in self.stories]), None)
