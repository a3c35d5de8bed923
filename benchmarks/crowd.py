"""Many requests at once over real sockets, from a client that costs less than any server: prepared bytes, one `epoll`."""

import errno
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

PATIENCE = 60.0
"""Seconds; who has no answer by then counts as not answered."""


@dataclass
class Answered:
    """Which requests (by number) got a 200, and how many seconds after the release of all; what the others got."""

    seconds: dict[int, float] = field(default_factory=dict)
    others: dict[int, bytes] = field(default_factory=dict)


@dataclass
class _Connection:
    socket: socket.socket
    number: int


def release(port: int, requests: Sequence[bytes], connections: int) -> Answered:
    """Send all requests at once, as a proxy does: on so many connections, each with one request under way.

    All seconds count from the release, those in which a request waits for its connection too.
    """
    poll, open_, answered, left = select.epoll(), {}, Answered(), iter(range(connections, len(requests)))
    began = time.perf_counter()
    for number in range(connections):
        connection = _Connection(_connecting(port), number)
        poll.register(connection.socket, select.EPOLLOUT)
        open_[connection.socket.fileno()] = connection
    while open_ and time.perf_counter() - began < PATIENCE:
        for descriptor, event in poll.poll(1.0):
            connection = open_[descriptor]
            if event & select.EPOLLOUT:
                connection.socket.sendall(requests[connection.number])
                poll.modify(descriptor, select.EPOLLIN)
                continue
            answer = _read(connection.socket)
            if answer.startswith(b"HTTP/1.1 200 "):
                answered.seconds[connection.number] = time.perf_counter() - began
            else:
                answered.others[connection.number] = answer[:80]
            following = next(left, None)
            if following is None or not answer:
                poll.unregister(descriptor)
                open_.pop(descriptor).socket.close()
            else:
                connection.number = following
                connection.socket.sendall(requests[following])
    for connection in open_.values():
        connection.socket.close()
    poll.close()
    for number in range(len(requests)):
        if number not in answered.seconds:
            answered.others.setdefault(number, b"no answer")
    return answered


def _connecting(port: int) -> socket.socket:
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    if connection.connect_ex(("127.0.0.1", port)) not in {0, errno.EINPROGRESS}:
        raise OSError("connections are refused")
    return connection


def _read(connection: socket.socket) -> bytes:
    """The answer: one segment, as small as it is. Nothing if the connection broke."""
    try:
        return connection.recv(4096)
    except OSError:
        return b""
