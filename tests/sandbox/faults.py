# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: what goes wrong between a client and a service, on demand.

A rule waits for requests of an operation and spoils the next ``times`` of them, after letting ``skip`` pass.
"""

from __future__ import annotations

import asyncio
import typing as t
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .connections import abort

Act = Callable[[], Awaitable[Response]]

# name: (meaning, required parameters, optional parameters)
FAULTS: dict[str, tuple[str, frozenset[str], frozenset[str]]] = {
    "reset_before": ("the connection is reset, the service has not acted", frozenset(), frozenset()),
    "reset_after": ("the service acts, then the connection is reset without an answer", frozenset(), frozenset()),
    "reset_middle": ("the service acts, the connection is reset in the middle of its answer", frozenset(), frozenset()),
    "timeout_before": (
        "nothing happens for some seconds, then the connection is reset",
        frozenset({"seconds"}),
        frozenset(),
    ),
    "timeout_after": ("the service acts and answers some seconds later", frozenset({"seconds"}), frozenset()),
    "status": (
        "an HTTP status from a machine in between; body is nginx, plain, empty or json",
        frozenset({"status"}),
        frozenset({"retry_after", "body", "acts"}),
    ),
    "html": ("status 200 with an HTML page", frozenset(), frozenset({"acts"})),
    "truncated_json": ("the service acts, half of its JSON arrives", frozenset(), frozenset()),
    "wrong_content_type": (
        "the service acts, its answer is labelled as something else",
        frozenset(),
        frozenset({"content_type"}),
    ),
    "redirect": ("the client is sent elsewhere", frozenset({"location"}), frozenset({"status"})),
    "slow_body": ("the service acts, its answer drips in over some seconds", frozenset({"seconds"}), frozenset()),
    "change": (
        "somebody else removes, sets fields of, or adds a record just before the service acts",
        frozenset(),
        frozenset({"remove", "set", "add"}),
    ),
}

NUMBER_PARAMETERS = ("seconds", "status", "skip", "times")

NGINX_PAGE = """<html>
<head><title>{status} {reason}</title></head>
<body>
<center><h1>{status} {reason}</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""
REASONS = {
    403: "Forbidden",
    404: "Not Found",
    408: "Request Time-out",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}
LOGIN_PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n"


@dataclass
class Fault:
    """One rule. ``times`` None means: until it is deleted."""

    operation: str
    fault: str
    skip: int = 0
    times: int | None = 1
    parameters: dict[str, t.Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, t.Any]:
        """The rule as the control API takes and shows it."""
        return {
            "operation": self.operation,
            "fault": self.fault,
            "skip": self.skip,
            "times": self.times,
            **self.parameters,
        }


class FaultBook:
    """The rules in force, oldest first."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(self, rule: Fault) -> None:
        """Put a rule in force."""
        self.rules.append(rule)

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault that this request suffers, used up by one; rules that let it pass are used up by one pass."""
        for rule in self.rules:
            if not fnmatchcase(operation, rule.operation):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            if rule.times is not None:
                rule.times -= 1
                if not rule.times:
                    self.rules.remove(rule)
            return rule
        return None


def read_fault(description: t.Any) -> Fault:
    """The rule that the control API was given; ValueError says what is wrong with it."""
    if not isinstance(description, dict):
        raise ValueError("a fault is an object such as {'operation': 'simotel.user.add', 'fault': 'reset_after'}")
    given = dict(description)
    operation, name = given.pop("operation", None), given.pop("fault", None)
    if not isinstance(operation, str) or not operation:
        raise ValueError("'operation' is missing: the name of an operation, or a pattern such as 'simotel.user.*'")
    if name not in FAULTS:
        raise ValueError(f"unknown fault {name!r}; valid ones: {', '.join(FAULTS)}")
    skip, times = given.pop("skip", 0), given.pop("times", 1)
    required, optional = FAULTS[name][1:]
    if required - given.keys():
        raise ValueError(f"fault {name!r} needs {', '.join(sorted(required))}")
    if given.keys() - required - optional:
        surplus = ", ".join(sorted(given.keys() - required - optional))
        raise ValueError(f"fault {name!r} does not take {surplus}")
    for key, value in {"skip": skip, "times": 1 if times is None else times, **given}.items():
        if key in NUMBER_PARAMETERS and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
            raise ValueError(f"{key!r} must be a number, not {value!r}")
    if times == 0:
        raise ValueError("'times' is at least 1, or null for a fault that stays until it is deleted")
    return Fault(operation, name, skip, times, given)


