"""Champions as messages to leads: nobody before their own yes, and no reason beyond what it allows."""

from collections import defaultdict
from datetime import date

from bot.platforms.port import Block, Buttons, Fields, Message, Text
from bot.presenters.champions import file_of, listed, pressing, reasons_of, say
from bot.presenters.ways import ways_out
from bot.scene import Args, Presenter, Scene
from content.days import in_words
from nudges import champions
from nudges.content import texts
from nudges.schedule import local_date
from projects.service import definition
from storage.models import ChampionStatus, Role

WELCOME, NOT_NOW = "champion.welcome", "champion.not_now"
START = "champion.start"


def proposal(scene: Scene, args: Args) -> Message | None:
    """Somebody who said yes, with the reasons they let be seen. None once it is settled."""
    champion = scene.work.champions.find(args["champion"])
    if champion is None or not _leads_it(scene, champion.project_id) or scene.person.opted_out_at:
        return None
    person = scene.work.people.get(champion.person_id)
    if champion.status is not ChampionStatus.WILLING or person.opted_out_at:
        return None
    file = file_of(scene, champion)
    name = f"{person.name} ({person.team})" if person.team else person.name
    blocks: list[Block] = [Text(texts("champions").rich("proposal", scene.voice, name=name, tool=file.tool))]
    if reasons := reasons_of(scene, champion, file, "they"):
        blocks.append(Text(texts("champions").rich("proposal_because", scene.voice, reasons=reasons)))
    answers = (
        pressing(scene, WELCOME, champion.id, "welcome_button"),
        pressing(scene, NOT_NOW, champion.id, "not_now_button"),
    )
    ways = ways_out(scene, champion.project_id, "champion.proposal")
    return Message((*blocks, Buttons((*answers, *ways))))


def decided(scene: Scene, args: Args) -> Message | None:
    """In the place of `proposal`, for everybody who was sent it; who leads no longer reads no more than that."""
    champion = scene.work.champions.find(args["champion"])
    if champion is None or not _leads_it(scene, champion.project_id):
        return say(scene, "decided.asked")
    begun = champion.status is ChampionStatus.BEGUN
    name = scene.work.people.get(champion.person_id).name if begun else ""
    return say(scene, f"decided.{champion.status}", name=name, tool=file_of(scene, champion).tool)


def page(scene: Scene, args: Args) -> Message | None:
    """The champions of a project, team by team, and the search for more. None for who leads it no longer."""
    project_id, voice = args["project"], scene.voice
    if not _leads_it(scene, project_id):
        return None
    project, today = scene.work.projects.get(project_id), local_date(scene.now, scene.timezone)
    tool = definition(project).tool
    blocks: list[Block] = [Text(texts("champions").rich("page.title", voice, tool=tool))]
    teams = _teams(scene, project_id)
    blocks.append(Fields(tuple(teams)) if teams else Text(texts("champions").rich("page.nobody", voice)))
    search = champions.search_of(scene.work, project_id)
    if champions.is_over(project, today):
        blocks.append(Text(texts("champions").rich("page.over", voice)))
    elif search is None or search.again_on <= today:
        blocks.append(Text(texts("champions").rich("page.how", voice)))
        blocks.append(Buttons((pressing(scene, START, project_id, "page.start_button"),)))
    else:
        key = "page.searching" if search.running else "page.searched"
        dates = {"date": _day(scene, search.started_on), "again": _day(scene, search.again_on)}
        blocks.append(Text(texts("champions").rich(key, voice, **dates)))
    return Message(tuple(blocks))


def started(scene: Scene, args: Args) -> Message:
    return say(scene, "started", date=_day(scene, date.fromisoformat(args["from"])))


def not_lead(scene: Scene, _args: Args) -> Message:
    return say(scene, "not_lead")


def not_yours(scene: Scene, _args: Args) -> Message:
    return say(scene, "not_yours")


def _teams(scene: Scene, project_id: str) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for person in champions.everybody(scene.work, project_id):
        found[person.team or texts("champions").text("page.no_team", scene.voice)].append(person.name)
    return [(team, listed(scene, names)) for team, names in sorted(found.items())]


def _leads_it(scene: Scene, project_id: str) -> bool:
    place = scene.work.projects.member(project_id, scene.person.id)
    return place is not None and place.role is Role.LEAD


def _day(scene: Scene, day: date) -> str:
    return in_words(day, scene.voice)


PRESENTERS: dict[str, Presenter] = {
    "champion.proposal": proposal,
    "champion.decided": decided,
    "champion.page": page,
    "champion.started": started,
    "champion.not_lead": not_lead,
    "champion.not_yours": not_yours,
}
