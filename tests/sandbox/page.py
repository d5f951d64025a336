# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page at ``/``: one HTML file that shows the sandbox to a person, fed by the control API."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

PAGE = Path(__file__).with_name("page.html")


async def page(request: Request) -> Response:
    """The page; its own origin is all it may load from and talk to."""
    policy = "default-src 'self' 'unsafe-inline'; img-src data:"
    return HTMLResponse(PAGE.read_text(encoding="utf-8"), headers={"Content-Security-Policy": policy})


PAGE_ROUTES = [Route("/", page)]
