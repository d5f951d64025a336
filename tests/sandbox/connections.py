# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which TCP connection belongs to a request, so that a fault can break it off."""

from __future__ import annotations

import asyncio
import socket
import struct
import typing as t

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class TrackedProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol, remembering the transport of each client address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Head and body leave as two packets; without this, the second waits 40 ms for the first to be acknowledged.
        # The loop does the same by itself only for listeners of its own making.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.client is not None:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _transports.pop(self.client, None)
        super().connection_lost(exc)


async def abort(scope: t.Mapping[str, t.Any]) -> None:
    """Break off the connection of this request: the client sees "connection reset by peer"."""
    transport = _transports.get(tuple(scope["client"]))
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        # Without waiting for unsent data, the system sends a reset instead of an orderly end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    # The loop tells the protocol at its next turn; before that, uvicorn would complain about the missing answer.
    while not transport_closed(scope):
        await asyncio.sleep(0)


def transport_closed(scope: t.Mapping[str, t.Any]) -> bool:
    """Whether the connection of this request has ended."""
    return tuple(scope["client"]) not in _transports
