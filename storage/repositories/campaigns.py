"""Rounds of interviews."""

from datetime import datetime

from sqlalchemy import or_, select

from content.promises import LEAST_FIGURES, LEAST_WORDS
from storage.errors import RowMissing, ThresholdTooLow
from storage.models import Campaign, CampaignPrivacy
from storage.repositories.base import Repository


class CampaignRepository(Repository):
    """What people were promised is in the row, and stays."""

    def get(self, campaign_id: str) -> Campaign:
        """Raises RowMissing."""
        campaign = self._session.get(Campaign, campaign_id)
        if campaign is None:
            raise RowMissing("this campaign does not exist in the workspace")
        return campaign

    def current(self, project_id: str) -> Campaign | None:
        """The last started one that runs now."""
        return next(iter(self.running(project_id)), None)

    def running(self, project_id: str) -> list[Campaign]:
        """Those that run now, the last started first."""
        now = self._work.now
        return list(
            self._session.scalars(
                select(Campaign)
                .where(
                    Campaign.project_id == project_id,
                    Campaign.started_at <= now,
                    or_(Campaign.ends_at.is_(None), Campaign.ends_at > now),
                )
                .order_by(Campaign.started_at.desc(), Campaign.id.desc())
            )
        )

    def all(self, project_id: str) -> list[Campaign]:
        """Oldest first."""
        return list(
            self._session.scalars(
                select(Campaign)
                .where(Campaign.project_id == project_id)
                .order_by(Campaign.started_at, Campaign.id)
            )
        )

    def add(
        self,
        project_id: str,
        script: str,
        *,
        figure_threshold: int = LEAST_FIGURES,
        word_threshold: int = LEAST_WORDS,
        ends_at: datetime | None = None,
        privacy: CampaignPrivacy = CampaignPrivacy.CONFIDENTIAL,
        seeks_blockers: bool = True,
    ) -> Campaign:
        """Start a round now.

        Raises:
            ThresholdTooLow
        """
        if figure_threshold < LEAST_FIGURES or word_threshold < LEAST_WORDS:
            raise ThresholdTooLow
        campaign = Campaign(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            project_id=project_id,
            script=script,
            figure_threshold=figure_threshold,
            word_threshold=word_threshold,
            started_at=self._work.now,
            ends_at=ends_at,
            privacy=privacy,
            seeks_blockers=seeks_blockers,
        )
        self._session.add(campaign)
        self._session.flush()
        return campaign
