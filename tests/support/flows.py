"""The three flows of the loop, and what must hold around them, on any platform; see `tests.support.loop`."""

from dataclasses import dataclass
from datetime import timedelta

from digests.page import Headline, Page
from storage.models import (
    CheckIn,
    CheckInAnswer,
    Digest,
    FindingStatus,
    InterviewStatus,
    Routine,
    RoutineStatus,
    Share,
    Testimonial,
    TestimonialStatus,
)
from tests.support.loop import HIDDEN_TRUST, HIDDEN_TRUST_IN_ENGLISH, Loop, Told, local

MONTREAL = "America/Montreal"
KARIM = "Karim,fr,,employee,Quai,planner"
EMMA = "Emma,en,Europe/London,employee,Quai,planner"
AUDE = "Aude,en,,champion,Sales,sales"
SANDRINE = "Sandrine,fr,,lead,,"
FAR_LEAD = f"Sandrine,fr,{MONTREAL},lead,,"
STORY = "I asked <who> can read it & *now* I use it, @channel. The ** first ** week was slow."
CONSENTED = {"text": STORY, "blocker": "trust", "naming": "first_name_team", "consent": "yes"}
REASON = "It names a customer: <Durand> & *sons*. Could it do without?"
CREW = ("Amine", "Bruno", "Chloe", "Daniel", "Elodie", "Fatou", "Gilles")
OTHERS = ("Hannah", "Irina", "Jules", "Kenza", "Lola")
COACHING = ("lever.tell", "routine.nudge", "routine.check_in")
SILENT = ("Max", "Nora", "Oscar", "Paula")
NOT_CONCERNED = Told(frozenset({"never"}), (), "none")


@dataclass(frozen=True)
class Words:
    """What one language's employee must read."""

    why: str
    who_sees: str
    pressed: str
    """The first answer, as the question shows it afterwards."""
    sheet: str
    routine: str
    yes: str


FRENCH = Words(
    "les urgences ne se perdent plus",
    "d'au moins 5 personnes, jamais ta réponse",
    "✔ Papier, Excel",
    "les retards par personne",
    "Après le point de 9 h, je mets une urgence",
    "✔ Oui",
)
ENGLISH = Words(
    "urgent orders no longer get lost",
    "groups of 5 people or more, never your answer",
    "✔ Paper, Excel",
    "delays per person",
    "After the 9:00 stand-up, I add one urgent order",
    "✔ Yes",
)


async def employee(loop: Loop, name: str, told: Told, words: Words, zone: str, day: str) -> None:
    """Invited, heard out, a routine chosen; who distrusts reads at its next hour, on `day`, what is logged.

    The week after the cue comes, and the question a week later.
    """
    invitation = loop.last(name)
    assert name in invitation.words
    assert words.why in invitation.words
    assert words.who_sees in invitation.words
    assert len(invitation.controls) == 4
    assert (await loop.interview_of(name)).status is InterviewStatus.INVITED

    done = await loop.interview(name, told)
    assert done[:2] == ["start", "paper"]
    assert done[-1] == "standup"
    assert done.count("words") == len(told.words)
    assert words.pressed in loop.words(name), "the pressed question shows its answer"
    assert not loop.sees(name, "interview.answer"), "an answered question cannot be pressed"

    interview = await loop.interview_of(name)
    assert (interview.status, interview.outcome, interview.intention) == (InterviewStatus.CLOSED, "found", 9)
    main, *others = await loop.found_of(name)
    assert (main.blocker, main.status, main.stated) == (told.obstacle, FindingStatus.CONFIRMED, False)
    assert [finding.blocker for finding in others if finding.stated] == ["time"]

    begun = loop.clock.now()
    await loop.until(lambda: loop.sees(name, "lever.read"), timedelta(days=2))
    assert local(loop.clock.now(), zone) == f"{day} 09:15"
    await loop.press(name, "lever.read")
    assert words.sheet in loop.last(name).words
    assert not loop.sees(name, "lever.read")

    await loop.until(lambda: loop.sees(name, "nudge.less"), timedelta(days=8))
    assert local(loop.clock.now(), zone) == f"{day} 09:15"
    assert words.routine in loop.last(name).words

    await loop.until(lambda: loop.sees(name, "routine.checkin"), timedelta(days=8))
    assert local(loop.clock.now(), zone) == f"{day} 09:15"
    await loop.press(name, "routine.checkin", CheckInAnswer.DONE.value)
    assert words.yes in loop.last(name).words
    assert not loop.sees(name, "routine.checkin")
    person = await loop.person(name)
    (routine,) = [row for row in await loop.rows(Routine) if row.person_id == person.id]
    (check_in,) = [row for row in await loop.rows(CheckIn) if row.routine_id == routine.id]
    assert (routine.status, routine.template, check_in.answer) == (
        RoutineStatus.ACTIVE,
        "standup",
        CheckInAnswer.DONE,
    )
    unasked = [await loop.sent(name, intent) for intent in COACHING]
    assert [len(rows) for rows in unasked] == [1, 1, 1], f"three messages since {begun}, a week apart"
    await loop.assert_all_done()


