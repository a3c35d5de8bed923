"""What people said and do, on a page: read whenever it is shown, so that what was taken back is gone from every page."""

from dataclasses import dataclass
from datetime import date

from bot.presenters.action_words import stands, what
from bot.presenters.digest_words import Words
from bot.presenters.idea_words import DigestIdeas, digest_ideas, foreign
from content.catalog import Lang
from content.markup import RichText
from nudges import sharing
from nudges.schedule import local_date
from storage.work import Work


@dataclass(frozen=True)
class Story:
    """A testimonial's exact words and who tells it; `lang` is the words' language, where it is another than the reader's."""

    text: str
    by: str
    lang: Lang | None


@dataclass(frozen=True)
class Doing:
    """The page's action as it is now: `what` is to be done, and how to begin, who does it until when, or what came of it."""

    what: str
    stands: RichText | None


@dataclass(frozen=True)
class Spoken:
    """`became` is what the last action led to, `ideas` what is on the board now."""

    story: Story | None = None
    doing: Doing | None = None
    became: RichText | None = None
    ideas: DigestIdeas | None = None


SILENT = Spoken()


def spoken(work: Work, words: Words, project_id: str, timezone: str) -> Spoken:
    """What there is to read today, where the reader is."""
    return Spoken(
        _story(work, words, local_date(work.now, timezone)),
        _doing(work, words, project_id),
        words.last(work),
        digest_ideas(work, words.voice, project_id, words.page.ideas),
    )


def _story(work: Work, words: Words, today: date) -> Story | None:
    """The page's story, if it is still consented to on the reader's date `today`."""
    story = work.testimonials.find(words.page.story) if words.page.story else None
    if story is None or not sharing.may_be_shown(story, today):
        return None
    text, name = sharing.text_of(work, story), sharing.signed(work, story, words.text("nobody"))
    lang = foreign(text, words.voice)
    if lang is None:
        return Story(text, words.text("story", name=name), None)
    return Story(text, words.text("story_in", name=name, language=words.text(f"language.{lang}")), lang)


def _doing(work: Work, words: Words, project_id: str) -> Doing | None:
    action = work.actions.of_week(project_id, words.page.week)
    if action is None:
        return None
    told = what(work, action, words.voice, words.tool)
    return Doing(told, stands(work, action, words.voice, words.tool))
