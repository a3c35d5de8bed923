"""What the outgoing calls of the Teams adapter share: time limits, which hosts may be called, how long to wait."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp

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
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.query or parts.fragment:
            return False
        local = _is_loopback(host)
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            return False
        if local and self._any_loopback:
            return True
        return (f"{host}:{port}" if port not in {None, 443} else host) in self._hosts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
