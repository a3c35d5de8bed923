"""Champions: they say yes or no, leads say welcome or not this time, a kit comes card by card, and stopping is one press."""

import json
from datetime import date, timedelta

from bot.handlers import champion_search
from bot.kinds import KINDS
from bot.platforms.port import ButtonPressed, Command, Receipt
from bot.presenters import champion_leads
from bot.presenters import champions as presenters
from bot.scene import Feature, Scene
from nudges import cards, champions
from nudges.pace import SLOWEST_DAYS, History, allowed
from nudges.reach import step_taken
from nudges.schedule import local_date
from storage.audit import Action
from storage.models import AgendaItem, Champion, ChampionStatus, OutboxMessage, Person, Role

KIT = "champion.kit"
"""Kind of a champion's agenda item: the next card is due; its ref is the champion's id."""

FIRST_CARD = timedelta(days=4)

SEEN_OFF = timedelta(days=28)
"""After the last card: it is looked at once more, in case that card never left."""


# ------------------------------------------------------------------ commands


def champions_of(scene: Scene, _event: Command) -> None:
    """To a lead: the champions of each project they lead, and who waits for a word."""
    led = [
        project
        for membership, project in scene.work.projects.of_person(scene.person.id)
        if membership.role is Role.LEAD
    ]
    for project in led:
        scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="champions")
        scene.post("champion.page", {"project": project.id})
        for champion in scene.work.champions.all(project.id):
            if champion.status is ChampionStatus.WILLING:
                first = f"{_key(champion)}:{scene.person.id}"
                key = f"{first}:{len(scene.work.outbox.under_any(first))}"
                scene.post("champion.proposal", {"champion": champion.id}, key=key)
    if not led:
        scene.post("champion.not_lead")


def mine(scene: Scene, _event: Command) -> None:
    """To a champion: what they are, a card if they like, and how to stop."""
    champions.begin_by_file(scene.work, scene.person.id)
    begun = scene.work.champions.of_person(scene.person.id, ChampionStatus.BEGUN)
    for champion in begun:
        scene.post("champion.mine", {"champion": champion.id})
    if not begun:
        scene.post("champion.not_one")


# ------------------------------------------------------------------ the person's word, then a lead's


def yes(scene: Scene, pressed: ButtonPressed) -> None:
    _answer(scene, pressed, yes=True)


def name_only(scene: Scene, pressed: ButtonPressed) -> None:
    _answer(scene, pressed, yes=True, reasons=False)


def no(scene: Scene, pressed: ButtonPressed) -> None:
    _answer(scene, pressed, yes=False)


def welcome(scene: Scene, pressed: ButtonPressed) -> None:
    _decide(scene, pressed, welcome=True)


def not_now(scene: Scene, pressed: ButtonPressed) -> None:
    _decide(scene, pressed, welcome=False)


def stop(scene: Scene, pressed: ButtonPressed) -> None:
    """`champion_id`: they take their yes back, or have been a champion for long enough."""
    champion = scene.work.champions.find(pressed.value)
    begun = champion is not None and champion.status is ChampionStatus.BEGUN
    champion = champions.stop(scene.work, pressed.value, scene.person.id)
    if champion is None:
        scene.post("help.unknown_button")
        return
    scene.work.agenda.clear(scene.person.id, KIT, champion.id)
    if begun:
        _record(scene, Action.ROLE_TAKEN, champion)
        scene.post("champion.ended")
    else:
        scene.replace(pressed, "champion.answered", {"champion": champion.id})
    _settle(scene, champion, pressed)


def _answer(scene: Scene, pressed: ButtonPressed, *, yes: bool, reasons: bool = True) -> None:
    before = scene.work.champions.find(pressed.value)
    new = before is not None and before.status is ChampionStatus.ASKED
    champion = champions.answer(scene.work, pressed.value, scene.person.id, yes=yes, reasons=reasons)
    if champion is None:
        scene.post("help.unknown_button")
        return
    scene.replace(pressed, "champion.answered", {"champion": champion.id})
    if new and champion.status is ChampionStatus.WILLING:
        for lead in _leads(scene, champion):
            scene.post_unasked(
                "champion.proposal",
                {"champion": champion.id, "project": champion.project_id},
                to=lead,
                key=f"{_key(champion)}:{lead.id}",
            )