async def play(rule: Fault, act: Act, scope: Scope, receive: Receive, send: Send) -> int | None:
    """Answer a request the faulty way; the status sent, or None when there was no (whole) answer.

    ``act`` lets the service handle the request and returns its answer, unsent.
    """
    parameters = rule.parameters
    if rule.fault == "reset_before":
        await abort(scope)
        return None
    if rule.fault == "timeout_before":
        await _hold(parameters["seconds"], receive)
        await abort(scope)
        return None
    if rule.fault in ("status", "html", "redirect"):
        if parameters.get("acts"):
            await act()
        return await _send(_foreign_answer(rule.fault, parameters), scope, receive, send)

    answer = await act()
    if rule.fault == "reset_after":
        await abort(scope)
        return None
    if rule.fault == "reset_middle":
        await _send_parts(answer, [bytes(answer.body)[: len(answer.body) // 2]], 0, send)
        # Give the first half the time to leave before the reset overtakes it.
        await asyncio.sleep(0.05)
        await abort(scope)
        return None
    if rule.fault == "timeout_after":
        if not await _hold(parameters["seconds"], receive):
            return None
    elif rule.fault == "truncated_json":
        answer = Response(bytes(answer.body)[: len(answer.body) // 2], answer.status_code, media_type=answer.media_type)
    elif rule.fault == "wrong_content_type":
        answer.headers["content-type"] = parameters.get("content_type", "text/html; charset=UTF-8")
    elif rule.fault == "slow_body":
        body = bytes(answer.body)
        size = max(1, len(body) // 20)
        parts = [body[start : start + size] for start in range(0, len(body), size)]
        await _send_parts(answer, parts, parameters["seconds"] / max(1, len(parts)), send)
        await send({"type": "http.response.body", "body": b""})
        return answer.status_code
    return await _send(answer, scope, receive, send)


def _foreign_answer(fault: str, parameters: Mapping[str, t.Any]) -> Response:
    """An answer that no service wrote: of a proxy, a login page, a load balancer."""
    if fault == "html":
        return Response(LOGIN_PAGE, 200, media_type="text/html")
    if fault == "redirect":
        location = {"Location": str(parameters["location"])}
        return Response(status_code=int(parameters.get("status", 302)), headers=location)
    status = int(parameters["status"])
    headers = {"Retry-After": str(parameters["retry_after"])} if "retry_after" in parameters else {}
    reason = REASONS.get(status, "Error")
    body = parameters.get("body", "nginx")
    if body == "nginx":
        page = NGINX_PAGE.format(status=status, reason=reason)
        return Response(page, status, headers, media_type="text/html")
    if body == "json":
        return Response(f'{{"message":"{reason}"}}', status, headers, media_type="application/json")
    return Response("" if body == "empty" else reason, status, headers, media_type="text/plain")


async def _send(answer: Response, scope: Scope, receive: Receive, send: Send) -> int:
    await answer(scope, receive, send)
    return answer.status_code


async def _send_parts(answer: Response, parts: list[bytes], pause: float, send: Send) -> None:
    """The head of an answer and these parts of its body, the last of them not marked as the end."""
    await send({"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers})
    for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await asyncio.sleep(pause)


async def _hold(seconds: float, receive: Receive) -> bool:
    """Wait, but not longer than the client does; whether it is still there."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return True
    return False
