"""A lead's page of a test: how far it is, the verdict first of all figures, and the rules it was given by."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.platforms.port import Message, Text
from bot.scene import Args, Presenter, Scene
from content.catalog import Voice
from content.days import in_words
from content.markup import RichText
from nudges import trials
from nudges.content import texts
from nudges.verdict import Look, Rules, Why
from projects.service import definition
from storage.models import Role, Sample
from storage.work import Work


def page(scene: Scene, args: Args) -> Message | None:
    """Every test of the project. None for who leads it no longer."""
    work, voice = scene.work, scene.voice
    membership = work.projects.member(args["project"], scene.person.id)
    if membership is None or membership.role is not Role.LEAD:
        return None
    tool = definition(work.projects.get(args["project"])).tool
    samples = work.samples.all(args["project"])
    if not samples:
        return Message((Text(texts("samples").rich("no_tests", voice, tool=tool)),))
    blocks = []
    for sample in reversed(samples):
        kind = texts("samples").text(f"kind.{sample.kind}", voice)
        blocks.append(Text(texts("samples").rich("title", voice, kind=kind, name=sample.key, tool=tool)))
        blocks += [Text(text) for text in told(work, sample, voice, scene.timezone)]
    return Message(tuple(blocks))


def not_lead(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts("samples").rich("not_lead", scene.voice, threshold=str(trials.PEOPLE))),))


def told(work: Work, sample: Sample, voice: Voice, timezone: str) -> list[RichText]:
    """What may be said of a test, a paragraph each, at this moment."""
    if sample.rules is None or sample.started_at is None or sample.ends_at is None:
        return [texts("samples").rich("state.drawn", voice), *_sizes(work, sample, voice)]
    rules = Rules.from_json(sample.rules)
    week = trials.weeks_of(work, sample)
    values = _values(sample, rules, voice) | {
        "week": str(week),
        "started": _date(sample.started_at, voice, timezone),
        "until": _date(sample.ends_at, voice, timezone),
    }
    state = "ended" if sample.ends_at <= work.now else "running" if week else "first"
    look = Look.from_json(sample.look) if sample.look else None
    if look and look.points:
        values |= {
            name: _signed(each) for name, each in zip(("points", "low", "high"), look.points, strict=True)
        }
    shown = [texts("samples").rich(f"state.{state}", voice, **values), *_sizes(work, sample, voice)]
    shown += [texts("samples").rich(key, voice, **values) for key in _verdict(look, rules)]
    shown += foretold(sample, rules, voice)
    if look:
        shown.append(texts("samples").rich("as_of", voice, week=str(look.week)))
    return shown


def foretold(sample: Sample, rules: Rules, voice: Voice) -> list[RichText]:
    """What will decide a test, and what it can show: known before it starts."""
    keys = ("rules", "detectable.some" if rules.detectable < 1 else "detectable.none")
    return [texts("samples").rich(key, voice, **_values(sample, rules, voice)) for key in keys]


def enough(sample: Sample, rules: Rules, voice: Voice) -> RichText:
    """How many would do."""
    return texts("samples").rich(_enough(rules), voice, **_values(sample, rules, voice))


def _values(sample: Sample, rules: Rules, voice: Voice) -> dict[str, str]:
    return {
        "weeks": str(rules.weeks),
        "first": str(rules.first_after),
        "worth": _points(rules.worth),
        "detectable": _points(rules.detectable),
        "clusters": str(rules.clusters),
        "threshold": str(rules.people),
        "enough": str(rules.enough),
        "units": texts("samples").text(f"units.{sample.unit}", voice),
    }


def _enough(rules: Rules) -> str:
    return "enough.some" if rules.enough else "enough.none"


def _verdict(look: Look | None, rules: Rules) -> list[str]:
    if look is None:
        return ["verdict.none"]
    more = [_enough(rules)] if look.why in (Why.UNCLEAR, Why.PEOPLE, Why.CLUSTERS) else []
    return [f"verdict.{look.why}", *more]


def _sizes(work: Work, sample: Sample, voice: Voice) -> list[RichText]:
    sizes = trials.shown_sizes(work, sample)
    if sizes is None:
        return []
    return [texts("samples").rich("sizes", voice, treated=str(sizes[0]), untreated=str(sizes[1]))]


def _points(share: float) -> str:
    return f"{100 * share:.0f}"


def _signed(points: int) -> str:
    return f"−{-points}" if points < 0 else str(points)


def _date(instant: datetime, voice: Voice, timezone: str) -> str:
    return in_words(instant.astimezone(ZoneInfo(timezone)), voice)


PRESENTERS: dict[str, Presenter] = {"samples.page": page, "samples.not_lead": not_lead}
