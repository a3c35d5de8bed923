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
from storage.models.delivery import AgendaItem, InboxEvent, InboxState, OutboxMessage, OutboxState
from storage.models.digests import Digest
from storage.models.interviews import Finding, FindingStatus, Interview, InterviewStatus
from storage.models.organisation import (
    Campaign,
    Membership,
    Person,
    PersonStatus,
    Project,
    Role,
    Workspace,
    WorkspaceStatus,
)
from storage.models.playground import PlaygroundClock, PlaygroundMessage

__all__ = [
    "AgendaItem",
    "Base",
    "Campaign",
    "CheckIn",
    "CheckInAnswer",
    "Digest",
    "Finding",
    "FindingStatus",
    "InboxEvent",
    "InboxState",
    "Interview",
    "InterviewStatus",
    "Membership",
    "Naming",
    "Nudge",
    "OutboxMessage",
    "OutboxState",
    "Person",
    "PersonStatus",
    "PlaygroundClock",
    "PlaygroundMessage",
    "Project",
    "Role",
    "Routine",
    "RoutineStatus",
    "Share",
    "Testimonial",
    "TestimonialStatus",
    "Workspace",
    "WorkspaceScoped",
    "WorkspaceStatus",
]
