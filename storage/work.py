"""A unit of work: one transaction in one workspace, and the repositories that live in it."""

from dataclasses import dataclass
from functools import cached_property

from storage.repositories.absences import AbsenceRepository
from storage.repositories.actions import ActionRepository
from storage.repositories.agenda import AgendaRepository
from storage.repositories.audit import AuditRepository
from storage.repositories.barriers import BarrierRepository
from storage.repositories.campaigns import CampaignRepository
from storage.repositories.champions import ChampionRepository
from storage.repositories.choices import ChoiceRepository
from storage.repositories.consents import ConsentRepository
from storage.repositories.counts import CountRepository
from storage.repositories.digests import DigestRepository
from storage.repositories.erasures import ErasureRepository
from storage.repositories.grants import GrantRepository
from storage.repositories.ideas import IdeaRepository
from storage.repositories.interviews import InterviewRepository
from storage.repositories.links import ReportLinkRepository
from storage.repositories.nudges import NudgeRepository
from storage.repositories.outbox import OutboxRepository
from storage.repositories.people import PeopleRepository
from storage.repositories.personal import PersonalRepository
from storage.repositories.playground import PlaygroundRepository
from storage.repositories.projects import ProjectRepository
from storage.repositories.routines import RoutineRepository
from storage.repositories.samples import SampleRepository
from storage.repositories.stories import StoryRepository
from storage.repositories.testimonials import TestimonialRepository
from storage.repositories.usage import UsageRepository, UsageTokenRepository
from storage.repositories.workspaces import WorkspaceRepository
from storage.transaction import Transaction, WorkspaceTransaction


@dataclass(frozen=True)
class Work(WorkspaceTransaction):
    """What domain services and handlers get."""

    @cached_property
    def absences(self) -> AbsenceRepository:
        return AbsenceRepository(self)

    @cached_property
    def actions(self) -> ActionRepository:
        return ActionRepository(self)

    @cached_property
    def agenda(self) -> AgendaRepository:
        return AgendaRepository(self)

    @cached_property
    def audit(self) -> AuditRepository:
        return AuditRepository(self)

    @cached_property
    def barriers(self) -> BarrierRepository:
        return BarrierRepository(self)

    @cached_property
    def campaigns(self) -> CampaignRepository:
        return CampaignRepository(self)

    @cached_property
    def champions(self) -> ChampionRepository:
        return ChampionRepository(self)

    @cached_property
    def choices(self) -> ChoiceRepository:
        return ChoiceRepository(self)

    @cached_property
    def consents(self) -> ConsentRepository:
        return ConsentRepository(self)

    @cached_property
    def counts(self) -> CountRepository:
        return CountRepository(self)

    @cached_property
    def digests(self) -> DigestRepository:
        return DigestRepository(self)

    @cached_property
    def erasures(self) -> ErasureRepository:
        return ErasureRepository(self)

    @cached_property
    def grants(self) -> GrantRepository:
        return GrantRepository(self)

    @cached_property
    def ideas(self) -> IdeaRepository:
        return IdeaRepository(self)

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
    def personal(self) -> PersonalRepository:
        return PersonalRepository(self)

    @cached_property
    def playground(self) -> PlaygroundRepository:
        return PlaygroundRepository(self)

    @cached_property
    def projects(self) -> ProjectRepository:
        return ProjectRepository(self)

    @cached_property
    def report_links(self) -> ReportLinkRepository:
        return ReportLinkRepository(self)

    @cached_property
    def routines(self) -> RoutineRepository:
        return RoutineRepository(self)

    @cached_property
    def samples(self) -> SampleRepository:
        return SampleRepository(self)

    @cached_property
    def stories(self) -> StoryRepository:
        return StoryRepository(self)

    @cached_property
    def testimonials(self) -> TestimonialRepository:
        return TestimonialRepository(self)

    @cached_property
    def usage(self) -> UsageRepository:
        return UsageRepository(self)

    @cached_property
    def usage_tokens(self) -> UsageTokenRepository:
        return UsageTokenRepository(self)

    @cached_property
    def workspaces(self) -> WorkspaceRepository:
        return WorkspaceRepository(self)


@dataclass(frozen=True)
class SystemWork(Transaction):
    """A transaction over every workspace: what set-up, claims and upkeep get. Rows must be given their workspace."""

    @cached_property
    def report_links(self) -> ReportLinkRepository:
        return ReportLinkRepository(self)

    @cached_property
    def usage_tokens(self) -> UsageTokenRepository:
        return UsageTokenRepository(self)

    @cached_property
    def workspaces(self) -> WorkspaceRepository:
        return WorkspaceRepository(self)
