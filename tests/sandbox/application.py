# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as an ASGI application: services with what is common to all of them, the control API and the page."""

from __future__ import annotations

import re
import sys
import traceback
import typing as t
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from .contract import Sandbox, Service
from .control import CONTROL_ROUTES
from .faults import play
from .page import PAGE_ROUTES
from .store import open_database
from .traffic import Traffic


def default_settings(services: Sequence[Service]) -> dict[str, str]:
    """Every dialect with the value that its vendor's material makes most likely."""
    return {dialect.name: dialect.values[0] for service in services for dialect in service.dialects}


def build_application(services: Sequence[Service], database: str = ":memory:") -> Application:
    """A sandbox with these services and a database of its own (or the one in a file)."""
    sandbox = Sandbox(
        database=open_database(database, services),
        services={service.name: service for service in services},
        settings=default_settings(services),
    )
    return Application(sandbox, Traffic())


class Application:
    """Hands requests below a service's prefix to its routes, everything else to the control API and the page.

    Service requests take this short way instead of Starlette's own, because it knows the operation before it acts
    (to count, delay and spoil it) and because benchmarks send tens of thousands of them.
    """

    def __init__(self, sandbox: Sandbox, traffic: Traffic) -> None:
        self.sandbox = sandbox
        self.traffic = traffic
        self._starlette = Starlette(routes=[*CONTROL_ROUTES, *PAGE_ROUTES])
        self._starlette.state.sandbox = sandbox
        self._starlette.state.traffic = traffic
        # The longest prefix first, so that no service hides another.
        self._services = sorted(sandbox.services.values(), key=lambda service: -len(service.prefix))
        routes = [route for service in self._services for route in service.routes]
        self._patterns = [route for route in routes if route.param_convertors]
        self._fixed = {
            (method, route.path): route
            for route in routes
            if not route.param_convertors
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            for service in self._services:
                if path.startswith(service.prefix):
                    await self._serve(service, scope, receive, send)
                    return
        await self._starlette(scope, receive, send)

    async def _serve(self, service: Service, scope: Scope, receive: Receive, send: Send) -> None:
        if service.merge_slashes and "//" in scope["path"]:
            scope["path"] = re.sub("/+", "/", scope["path"])
        route = self._route(scope)
        scope["app"] = self._starlette
        operation = route.name if route else f"{service.name}.unknown"
        handler = route.endpoint if route else service.not_found
        request = Request(scope, receive)
        await self.traffic.delay()
        rule = self.traffic.faults.take(operation)
        if rule is None:
            answer = await _answer(handler, request)
            # Counted before it is sent: who has the answer finds the request counted.
            self.traffic.note(operation, scope["method"], scope["path"], answer.status_code)
            await answer(scope, receive, send)
            return

        entry = self.traffic.note(operation, scope["method"], scope["path"], None, rule.fault)

        async def act() -> Response:
            if rule.fault == "change":
                owner = self.sandbox.services[operation.partition(".")[0]]
                if owner.change is None:
                    return JSONResponse({"sandbox": f"{owner.name} has no way to change a record in between"}, 500)
                await owner.change(self.sandbox, request, rule.parameters)
            return await _answer(handler, request)

        entry.status = await play(rule, act, scope, receive, send)

    def _route(self, scope: Scope) -> Route | None:
        """The route that takes this path and method; its path parameters go into the scope."""
        route = self._fixed.get((scope["method"], scope["path"]))
        if route:
            return route
        for candidate in self._patterns:
            match, child_scope = candidate.matches(scope)
            if match is Match.FULL:
                scope.update(child_scope)
                return candidate
        return None


async def _answer(handler: t.Callable[[Request], t.Awaitable[Response]], request: Request) -> Response:
    """What the service answers; a mistake in the sandbox itself is shown in full, as it is nobody's test result."""
    try:
        return await handler(request)
    except HTTPException as error:
        return PlainTextResponse(error.detail, error.status_code, headers=error.headers)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return JSONResponse({"sandbox": "internal error", "traceback": traceback.format_exc()}, 500)
