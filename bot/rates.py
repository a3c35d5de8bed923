"""The platforms' limits, from the settings, as the outbox counts them: kinds of call per workspace."""

from bot.settings import Settings
from storage.budget import Limit, Rates, parse_limits

MINUTE, SECOND = 60.0, 1.0


def rates(settings: Settings) -> dict[str, Rates]:
    """By platform. The playground has none. A first contact on Teams takes two calls."""
    return {
        "slack": {
            "send": _at_most(settings.slack_posts_per_minute, MINUTE),
            "open": _at_most(settings.slack_opens_per_minute, MINUTE),
            "update": _at_most(settings.slack_updates_per_minute, MINUTE),
            "look_up": _at_most(settings.slack_lookups_per_minute, MINUTE),
            "conversation": parse_limits(settings.slack_conversation_limits),
        },
        "teams": {
            "call": _at_most(settings.teams_posts_per_second, SECOND),
            "open": _at_most(settings.teams_posts_per_second // 2, SECOND),
            "conversation": parse_limits(settings.teams_conversation_limits),
        },
    }


def _at_most(count: int, seconds: float) -> tuple[Limit, ...]:
    return (Limit(count, seconds),) if count else ()
