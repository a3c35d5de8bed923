"""Anonymous by design: once the interview is over, no row leads from an answer to its person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.handlers import interview as interviews
from storage.errors import PromiseBroken
from storage.models import (
    AgendaItem,
    AnonymousResult,
    Base,
    CampaignPrivacy,
    Finding,
    Interview,
    InterviewStatus,
    Need,
    OutboxMessage,
    Result,
    Role,
    Routine,
)
from storage.work import Work
from surveys import service as surveys
from tests.support.chat import Chat, labels, plain

SAID = "si je note dans trello tout le monde voit que j'ai laissé traîner"


def _begun(work: Work) -> tuple[Chat, Interview]:
    karim = Chat(work, "fr", anonymous=True)
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    karim.say(SAID)
    return karim, interview


def _ended(work: Work) -> tuple[Chat, Interview]:
    karim, interview = _begun(work)
    karim.press(9)
    karim.press("C'est ça")
    karim.say("passer")
    karim.press("Pas maintenant")
    assert interview.status is InterviewStatus.CLOSED
    return karim, interview


@pytest.mark.both_databases
def test_it_is_promised_before_the_first_question(work: Work) -> None:
    karim = Chat(work, "fr", anonymous=True)
    karim.invite()
    first = karim.read()
    assert "tes réponses perdent ton nom pour de bon" in plain(first)
    assert "personne ne peut l'y remettre" in plain(karim.press("Qui voit quoi ?"))


def test_what_was_found_is_kept_and_whose_it_was_is_not(work: Work) -> None:
    karim, interview = _ended(work)
    assert (interview.outcome, interview.intention, interview.usage) == (None, None, None)
    state = surveys.state_of(work, interview)
    assert (state.answers, state.trail, state.belief, state.ending) == ((), (), {}, None)
    for table in (Finding, Need, Result):
        assert work.session.scalars(select(table)).all() == []
    kept = work.interviews.anonymous(karim.campaign.id)
    assert [finding.blocker for finding in kept[0].findings if finding.rank == 1] == ["trust"]
    assert (kept[0].outcome, kept[0].usage, kept[0].intention) == ("found", "other", 9)
    row = work.session.scalars(select(AnonymousResult)).one()
    assert interview.id not in row.id + row.found
    assert karim.person.id not in row.id + row.found
    assert "méfie" not in row.found


def test_no_column_of_any_other_row_tells_what_was_found(work: Work) -> None:
    """What is left about the person is searched for the causes, the score and the words."""
    _ended(work)
    for mapper in Base.registry.mappers:
        if mapper.class_ is AnonymousResult:
            continue
        for row in work.session.scalars(select(mapper.class_)).all():
            shown = " ".join(str(value) for key, value in vars(row).items() if key != "definition")
            for telling in ("trust", "méfie", "traîner", "found"):
                assert telling not in shown, (mapper.class_.__name__, telling)


def test_the_hour_is_forgotten_and_the_rest_still_holds(work: Work) -> None:
    karim, interview = _ended(work)
    assert interview.closed_at is not None
    assert (interview.closed_at.hour, interview.closed_at.minute) == (0, 0)
    again = surveys.start_campaign(work, karim.campaign.project_id, "adoption", anonymous=True)
    karim.later(timedelta(weeks=5))
    assert interviews.invite(karim.scene("again"), again) is None
    karim.later(timedelta(weeks=2))
    assert interviews.invite(karim.scene("again"), again) is not None


def test_coaching_knows_the_chosen_routine_and_no_finding(work: Work) -> None:
    karim, _ = _ended(work)
    due = work.session.scalars(select(AgendaItem).where(AgendaItem.kind == "coaching")).all()
    assert due == []
    assert work.interviews.latest_findings(karim.campaign.project_id, karim.person.id) == []


def test_a_routine_that_was_chosen_begins(work: Work) -> None:
    karim, _ = _begun(work)
    karim.press(9)
    karim.press("C'est ça")
    karim.say("passer")
    karim.press("Après le point de 9 h, je mets une urgence")
    assert work.session.scalars(select(Routine)).one().template == "standup"


def test_the_last_question_loses_its_buttons_and_its_answer(work: Work) -> None:
    karim, _ = _ended(work)
    assert any("plus rien ne mène à toi" in message.plain for message in karim.shown[-2:])
    assert "Merci, c'est tout pour moi" in karim.shown[-1].plain
    assert labels(karim.shown[-1:]) == ["Proposer une idée"]
    assert "Même moi" in plain(karim.say("pourquoi"))


def test_silence_ends_it_the_same_way(work: Work) -> None:
    karim, interview = _begun(work)
    for days in (2, 3):
        karim.later(timedelta(days=days))
        karim.tick()
    assert (interview.status, interview.outcome) == (InterviewStatus.CLOSED, None)
    assert len(work.interviews.anonymous(karim.campaign.id)) == 1


@pytest.mark.parametrize(
    "leave", [lambda karim: karim.say("stop"), lambda karim: karim.say("je me fais harceler")]
)
def test_stopping_and_distress_leave_nothing(work: Work, leave: Callable[[Chat], object]) -> None:
    karim, interview = _begun(work)
    leave(karim)
    assert work.interviews.anonymous(karim.campaign.id) == []
    assert interview.outcome in {None, "stopped"}


def test_a_promise_cannot_be_changed(work: Work) -> None:
    karim = Chat(work, "fr")
    work.session.flush()
    with pytest.raises(PromiseBroken, match="privacy was promised"):
        karim.campaign.privacy = CampaignPrivacy.ANONYMOUS
    with pytest.raises(PromiseBroken):
        karim.campaign.figure_threshold = 2


def test_a_round_for_leads_goes_to_leads(work: Work) -> None:
    sandrine = Chat(work, "fr", "Sandrine", script="leader", lead=True)
    project_id = sandrine.campaign.project_id
    assert surveys.campaign_for(work, project_id, Role.LEAD) is sandrine.campaign
    assert surveys.campaign_for(work, project_id, Role.EMPLOYEE) is None
    sandrine.invite()
    assert "je commence par toi" in plain(sandrine.read())
    assert work.session.scalars(select(OutboxMessage)).all()
