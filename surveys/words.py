"""A person's own words: folded for comparing, counted, and quoted back without a change."""

import re
import unicodedata
from dataclasses import dataclass

QUOTE_LENGTH = 60
"""Characters of the longest quote."""

LONGEST_READ = 4000
"""Characters read of one answer; the rest is kept but not read."""

_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""Accents and other marks that combine with the letter before them."""

_CLAUSE = re.compile(r"[.;:,!?…\n()]+|(?<=\s)(?:mais|but|donc|so)(?=\s)|\s[–—-]\s", re.IGNORECASE)


@dataclass(frozen=True)
class Folded:
    """Text in lower case, without accents, with one kind of apostrophe and single spaces."""

    text: str


def fold(text: str) -> Folded:
    bare = text[:LONGEST_READ].casefold().replace("\u2019", "'")
    if not bare.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", bare))
    return Folded(re.sub(r"[ \t\u00a0]+", " ", bare).strip())


def count(text: str) -> int:
    """How many words."""
    return len(re.findall(r"\w+(?:['\u2019-]\w+)*", text))


def telling_clause(text: str, excuses: tuple[re.Pattern[str], ...] = ()) -> str | None:
    """The clause most worth quoting, exactly as written, at most `QUOTE_LENGTH` characters; None without words.

    A clause without an excuse (`excuses` match folded text) goes before one with; then the longest that fits; then
    the last. A clause that is too long is cut at a word and ends in "…".
    """
    clauses = [clause.strip() for clause in _CLAUSE.split(text[:LONGEST_READ])]
    clauses = [clause for clause in clauses if count(clause)]
    if not clauses:
        return None

    def worth(index: int) -> tuple[bool, bool, int, int]:
        clause = clauses[index]
        excused = any(pattern.search(fold(clause).text) for pattern in excuses)
        fits = len(clause) <= QUOTE_LENGTH
        return (not excused, count(clause) > 2, min(count(clause), 12) if fits else 0, index)

    return _cut(clauses[max(range(len(clauses)), key=worth)])


def _cut(clause: str) -> str:
    if len(clause) <= QUOTE_LENGTH:
        return clause
    kept = clause[: QUOTE_LENGTH - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip() + "…"
