"""A company of which a page tells: one round of interviews, two leads, and a main obstacle to act upon."""

from bot.presenters import actions as presenters
from content.blockers import Blocker
from digests import service
from digests.page import Last, Page
from storage.models import (
    Action,
    Campaign,
    CampaignPrivacy,
    Person,
)
from storage.work import Work
from tests.support.shared import WEEK, Group

SAID = "La règle est au mur, signée par Hélène."


class Acting(Group):
    """Fifteen distrust (`concerned`), sixteen have something else; `lead` and `oliver` have just read so."""

    def __init__(self, work: Work, lang: str = "fr") -> None:
        super().__init__(work, lang)
        self.round: Campaign = work.campaigns.add(self.project.id, "adoption")
        self.oliver = self.appoint("Oliver")
        self.concerned = self.answer(15, Blocker.TRUST)
        self.others = [*self.answer(8, Blocker.TIME), *self.answer(8, Blocker.HABIT)]
        self.later(WEEK)

    def campaign(self) -> Campaign:
        """All are of one round."""
        return self.round

    def anonymous_round(self) -> Campaign:
        return self.work.campaigns.add(self.project.id, "adoption", privacy=CampaignPrivacy.ANONYMOUS)

    def action(self) -> Action:
        """The one that moved last."""
        return self.work.actions.of_project(self.project.id)[0]

    def finish(self, person: Person, said: str = SAID) -> None:
        self.fill(person, presenters.DONE_FORM, self.action().id, said=said)

    def reads(self, person: Person) -> str:
        """What somebody's latest page of the week says now."""
        pages = [
            message.plain
            for message in self.screens[person.id].shown.values()
            if message.plain.startswith(("Semaine", "Week"))
        ]
        return spaced(pages[-1])

    def sees(self, person: Person) -> str:
        return spaced(self.screens[person.id].text)

    def last(self) -> Last:
        digest = service.latest(self.work, self.project)
        assert digest
        told = Page.from_json(digest.page).last
        assert told
        return told

    def told(self, intent: str) -> set[str]:
        """Ids of those who got a message of this kind."""
        return {id_ for id_, screen in self.screens.items() if intent in screen.kinds()}

    def end_project(self) -> None:
        self.project.ends_on = self.work.now.date()


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
