"""What the outgoing calls of the Teams adapter share: time limits, which hosts may be called, how long to wait."""

from collections.abc import Mapping

import aiohttp

from bot.addresses import checked, host_of, is_loopback

TIMEOUT = aiohttp.ClientTimeout(total=25, connect=10, sock_connect=5, sock_read=15)
"""Seconds. `connect` includes the wait for a free connection of the pool."""

DEFAULT_WAIT = 5.0
"""Seconds to wait when a platform says "later" without saying when."""


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that the `Retry-After` header asks for."""
    try:
        return max(float(headers.get("Retry-After", "")), 0.0)
    except ValueError:
        return DEFAULT_WAIT


class ServiceHosts:
    """The exact hosts that may be called back. `any_loopback` is for an emulator on this machine.

    A host may be given with its port (`127.0.0.1:9000`). Everything but a loopback host needs https.
    """

    def __init__(self, hosts: tuple[str, ...], *, any_loopback: bool = False) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._any_loopback = any_loopback

    def allows(self, url: str) -> bool:
        """Whether requests with the bot's token may go to `url`."""
        try:
            parts, host = checked(url), host_of(url)
        except ValueError:
            return False
        if parts.query or parts.fragment:
            return False
        if self._any_loopback and is_loopback(parts.hostname or ""):
            return True
        return host in self._hosts
