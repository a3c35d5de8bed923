"""The audit log as values: what is recorded of whom, how entries are chained, and how a changed chain is found.

Each entry's digest is SHA-256 over the digest before it and the entry as canonical JSON (Haber & Stornetta 1991), so that
nothing in a chain can be changed, moved or taken out without every digest after it. An entry holds ids, counts and values of
settings: no name, and nothing that anybody told. What is past its time is cut off at the beginning: the number and digest of
the last entry that went are kept and sealed with the head, and the chain goes on from there.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

Value = str | int | bool

BEGINNING = "0" * 64
"""What stands for the digest before the first entry."""

LONGEST = 64
"""Characters of a text in an entry."""

DETAILS = frozenset(
    [
        "absences",
        "account",
        "added",
        "address",
        "anonymous",
        "entries",
        "figures",
        "invited",
        "key",
        "lang",
        "project",
        "report",
        "role",
        "script",
        "second_opinion",
        "shown",
        "timezone",
        "updated",
        "week",
        "words",
    ]
)
"""What an entry may say beside who, what and when. A name, a word or an answer has no field to go into."""

SETTING = re.compile("ENTRAIN_[A-Z_]+")
"""Names of settings may stand there too."""


class ActorKind(StrEnum):
    """`COMMAND` is somebody at the command line, `SYSTEM` the bot by itself."""

    PERSON = "person"
    COMMAND = "command"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who did something, or whom a report was sent to: our id of a person, the account at the command line, or empty."""

    kind: ActorKind
    id: str = ""

    @classmethod
    def person(cls, person_id: str) -> "Actor":
        return cls(ActorKind.PERSON, person_id)

    @classmethod
    def command(cls, account: str = "") -> "Actor":
        return cls(ActorKind.COMMAND, account[:LONGEST])


SYSTEM = Actor(ActorKind.SYSTEM)


class Action(StrEnum):
    """Everything that is recorded."""

    AUDIT_READ = "audit.read"
    CAMPAIGN_STARTED = "campaign.started"
    FIGURES_CALIBRATED = "figures.calibrated"
    IDEA_ANSWERED = "idea.answered"
    IDEA_HIDDEN = "idea.hidden"
    IDEA_JOINED = "idea.joined"
    IDEA_SEPARATED = "idea.separated"
    INTERVIEW_EXPLAINED = "interview.explained"
    KEYS_ROTATED = "keys.rotated"
    LEAVE_IMPORTED = "leave.imported"
    LINK_MADE = "link.made"
    LINK_REVOKED = "link.revoked"
    LOG_CUT = "log.cut"
    PEOPLE_IMPORTED = "people.imported"
    PROJECT_LOADED = "project.loaded"
    REPORT_ASKED = "report.asked"
    REPORT_OPENED = "report.opened"
    REPORT_PRINTED = "report.printed"
    REPORT_SENT = "report.sent"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    SAMPLE_DRAWN = "sample.drawn"
    SAMPLE_ENDED = "sample.ended"
    SAMPLE_STARTED = "sample.started"
    SETTINGS_CHANGED = "settings.changed"
    TOKEN_MADE = "token.made"  # noqa: S105 - no password
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - no password
    USAGE_IMPORTED = "usage.imported"
    WORKSPACE_CHANGED = "workspace.changed"


READS = frozenset(
    [
        Action.AUDIT_READ,
        Action.REPORT_ASKED,
        Action.REPORT_OPENED,
        Action.REPORT_PRINTED,
        Action.REPORT_SENT,
    ]
)
"""What tells that somebody was shown something; everything else changed something."""


@dataclass(frozen=True)
class Entry:
    """One line of a workspace's log. `subject` is the id of what it is about; `digest` seals it and all before.

    `detail` is JSON, as it is kept, so that not a byte of it can change.
    """

    workspace_id: str
    seq: int
    at: datetime
    actor: Actor
    action: str
    subject: str
    detail: str
    previous: str
    digest: str


@dataclass(frozen=True)
class Head:
    """Where a chain ends. Kept elsewhere, it tells whether the chain still leads there."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """From how it is printed. Raises ValueError."""
        seq, colon, digest = text.strip().partition(":")
        if not colon or not seq.isdecimal() or len(digest) != len(BEGINNING):
            raise ValueError("a head reads number:digest, as `entrain audit head` prints it")
        return cls(int(seq), digest)


NOTHING = Head(0, BEGINNING)
"""Where a chain ends that has not begun."""


class Flaw(StrEnum):
    """What is wrong with a chain, and so with the log."""

    MISSING = "an entry is missing"
    CHANGED = "an entry was changed"
    UNLINKED = "an entry does not follow from the one before it"
    SEAL = "the sealed head does not open with the keys of the settings, or says something else than its row"
    CUT = "entries at the end are missing"
    BEYOND = "there are entries that the sealed head does not know"
    KEPT = "the chain does not lead to the head that was kept elsewhere"
    OLDER = "the head that was kept is of an entry that was cut off since, after its time; keep a newer one"


@dataclass(frozen=True)
class Verdict:
    """`entries` were looked at; `flaw`, at number `seq`, is None where the chain is whole."""

    entries: int
    flaw: Flaw | None = None
    seq: int | None = None


def canonical(detail: Mapping[str, Value]) -> str:
    """`detail` as JSON, its texts cut to `LONGEST`. Raises ValueError: a field that no entry may have."""
    if unknown := sorted(name for name in detail if name not in DETAILS and not SETTING.fullmatch(name)):
        raise ValueError(f"an audit entry has no field {unknown[0]!r}")
    cut = {key: value[:LONGEST] if isinstance(value, str) else value for key, value in detail.items()}
    return json.dumps(cut, sort_keys=True, separators=(",", ":"))


def digest_of(entry: Entry) -> str:
    """The digest that `entry` must have."""
    told = asdict(entry)
    del told["digest"], told["previous"]
    told["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return sha256(f"{entry.previous}\n{text}".encode()).hexdigest()


def verify(
    entries: Iterable[Entry], head: Head | None, kept: Head | None = None, cut: Head = NOTHING
) -> Verdict:
    """Follow a chain, in order, from where it was `cut` to its `head`; `kept` is a head that was put away somewhere else."""
    last, found, met = cut, 0, kept in {None, cut}
    for entry in entries:
        if entry.seq != last.seq + 1:
            return Verdict(found, Flaw.MISSING, last.seq + 1)
        if entry.previous != last.digest:
            return Verdict(found, Flaw.UNLINKED, entry.seq)
        if entry.digest != digest_of(entry):
            return Verdict(found, Flaw.CHANGED, entry.seq)
        last, found = Head(entry.seq, entry.digest), found + 1
        met = met or kept == last
    end = head or NOTHING
    if last.seq != end.seq:
        return Verdict(found, Flaw.CUT if last.seq < end.seq else Flaw.BEYOND, min(last.seq, end.seq) + 1)
    if last != end:
        return Verdict(found, Flaw.CHANGED, last.seq)
    if met or kept is None:
        return Verdict(found)
    return Verdict(found, Flaw.OLDER if kept.seq < cut.seq else Flaw.KEPT, kept.seq)
