"""Ideas in words: an idea as it stands on the board, and what a digest says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from babel.numbers import format_decimal

from bot.platforms.port import Block, Quote, Text
from bot.scene import Args, Scene
from content.catalog import Lang, Voice
from content.markup import RichText, plain
from content.promises import LEAST_FIGURES
from digests import board
from digests.content import ideas as texts
from digests.ideas import Line, told
from digests.page import Ideas
from digests.tongue import tongue
from nudges.testimonials import signature
from storage.models import Idea
from storage.work import Work

EXCERPT = 60
"""Characters by which an idea is recognised in a list."""


Placed = TypeVar("Placed", Idea, Line)


@dataclass(frozen=True)
class Said:
    """An idea as it is now: its exact words, who signs, how it stands, and a lead's exact words on it, if any.

    `lang` is the words' language, where it is another than the reader's.
    """

    text: str
    signed: str
    standing: RichText
    reason: str
    lang: Lang | None


@dataclass(frozen=True)
class DigestIdeas:
    """`waiting` for an answer are as many as `title` says, which leads to the board; `top` are those still on it."""

    waiting: int
    title: str
    heading: RichText
    top: tuple[Said, ...]


def digest_ideas(work: Work, voice: Voice, project_id: str, ideas: Ideas | None) -> DigestIdeas | None:
    """What a page shows of the board, in the words that are there now; None for a page without one."""
    if ideas is None:
        return None
    supports = work.ideas.supports(project_id)
    standing = {each.id: each for each in work.ideas.on_board(project_id) if each.root == each.id}
    waiting = sum(each.status == "open" for each in standing.values())
    count = format_decimal(waiting, locale=voice.locale)
    title = texts().text("digest.waiting" if waiting else "digest.none_waiting", voice, count=count)
    shown = [found for idea_id in ideas.top if idea_id in standing and (found := work.ideas.find(idea_id))]
    heading = texts().rich("digest.top", voice)
    top = tuple(said(work, voice, idea, supports.get(idea.id, 0)) for idea in shown)
    return DigestIdeas(waiting, title, heading, top)


def placed(scene: Scene, args: Args, ideas: Sequence[Placed]) -> Sequence[Placed]:
    """Those that are known to stand in this message, and so can be taken from it: none that came since it was planned."""
    if "places" not in args:
        return ideas
    known = scene.work.ideas.placed(args["places"])
    return [each for each in ideas if each.id in known]


def said(work: Work, voice: Voice, idea: Idea, supporters: int) -> Said:
    """One idea; `supporters` are as the board has them, and told only where that may be."""
    text = board.text_of(work, idea)
    return Said(
        text,
        signed(work, voice, idea),
        standing(voice, idea, supporters),
        board.reason_of(work, idea),
        foreign(text, voice),
    )


def foreign(text: str, voice: Voice) -> Lang | None:
    """The language of somebody's words, where it is another than the reader's."""
    lang = tongue(text)
    return lang if lang is not voice.lang else None


def signed(work: Work, voice: Voice, idea: Idea) -> str:
    """As its author chose; of an unnamed one nothing is looked up."""
    if not idea.named or idea.author_id is None:
        return texts().text("nobody", voice)
    author = work.people.get(idea.author_id)
    return signature(author.name, author.team, full=False)


def standing(voice: Voice, idea: Idea, supporters: int) -> RichText:
    counted = told(supporters)
    key = "support.few" if counted is None else "support.some"
    numbers = {"threshold": str(LEAST_FIGURES), "count": format_decimal(counted or 0, locale=voice.locale)}
    return texts().rich(
        "standing",
        voice,
        support=texts().text(key, voice, **numbers),
        status=texts().text(f"status.{idea.status}", voice),
    )


def blocks(scene: Scene, idea: Idea, supporters: int) -> tuple[Block, ...]:
    """An idea, how it stands, and what a lead says of it."""
    told_now = said(scene.work, scene.voice, idea, supporters)
    parts: list[Block] = [Quote(told_now.text, told_now.signed), Text(told_now.standing)]
    if told_now.reason:
        parts.append(Quote(told_now.reason, texts().text("answer_of", scene.voice)))
    return tuple(parts)


def standing_of(idea: Said) -> str:
    """How it stands and why, on one line."""
    return " – ".join([plain(idea.standing), *([idea.reason] if idea.reason else [])])


def excerpt(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"
