"""Whose story may be told to whom, under which name. Pure."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from content.blockers import Blocker
from nudges.plan import NO_STORY

SHORTEST, LONGEST = 20, 600
"""Characters of a testimonial."""

VALID_DAYS = 182
"""How long consent to a text holds: half a year."""

PER_STORY = 3
"""People to whom one story goes in seven days: a few at a time, so that it is never everywhere at once."""

PER_CHAMPION = 5
"""People to whom the stories of one author go in seven days, all stories together."""

MEASURED_FIRST = frozenset({Blocker.BENEFIT, Blocker.TIME})
"""Obstacles that a gain which was counted answers better than one that was not (METHOD: "same job, measured gain")."""

LED_FIRST = frozenset({Blocker.MANAGEMENT})
"""Obstacles that somebody answers who leads (METHOD: "a leader's own use")."""

ANSWERABLE = tuple(blocker for blocker in Blocker if blocker not in NO_STORY)
"""Obstacles that a testimonial may be about."""


@dataclass(frozen=True)
class Near:
    """Where somebody stands in the project: their role there (persona) and their team, where these are known."""

    persona: str | None = None
    team: str | None = None

    def distance(self, other: "Near") -> int:
        """0: same role and team, 1: same role, 2: same team, 3: neither. What is not known is not the same."""
        role = self.persona is not None and self.persona == other.persona
        team = self.team is not None and self.team == other.team
        return 3 - 2 * role - team


@dataclass(frozen=True)
class Story:
    """An approved testimonial, as far as choosing goes.

    `blockers` are one or two obstacles, the main one first. `expires_on` is the last day of consent; `lang` the author's.
    `root` is the same for a story that was told again in other words, or once more. `effort`: it says what it took;
    `measured`: it says a gain that was counted. `leads`: its author leads the project, or manages somebody.
    """

    id: str
    root: str
    author_id: str
    blockers: tuple[Blocker, ...]
    expires_on: date
    told_on: date
    lang: str
    author: Near = Near()
    effort: bool = False
    measured: bool = False
    leads: bool = False
    times_shared: int = 0


def matching(
    stories: Sequence[Story],
    *,
    person_id: str,
    obstacles: Sequence[Blocker],
    heard: Set[str],
    lang: str,
    today: date,
    near: Near = Near(),
) -> Story | None:
    """The story to tell this person: on a confirmed obstacle of theirs, not their own, of a root they have not `heard`.

    The person's language comes first, then the story that answers their main obstacle, then an author who leads where it
    is for those to act, then the author nearest to them, then effort before talent, then what was shared least, then the
    oldest.
    """
    fitting = [
        story
        for story in stories
        if not set(story.blockers).isdisjoint(obstacles)
        and story.author_id != person_id
        and story.root not in heard
        and story.expires_on >= today
    ]

    def order(story: Story) -> tuple[bool, int, bool, int, bool, bool, int, date, str]:
        answered = min(obstacles.index(blocker) for blocker in story.blockers if blocker in obstacles)
        return (
            story.lang != lang,
            answered,
            obstacles[answered] in LED_FIRST and not story.leads,
            near.distance(story.author),
            not story.effort,
            obstacles[answered] in MEASURED_FIRST and not story.measured,
            story.times_shared,
            story.told_on,
            story.id,
        )

    return min(fitting, key=order, default=None)


def has_room(story_given: int, author_given: int) -> bool:
    """Whether a story may go to one more person, after so many of its own and of its author's in the last seven days."""
    return story_given < PER_STORY and author_given < PER_CHAMPION


def signature(name: str, team: str | None, *, full: bool) -> str:
    """ "Aude Martin, Sales" in full, else "Aude, Sales"; the team where it is known."""
    shown = name if full else first_name(name)
    return f"{shown}, {team}" if team else shown


def first_name(name: str) -> str:
    """What comes before the first space."""
    return name.split(maxsplit=1)[0] if name.strip() else name


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same to a reader: spaces and capitals do not count."""
    return one.casefold().split() == other.casefold().split()
