"""Addresses that we call: written by whoever runs the bot, or told by somebody else and held against what they wrote."""

import ipaddress
from urllib.parse import SplitResult, urlsplit


def checked(url: str) -> SplitResult:
    """The parts of an https address, or of an http one on this machine.

    Raises:
        ValueError: it is neither, or it names a user, so that what looks like its host is not; the message says so.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not have a user name before its host")
    if not host or any(sign <= " " or sign == "\\" for sign in url):
        raise ValueError("is not an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("must be an https address, or http on this machine")
    return parts


def is_loopback(host: str) -> bool:
    """Whether this host, without its port, is this machine by its name or number alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def host_of(url: str) -> str:
    """The host, with its port where it is not the scheme's own. Raises as `checked`."""
    parts = checked(url)
    default = 443 if parts.scheme == "https" else 80
    host = (parts.hostname or "").lower()
    return host if parts.port in {None, default} else f"{host}:{parts.port}"