async def champion(loop: Loop) -> None:
    """Aude tells, Sandrine approves, and Karim, who has the same obstacle, reads exactly what Aude consented to."""
    await loop.interview("Karim", HIDDEN_TRUST)
    await loop.testimonial("Aude", CONSENTED)
    (row,) = await loop.rows(Testimonial)
    assert row.status is TestimonialStatus.SUBMITTED
    assert STORY not in row.text, "sealed at rest"
    assert "Sandrine reads it first" in loop.last("Aude").words
    assert STORY in loop.with_control("Sandrine", "testimonial.approve").words
    assert STORY not in loop.words("Karim"), "nothing is shown before it is approved"

    await loop.press("Sandrine", "testimonial.approve")
    assert not loop.sees("Sandrine", "testimonial.approve")
    assert "Your words were approved" in loop.words("Aude")
    (row,) = await loop.rows(Testimonial)
    assert (row.status, row.reviewer_id) == (TestimonialStatus.APPROVED, (await loop.person("Sandrine")).id)

    await loop.until(lambda: STORY in loop.words("Karim"), timedelta(weeks=6))
    assert "Aude, Sales" in loop.last("Karim").words
    await loop.press("Karim", "testimonial.react", "me")
    (share,) = await loop.rows(Share)
    assert (share.testimonial_id, share.person_id) == (row.id, (await loop.person("Karim")).id)
    assert share.reaction == "me"
    assert STORY not in loop.words("Emma"), "she has answered nothing, so nobody knows what would help her"
    await loop.assert_all_done()


async def declined_story(loop: Loop) -> None:
    """A lead may say no: the author hears of it, and nobody else reads it."""
    await loop.interview("Karim", HIDDEN_TRUST)
    await loop.testimonial("Aude", CONSENTED)
    await loop.press("Sandrine", "testimonial.decline")
    await loop.fill_shown("Sandrine", {"reason": REASON})
    assert "will not be shared" in loop.words("Aude")
    assert REASON in loop.words("Aude"), "the reason, exactly as it was written"
    assert STORY not in loop.words("Sandrine")
    await loop.later(loop.clock.now() + timedelta(weeks=5))
    assert STORY not in loop.words("Karim")
    assert await loop.rows(Share) == []


async def lead(loop: Loop) -> None:
    """Of four nothing is shown; the page of a week stays; on Monday at nine the cause is, of twelve."""
    await loop.testimonial("Aude", CONSENTED)
    await loop.until(lambda: loop.sees("Sandrine", "testimonial.approve"), timedelta(days=1))
    await loop.press("Sandrine", "testimonial.approve")
    for name in CREW[:4]:
        await loop.interview(name, HIDDEN_TRUST)
    few = await loop.digest("Sandrine")
    page = await _page(loop, "2026-W48")
    assert (page.headline, page.answered, page.causes, page.excuse) == (Headline.TOO_FEW, 0, (), None)
    assert "confiance" not in few
    assert "%" not in few

    for name in CREW[4:]:
        await loop.interview(name, HIDDEN_TRUST)
    for name in OTHERS:
        await loop.interview(name, NOT_CONCERNED)
    assert await loop.digest("Sandrine") == few, "a week has one page"
    await loop.digest("Amine")
    assert "confiance" not in loop.last("Amine").words, "the page is for leads"

    before = len(loop.shown("Sandrine"))
    await loop.until(lambda: len(loop.shown("Sandrine")) > before, timedelta(days=8))
    assert local(loop.clock.now(), MONTREAL) == "Mon 09:00"
    many = loop.last("Sandrine").words
    page = await _page(loop, "2026-W49")
    assert (page.headline, page.answered) == (Headline.EXCUSE, 12)
    assert [(cause.name, cause.share.count, cause.share.of) for cause in page.causes] == [("trust", 7, 12)]
    assert page.excuse
    assert page.excuse.name == "time"
    assert "Semaine 49" in many
    assert "confiance" in many
    assert "7 personnes sur 12" in many
    assert STORY in many
    assert "Aude, Sales" in many
    assert len(await loop.rows(Digest)) == 2
    shown = repr(loop.shown("Sandrine"))
    for name in (*CREW, *OTHERS):
        assert name not in shown
    for sentence in HIDDEN_TRUST.words:
        for part in sentence.split(", "):
            assert part not in shown
    await loop.assert_all_done()