def _decide(scene: Scene, pressed: ButtonPressed, *, welcome: bool) -> None:
    decided = champions.decide(scene.work, pressed.value, scene.person, welcome=welcome)
    if decided is None:
        scene.post("champion.not_yours")
        return
    champion = decided.champion
    scene.replace(pressed, "champion.decided", {"champion": champion.id})
    if not decided.new:
        return
    _settle(scene, champion, pressed)
    if champion.status is ChampionStatus.ENDED:
        return
    person = scene.work.people.get(champion.person_id)
    week = scene.week_of(person)
    scene.post_unasked(
        "champion.outcome",
        {"champion": champion.id, "project": champion.project_id},
        to=person,
        key=f"champion.outcome:{champion.id}:{champion.since:%Y%m%d}",
    )
    if champion.status is ChampionStatus.BEGUN:
        _record(scene, Action.ROLE_GIVEN, champion)
        first = local_date(scene.now, week.timezone) + FIRST_CARD
        scene.work.agenda.set(person.id, KIT, champion.id, week.first_open_on(first))


def _record(scene: Scene, action: Action, champion: Champion) -> None:
    project = champion.project_id
    scene.work.audit.record(action, scene.actor, champion.person_id, role="champion", project=project)


def _settle(scene: Scene, champion: Champion, pressed: ButtonPressed) -> None:
    """The proposal makes way for what came of it wherever it was sent, also with whoever leads no longer."""
    for sent in scene.work.outbox.under_any(f"{_key(champion)}:"):
        if sent.receipt_message and sent.receipt_conversation and sent.receipt_message != pressed.message:
            receipt = Receipt(sent.receipt_message, sent.receipt_conversation)
            lead = scene.work.people.get(sent.person_id)
            scene.post("champion.decided", {"champion": champion.id}, to=lead, updates=receipt)


def _leads(scene: Scene, champion: Champion) -> list[Person]:
    leads = scene.work.projects.leads(champion.project_id)
    return [lead for lead in leads if not lead.opted_out_at and lead.id != champion.person_id]


def _key(champion: Champion) -> str:
    return f"champion.proposal:{champion.id}"


# ------------------------------------------------------------------ the kit


def card(scene: Scene, pressed: ButtonPressed) -> None:
    """`champion_id`: a champion would like a card now."""
    champion = scene.work.champions.find(pressed.value)
    if champion is None or champion.person_id != scene.person.id:
        scene.post("help.unknown_button")
        return
    champion.full_on = None
    if not _send_card(scene, champion, paced=False):
        scene.post("champion.no_more_cards")


def full(scene: Scene, pressed: ButtonPressed) -> None:
    """`champion_id`: they have given their hours, so nothing more is asked until Monday."""
    champion = champions.rest_of_week(scene.work, pressed.value, scene.person.id, scene.timezone)
    if champion is None:
        scene.post("help.unknown_button")
        return
    scene.post("champion.full", key=f"champion.full:{champion.id}:{champion.full_on}")
    until = scene.week.first_open_on(_monday(scene))
    for waiting in _waiting(scene, champion):
        scene.work.outbox.plan_again(waiting, until, until + KINDS["champion.card"].useful)


def due(scene: Scene, item: AgendaItem) -> None:
    """The next card, unless they have given their hours, the week is taken, or the one before still waits.

    A card that never left is the next one again; whoever said stop has none until they are back. None comes once the
    project is over.
    """
    champion = scene.work.champions.find(item.ref)
    if champion is not None and _never_left(scene, champion):
        champion.cards -= 1
    today = local_date(scene.now, scene.timezone)
    over = champion is None or champions.is_over(scene.work.projects.get(champion.project_id), today)
    if champion is None or over or champions.next_card(champion) is None:
        scene.work.agenda.set(scene.person.id, KIT, item.ref, None)
        return
    full = champions.is_full(champion, today)
    if full or scene.person.opted_out_at or _waiting(scene, champion):
        scene.work.agenda.set(scene.person.id, KIT, item.ref, scene.week.first_open_on(_monday(scene)))
        return
    verdict = allowed(_history(scene), scene.now)
    if verdict.ok:
        _send_card(scene, champion, paced=True)
    elif verdict.next_at:
        scene.work.agenda.set(scene.person.id, KIT, item.ref, scene.week.first_open(verdict.next_at))


