"""Whole interviews in chat, from what arrives to what is sent and stored, on every database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.handlers import interview as chat
from bot.platforms.port import Scale
from storage.models import (
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Routine,
)
from storage.work import Work
from surveys import service as surveys
from tests.support.chat import Chat, labels, plain


def findings(work: Work, interview: Interview) -> dict[str, Finding]:
    return {finding.blocker: finding for finding in work.interviews.findings(interview.id)}


@pytest.mark.both_databases
def test_karim_states_time_and_confirms_trust(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    first = karim.read()
    assert "Bonjour Karim" in plain(first)
    assert labels(first) == ["Allons-y", "Plus tard", "Non merci", "Qui voit quoi ?"]
    started = karim.press("Allons-y")
    assert "✔ Allons-y" in started[0].plain
    assert "La dernière fois qu'une urgence est tombée" in started[1].plain
    incident = karim.press("Papier, Excel")
    assert "✔ Papier, Excel" in incident[0].plain
    assert labels(incident) == ["Passer", "Options…"]
    reflection = karim.say("pas le temps d'ouvrir le truc, ça tombe toujours au pire moment")
    assert "« ça tombe toujours au pire moment »" in plain(reflection)
    counterfactual = karim.say(
        "ben je suis au quai, le pc est au bureau. et si je note dans trello tout le monde voit que j'ai laissé traîner"
    )
    assert any(isinstance(block, Scale) for block in counterfactual[-1].blocks)
    missing = karim.press(4)
    assert "✔ 4" in plain(missing)
    assert "passer à 8" in plain(missing)
    confirm = karim.say("faudrait que mon chef s'en serve pas pour compter mes retards")
    assert "au départ, le temps" in plain(confirm)
    *causes, way_out, more = labels(confirm)
    assert (way_out, more) == ("Non, autre chose…", "Options…")
    assert "C'est ça" in causes
    assert any(label.startswith("Plutôt ") for label in causes)
    offer = karim.press("C'est ça")
    assert "Après le point de 9 h, je mets une urgence" in labels(offer)
    assert "C'est noté" in plain(karim.press("Après le point de 9 h, je mets une urgence"))

    assert (interview.status, interview.outcome, interview.intention) == (InterviewStatus.CLOSED, "found", 4)
    found = findings(work, interview)
    assert (found["trust"].status, found["trust"].rank, found["trust"].stated) == (
        FindingStatus.CONFIRMED,
        1,
        False,
    )
    assert (found["time"].status, found["time"].stated) == (FindingStatus.STATED, True)
    routine = work.session.scalars(select(Routine)).one()
    assert (routine.template, work.open("routines.cue", routine.cue, row=routine.id)) == (
        "standup",
        "Après le point de 9 h",
    )
    silence = work.agenda.get(karim.person.id, "interview", interview.id)
    assert silence is not None
    assert silence.next_due_at is None


def test_an_interview_in_english_by_typing_alone(work: Work) -> None:
    anna = Chat(work, "en", "Anna")
    interview = anna.invite()
    assert "Hello Anna" in plain(anna.read())
    assert "Last time an urgent order came in" in plain(anna.say("let's go"))
    assert "rather than Trello" in plain(anna.say("e-mail"))
    assert "would you use Trello" in plain(anna.say("I always do it this way, force of habit"))
    assert "buttons" in plain(anna.say("hm, who knows"))
    assert "Is that it?" in plain(anna.say("9"))
    assert "Why 9 and not 7?" in plain(anna.say("yes"))
    assert "a small step" in plain(anna.say("because my mornings would be calmer"))
    assert "After which moment" in plain(anna.say("something else"))
    assert "And then" in plain(anna.say("after my morning coffee"))
    assert "Noted" in plain(anna.say("I open the board"))
    assert findings(work, interview)["habit"].status is FindingStatus.CONFIRMED
    routine = work.session.scalars(select(Routine)).one()
    assert work.open("routines.action", routine.action, row=routine.id) == "I open the board"


def test_words_are_sealed_and_stop_keeps_none_of_them(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    karim.say("on se méfie du mouchard")
    assert "mouchard" not in interview.state
    karim.say("stop")
    assert interview.status is InterviewStatus.STOPPED
    assert "mouchard" not in surveys.state_of(work, interview).model_dump_json()
    assert work.interviews.findings(interview.id) == []


def test_a_double_click_is_silent_and_an_old_button_is_kindly_refused(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    first = karim.read()
    asked = karim.press("Allons-y")
    assert karim.press("Allons-y", first) == []
    karim.press("Papier, Excel")
    assert karim.press("Papier, Excel", asked) == []
    assert "Rien n'a changé" in plain(karim.press("Dans Trello", asked))
    assert "Rien n'a changé" in plain(karim.press("Non merci", first))
    assert len(surveys.state_of(work, interview).answers) == 2
    for junk in ("", "|", "nonsense|x|y", f"{interview.id}|99999|board", "a" * 200):
        assert "buttons" not in plain(karim.press_raw("interview.answer", junk))
    assert len(surveys.state_of(work, interview).answers) == 2


def test_someone_elses_button_does_nothing(work: Work) -> None:
    karim, anna = Chat(work, "fr"), Chat(work, "en", "Anna")
    interview = karim.invite()
    karim.read()
    anna.press_raw("interview.start", interview.id)
    assert interview.status is InterviewStatus.INVITED


def test_back_asks_again_and_skip_goes_on(work: Work) -> None:
    karim = Chat(work, "fr")
    karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    assert "La dernière fois" in plain(karim.say("retour"))
    karim.press("Mail ou téléphone")
    assert "Mail ou téléphone" in karim.shown[-1].plain
    assert "collègues" in plain(karim.say("passer"))


def test_every_way_out_of_a_question_has_a_button(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    ways_out = karim.press("Options…")
    assert labels(ways_out) == ["Revenir d'une réponse", "Pause", "Ne plus rien recevoir", "Aide"]
    assert interview.status is InterviewStatus.ACTIVE
    assert "La dernière fois" in plain(karim.press("Revenir d'une réponse", ways_out))
    karim.press("Pause", ways_out)
    assert interview.status is InterviewStatus.PAUSED
    karim.press("Ne plus rien recevoir", ways_out)
    assert interview.status is InterviewStatus.STOPPED
    assert karim.person.opted_out_at


def test_pause_then_resume_asks_the_same_question(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    assert labels(karim.say("pause")) == ["Reprendre"]
    assert interview.status is InterviewStatus.PAUSED
    assert "La dernière fois" in plain(karim.press("Reprendre"))
    assert interview.status is InterviewStatus.ACTIVE


def test_silence_brings_one_reminder_in_working_hours_then_an_end_without_a_word(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.later(timedelta(hours=23))
    assert karim.tick() == []
    karim.later(timedelta(hours=2))
    assert "Rien ne presse" in plain(karim.tick())
    karim.later(timedelta(days=3))
    assert karim.tick() == []
    assert (interview.status, interview.outcome) == (InterviewStatus.CLOSED, "silent")


def test_an_invitation_waits_for_working_hours_and_is_sent_once(work: Work) -> None:
    night = replace(work, now=datetime(2026, 11, 28, 2, 0, tzinfo=UTC))
    karim = Chat(night, "fr")
    karim.invite()
    assert karim.invite() is karim.invite()
    assert karim.read() == []
    karim.later(timedelta(days=2, hours=6))
    assert len(karim.read()) == 1


def test_decline_is_as_easy_as_start_and_gives_six_weeks_of_rest(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    assert "Je n'insiste pas" in plain(karim.press("Non merci"))
    assert interview.status is InterviewStatus.DECLINED
    again = work.campaigns.add(karim.campaign.project_id, "adoption")
    karim.later(timedelta(weeks=5))
    assert chat.invite(karim.scene("again"), again) is None
    karim.later(timedelta(weeks=1, days=1))
    assert chat.invite(karim.scene("again"), again) is not None


def test_distress_brings_a_human_contact_and_no_finding(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    said = karim.say("je me fais harceler par mon chef")
    assert "Inès Caron" in plain(said)
    assert labels(said) == []
    assert (interview.outcome, work.interviews.findings(interview.id)) == ("distress", [])
    assert "harceler" not in surveys.state_of(work, interview).model_dump_json()


@pytest.mark.parametrize("words", ["🎉", "x" * 40_000, "\u200fمرحبا بالعالم", "<!channel> **{tool}**"])
def test_strange_words_are_an_answer_like_any_other(work: Work, words: str) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    assert karim.say(words)
    assert len(surveys.state_of(work, interview).answers) == 3


def test_who_sees_what_is_told_before_and_during(work: Work) -> None:
    karim = Chat(work, "fr")
    karim.invite()
    first = karim.read()
    assert labels(karim.press("Qui voit quoi ?")) == ["Allons-y", "Plus tard", "Non merci"]
    karim.press("Allons-y")
    assert labels(karim.press("Qui voit quoi ?", first)) == []


def test_whoever_has_a_conversation_open_is_not_invited_to_another(work: Work) -> None:
    karim = Chat(work, "fr")
    interview = karim.invite()
    karim.read()
    second = surveys.start_campaign(work, karim.campaign.project_id, "pulse", anonymous=False)
    assert chat.invite(karim.scene("again"), second) is None
    karim.press("Non merci")
    assert interview.status is InterviewStatus.DECLINED


def test_an_invitation_that_the_person_has_asked_for_meanwhile_does_not_come_again(work: Work) -> None:
    karim = Chat(work, "fr")
    karim.person.snoozed_until = work.now + timedelta(days=14)
    karim.invite()
    assert karim.read() == []
    assert "Bonjour Karim" in plain(karim.say("resume"))
    karim.later(timedelta(days=15))
    assert karim.read() == []
