"""Every table, so that one import knows them all."""

from storage.models.base import Base, WorkspaceScoped
from storage.models.coaching import (
    CheckIn,
    CheckInAnswer,
    Naming,
    Nudge,
    Routine,
    RoutineStatus,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.models.delivery import AgendaItem, InboxEvent, InboxState, Lane, OutboxMessage, OutboxState
from storage.models.digests import Cohort, Digest
from storage.models.interviews import (
    AnonymousResult,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Need,
    NeedLayer,
    Result,
)
from storage.models.organisation import (
    Absence,
    Campaign,
    CampaignPrivacy,
    Membership,
    Person,
    PersonStatus,
    Project,
    Role,
    Workspace,
    WorkspaceStatus,
)
from storage.models.playground import PlaygroundClock, PlaygroundMessage
from storage.models.samples import Sample, SampleKind, SamplePlace
from storage.models.upkeep import Upkeep

__all__ = [
    "Absence",
    "AgendaItem",
    "AnonymousResult",
    "Base",
    "Campaign",
    "CampaignPrivacy",
    "CheckIn",
    "CheckInAnswer",
    "Cohort",
    "Digest",
    "Finding",
    "FindingStatus",
    "InboxEvent",
    "InboxState",
    "Interview",
    "InterviewStatus",
    "Lane",
    "Membership",
    "Naming",
    "Need",
    "NeedLayer",
    "Nudge",
    "OutboxMessage",
    "OutboxState",
    "Person",
    "PersonStatus",
    "PlaygroundClock",
    "PlaygroundMessage",
    "Project",
    "Result",
    "Role",
    "Routine",
    "RoutineStatus",
    "Sample",
    "SampleKind",
    "SamplePlace",
    "Share",
    "Testimonial",
    "TestimonialStatus",
    "Upkeep",
    "Workspace",
    "WorkspaceScoped",
    "WorkspaceStatus",
]
