"""What a batch of messages asks for is read for all of them at once: they read the same, for fewer questions."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import event

from bot import ahead
from bot.drafts import Drafts
from bot.scene import Known
from storage.work import Work
from tests.support.databases import SqliteTemplate
from tests.support.lives import Lives, found, settle

DAYS = 42
"""Long enough for nudges, check-ins, scales and stories, and for what is answered."""


class Together:
    """Renders each batch twice: as it is, and with nothing read ahead."""

    def __init__(self, lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kinds: Counter[str] = Counter()
        self.different: list[str] = []
        self.questions = {"together": 0, "alone": 0}
        self._mode = ""
        self._monkeypatch = monkeypatch
        self._render = Drafts._render
        monkeypatch.setattr(Drafts, "_render", lambda drafts, *given: self._twice(drafts, *given))
        event.listen(lives.database._reader, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        if self._mode:
            self.questions[self._mode] += 1

    def _twice(self, drafts: Drafts, work: Work, batch: Sequence[ahead.Outgoing]) -> object:
        with self._monkeypatch.context() as patched:
            patched.setattr(
                ahead, "read", lambda work, workspace, people, part: dict.fromkeys(people, Known())
            )
            self._mode = "alone"
            alone = self._render(drafts, work, batch)
        work.session.kept.clear()
        work.session.expunge_all()
        self._mode = "together"
        together = self._render(drafts, work, batch)
        self._mode = ""
        for each in batch:
            if each.seq in alone and each.seq in together:
                self.kinds[each.intent] += 1
                if alone[each.seq].message != together[each.seq].message:
                    self.different.append(each.intent)
        return together


async def test_messages_rendered_together_read_like_messages_rendered_alone(
    sqlite_template: SqliteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = Lives(sqlite_template.clone(tmp_path))
    with lives.database.transaction(lives.workspace_id) as work:
        settle(work, found(work), 100)
    seen = Together(lives, monkeypatch)
    await lives.live(DAYS)
    lives.close()
    assert seen.different == []
    assert {"routine.nudge", "routine.check_in", "routine.progress", "testimonial.share"} <= set(seen.kinds)
    assert seen.questions["together"] < seen.questions["alone"] / 2
