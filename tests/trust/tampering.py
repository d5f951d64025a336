# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that hands requests on to the sandbox and spoils what comes back."""

from __future__ import annotations

import contextlib
import http.client
import json
import typing as t
from urllib.parse import urlsplit

from ansible_collections.vox.roster.tests.unit.http_servers import Server, answer, serving

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from ansible_collections.vox.roster.tests.unit.http_servers import Handler

    # From what was asked for and the sandbox's answer (status and body) to the status and body to send instead.
    Mischief = Callable[[str, int, bytes], tuple[int, bytes]]


@contextlib.contextmanager
def tampering(upstream: str, mischief: Mischief, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server in front of the sandbox at ``upstream``."""
    target = urlsplit(upstream)

    def act(handler: Handler) -> None:
        heard = handler.server.heard[-1]
        ours = {name: value for name, value in heard.headers.items() if name not in ("host", "connection")}
        there = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=30)
        with contextlib.closing(there):
            there.request(heard.method, heard.target, heard.body, ours)
            got = there.getresponse()
            status, content = mischief(heard.target, got.status, got.read())
        answer(content, status, got.headers.get("Content-Type") or "application/json")(handler)

    with serving(act, tls=tls) as server:
        yield server


class Spoiler:
    """Puts something else into the places of answers that a script names; a mischief.

    script: which answer (counted from 0, round and round), how far along all places of it in thousandths, and what
        to put there: a value, or one of the marks below.
    """

    REMOVE, TWICE, CASE, LIST = object(), object(), object(), object()

    def __init__(self, script: t.Sequence[tuple[int, int, t.Any]]) -> None:
        self._script = script
        self._answers = 0

    def __call__(self, target: str, status: int, content: bytes) -> tuple[int, bytes]:
        number, self._answers = self._answers, self._answers + 1
        steps = [(where, what) for which, where, what in self._script if which == number]
        try:
            data = json.loads(content)
        except ValueError:
            return status, content
        for where, what in steps:
            places = list(_places(data))
            if places:
                _spoil(*places[where * len(places) // 1000], what)
        return status, json.dumps(data).encode("ascii")


def _places(data: t.Any) -> Iterator[tuple[t.Any, t.Any]]:
    """Every container in the data with each of its keys or positions, outermost first."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(entries):
        yield data, key
        yield from _places(value)


def _spoil(container: t.Any, key: t.Any, what: t.Any) -> None:
    if what is Spoiler.REMOVE:
        del container[key]
    elif what is Spoiler.TWICE and isinstance(container, list):
        container.insert(key, container[key])
    elif what is Spoiler.CASE:
        value = container[key]
        container[key] = value.swapcase() if isinstance(value, str) else value
    elif what is Spoiler.LIST or what is Spoiler.TWICE:
        container[key] = [container[key]]
    else:
        container[key] = what
