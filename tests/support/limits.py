"""Settings for tests whose clock stands still: nothing waits for a rate there."""

from typing import Any

UNLIMITED: dict[str, Any] = {
    "slack_posts_per_minute": 0,
    "slack_opens_per_minute": 0,
    "slack_updates_per_minute": 0,
    "slack_lookups_per_minute": 0,
    "slack_conversation_limits": "",
    "teams_posts_per_second": 0,
    "teams_conversation_limits": "",
}
