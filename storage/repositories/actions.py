"""Actions, what happened to them, whom they concern, and what those people answer."""

import secrets
from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from content.actions import Answer, State
from storage.models import (
    Action,
    ActionAnswer,
    ActionEvent,
    Campaign,
    CampaignPrivacy,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Membership,
)
from storage.repositories.base import Repository
from storage.repositories.digests import MEMBERS

SURE = (FindingStatus.CONFIRMED, FindingStatus.VALIDATED)


class ActionRepository(Repository):
    """Who is concerned leaves it only as people to write to, never to be shown or counted."""

    def add(self, project_id: str, week: str, subject: str, proposal: str) -> Action:
        """Propose something with the page of this week."""
        action = Action(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            project_id=project_id,
            week=week,
            subject=subject,
            proposal=proposal,
            state=State.PROPOSED,
            proposed_at=self._work.now,
            moved_at=self._work.now,
        )
        self._session.add(action)
        self._session.flush()
        return action

    def note(self, action: Action, move: str, person_id: str | None = None) -> None:
        """Write down what has just happened to it, and who did it."""
        self._session.add(
            ActionEvent(
                id=self._work.ids.new(),
                workspace_id=self._work.workspace_id,
                action_id=action.id,
                move=move,
                person_id=person_id,
                at=self._work.now,
            )
        )
        self._session.flush()

    def find(self, action_id: str) -> Action | None:
        return self._session.get(Action, action_id)

    def locked(self, action_id: str) -> Action | None:
        """As last committed, and kept from other transactions until this one ends."""
        return self._session.scalar(
            select(Action)
            .where(Action.id == action_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def of_week(self, project_id: str, week: str) -> Action | None:
        """What was proposed last with the page of this week."""
        return self._session.scalar(
            select(Action)
            .where(Action.project_id == project_id, Action.week == week)
            .order_by(Action.proposed_at.desc(), Action.id.desc())
            .limit(1)
        )

    def of_project(self, project_id: str) -> list[Action]:
        """Every one, what moved last first."""
        return list(
            self._session.scalars(
                select(Action)
                .where(Action.project_id == project_id)
                .order_by(Action.moved_at.desc(), Action.id.desc())
            )
        )

    def mover(self, action_id: str) -> str | None:
        """The id of who did what was done to it last, if they are still known."""
        return self._session.scalar(
            select(ActionEvent.person_id)
            .where(ActionEvent.action_id == action_id)
            .order_by(ActionEvent.at.desc(), ActionEvent.id.desc())
            .limit(1)
        )

    # ---------------------------------------------------------------- whom it concerns

    def raised(
        self, project_id: str, blockers: Collection[str], person_id: str | None = None
    ) -> dict[str, str]:
        """By person of the project, which of these obstacles they stated or confirmed, in whichever round.

        `person_id`: of them alone. Of several obstacles it is the main one of the latest interview. Anonymous rounds
        keep nothing to tell it by.
        """
        whose = () if person_id is None else (Interview.person_id == person_id,)
        rows = self._session.execute(
            select(Interview.person_id, Finding.blocker)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .join(Finding, Finding.interview_id == Interview.id)
            .where(
                *whose,
                Campaign.project_id == project_id,
                Campaign.seeks_blockers,
                Interview.status == InterviewStatus.CLOSED,
                Finding.blocker.in_(blockers),
                or_(Finding.stated, Finding.status.in_(SURE)),
                self._member(project_id),
            )
            .order_by(Interview.closed_at, Interview.id, Finding.rank.desc())
        )
        return {row[0]: row[1] for row in rows}

    def nameless(self, project_id: str, person_id: str | None = None) -> frozenset[str]:
        """Everybody of the project who took part in an anonymous round, whatever they said; `person_id`: of them alone."""
        whose = () if person_id is None else (Interview.person_id == person_id,)
        return frozenset(
            self._session.scalars(
                select(Interview.person_id)
                .join(Campaign, Campaign.id == Interview.campaign_id)
                .where(
                    *whose,
                    Campaign.project_id == project_id,
                    Campaign.seeks_blockers,
                    Campaign.privacy == CampaignPrivacy.ANONYMOUS,
                    Interview.status == InterviewStatus.CLOSED,
                    self._member(project_id),
                )
            )
        )

    @staticmethod
    def _member(project_id: str) -> ColumnElement[bool]:
        return exists().where(
            Membership.project_id == project_id,
            Membership.person_id == Interview.person_id,
            Membership.role.in_(MEMBERS),
        )

    # ---------------------------------------------------------------- what they answer

    def has_answered(self, action_id: str, person_id: str) -> bool:
        return (
            self._session.scalar(
                select(ActionAnswer.id).where(
                    ActionAnswer.action_id == action_id, ActionAnswer.person_id == person_id
                )
            )
            is not None
        )

    def answer(self, action_id: str, person_id: str, answer: Answer) -> None:
        """Keep what somebody who was heard by name says."""
        self._session.add(self._row(action_id, person_id, answer))
        self._session.flush()

    def answer_nameless(self, action_id: str, person_id: str, answer: Answer) -> None:
        """Keep that they have answered, and apart from it what one of them said."""
        self._session.add_all([self._row(action_id, person_id, None), self._row(action_id, None, answer)])
        self._session.flush()

    def tally(self, action_id: str) -> Counter[Answer]:
        """How many gave each answer."""
        rows = self._session.execute(
            select(ActionAnswer.answer, func.count())
            .where(ActionAnswer.action_id == action_id, ActionAnswer.answer.is_not(None))
            .group_by(ActionAnswer.answer)
        )
        return Counter({answer: people for answer, people in rows if answer})

    def forget_answers(self, action_id: str) -> None:
        """They have been counted."""
        self._session.execute(
            delete(ActionAnswer)
            .where(ActionAnswer.action_id == action_id)
            .execution_options(synchronize_session="fetch")
        )

    def _row(self, action_id: str, person_id: str | None, answer: Answer | None) -> ActionAnswer:
        return ActionAnswer(
            id=secrets.token_hex(16),
            workspace_id=self._work.workspace_id,
            action_id=action_id,
            person_id=person_id,
            answer=answer,
        )
