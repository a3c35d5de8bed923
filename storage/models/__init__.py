"""Every table, so that one import knows them all."""

from storage.models.actions import Action, ActionAnswer, ActionEvent
from storage.models.audit import AuditEntry, AuditHead, Grant
from storage.models.barriers import Barrier, BarrierStatus, LeverStep, Look, ManagerNudge, PassedOn
from storage.models.base import Base, WorkspaceScoped
from storage.models.champions import Champion, ChampionStatus, Nomination
from storage.models.choices import Choice, Learnt, Point
from storage.models.delivery import AgendaItem, InboxEvent, InboxState, Lane, OutboxMessage, OutboxState
from storage.models.digests import Cohort, Digest
from storage.models.ideas import ANSWERS, ON_BOARD, Idea, IdeaComment, IdeaPlace, IdeaStatus, IdeaSupport
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
from storage.models.links import ReportLink
from storage.models.nudges import Nudge
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
from storage.models.privacy import WITHDRAWABLE, Consent, Erasure, PurgeRecord, Purpose
from storage.models.routines import (
    Automaticity,
    CheckIn,
    CheckInAnswer,
    Ease,
    EndedFor,
    Routine,
    RoutineStatus,
)
from storage.models.samples import Sample, SampleKind, SamplePlace
from storage.models.stories import Place, Posted, QuestionStatus, StoryQuestion
from storage.models.testimonials import Naming, Share, Testimonial, TestimonialStatus
from storage.models.upkeep import Upkeep
from storage.models.usage import UsageDay, UsageEvent, UsageToken

__all__ = [
    "ANSWERS",
    "ON_BOARD",
    "WITHDRAWABLE",
    "Absence",
    "Action",
    "ActionAnswer",
    "ActionEvent",
    "AgendaItem",
    "AnonymousResult",
    "AuditEntry",
    "AuditHead",
    "Automaticity",
    "Barrier",
    "BarrierStatus",
    "Base",
    "Campaign",
    "CampaignPrivacy",
    "Champion",
    "ChampionStatus",
    "CheckIn",
    "CheckInAnswer",
    "Choice",
    "Cohort",
    "Consent",
    "Digest",
    "Ease",
    "EndedFor",
    "Erasure",
    "Finding",
    "FindingStatus",
    "Grant",
    "Idea",
    "IdeaComment",
    "IdeaPlace",
    "IdeaStatus",
    "IdeaSupport",
    "InboxEvent",
    "InboxState",
    "Interview",
    "InterviewStatus",
    "Lane",
    "Learnt",
    "LeverStep",
    "Look",
    "ManagerNudge",
    "Membership",
    "Naming",
    "Need",
    "NeedLayer",
    "Nomination",
    "Nudge",
    "OutboxMessage",
    "OutboxState",
    "PassedOn",
    "Person",
    "PersonStatus",
    "Place",
    "PlaygroundClock",
    "PlaygroundMessage",
    "Point",
    "Posted",
    "Project",
    "PurgeRecord",
    "Purpose",
    "QuestionStatus",
    "ReportLink",
    "Result",
    "Role",
    "Routine",
    "RoutineStatus",
    "Sample",
    "SampleKind",
    "SamplePlace",
    "Share",
    "StoryQuestion",
    "Testimonial",
    "TestimonialStatus",
    "Upkeep",
    "UsageDay",
    "UsageEvent",
    "UsageToken",
    "Workspace",
    "WorkspaceScoped",
    "WorkspaceStatus",
]
