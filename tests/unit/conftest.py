# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``sandbox`` fixture: a fresh sandbox for every test, from one server per worker process."""

from __future__ import annotations

import pytest

from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess

FIXTURE = "sandbox"
_server: SandboxProcess | None = None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the server before the first test runs, because tests may be forked off, and only if one needs it."""
    global _server
    needed = any(FIXTURE in getattr(item, "fixturenames", ()) for item in session.items)
    if needed and _server is None and not session.config.option.collectonly:
        _server = SandboxProcess()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server with the session."""
    global _server
    if _server is not None:
        _server.stop()
        _server = None


@pytest.fixture
def sandbox() -> Sandbox:
    """The sandbox as after its start: no records, default dialects, no faults, nothing counted."""
    assert _server is not None, "pytest_collection_finish starts the server"
    client = Sandbox(_server.url)
    client.reset()
    return client
