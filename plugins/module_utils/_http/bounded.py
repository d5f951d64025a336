# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Bounds for what a server may answer: the time for the whole of it, its size, and what it may hold."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import math
import re
import socket
import threading
import time
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.turns import passed_on

LARGEST_ANSWER = 64 * 1024 * 1024  # bytes; above any listing known
MOST_VALUES = 8 * 1000 * 1000  # in one answer; each takes many times the memory of its text
ALL_BYTES = 512 * 1024 * 1024  # of all answers that a task holds
ALL_VALUES = 16 * 1000 * 1000
LONGEST_NUMBER = 400  # characters
SENT_AT_ONCE = 8 * 1024  # bytes, which the system takes without waiting for a server that reads slowly

ALL_HINT = "If it is the service that answers so much, divide the list among several tasks."

_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Allowance:
    """What all answers that a task holds may hold together: ten thousand small ones fill the memory, too.

    What is read before anything is written stays until the task ends. What a thread reads after a write serves that
    one change, so it does not add up. So no answer to a write is ever refused for what was read before it.
    """

    def __init__(self) -> None:
        self._left = _all()
        self._of_a_change = threading.local()
        self._lock = threading.Lock()

    def begin_change(self) -> None:
        """What this thread takes from now on counts from the beginning."""
        self._of_a_change.left = _all()

    def take(self, number: int, unit: str) -> None:
        """Count so many more of ``bytes`` or ``values``; Failure when they are too many."""
        with self._lock:
            left = getattr(self._of_a_change, "left", self._left)
            left[unit] -= number
            if left[unit] < 0:
                message = f"the answers to this task together hold too many {unit}"
                raise Failure(BROKEN, message, hint=ALL_HINT, acted=None)


def _all() -> dict[str, int]:
    return {"bytes": ALL_BYTES, "values": ALL_VALUES}


class Response(http.client.HTTPResponse):
    """An answer that has to be complete within the time-out of its socket, head and body, in whatever pieces."""

    def __init__(self, sock: socket.socket, *args: t.Any, **more: t.Any) -> None:
        super().__init__(sock, *args, **more)
        self.fp.close()
        self.fp = io.BufferedReader(_UntilTheEnd(sock))


class _UntilTheEnd(io.RawIOBase):
    """Reads a socket, whose own time-out counts anew for every piece, until the time for all of them is over."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._socket = sock
        self._source = sock.makefile("rb", buffering=0)
        self._end = time.monotonic() + (sock.gettimeout() or math.inf)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        """The next piece, as the socket gives it; ``socket.timeout`` when the time is over."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        if left < math.inf:
            self._socket.settimeout(left)
        with passed_on():
            return self._source.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._source.close()
        super().close()


class _Patient:
    """What a connection does that may have to wait for the server, apart from reading: others have their turn then."""

    def connect(self) -> None:
        """Reach the server, through a proxy and with TLS as the case may be."""
        with passed_on():
            super().connect()  # type: ignore[misc]

    def send(self, data: t.Any) -> None:
        """Send a part of a request."""
        at_once = isinstance(data, bytes) and len(data) <= SENT_AT_ONCE
        with contextlib.nullcontext() if at_once else passed_on():
            super().send(data)  # type: ignore[misc]


def bind(adapter: t.Any) -> None:
    """Let an adapter of ``requests`` use such answers, also those of proxies."""
    direct, through_proxy = adapter.poolmanager, adapter.proxy_manager_for

    def proxy_manager_for(*args: t.Any, **more: t.Any) -> t.Any:
        return _bound(through_proxy(*args, **more))

    _bound(direct)
    adapter.proxy_manager_for = proxy_manager_for


def _bound(manager: t.Any) -> t.Any:
    """A manager of connections whose answers are of our kind."""
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bound_pool(pool) for scheme, pool in pools.items()}
    return manager


def _bound_pool(pool: t.Any) -> t.Any:
    connection = pool.ConnectionCls
    if connection.response_class is Response:
        return pool
    bound = type(connection.__name__, (_Patient, connection), {"response_class": Response})
    return type(pool.__name__, (pool,), {"ConnectionCls": bound})


def content_of(response: t.Any, allowance: Allowance) -> bytes:
    """The whole body of an answer of ``requests``, read as it arrives; Failure when it is too large.

    The library's own reading waits for full blocks.
    """
    source = response.raw._original_response  # pylint: disable=protected-access
    parts: list[bytes] = []
    size = 0
    try:
        while True:
            part = source.read1(1024 * 1024)
            if not part:
                break
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                message = f"the answer is larger than {LARGEST_ANSWER / 1024 / 1024:g} MiB"
                raise Failure(BROKEN, message, acted=None)
            allowance.take(len(part), "bytes")
        if source.length:
            raise http.client.IncompleteRead(b"", source.length)
    except BaseException:
        response.close()
        raise
    source.close()
    response.raw.release_conn()
    return b"".join(parts)


def parsed(content: bytes, allowance: Allowance) -> t.Any:
    """A JSON text as data; None when it is none. Failure when it would take too much memory.

    Text that no encoding can express (half of a surrogate pair) holds a question mark instead.
    """
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if values > MOST_VALUES:
        raise Failure(BROKEN, f"the answer holds more than {MOST_VALUES} values", acted=None)
    allowance.take(values, "values")
    try:
        text = content.decode(json.detect_encoding(content))
        data = json.loads(text, parse_int=_whole_number, parse_float=_number, parse_constant=_no_number)
        if _LONE_SURROGATE.search(text):
            data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return data


def _whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        # Reading it would take time in proportion to the square of its length.
        raise ValueError("a number that is too long")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")
