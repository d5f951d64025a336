# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated service is made of.

A service is data: where it is mounted, its tables, its routes, the switches ("dialects") for
behaviour its vendor leaves open, and functions to fill and to show its records. Everything that is
the same for all services (counting, faults, latency, the control API, the page) lives elsewhere and
knows services only through this contract.
"""

from __future__ import annotations

import sqlite3
import typing as t
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    Handler = Callable[[Request], t.Awaitable[Response]]


@dataclass(frozen=True)
class Dialect:
    """One switch: a question the vendor leaves open, and the answers the sandbox can play.

    name: ``<service>.<name>``, such as ``simotel.secret``.
    values: the first is the one the vendor's material makes most likely, and the default.
    """

    name: str
    values: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Service:
    """One simulated service.

    name: ``simotel``, ``autodialer``, ``exotel`` or ``sunbird``.
    routes: Starlette routes with full paths below the server's root; ``Route.name`` is
        ``<service>.<resource>.<verb>``, the operation that counting and faults refer to.
    schema: ``CREATE TABLE`` statements, run on a fresh database.
    seed: puts N plausible records in, starting after those that exist: ``seed(sandbox, count)``.
    records: the records a person wants to see, secrets masked: ``records(sandbox)``.
    not_found: answers a path below ``prefix`` that no route takes, as the vendor's web server would.
        A route takes a request only when path and method both fit, so a wrong method arrives here too.
    accounts: what a person needs to log in, shown at the start: pairs of (what for, credentials).
    change: alters the record a request is about to address, for the fault ``change``, as another
        person at work at the same time would: ``change(sandbox, request, {"remove": True})``,
        ``{"set": {...}}`` or ``{"add": {...}}``. None when the service cannot do that.
    merge_slashes: whether ``//`` in a path means ``/``.
    """

    name: str
    title: str
    prefix: str
    schema: str
    routes: Sequence[Route]
    dialects: Sequence[Dialect]
    seed: Callable[[Sandbox, int], None]
    records: Callable[[Sandbox], list[dict[str, t.Any]]]
    not_found: Handler
    accounts: Sequence[tuple[str, str]] = ()
    change: Callable[[Sandbox, Request, Mapping[str, t.Any]], t.Awaitable[None]] | None = None
    merge_slashes: bool = False


@dataclass
class Sandbox:
    """The state of one running sandbox, found by handlers under ``request.app.state.sandbox``.

    ``database`` is used from the event loop's thread only; a handler that does not await between
    reading and writing is therefore atomic.
    """

    database: sqlite3.Connection
    services: Mapping[str, Service]
    settings: dict[str, str] = field(default_factory=dict)

    def dialect(self, name: str) -> str:
        """The value in force of the switch with this full name; KeyError when there is no such switch."""
        return self.settings[name]
