"""Everything that can go wrong with a platform.

PlatformError
├── RateLimited(retry_after)       nothing sent; try again after that many seconds
├── RecipientUnreachable(reason)   this person cannot be written to; others can
├── PlatformUnavailable            nothing sent; the platform is down or slow, try again later
├── Misconfigured(reason)          a token, permission or setting is wrong; nobody in this workspace can be reached
├── LeaseLost                      nothing sent; the message may belong to another worker by now
├── OutcomeUnknown                 it may have been sent: never resend before looking
└── TriggerExpired                 too late to open a form
"""


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


class PlatformUnavailable(PlatformError):
    """The platform cannot be reached or answers with an error of its own; nothing was sent."""


class Misconfigured(PlatformError):
    """The platform refuses our credentials or permissions for this workspace."""


class LeaseLost(PlatformError):
    """The lease ended before the request left; nothing was sent."""


class OutcomeUnknown(PlatformError):
    """The request left, but no answer came: it may have been carried out."""


class TriggerExpired(PlatformError):
    """The form can no longer be opened from this press or command."""
