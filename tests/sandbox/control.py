# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API under ``/control/``: how a tester, or the page, looks at and steers the sandbox.

Bodies and answers are JSON. A request that makes no sense gets status 400 and ``{"error": "..."}``.
"""

from __future__ import annotations

import itertools
import json
import typing as t
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .contract import Dialect, Sandbox
from .faults import FAULTS, read_fault
from .store import empty_database, transaction
from .traffic import Traffic

LARGEST_SEED = 100_000


def _sandbox(request: Request) -> Sandbox:
    return t.cast(Sandbox, request.app.state.sandbox)


def _traffic(request: Request) -> Traffic:
    return t.cast(Traffic, request.app.state.traffic)


def _dialects(sandbox: Sandbox) -> dict[str, Dialect]:
    return {dialect.name: dialect for service in sandbox.services.values() for dialect in service.dialects}


async def _body(request: Request) -> dict[str, t.Any]:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _number(value: t.Any, name: str, most: float | None = None) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0 or (most and value > most):
        raise ValueError(f"{name!r} must be a number from 0" + (f" to {most:g}" if most else "") + f", not {value!r}")
    return value


def _explained(
    handler: Callable[[Request], Awaitable[t.Any]],
) -> Callable[[Request], Awaitable[Response]]:
    """The handler's result as JSON, and its ValueError as an answer that says what was wrong."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


async def requests(request: Request) -> dict[str, t.Any]:
    """GET: the requests since the last reset. DELETE: count anew."""
    if request.method == "DELETE":
        _traffic(request).forget()
    return _traffic(request).summary()


async def reset(request: Request) -> dict[str, t.Any]:
    """POST: everything as after the start."""
    sandbox = _sandbox(request)
    empty_database(sandbox.database, sandbox.services.values())
    sandbox.settings.update({name: dialect.values[0] for name, dialect in _dialects(sandbox).items()})
    _traffic(request).reset()
    return {"reset": True}


async def seed(request: Request) -> dict[str, t.Any]:
    """POST ``{"service", "count"}``: so many more plausible records."""
    body, sandbox = await _body(request), _sandbox(request)
    count = int(_number(body.get("count"), "count", LARGEST_SEED))
    service = str(body.get("service"))
    if service not in sandbox.services:
        raise ValueError(f"unknown service {service!r}; valid ones: {', '.join(sandbox.services)}")
    with transaction(sandbox.database):
        sandbox.services[service].seed(sandbox, count)
    return {"service": service, "added": count}


async def dialects(request: Request) -> dict[str, t.Any]:
    """GET: every dialect with its value, its values and its meaning. PUT ``{name: value}``: switch some."""
    sandbox = _sandbox(request)
    known = _dialects(sandbox)
    if request.method == "PUT":
        wanted = await _body(request)
        for name, value in wanted.items():
            if name not in known:
                raise ValueError(f"unknown dialect {name!r}; valid ones: {', '.join(known)}")
            if value not in known[name].values:
                raise ValueError(f"dialect {name!r} knows no {value!r}; valid values: {', '.join(known[name].values)}")
        sandbox.settings.update(wanted)
    return {
        name: {"value": sandbox.settings[name], "values": list(dialect.values), "meaning": dialect.meaning}
        for name, dialect in known.items()
    }


async def faults(request: Request) -> dict[str, t.Any]:
    """GET: the rules in force, and the faults there are. POST: one more rule. DELETE: no more faults."""
    book = _traffic(request).faults
    if request.method == "POST":
        book.add(read_fault(await _body(request)))
    elif request.method == "DELETE":
        book.clear()
    kinds = {
        name: {"meaning": meaning, "required": sorted(required), "optional": sorted(optional)}
        for name, (meaning, required, optional) in FAULTS.items()
    }
    return {"rules": [rule.as_json() for rule in book.rules], "faults": kinds}


async def latency(request: Request) -> dict[str, t.Any]:
    """GET or PUT ``{"milliseconds"}``: how long every request to a service waits."""
    traffic = _traffic(request)
    if request.method == "PUT":
        traffic.latency = _number((await _body(request)).get("milliseconds"), "milliseconds", 60_000) / 1000
    return {"milliseconds": traffic.latency * 1000}


async def records(request: Request) -> dict[str, t.Any]:
    """GET: what a service holds, secrets masked; ``?limit=`` shows so many, ``?query=`` those that contain a text."""
    sandbox, name = _sandbox(request), request.path_params["service"]
    if name not in sandbox.services:
        raise ValueError(f"unknown service {name!r}; valid ones: {', '.join(sandbox.services)}")
    limit, query = request.query_params.get("limit"), request.query_params.get("query", "").lower()
    if limit is not None and not limit.isdecimal():
        raise ValueError(f"'limit' must be a number, not {limit!r}")
    everything = sandbox.services[name].records(sandbox)
    matching = everything if not query else [record for record in everything if _mentions(record, query)]
    shown = list(itertools.islice(matching, int(limit) if limit is not None else None))
    return {"service": name, "total": len(everything), "matching": len(matching), "records": shown}


def _mentions(value: t.Any, text: str) -> bool:
    """Whether a value, or one inside it, contains this lower-case text."""
    if isinstance(value, dict):
        return any(_mentions(item, text) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_mentions(item, text) for item in value)
    return text in str(value).lower()


async def overview(request: Request) -> dict[str, t.Any]:
    """GET: what the page asks for again and again; ``changes`` differs after every write to the database."""
    sandbox, traffic = _sandbox(request), _traffic(request)
    # A reset makes the tables anew, which counts as a change of the schema only.
    schema_version = sandbox.database.execute("PRAGMA schema_version").fetchone()[0]
    return {
        "changes": f"{schema_version}.{sandbox.database.total_changes}",
        "services": [
            {"name": service.name, "title": service.title, "prefix": service.prefix}
            for service in sandbox.services.values()
        ],
        "requests": traffic.summary(newest=40),
        "settings": sandbox.settings,
        "faults": [rule.as_json() for rule in traffic.faults.rules],
        "latency": traffic.latency * 1000,
    }


CONTROL_ROUTES = [
    Route("/control/requests", _explained(requests), methods=["GET", "DELETE"]),
    Route("/control/reset", _explained(reset), methods=["POST"]),
    Route("/control/seed", _explained(seed), methods=["POST"]),
    Route("/control/dialects", _explained(dialects), methods=["GET", "PUT"]),
    Route("/control/faults", _explained(faults), methods=["GET", "POST", "DELETE"]),
    Route("/control/latency", _explained(latency), methods=["GET", "PUT"]),
    Route("/control/records/{service}", _explained(records), methods=["GET"]),
    Route("/control/overview", _explained(overview), methods=["GET"]),
]
