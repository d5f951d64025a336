# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A door before the sandbox that lets so many requests in and then is shut, so that connections are refused."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import typing as t
from urllib.parse import urlsplit

if t.TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10


@contextlib.contextmanager
def front(upstream: str, admitted: int) -> Iterator[str]:
    """The address of a server that hands so many requests on to another one and then refuses connections."""
    target = urlsplit(upstream)
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    if not admitted:
        listener.close()
        yield address
        return
    thread = threading.Thread(target=_serve, args=(listener, (target.hostname or "", target.port or 80), admitted))
    thread.start()
    try:
        yield address
    finally:
        # Who waits for a connection gets one that says nothing, and ends.
        with contextlib.suppress(OSError):
            socket.create_connection(listener.getsockname(), SECONDS).close()
        listener.close()
        thread.join(SECONDS)


def _serve(listener: socket.socket, target: tuple[str, int], admitted: int) -> None:
    for left in range(admitted - 1, -1, -1):
        client, _address = listener.accept()
        with client:
            client.settimeout(SECONDS)
            request = _request(client)
            if not request:
                return
            answer = _exchange(target, request)
            if not left:
                listener.close()
            client.sendall(answer)


def _request(client: socket.socket) -> bytes:
    """A whole request, which asks for the connection to be closed after the answer; empty if none comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        if not part:
            return b""
        data += part
    head, _blank, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += client.recv(65536)
    head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)
    return head + b"\r\nConnection: close\r\n\r\n" + body


def _exchange(target: tuple[str, int], request: bytes) -> bytes:
    answer = b""
    with socket.create_connection(target, SECONDS) as upstream:
        upstream.sendall(request)
        while part := upstream.recv(65536):
            answer += part
    return answer
