"""Which of a project's testimonials goes to whom, while several people are looked after one after the other."""

from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from content.blockers import Blocker
from nudges.testimonials import Near, Story, has_room, matching
from storage.repositories.testimonials import Approved
from storage.work import Work

WEEK = timedelta(days=7)


class Shelf:
    """The approved testimonials of a project that nobody else gives away at this moment."""

    def __init__(self, work: Work, project_id: str) -> None:
        self._work, self._project_id = work, project_id
        self._given: Counter[str] = Counter()
        """In the last seven days, by the id of a story and of its author, in all projects."""

    @cached_property
    def _stories(self) -> dict[Blocker, dict[str, Story]]:
        """By obstacle and id, in the order they were told; a story that answers two obstacles stands under both."""
        usual = self._work.workspaces.get(self._work.workspace_id).lang
        approved = self._work.testimonials.approved(self._project_id)
        times = self._work.testimonials.times_shared(self._project_id) if approved else {}
        authors = {row.author_id for row in approved}
        for given in self._work.testimonials.given_since(authors, self._work.now - WEEK):
            self._given[given.testimonial_id] += given.times
            self._given[given.author_id] += given.times
        stories: dict[Blocker, dict[str, Story]] = defaultdict(dict)
        for row in approved:
            story = _story(row, usual, times.get(row.id, 0))
            for blocker in story.blockers:
                stories[blocker][row.id] = story
        return stories

    def match(
        self,
        person_id: str,
        obstacles: Sequence[Blocker],
        *,
        heard: Set[str],
        lang: str,
        today: date,
        near: Near,
    ) -> Story | None:
        """The testimonial to give this person now: the one that fits best among those that have room.

        Where all that fit have been given often enough this week, the best of them, without room: they wait for it.
        """
        fitting = list(
            {story.id: story for blocker in obstacles for story in self._stories[blocker].values()}.values()
        )
        for stories in ([story for story in fitting if self.room(story)], fitting):
            if found := matching(
                stories,
                person_id=person_id,
                obstacles=obstacles,
                heard=heard,
                lang=lang,
                today=today,
                near=near,
            ):
                return found
        return None

    def room(self, story: Story) -> bool:
        """Whether it may be given once more in these seven days."""
        return has_room(self._given[story.id], self._given[story.author_id])

    def given(self, story: Story) -> None:
        """It was given once more."""
        self._given[story.id] += 1
        self._given[story.author_id] += 1
        shared = replace(story, times_shared=story.times_shared + 1)
        for blocker in story.blockers:
            self._stories[blocker][story.id] = shared


def _story(row: Approved, usual: str, times: int) -> Story:
    second = (Blocker(row.second_blocker),) if row.second_blocker else ()
    return Story(
        id=row.id,
        root=row.origin_id or row.id,
        author_id=row.author_id,
        blockers=(Blocker(row.blocker), *second),
        expires_on=row.expires_on,
        told_on=row.created_at.date(),
        lang=row.lang or usual,
        author=Near(row.persona, row.team),
        effort=row.effort,
        measured=row.measured,
        leads=row.leads,
        times_shared=times,
    )
