"""A second opinion on an answer, from any language model: what it is asked, and what is believed of its reply. Pure.

The model reads and never writes: nothing of its reply reaches a person but words that are the person's own.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from content.blockers import Blocker
from content.catalog import Lang
from content.loader import load, validate
from surveys.reading import Reader, Reading

LONGEST_QUOTE = 60


class Instructions(BaseModel):
    """`opinion.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    weight: float = Field(gt=0, lt=1)
    longest_answer: int = Field(gt=0)


@cache
def instructions() -> Instructions:
    """Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("surveys") / "opinion.yaml"), Instructions)


class _Cause(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    label: Blocker
    p: float = Field(ge=0, le=1)


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    causes: tuple[_Cause, ...] = Field(min_length=1, max_length=3)
    quote: str = Field("", max_length=400)


@dataclass(frozen=True)
class Opinion:
    """What was believed of a reply. `quote` stands word for word in the answer, or is None."""

    reading: Reading
    quote: str | None


def question(asked: str, answer: str) -> str:
    """The user message; the answer is inside a JSON text, so that it cannot pose as anything else."""
    return json.dumps({"question": asked, "answer": answer}, ensure_ascii=False)


def opinion(reply: str, answer: str) -> Opinion | None:
    """What can be believed of `reply`; None if it is not what was asked for."""
    found = re.search(r"\{.*\}", reply, re.DOTALL)
    if found is None:
        return None
    try:
        read = _Reply.model_validate_json(found.group())
    except ValidationError:
        return None
    weights = dict.fromkeys(Blocker, 0.0)
    for cause in read.causes:
        weights[cause.label] = max(weights[cause.label], cause.p)
    total = sum(weights.values())
    if total <= 0:
        return None
    rest = max(0.0, 1 - total) / len(weights)
    scale = max(total, 1.0)
    return Opinion(
        Reading(probabilities={blocker: weight / scale + rest for blocker, weight in weights.items()}),
        _own_words(read.quote, answer),
    )


def _own_words(quote: str, answer: str) -> str | None:
    words = quote.strip(" \t\n\"'«»“”.,;:!?…")
    return words if 2 < len(words) <= LONGEST_QUOTE and words in answer else None


@dataclass(frozen=True)
class Advised:
    """Our own reader, with a second opinion on one answer; `surveys.reading.Reader`."""

    reader: Reader
    answer: str
    opinion: Opinion

    def read(self, text: str, lang: Lang) -> Reading:
        own = self.reader.read(text, lang)
        if text != self.answer:
            return own
        weight = instructions().weight
        second = self.opinion.reading.probabilities
        return Reading(
            probabilities={
                blocker: (1 - weight) * p + weight * second[blocker]
                for blocker, p in own.probabilities.items()
            }
        )
