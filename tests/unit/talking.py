# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to one server, and what fails about it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http.auth import HeaderAuth, basic
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Connection,
    Operation,
    not_understood,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import Settings
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, READ, WRITE
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving

PASSWORD, KEY = "pa\"ss'w/ör d", "key-mark-4711"
OPERATIONS = {effect: Operation(f"{effect} user", "POST", "user", effect) for effect in (READ, WRITE, CREATE)}
GOOD = answer({"name": "Sara"})


def judge(got: Answer) -> t.Any:
    if got.ok and isinstance(got.data, dict):
        return got.data
    raise not_understood(got)


def connect(url: str, renew: t.Any = None, judged_by: t.Any = judge, **more: t.Any) -> Connection:
    settings = Settings("demo", url, 5.0, 0, True, None, None, False)
    redactor = Redactor()
    redactor.add(PASSWORD)
    redactor.add(KEY)
    credentials = HeaderAuth({"Authorization": basic("admin", PASSWORD), "X-APIKEY": KEY})
    return Connection(settings._replace(**more), credentials, judged_by, redactor, renew)


def fail(url: str, effect: str = CREATE, **more: t.Any) -> Failure:
    """The failure of an operation that must not succeed."""
    with pytest.raises(Failure) as caught:
        connect(url, **more).call(OPERATIONS[effect], body={})
    return caught.value


def fail_at(*script: t.Any, effect: str = CREATE, tls: t.Any = None, **more: t.Any) -> Failure:
    """The failure of an operation on a server with this script."""
    with serving(*script, tls=tls) as server:
        return fail(server.url, effect, **more)