async def one_too_few_for_a_cause(loop: Loop) -> None:
    """Four of twelve have the same cause: enough answers, and still nothing that would point at the four."""
    for name in CREW[:4]:
        await loop.interview(name, HIDDEN_TRUST)
    for name in (*CREW[4:], *OTHERS):
        await loop.interview(name, NOT_CONCERNED)
    page = await loop.digest("Sandrine")
    kept = await _page(loop, "2026-W48")
    assert (kept.headline, kept.answered, kept.causes) == (Headline.TOO_FEW, 0, ())
    assert "confiance" not in page


async def ways_out(loop: Loop) -> None:
    """Pause, resume, skip, back, help and stop, in words of both languages and by button; stop holds."""
    await loop.press("Emma", "interview.start")
    await loop.say("Emma", "help")
    assert "I am Entrain" in loop.last("Emma").words
    await loop.say("Emma", "Pause.")
    assert (await loop.interview_of("Emma")).status is InterviewStatus.PAUSED
    await loop.press("Emma", "interview.resume")
    assert (await loop.interview_of("Emma")).status is InterviewStatus.ACTIVE
    question = loop.last("Emma")
    assert question.has("interview.answer")
    await loop.say("Emma", "skip")
    assert not loop.last("Emma").has("interview.answer"), "an open question now"
    await loop.say("Emma", "RETOUR")
    assert loop.last("Emma").words == question.words
    await loop.say("Emma", "aide")
    await loop.press("Emma", "membership.stop")
    assert (await loop.interview_of("Emma")).status is InterviewStatus.STOPPED
    assert (await loop.person("Emma")).opted_out_at == loop.clock.now()
    silent = len(loop.shown("Emma"))
    await loop.later(loop.clock.now() + timedelta(weeks=3))
    assert len(loop.shown("Emma")) == silent
    await loop.press("Emma", "membership.resume")
    assert (await loop.person("Emma")).opted_out_at is None


async def twice(loop: Loop) -> None:
    """Whatever is delivered again, or pressed again, does nothing again: not a row more, not a message."""

    async def nothing_more() -> None:
        before, shown = await loop.counts(), {name: loop.shown(name) for name in loop.ids}
        await loop.again()
        await loop.again()
        assert await loop.counts() == before
        assert {name: loop.shown(name) for name in loop.ids} == shown

    invitation = loop.last("Karim")
    await loop.press("Karim", "interview.start")
    await nothing_more()
    await loop.press_in("Karim", invitation, invitation.control("interview.start"))
    assert len(loop.shown("Karim")) == 2, "a double click asks one question"
    question = loop.last("Karim")
    await loop.press("Karim", "interview.answer", "paper")
    await nothing_more()
    await loop.press_in("Karim", question, question.control("interview.answer", "paper"))
    assert len(loop.shown("Karim")) == 3
    await loop.say("Karim", HIDDEN_TRUST.words[0])
    await nothing_more()
    await loop.desk.ask_for_digest(loop.ids["Sandrine"])
    await loop.settle()
    await nothing_more()
    await loop.testimonial("Aude", CONSENTED)
    await nothing_more()
    assert len(await loop.rows(Testimonial)) == 1
    review = loop.with_control("Sandrine", "testimonial.approve")
    await loop.press("Sandrine", "testimonial.approve")
    await nothing_more()
    await loop.press_in("Sandrine", review, review.control("testimonial.decline"))
    (row,) = await loop.rows(Testimonial)
    assert row.status is TestimonialStatus.APPROVED, "the first decision stands"
    await loop.assert_all_done()


async def at_night(loop: Loop) -> None:
    """An employee far away is invited when their own working day begins, and their silence is looked at in it too."""
    assert loop.shown("Zoe") == []
    await loop.until(lambda: bool(loop.shown("Zoe")), timedelta(days=1))
    assert local(loop.clock.now(), MONTREAL) == "Tue 09:00"
    await loop.until(lambda: len(loop.shown("Zoe")) > 1, timedelta(days=2))
    assert local(loop.clock.now(), MONTREAL) == "Wed 09:00"


def crew(lead_line: str) -> list[str]:
    """Sixteen employees, four of whom say nothing, a champion and a lead."""
    people = (*CREW, *OTHERS, *SILENT)
    return [*(f"{name},fr,,employee,Quai,planner" for name in people), AUDE, lead_line]


async def employee_in_french(loop: Loop) -> None:
    await employee(loop, "Karim", HIDDEN_TRUST, FRENCH, "Europe/Paris", "Wed")


async def employee_in_english(loop: Loop) -> None:
    await employee(loop, "Emma", HIDDEN_TRUST_IN_ENGLISH, ENGLISH, "Europe/London", "Tue")


async def _page(loop: Loop, week: str) -> Page:
    (digest,) = [row for row in await loop.rows(Digest) if row.week == week]
    return Page.from_json(digest.page)
