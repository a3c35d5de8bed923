"""The manifest asks for what the bot uses and for nothing else."""

import pytest

from bot.platforms.slack.inbound import _EVENTS
from bot.platforms.slack.manifest import manifest
from tests.support.fake_slack import SCOPES

EVENT_SCOPES = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.im": {"im:history"},
    "team_join": {"users:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}
"""docs.slack.dev/reference/events: what each subscription needs."""


def test_scopes_cover_every_call_and_event_and_no_more() -> None:
    document = manifest(None)
    events = document["settings"]["event_subscriptions"]["bot_events"]
    needed = {"commands"}.union(*SCOPES.values(), *(EVENT_SCOPES[event] for event in events))
    assert set(document["oauth_config"]["scopes"]["bot"]) == needed


def test_every_event_that_is_understood_is_subscribed_to_and_no_other() -> None:
    events = manifest(None)["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == set(_EVENTS)


def test_with_an_address_everything_goes_there() -> None:
    document = manifest("https://entrain.exemple.fr/")
    url = "https://entrain.exemple.fr/slack/events"
    assert document["settings"]["event_subscriptions"]["request_url"] == url
    assert document["settings"]["interactivity"] == {"is_enabled": True, "request_url": url}
    assert {command["command"]: command["url"] for command in document["features"]["slash_commands"]} == {
        "/testimonial": url,
        "/adoption": url,
        "/idea": url,
        "/ideas": url,
    }
    assert document["settings"]["socket_mode_enabled"] is False


def test_the_shortcut_is_one_that_is_understood() -> None:
    (shortcut,) = manifest(None)["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", "testimonial")
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150


def test_without_an_address_socket_mode_is_on_and_no_address_is_told() -> None:
    document = manifest(None)
    assert document["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in document["settings"]["event_subscriptions"]
    assert all("url" not in command for command in document["features"]["slash_commands"])


@pytest.mark.parametrize(
    ("path", "longest"),
    [(("name",), 35), (("description",), 140), (("long_description",), 4000)],
)
def test_texts_keep_slacks_lengths(path: tuple[str, ...], longest: int) -> None:
    text = manifest(None)["display_information"][path[0]]
    assert len(text) <= longest
    if path == ("long_description",):
        assert len(text) >= 175
