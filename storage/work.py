"""A unit of work: one transaction in one workspace, and the repositories that live in it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from storage.crypto import Keyring
from storage.ids import Ids
from storage.repositories.agenda import AgendaRepository
from storage.repositories.campaigns import CampaignRepository
from storage.repositories.digests import DigestRepository
from storage.repositories.interviews import InterviewRepository
from storage.repositories.nudges import NudgeRepository
from storage.repositories.outbox import OutboxRepository
from storage.repositories.people import PeopleRepository
from storage.repositories.playground import PlaygroundRepository
from storage.repositories.projects import ProjectRepository
from storage.repositories.routines import RoutineRepository
from storage.repositories.testimonials import TestimonialRepository
from storage.repositories.workspaces import WorkspaceRepository


@dataclass(frozen=True)
class Work:
    """What domain services and handlers get. `now` stands still for the whole transaction."""

    session: Session
    workspace_id: str
    now: datetime
    ids: Ids
    keyring: Keyring

    def seal(self, column: str, text: str) -> str:
        """Encrypt free text for `column` ("table.column") of this workspace."""
        return self.keyring.seal(self.workspace_id, column, text)

    def open(self, column: str, sealed: str) -> str:
        """Decrypt what `seal` made. Raises `storage.crypto.SealBroken`."""
        return self.keyring.open(self.workspace_id, column, sealed)

    @cached_property
    def agenda(self) -> AgendaRepository:
        return AgendaRepository(self)

    @cached_property
    def campaigns(self) -> CampaignRepository:
        return CampaignRepository(self)

    @cached_property
    def digests(self) -> DigestRepository:
        return DigestRepository(self)

    @cached_property
    def interviews(self) -> InterviewRepository:
        return InterviewRepository(self)

    @cached_property
    def nudges(self) -> NudgeRepository:
        return NudgeRepository(self)

    @cached_property
    def outbox(self) -> OutboxRepository:
        return OutboxRepository(self)

    @cached_property
    def people(self) -> PeopleRepository:
        return PeopleRepository(self)

    @cached_property
    def playground(self) -> PlaygroundRepository:
        return PlaygroundRepository(self)

    @cached_property
    def projects(self) -> ProjectRepository:
        return ProjectRepository(self)

    @cached_property
    def routines(self) -> RoutineRepository:
        return RoutineRepository(self)

    @cached_property
    def testimonials(self) -> TestimonialRepository:
        return TestimonialRepository(self)

    @cached_property
    def workspaces(self) -> WorkspaceRepository:
        return WorkspaceRepository(self)


@dataclass(frozen=True)
class SystemWork:
    """A transaction over every workspace: what set-up, claims and upkeep get. Rows must be given their workspace."""

    session: Session
    now: datetime
    ids: Ids
    keyring: Keyring

    @cached_property
    def workspaces(self) -> WorkspaceRepository:
        return WorkspaceRepository(self)
