"""What the tests of whole flows share."""

import pytest

from nudges import choice


@pytest.fixture(autouse=True)
def _every_nudge_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in ten is held back by chance; tests of what is sent need all of them."""
    monkeypatch.setattr(choice, "HELD_BACK", 0.0)
