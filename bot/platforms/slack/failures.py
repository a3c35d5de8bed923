"""Slack's ways to fail, as `bot.platforms.errors`."""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.platforms.errors import (
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    RecipientUnreachable,
    TriggerExpired,
    Unreachable,
)

PERSON = {
    "cannot_dm_bot": Unreachable.OTHER,
    "messages_tab_disabled": Unreachable.NO_MESSAGES_TAB,
    "restricted_action": Unreachable.NOT_ALLOWED,
    "user_disabled": Unreachable.DEACTIVATED,
    "user_not_found": Unreachable.NOT_FOUND,
    "user_not_visible": Unreachable.NOT_FOUND,
    "users_not_found": Unreachable.NOT_FOUND,
}
"""This person cannot be written to; others can."""

CHANNEL = frozenset(["channel_not_found", "is_archived", "not_in_channel"])
"""This conversation is no longer; the person may have another."""

WORKSPACE = frozenset(
    [
        "access_denied",
        "account_inactive",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    ]
)
"""Nobody in this workspace can be reached until somebody repairs the installation."""

REVOKED = frozenset(["account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"])
"""Of these, those that say that the token is of no use any more."""

TRIGGER = frozenset(
    [
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_trigger_id",
        "trigger_exchanged",
        "trigger_expired",
    ]
)

UNSURE = frozenset(["fatal_error", "internal_error", "request_timeout", "service_unavailable"])
"""Slack failed somewhere on the way; what was asked may have been done."""

SLOW_DOWN = frozenset(["ratelimited", "rate_limited"])

DEFAULT_WAIT = 30.0
"""Seconds to wait where Slack asks to slow down and does not say for how long."""

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""The connection was never made, so nothing can have been carried out."""


class ConversationGone(RecipientUnreachable):
    """This conversation no longer exists."""


def failure(error: Exception, *, repeatable: bool) -> PlatformError:
    """What an exception of a call means. `repeatable`: doing it twice does no harm, so no outcome is unknown."""
    unsure: type[PlatformError] = PlatformUnavailable if repeatable else OutcomeUnknown
    if isinstance(error, SlackApiError):
        return _answered(error, unsure)
    if isinstance(error, NEVER_LEFT):
        return PlatformUnavailable(f"Slack cannot be reached ({type(error).__name__}).")
    return unsure(f"Slack gave no answer that can be read ({type(error).__name__}).")


def _answered(error: SlackApiError, unsure: type[PlatformError]) -> PlatformError:
    response = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status == 429 or code in SLOW_DOWN:
        return RateLimited(_wait(getattr(response, "headers", {}).get("Retry-After")))
    if code in CHANNEL:
        return ConversationGone(f"Slack: {code}.", Unreachable.NOT_FOUND)
    if code in PERSON:
        return RecipientUnreachable(f"Slack: {code}.", PERSON[code])
    if code in WORKSPACE:
        return Misconfigured(
            f"Slack refuses the app in this workspace: {code}.", code=code, revoked=code in REVOKED
        )
    if code in TRIGGER:
        return TriggerExpired(f"Slack: {code}.")
    if not code or code in UNSURE or status >= 500:
        return unsure(f"Slack failed: {code or f'HTTP {status}'}.")
    return PlatformError(f"Slack refused the request: {code}.")


def _wait(header: str | None) -> float:
    try:
        return max(float(header or ""), 0.0)
    except ValueError:
        return DEFAULT_WAIT
