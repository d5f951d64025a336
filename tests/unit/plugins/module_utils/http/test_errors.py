# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures as people and playbooks see them."""

from __future__ import annotations

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure, kind_of_status

TEXTS = [
    (Failure(errors.OPTION, "'email' is empty"), "'email' is empty."),
    (Failure(errors.OPTION, "no good. Write it so."), "no good. Write it so."),
    (Failure(errors.INVALID, "why?", "exotel"), "exotel: why?"),
    (Failure(errors.INVALID, "no ", "exotel", "create user"), "exotel create user: no."),
    (Failure(errors.INVALID, "no", operation="create user", http_status=200), "create user: no."),
    (Failure(errors.INVALID, "No way.", "exotel", http_status=403), "exotel: No way (HTTP 403)."),
    (Failure(errors.INVALID, "no", hint="Try yes."), "no. Try yes."),
    (
        Failure(errors.SERVER, "down", done=("changed name", "changed role"), hint="Wait."),
        "down. Already done: changed name, changed role. Wait.",
    ),
]


@pytest.mark.parametrize("failure, text", TEXTS, ids=[text for dummy, text in TEXTS])
def test_text(failure: Failure, text: str) -> None:
    assert str(failure) == text


def test_result_is_complete() -> None:
    failure = Failure(
        errors.RATE_LIMIT, "slow down", "exotel", "list users", 429, "1009", "r-1", "Wait.", True, done=("a",)
    )
    assert failure.as_result() == {
        "service": "exotel",
        "operation": "list users",
        "http_status": 429,
        "code": "1009",
        "message": "slow down",
        "request_id": "r-1",
        "hint": "Wait.",
        "retryable": True,
        "done": ["a"],
    }


@pytest.mark.parametrize("code, shown", [(None, errors.INVALID), ("", ""), ("-1", "-1")])
def test_the_kind_stands_in_for_a_missing_code(code: str | None, shown: str) -> None:
    assert Failure(errors.INVALID, "no", code=code).as_result()["code"] == shown


def test_before_anything_was_attempted_there_was_the_plan() -> None:
    failure = Failure(errors.REFUSED, "no", "exotel")
    assert failure.as_result()["operation"] == "plan"
    assert str(failure) == "exotel: no."


@pytest.mark.parametrize(
    "status, kind",
    [
        (300, errors.REDIRECT),
        (399, errors.REDIRECT),
        (400, errors.INVALID),
        (401, errors.AUTHENTICATION),
        (407, errors.UNREACHABLE),
        (408, errors.TIMEOUT),
        (422, errors.INVALID),
        (429, errors.RATE_LIMIT),
        (500, errors.SERVER),
        (599, errors.SERVER),
    ],
)
def test_kind_of_status(status: int, kind: str) -> None:
    assert kind_of_status(status) == kind
