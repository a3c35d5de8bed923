"""How the wordings of nudges do in one organisation; hidden from every way of coaching but the best there could be."""

from zlib import crc32

import numpy as np

from nudges.pack import Tone
from nudges.simulation.figures import Reminder


class Tastes:
    """Drawn from the seed: no organisation is like the next one."""

    def __init__(self, figures: Reminder, seed: int) -> None:
        self._figures, self._seed = figures, seed
        self._drawn: dict[str, float] = {}

    def liked(self, variant: str, tone: Tone, rested: int | None, role: str) -> float:
        """How much of the usual lift a wording has for somebody in this role who read it so many days ago."""
        own, suits = self._normal(variant), self._normal(f"{tone}/{role}")
        new = 1.0 if rested is None else 1 - 0.5 ** (rested / self._figures.worn)
        return float(max(1 + self._figures.variants * own + self._figures.tones * suits, 0.0) * new)

    def _normal(self, name: str) -> float:
        if name not in self._drawn:
            self._drawn[name] = float(
                np.random.default_rng([self._seed, crc32(name.encode())]).standard_normal()
            )
        return self._drawn[name]
