"""Champions as messages to themselves: every reason in plain sight, and a way out of each."""

from collections.abc import Iterable

from babel.lists import format_list

from bot.platforms.port import Block, Button, Buttons, Fields, Message, Text
from bot.presenters.ways import at_rest, ways_out
from bot.scene import Args, Presenter, Scene
from nudges import champions
from nudges.cards import CARDS, kit
from nudges.content import texts
from nudges.reach import reach as reached
from nudges.schedule import local_date
from nudges.sharing import may_be_shown
from nudges.testimonials import first_name
from projects.definition import ProjectFile
from projects.service import definition
from storage.models import Champion, ChampionStatus

YES, NAME_ONLY, NO = "champion.yes", "champion.name_only", "champion.no"
CARD, FULL, STOP = "champion.card", "champion.full", "champion.stop"


def pressing(scene: Scene, action: str, value: str, key: str) -> Button:
    return Button(action, value, texts("champions").text(key, scene.voice))


def say(scene: Scene, key: str, **values: str) -> Message:
    return Message((Text(texts("champions").rich(key, scene.voice, **values)),))


# ------------------------------------------------------------------ to whoever is asked


def invite(scene: Scene, args: Args) -> Message | None:
    """What it is, why they are asked, who sees what. None once answered, or if it no longer fits."""
    champion = _own(scene, args)
    if champion is None or champion.status is not ChampionStatus.ASKED or at_rest(scene):
        return None
    file = file_of(scene, champion)
    values = {"tool": file.tool, "lead": leads_of(scene, champion.project_id, file)}
    reasons = reasons_of(scene, champion, file, "you")
    blocks = [texts("champions").rich("invite", scene.voice, **values)]
    if reasons:
        blocks.append(texts("champions").rich("because", scene.voice, reasons=reasons))
    blocks.append(texts("champions").rich("who_sees", scene.voice, **values))
    answers = (
        pressing(scene, YES, champion.id, "yes_button"),
        pressing(scene, NAME_ONLY, champion.id, "name_only_button"),
        pressing(scene, NO, champion.id, "no_button"),
    )
    ways = ways_out(scene, champion.project_id, "champion.invite")
    return Message((*(Text(text) for text in blocks), Buttons((*answers, *ways))))


def answered(scene: Scene, args: Args) -> Message | None:
    """In the place of `invite`, or of this with a change of mind."""
    champion = _own(scene, args)
    if champion is None or not texts("champions").has(f"answered.{champion.status}"):
        return None
    lead = leads_of(scene, champion.project_id, file_of(scene, champion))
    text = Text(texts("champions").rich(f"answered.{champion.status}", scene.voice, lead=lead))
    if champion.status is ChampionStatus.WILLING:
        return Message((text, Buttons((pressing(scene, STOP, champion.id, "take_back_button"),))))
    return Message((text,))


def outcome(scene: Scene, args: Args) -> Message | None:
    """What the leads said, to whoever said yes."""
    champion = _own(scene, args)
    if champion is None or scene.person.opted_out_at:
        return None
    if champion.status is ChampionStatus.PASSED:
        return say(scene, "passed")
    return _standing(scene, champion, "begun") if champion.status is ChampionStatus.BEGUN else None


def mine(scene: Scene, args: Args) -> Message | None:
    """To a champion who asks: what they are, with whom, and how to stop."""
    champion = _own(scene, args)
    begun = champion is not None and champion.status is ChampionStatus.BEGUN
    return _standing(scene, champion, "mine") if champion and begun else None


def not_one(scene: Scene, _args: Args) -> Message:
    return say(scene, "not_one")


def card(scene: Scene, args: Args) -> Message | None:
    """One card of the kit. None once they have stopped."""
    champion = _own(scene, args)
    if champion is None or champion.status is not ChampionStatus.BEGUN:
        return None
    chosen, voice = CARDS[int(args["number"]) - 1], scene.voice
    file = file_of(scene, champion)
    values = {"tool": file.tool, "lead": leads_of(scene, champion.project_id, file)}
    rows = [
        (kit().text("labels.when", voice), kit().text(f"{chosen.key}.when", voice, **values)),
        (kit().text("labels.say", voice), kit().text(f"{chosen.key}.say", voice, **values)),
        (kit().text("labels.takes", voice), kit().text("minutes", voice, minutes=str(chosen.minutes))),
    ]
    title = Text(kit().rich(f"{chosen.key}.title", voice))
    ways = (
        pressing(scene, FULL, champion.id, "full_button"),
        pressing(scene, STOP, champion.id, "stop_button"),
        *ways_out(scene, champion.project_id, "champion.card"),
    )
    return Message((title, Fields(tuple(rows)), Buttons(ways)))


def no_more_cards(scene: Scene, _args: Args) -> Message:
    return say(scene, "no_more_cards")


def full(scene: Scene, _args: Args) -> Message:
    return say(scene, "full")


def ended(scene: Scene, _args: Args) -> Message:
    return say(scene, "ended")


def reach(scene: Scene, args: Args) -> Message | None:
    """To the author of a testimonial, while it is shown: how many people at least it was right for."""
    row = scene.work.testimonials.find(args["testimonial"])
    if row is None or row.author_id != scene.person.id or at_rest(scene):
        return None
    people = reached(share.reaction for share in scene.work.testimonials.shares(row.id))
    if people is None or not may_be_shown(row, local_date(scene.now, scene.timezone)):
        return None
    text = Text(texts("champions").rich("reach", scene.voice, people=str(people)))
    return Message((text, Buttons(ways_out(scene, row.project_id, "champion.reach"))))


# ------------------------------------------------------------------ parts


def _standing(scene: Scene, champion: Champion, key: str) -> Message:
    blocks: list[Block] = [
        Text(texts("champions").rich(key, scene.voice, tool=file_of(scene, champion).tool))
    ]
    if others := champions.partners(scene.work, champion):
        names = listed(scene, (person.name for person in others))
        blocks.append(Text(texts("champions").rich("with_partner", scene.voice, names=names)))
    ways = [pressing(scene, STOP, champion.id, "stop_button")]
    if champions.next_card(champion):
        ways.insert(0, pressing(scene, CARD, champion.id, "card_button"))
    return Message((*blocks, Buttons(tuple(ways))))


def reasons_of(scene: Scene, champion: Champion, file: ProjectFile, who: str) -> str:
    told = [
        texts("champions").text(f"{who}.{sign}", scene.voice, tool=file.tool)
        for sign in champion.signs.split()
    ]
    return listed(scene, told)


def leads_of(scene: Scene, project_id: str, file: ProjectFile) -> str:
    """First names of those who would see a yes; else whom the project names as its contact."""
    names = [first_name(lead.name) for lead in scene.work.projects.leads(project_id) if not lead.opted_out_at]
    return listed(scene, names) or file.contact


def listed(scene: Scene, parts: Iterable[str]) -> str:
    return format_list(list(parts), locale=scene.voice.locale)


def _own(scene: Scene, args: Args) -> Champion | None:
    champion = scene.work.champions.find(args["champion"])
    return champion if champion and champion.person_id == scene.person.id else None


def file_of(scene: Scene, champion: Champion) -> ProjectFile:
    return definition(scene.work.projects.get(champion.project_id))


PRESENTERS: dict[str, Presenter] = {
    "champion.invite": invite,
    "champion.answered": answered,
    "champion.outcome": outcome,
    "champion.mine": mine,
    "champion.not_one": not_one,
    "champion.card": card,
    "champion.no_more_cards": no_more_cards,
    "champion.full": full,
    "champion.ended": ended,
    "champion.reach": reach,
}
