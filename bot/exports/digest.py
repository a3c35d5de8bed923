"""A published page as files: Markdown to read, CSV for a spreadsheet, JSON for a program; always the same bytes."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from hashlib import sha256

from bot.exports.markdown import markdown
from bot.platforms.port import Block, Quote, Text
from bot.presenters.digest import blocks
from bot.presenters.digest_spoken import Spoken
from bot.presenters.digest_words import Words, capital
from bot.presenters.idea_words import DigestIdeas, standing_of
from content.catalog import Lang
from content.markup import literal, plain
from digests.page import Share, Trend
from projects.service import definition
from projects.spreadsheet import harmless
from storage.models import Digest, Project

SEPARATORS = {Lang.FRENCH: ";", Lang.ENGLISH: ","}
"""Of cells, as spreadsheets in each language expect it."""


@dataclass(frozen=True)
class Printed:
    """A published page in one language, with what people said as it is now."""

    project: Project
    digest: Digest
    words: Words
    spoken: Spoken


def as_markdown(printed: Printed) -> str:
    title = f"{definition(printed.project).name} · {printed.digest.week}"
    ideas = printed.spoken.ideas
    return markdown(title, (*blocks(printed.words, printed.spoken), *(_quoted(ideas) if ideas else ())))


def _quoted(ideas: DigestIdeas) -> Iterator[Block]:
    yield Text(literal(ideas.title))
    if ideas.top:
        yield Text(ideas.heading)
        yield from (Quote(idea.text, standing_of(idea)) for idea in ideas.top)


def as_json(project: Project, digest: Digest) -> str:
    """The figures as they are kept, the same in every language; no word of anybody."""
    document = {
        "project": project.key,
        "published_at": digest.published_at.isoformat(),
        "page": json.loads(digest.page),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def fingerprint(project: Project, digest: Digest) -> str:
    """SHA-256 of the page as JSON, in hexadecimal: by which the audit log says which page somebody was shown.

    It covers the page's own figures; not those of the board of ideas, which are as they are when the page is shown.
    """
    return sha256(as_json(project, digest).encode()).hexdigest()


@dataclass(frozen=True)
class Row:
    """One figure. `percent`, `low` and `high` are of the share, in whole percent."""

    part: str
    name: str
    people: int | str = ""
    of: int | str = ""
    percent: int | str = ""
    low: int | str = ""
    high: int | str = ""
    note: str = ""


def as_csv(words: Words, said: Spoken) -> str:
    """Every figure of a page, a line each, its actions and ideas; UTF-8 with a mark that says so.

    What begins like a formula is made harmless.
    """
    written = io.StringIO()
    rows = csv.writer(written, delimiter=SEPARATORS[words.voice.lang])
    rows.writerow(words.text(f"file.column.{name}") for name in Row.__dataclass_fields__)
    for row in (*figures(words), *_actions(words, said), *_ideas(words, said)):
        rows.writerow(harmless(str(cell)) for cell in astuple(row))
    return "\ufeff" + written.getvalue()


def figures(words: Words) -> Iterator[Row]:
    """The figures of a page, in the page's order."""
    page = words.page
    yield Row(_part(words, "basis"), words.text("file.answered"), page.answered, page.eligible or "")
    if page.unreachable is not None:
        yield Row(_part(words, "basis"), words.text("file.unreachable"), page.unreachable)
    for cause in page.causes:
        yield _share(_part(words, "causes"), words.cause(cause.name), cause.share, _trend(words, cause.trend))
    if page.excuse:
        yield _share(_part(words, "said"), words.said(page.excuse.name), page.excuse.stated)
    yield from _shift(words)
    yield from _gaps(words)
    for kind, groups in (("persona", page.personas), ("team", page.teams)):
        for group in groups:
            part = words.text(f"group.{kind}", name=words.group(kind, group.name))
            yield from (_share(part, words.cause(cause.name), cause.share) for cause in group.causes)
    yield from _funnel(words)
    yield from _standing(words)
    for name, told in words.tested():
        yield Row(_part(words, "tested"), name, note=told)


def _actions(words: Words, said: Spoken) -> Iterator[Row]:
    """The last one and what those concerned say of it, then the one that was proposed."""
    part, last = _part(words, "actions"), words.page.last
    if said.became and last:
        yield Row(part, words.text("file.last"), note=plain(said.became))
        names = ("gone", "less", "still")
        for name, count in zip(names, last.counts or (), strict=False):
            yield Row(part, words.text(f"file.judged.{name}"), count, sum(last.counts or ()))
    yield Row(part, words.text("file.proposed"), note=words.proposed() or plain(words.nothing()))


def _ideas(words: Words, said: Spoken) -> Iterator[Row]:
    if said.ideas:
        part = _part(words, "ideas")
        yield Row(part, words.text("file.waiting"), said.ideas.waiting)
        yield from (Row(part, idea.text, note=standing_of(idea)) for idea in said.ideas.top)


def _gaps(words: Words) -> Iterator[Row]:
    gaps = words.page.gaps
    for name, share in (("excuse", gaps.excuse), ("need", gaps.need)):
        if share:
            yield _share(_part(words, "gaps"), words.text(f"gap.{name}", tool=words.tool), share)
    if gaps.say_do:
        name = words.text("gap.say_do", tool=words.tool)
        yield Row(_part(words, "gaps"), name, of=gaps.say_do.of, note=words.say_do(gaps.say_do))


def _funnel(words: Words) -> Iterator[Row]:
    part = _part(words, "funnel")
    for step in words.page.funnel:
        stage = words.text(f"stage.{step.stage.value}")
        if step.share:
            yield _share(part, stage, step.share)
        elif step.count is not None:
            yield Row(part, stage, step.count)


def _standing(words: Words) -> Iterator[Row]:
    page = words.page
    least = words.text("file.least")
    counts = (
        ("running", page.running, ""),
        ("ended", page.ended, ""),
        ("read", page.read, least),
        ("helped", page.helped, least),
    )
    for name, count, note in counts:
        if count is not None:
            yield Row(_part(words, "standing"), words.text(f"standing.{name}"), count, note=note)


def _shift(words: Words) -> Iterator[Row]:
    matrix, other = words.page.matrix, words.text("shift.other")
    if matrix is None:
        return
    said = [*(words.text("shift.row", said=words.said(name)) for name in matrix.stated), capital(other)]
    causes = [*map(words.cause, matrix.confirmed), other]
    for row, counts in zip(said, matrix.counts, strict=True):
        for cause, count in zip(causes, counts, strict=True):
            yield Row(_part(words, "shift"), f"{row} → {cause}", count, sum(counts))


def _share(part: str, name: str, share: Share, note: str = "") -> Row:
    percent, low, high = (round(100 * each) for each in (share.share, share.low, share.high))
    return Row(part, name, share.count, share.of, percent, low, high, note)


def _part(words: Words, name: str) -> str:
    return words.text(f"file.part.{name}")


def _trend(words: Words, trend: Trend | None) -> str:
    return words.text(f"file.trend.{trend.value}") if trend else ""
