"""What people said, on a page: read whenever it is shown, so that what was taken back is gone from every page."""

from dataclasses import dataclass

from bot.presenters.digest_words import Words
from bot.presenters.idea_words import DigestIdeas, digest_ideas
from content.markup import RichText
from nudges.schedule import local_date
from storage.work import Work


@dataclass(frozen=True)
class Spoken:
    """`story` is its words and who tells it, `became` what the last action led to, `ideas` what is on the board now."""

    story: tuple[str, str] | None = None
    became: RichText | None = None
    ideas: DigestIdeas | None = None


SILENT = Spoken()


def spoken(work: Work, words: Words, project_id: str, timezone: str) -> Spoken:
    """What there is to read today, where the reader is."""
    return Spoken(
        words.story(work, local_date(work.now, timezone)),
        words.last(work),
        digest_ideas(work, words.voice, project_id, words.page.ideas),
    )
