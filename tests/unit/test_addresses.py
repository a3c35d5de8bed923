"""Which addresses we call: the exact host and scheme, and nothing that only looks like it."""

import pytest

from bot.addresses import checked, host_of
from bot.platforms.teams.outgoing import ServiceHosts
from bot.settings import SettingsError, read_settings

GOOD = [
    "https://slack.com/api/",
    "https://login.example:8443/v1",
    "http://127.0.0.1:9000/v1",
    "http://localhost/v1",
    "http://[::1]:9000/",
]
BAD = [
    "http://localhost.evil.example/",
    "http://127.0.0.1.evil.example/",
    "http://127.0.0.1@evil.example/",
    "https://slack.com@evil.example/",
    "https://slack.com:secret@evil.example/",
    "http://evil.example/",
    "ftp://slack.com/",
    "file:///etc/passwd",
    "//slack.com/",
    "https://",
    "https:///path",
    "https://slack.com:port/",
    "https://[::1/",
    "https://slack.com\\@evil.example/",
    "https://slack.com /",
    "http://169.254.169.254/latest",
    "http://0.0.0.0/",
    "http://2130706433.evil.example",
    "",
]


@pytest.mark.parametrize("url", GOOD)
def test_https_or_this_machine(url: str) -> None:
    assert checked(url).hostname


@pytest.mark.parametrize("url", BAD)
def test_anything_else_is_refused_wherever_an_address_is_set(url: str) -> None:
    with pytest.raises(ValueError, match=r"must|is not"):
        checked(url)
    for name in ("slack_api_url", "teams_login_url", "teams_openid_metadata_url"):
        with pytest.raises(SettingsError, match=f"ENTRAIN_{name.upper()}"):
            read_settings(_env_file=None, **{name: url})
    if url:
        with pytest.raises(SettingsError, match="ENTRAIN_LLM_URL"):
            read_settings(_env_file=None, llm_url=url, llm_model="m")


@pytest.mark.parametrize("url", BAD)
def test_no_token_goes_to_a_host_that_only_looks_allowed(url: str) -> None:
    assert not ServiceHosts(("slack.com", "127.0.0.1", "localhost")).allows(url)


def test_the_port_is_a_part_of_the_host_unless_it_is_the_usual_one() -> None:
    assert host_of("https://Login.Example:443/x") == "login.example"
    assert host_of("https://login.example:8443/x") == "login.example:8443"
    assert host_of("http://localhost:80/") == "localhost"
