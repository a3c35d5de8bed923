"""What an interview understood and why, for the person it belongs to: never a report, never for anybody else."""

from dataclasses import dataclass

from content.blockers import CAUSES, Blocker
from content.markup import RichText
from surveys import findings
from surveys.figures import Model
from surveys.findings import Found
from surveys.script import Script
from surveys.state import Evidence, State
from surveys.subject import Subject
from surveys.wording import cause, given, texts

SHOWN = 60
"""Characters of an answer that are shown beside what it moved."""

MOST_MOVES = 2


@dataclass(frozen=True)
class Explanation:
    """`lines` say what was understood; `moves` are (the answer, what it moved), in the order of answering."""

    lines: tuple[RichText, ...]
    moves: tuple[tuple[str, str], ...]


def explain(
    script: Script, state: State, found: tuple[Found, ...], subject: Subject, model: Model
) -> Explanation:
    """What weighed, how sure that is, and which answer moved which cause by how much."""
    say, voice = texts().rich, subject.voice
    first = findings.stated(model, state.answers)
    lines = [say("explain.title", voice)]
    if first:
        lines.append(say("explain.first", voice, first=cause(first, "first", subject)))
    elif state.trail:
        lines.append(say("explain.first_unread", voice))
    told = [each for each in found if each.sureness != findings.Sureness.STATED]
    lines += [_found(each, key, subject) for each, key in zip(told, ("main", "second"), strict=False)]
    if not told:
        lines.append(say("explain.open", voice))
    if state.trail:
        lines.append(say("explain.trail", voice))
    return Explanation(
        tuple(lines), tuple(_move(script, state, item, subject, model) for item in state.trail)
    )


def _found(found: Found, key: str, subject: Subject) -> RichText:
    return texts().rich(
        f"explain.{key}",
        subject.voice,
        label=cause(found.blocker, "label", subject),
        sure=texts().text(f"explain.sure.{found.sureness}", subject.voice),
        percent=str(round(found.belief * 100)),
    )


def _move(script: Script, state: State, item: Evidence, subject: Subject, model: Model) -> tuple[str, str]:
    answer = state.answered(item.prompt)
    said = given(script, answer.prompt, answer, subject) if answer else ""
    moved = [
        (label, change)
        for label, change in item.moved.items()
        if label in CAUSES and abs(change) >= model.thresholds.moved
    ][:MOST_MOVES]
    shown = " · ".join(_points(label, change, subject) for label, change in moved)
    return _cut(said), shown or texts().text("explain.unmoved", subject.voice)


def _points(label: Blocker, change: float, subject: Subject) -> str:
    points = f"{round(change * 100):+d}".replace("-", "\u2212")
    return texts().text("explain.move", subject.voice, label=cause(label, "label", subject), points=points)


def _cut(said: str) -> str:
    return said if len(said) <= SHOWN else said[: SHOWN - 1].rstrip() + "…"
