"""Everything that can go wrong with a platform.

PlatformError
├── RateLimited(retry_after)       nothing sent; try again after that many seconds
├── RecipientUnreachable(reason)   this person cannot be written to; others can
├── PlatformUnavailable            nothing sent; the platform is down or slow, try again later
├── Misconfigured(code)            a token, permission or setting is wrong; nobody in this workspace can be reached
├── LeaseLost                      nothing sent; the message may belong to another worker by now
├── OutcomeUnknown                 it may have been sent: never resend before looking
└── TriggerExpired                 too late to open a form
"""

from enum import StrEnum


class Unreachable(StrEnum):
    """Why somebody cannot be written to."""

    DEACTIVATED = "deactivated"
    BLOCKED = "blocked"
    """By the person."""
    NOT_INSTALLED = "not_installed"
    NO_MESSAGES_TAB = "no_messages_tab"
    """The app's own settings show people no place to be written to."""
    NOT_ALLOWED = "not_allowed"
    """By an administrator."""
    NOT_FOUND = "not_found"
    OTHER = "other"


class PlatformError(Exception):
    """The platform did not do what was asked."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class RateLimited(PlatformError):
    """The platform asks to slow down."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"The platform asks to wait {retry_after:g} s.")


class RecipientUnreachable(PlatformError):
    """This person cannot be written to."""

    def __init__(self, message: str = "", reason: Unreachable = Unreachable.OTHER) -> None:
        self.reason = reason
        super().__init__(message)


class PlatformUnavailable(PlatformError):
    """The platform cannot be reached or answers with an error of its own; nothing was sent."""


class Misconfigured(PlatformError):
    """The platform refuses our credentials or permissions for this workspace.

    `code` is the platform's own word for it; `revoked` says that our credentials are of no use at all.
    """

    def __init__(self, message: str = "", *, code: str = "", revoked: bool = False) -> None:
        self.code, self.revoked = code, revoked
        super().__init__(message)


class LeaseLost(PlatformError):
    """The lease ended before the request left; nothing was sent."""


class OutcomeUnknown(PlatformError):
    """The request left, but no answer came: it may have been carried out."""


class TriggerExpired(PlatformError):
    """The form can no longer be opened from this press or command."""
