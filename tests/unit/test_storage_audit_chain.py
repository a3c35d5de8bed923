"""A chain of audit entries, whatever is done to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.audit import BEGINNING, SYSTEM, Actor, ActorKind, Entry, Flaw, Head, canonical, digest_of, verify

BEGAN = datetime(2026, 11, 23, 8, tzinfo=UTC)


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    before = BEGINNING
    for seq in range(1, length + 1):
        entry = Entry(
            "w", seq, BEGAN + timedelta(minutes=seq), SYSTEM, "report.asked", "p", canonical({}), before, ""
        )
        entries.append(replace(entry, digest=digest_of(entry)))
        before = entries[-1].digest
    return entries


def head_of(entries: Sequence[Entry]) -> Head:
    return Head(entries[-1].seq, entries[-1].digest)


CHANGES: list[dict[str, Any]] = [
    {"workspace_id": "v"},
    {"at": BEGAN},
    {"actor": Actor.person("x")},
    {"actor": Actor(ActorKind.COMMAND, "")},
    {"action": "report.sent"},
    {"subject": "q"},
    {"detail": canonical({"week": "2026-W48"})},
    {"detail": "{} "},
    {"previous": "1" * 64},
    {"digest": "1" * 64},
]


@given(st.integers(1, 12))
def test_a_chain_that_nobody_touched_is_whole(length: int) -> None:
    entries = chain(length)
    assert verify(entries, head_of(entries)).flaw is None


@given(st.data(), st.sampled_from(CHANGES))
def test_any_change_of_any_entry_is_found_even_if_its_digest_is_made_anew(
    data: st.DataObject, change: dict[str, Any]
) -> None:
    entries = chain(data.draw(st.integers(1, 12)))
    head, at = head_of(entries), data.draw(st.integers(0, len(entries) - 1))
    changed = replace(entries[at], **change)
    assert verify([*entries[:at], changed, *entries[at + 1 :]], head).flaw is not None
    mended = replace(changed, digest=digest_of(changed))
    if mended != entries[at]:
        assert verify([*entries[:at], mended, *entries[at + 1 :]], head).flaw is not None


@given(st.data())
def test_entries_that_are_taken_out_moved_or_repeated_are_found(data: st.DataObject) -> None:
    entries = chain(data.draw(st.integers(2, 12)))
    head, at = head_of(entries), data.draw(st.integers(0, len(entries) - 1))
    assert verify([*entries[:at], *entries[at + 1 :]], head).flaw is not None
    assert verify([*entries[: at + 1], *entries[at:]], head).flaw is not None
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda place: place != at))
    moved = list(entries)
    moved[at], moved[other] = moved[other], moved[at]
    assert verify(moved, head).flaw is not None


@given(st.integers(1, 11))
def test_a_shorter_or_longer_chain_than_its_head_says_so(cut: int) -> None:
    entries = chain(12)
    assert verify(entries[:cut], head_of(entries)).flaw is Flaw.CUT
    assert verify(entries, head_of(entries[:cut])).flaw is Flaw.BEYOND


def test_nothing_recorded_yet_is_whole() -> None:
    assert verify([], None).flaw is None


@pytest.mark.parametrize("text", ["", "3", "3:abc", f"x:{BEGINNING}", f"-1:{BEGINNING}"])
def test_a_head_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="audit head"):
        Head.parse(text)
