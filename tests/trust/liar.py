# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server before the sandbox that hands everything on, and tells lies about how many records there are."""

from __future__ import annotations

import contextlib
import http.client
import json
import typing as t
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ansible_collections.vox.roster.tests.unit.http_servers import Handler, Heard

    Records = list[dict[str, t.Any]]
    # The records of a page, the total (None when not told) and the place of the page, to what is told of them.
    Tell = Callable[[Records, int | None, int], tuple[t.Any, int | None]]

SECONDS = 30
KEYS = ("number", "name", "email", "userName", "devices")


@dataclass(frozen=True)
class Lie:
    """One way to lie. name: for people. tell: what becomes of a page.

    detected: whether it contradicts itself, and so has to be noticed. total: whether only a total, and several pages,
    can show that.
    """

    name: str
    tell: Tell
    detected: bool = False
    total: bool = False


def _plus(total: int | None, more: int) -> int | None:
    return None if total is None else max(0, total + more)


def _without_key(record: dict[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in record.items() if name not in KEYS}


LIES = (
    Lie("nothing", lambda records, total, start: ([], _plus(total, -(total or 0)))),
    Lie("null", lambda records, total, start: (None, None if total is None else 0)),
    Lie("half of it", lambda records, total, start: (records[: len(records) // 2], _plus(total, -len(records)))),
    Lie("every third", lambda records, total, start: (records[::3], _plus(total, len(records[::3]) - len(records)))),
    Lie("less than its total", lambda records, total, start: (records[:-1], total), detected=True, total=True),
    Lie("a total that shrinks", lambda records, total, start: (records, _plus(total, -start)), True, True),
    Lie("a total that grows", lambda records, total, start: (records, _plus(total, start)), True, True),
    Lie("records twice", lambda records, total, start: ([*records, *records[-2:]], _plus(total, 2)), detected=True),
    Lie("records without keys", lambda records, total, start: ([_without_key(one) for one in records], total)),
    Lie("records without anything", lambda records, total, start: ([{} for _one in records], total)),
    Lie("no records", lambda records, total, start: (["", None, 1], total), detected=True),
    Lie("no end", lambda records, total, start: (records, None if total is None else 10**6)),
)


@contextlib.contextmanager
def lying(upstream: str, lie: Lie) -> Iterator[str]:
    """The address of a server that hands requests on and lies about listings."""
    target = urlsplit(upstream)

    def act(handler: Handler) -> None:
        heard = handler.server.heard[-1]
        connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=SECONDS)
        with contextlib.closing(connection):
            headers = {name: value for name, value in heard.headers.items() if name != "connection"}
            connection.request(heard.method, heard.target, heard.body, headers)
            got = connection.getresponse()
            body = got.read()
        start = _start(heard)
        if got.status == 200 and start is not None:
            body = json.dumps(_told(json.loads(body), lie, start)).encode()
        answer(body, got.status, got.headers.get("Content-Type", "text/plain"))(handler)

    with serving(act) as server:
        yield server.url


def _start(heard: Heard) -> int | None:
    """Where the page begins that is asked for; None for what is no listing of everybody."""
    path, query = urlsplit(heard.target).path, parse_qs(urlsplit(heard.target).query)
    body = json.loads(heard.body) if heard.body.startswith(b"{") else {}
    if path.endswith("/search") and "conditions" in body:
        return None if any(body["conditions"].values()) else int(body.get("pagination", {}).get("start", 0))
    if path.endswith("/user/v1/search"):
        return int(body["request"].get("offset", 0))
    if path.endswith("/users") and heard.method == "GET" and not query.keys() & {"email", "devices.contact_uri"}:
        return int(query.get("offset", ["0"])[0])
    return None


def _told(told: dict[str, t.Any], lie: Lie, start: int) -> dict[str, t.Any]:
    """The answer with the lie in it, in the shape of its service."""
    if "response" in told:
        wrapped = told["response"] or []
        records, total = lie.tell([one["data"] for one in wrapped], told["metadata"].get("total"), start)
        envelope = {**wrapped[0]} if wrapped else {"code": 200, "status": "success", "error_data": None}
        told["response"] = None if records is None else [{**envelope, "data": one} for one in records]
        told["metadata"] = {**told["metadata"], **({} if total is None else {"total": total})}
    elif "result" in told:
        response = told["result"]["response"]
        response["content"], response["count"] = lie.tell(response["content"], response["count"], start)
    elif isinstance(told["data"], dict):
        data = told["data"]
        data["data"], data["pagination"]["total"] = lie.tell(data["data"], data["pagination"]["total"], start)
    else:
        told["data"], _total = lie.tell(told["data"], None, start)
    return told
