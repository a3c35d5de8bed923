"""What the engine works on: the state of one interview, what can happen to it, and what it asks to be done.

Everything is frozen and survives a JSON round trip. A `Prompt` carries all that its wording needs, so that a question
can be shown again exactly as it was asked.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from content.blockers import Blocker
from surveys.reading import Reading
from surveys.script import Role


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(StrEnum):
    """Where an interview stands; the values are those of `storage.models.InterviewStatus`."""

    INVITED = "invited"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    DECLINED = "declined"
    STOPPED = "stopped"

    @property
    def open(self) -> bool:
        return self in {Phase.INVITED, Phase.ACTIVE, Phase.PAUSED}


class Ending(StrEnum):
    """How an interview ended. `FOUND`, `DONE` (a script that seeks no cause) and `SILENT` may leave findings."""

    FOUND = "found"
    DONE = "done"
    UNCLEAR = "unclear"
    ADVOCATE = "advocate"
    NONE = "none"
    SILENT = "silent"
    DISTRESS = "distress"
    DECLINED = "declined"
    STOPPED = "stopped"


class Prompt(_Frozen):
    """One question as asked. `number` counts every prompt of the interview and never comes back.

    `options` are the values that may be answered, in the order shown. `cause` is the cause asked about, `second` the
    next, `third` the one after, `stated` the first one told; `quote` is the person's own words; `score` is their 0–10
    answer; `way` is the key of how they did the task; `role` is what the answer is for.
    """

    number: int
    step: str
    role: Role | None = None
    options: tuple[str, ...] = ()
    cause: Blocker | None = None
    second: Blocker | None = None
    third: Blocker | None = None
    stated: Blocker | None = None
    quote: str | None = None
    score: int | None = None
    way: str | None = None


class Answer(_Frozen):
    """What was answered to a prompt: an option's `value`, or `text` with its `reading`, or nothing (`skipped`)."""

    prompt: Prompt
    at: datetime
    value: str | None = None
    text: str | None = None
    quote: str | None = None
    reading: Reading | None = None
    skipped: bool = False


class Evidence(_Frozen):
    """What one answer did to the belief: `moved` is the change per cause (−1 to 1), largest first."""

    prompt: int
    step: str
    kind: str
    moved: dict[Blocker, float]


class State(_Frozen):
    """One interview. `seed` orders its options; `ways` and `routines` are the persona's keys, frozen at the invitation.

    `belief` is the posterior (0–1, sums to 1) after the answers; `trail` says which answer moved it, by how much.
    """

    script: str
    seed: int
    ways: dict[str, Literal["tool", "other", "none"]]
    routines: tuple[str, ...] = ()
    phase: Phase = Phase.INVITED
    prompt: Prompt | None = None
    number: int = 0
    answers: tuple[Answer, ...] = ()
    belief: dict[Blocker, float] = Field(default_factory=dict)
    trail: tuple[Evidence, ...] = ()
    heard_at: datetime
    """The person's last sign of life, or the invitation."""
    reminded_at: datetime | None = None
    ending: Ending | None = None

    def answer(self, role: Role) -> Answer | None:
        """The answer given in `role`, a skipped one included."""
        return next((answer for answer in self.answers if answer.prompt.role is role), None)

    def answer_to(self, step: str) -> Answer | None:
        """The answer given to `step`, a skipped one included."""
        return next((answer for answer in self.answers if answer.prompt.step == step), None)

    def answered(self, number: int) -> Answer | None:
        """The answer that stands for prompt `number`."""
        return next((answer for answer in self.answers if answer.prompt.number == number), None)


# ------------------------------------------------------------------ events


class Invited(_Frozen):
    type: Literal["invited"] = "invited"


class Answered(_Frozen):
    """A press (`value`) or own words (`text`, with how they read). `quote` is their most telling clause."""

    type: Literal["answered"] = "answered"
    prompt: int
    value: str | None = None
    text: str | None = None
    quote: str | None = None
    reading: Reading | None = None
    distress: bool = False


class Skipped(_Frozen):
    type: Literal["skipped"] = "skipped"
    prompt: int


class Back(_Frozen):
    type: Literal["back"] = "back"


class Paused(_Frozen):
    type: Literal["paused"] = "paused"


class Resumed(_Frozen):
    type: Literal["resumed"] = "resumed"


class Stopped(_Frozen):
    type: Literal["stopped"] = "stopped"


class Declined(_Frozen):
    type: Literal["declined"] = "declined"


class Later(_Frozen):
    type: Literal["later"] = "later"


class TimePassed(_Frozen):
    type: Literal["time_passed"] = "time_passed"


Event = Annotated[
    Invited | Answered | Skipped | Back | Paused | Resumed | Stopped | Declined | Later | TimePassed,
    Field(discriminator="type"),
]

# ------------------------------------------------------------------ effects


class Ask(_Frozen):
    """Show the prompt."""

    prompt: Prompt


class Remind(_Frozen):
    """Show the prompt once more, after silence."""

    prompt: Prompt


class Note(_Frozen):
    """Say something that asks nothing; `key` is under `notes` in the texts."""

    key: str


class Due(_Frozen):
    """Send `TimePassed` at the first fitting moment from `at` on; None: never."""

    at: datetime | None


class Closed(_Frozen):
    """The interview is over."""

    ending: Ending


Effect = Ask | Remind | Note | Due | Closed