def _send_card(scene: Scene, champion: Champion, *, paced: bool) -> bool:
    """Send the next card and plan the one after it; False if there is none left."""
    number = champions.next_card(champion)
    if number is None:
        return False
    champion.cards = number
    scene.post(
        "champion.card",
        {"champion": champion.id, "number": str(number), "project": champion.project_id},
        key=f"{_card_key(champion)}{len(_planned(scene, champion))}",
        paced=paced,
    )
    day = local_date(scene.now, scene.timezone) + (cards.following(number) or SEEN_OFF)
    scene.work.agenda.set(scene.person.id, KIT, champion.id, scene.week.first_open_on(day))
    return True


def _card_key(champion: Champion) -> str:
    """The beginning of the keys under which the latest card is planned; it is planned again if it never leaves."""
    return f"champion.card:{champion.id}:{champion.cards}:"


def _planned(scene: Scene, champion: Champion) -> list[OutboxMessage]:
    """Each time that their latest card was planned."""
    return scene.work.outbox.under_any(_card_key(champion), champion.person_id)


def _never_left(scene: Scene, champion: Champion) -> bool:
    """Whether their latest card did not come, and will not."""
    planned = _planned(scene, champion)
    return bool(planned) and planned[-1].dedupe in scene.work.outbox.never_left([champion.person_id])


def _waiting(scene: Scene, champion: Champion) -> list[OutboxMessage]:
    """Cards of theirs that have not left yet."""
    return [
        row
        for row in scene.work.outbox.pending(scene.person.id)
        if row.intent == "champion.card" and json.loads(row.args)["champion"] == champion.id
    ]


def _monday(scene: Scene, timezone: str | None = None) -> date:
    """The next one."""
    today = local_date(scene.now, timezone or scene.timezone)
    return today + timedelta(days=7 - today.weekday())


def _history(scene: Scene) -> History:
    since = scene.now - timedelta(days=SLOWEST_DAYS + 7)
    sent = scene.work.outbox.paced_at([scene.person.id], since)[scene.person.id]
    return History(
        timezone=scene.timezone,
        sent=tuple(sent),
        weeks=scene.person.at_most_weeks,
        snoozed_until=scene.person.snoozed_until,
    )


# ------------------------------------------------------------------ what a story did


def tell_reach(scene: Scene, testimonial_id: str, more: int) -> None:
    """Tell an author, on a Monday, each time that a whole step more of people said that the story is theirs too.

    `more` is how many have just done so. The testimonial is locked first, so that those who say so at the same moment
    are counted one after another.
    """
    testimonial = scene.work.testimonials.locked(testimonial_id)
    figure = step_taken(scene.work.testimonials.reactions(testimonial_id), more)
    if figure is None or testimonial is None:
        return
    author = scene.work.people.get(testimonial.author_id)
    week = scene.week_of(author)
    scene.post(
        "champion.reach",
        {"testimonial": testimonial.id, "project": testimonial.project_id},
        to=author,
        key=f"champion.reach:{testimonial.id}:{figure}",
        not_before=week.first_open_on(_monday(scene, week.timezone)),
        paced=True,
    )


FEATURE = Feature(
    name="champions",
    commands={"champions": champions_of, "champion": mine},
    buttons={
        **champion_search.BUTTONS,
        presenters.YES: yes,
        presenters.NAME_ONLY: name_only,
        presenters.NO: no,
        champion_leads.WELCOME: welcome,
        champion_leads.NOT_NOW: not_now,
        presenters.CARD: card,
        presenters.FULL: full,
        presenters.STOP: stop,
    },
    due={**champion_search.DUE, KIT: due},
    presenters={**presenters.PRESENTERS, **champion_leads.PRESENTERS},
)
