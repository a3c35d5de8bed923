"""Whose story may be told to whom, and under which name. Pure."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from content.blockers import Blocker
from nudges.plan import NO_STORY

SHORTEST, LONGEST = 20, 600
"""Characters of a testimonial."""

VALID_DAYS = 182
"""How long consent to a text holds: half a year."""

ANSWERABLE = tuple(blocker for blocker in Blocker if blocker not in NO_STORY)
"""Obstacles that a testimonial may be about."""


@dataclass(frozen=True)
class Story:
    """An approved testimonial, as far as choosing goes. `expires_on` is the last day of consent; `lang` the author's."""

    id: str
    author_id: str
    blocker: Blocker
    expires_on: date
    told_on: date
    lang: str
    times_shared: int = 0


def matching(
    stories: Sequence[Story],
    *,
    person_id: str,
    obstacles: Sequence[Blocker],
    heard: Set[str],
    lang: str,
    today: date,
) -> Story | None:
    """The story to tell this person: on one of their confirmed obstacles, never their own, never one they have heard.

    The person's language comes first, then their main obstacle, then what was shared least, then the oldest.
    """
    fitting = [
        story
        for story in stories
        if story.blocker in obstacles
        and story.author_id != person_id
        and story.id not in heard
        and story.expires_on >= today
    ]
    return min(
        fitting,
        key=lambda story: (
            story.lang != lang,
            obstacles.index(story.blocker),
            story.times_shared,
            story.told_on,
            story.id,
        ),
        default=None,
    )


def signature(name: str, team: str | None, *, full: bool) -> str:
    """ "Aude Martin, Sales" in full, else "Aude, Sales"; the team where it is known."""
    shown = name if full else first_name(name)
    return f"{shown}, {team}" if team else shown


def first_name(name: str) -> str:
    """What comes before the first space."""
    return name.split(maxsplit=1)[0] if name.strip() else name
