"""The roles that somebody gives and somebody may take. None of them reads what a person told."""

from enum import StrEnum


class GrantedRole(StrEnum):
    """In a project: champion, lead. In the whole workspace: admin (who has which role), auditor (the audit log)."""

    CHAMPION = "champion"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


OF_WORKSPACE = frozenset([GrantedRole.ADMIN, GrantedRole.AUDITOR])
