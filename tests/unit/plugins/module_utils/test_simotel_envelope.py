# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of a Simotel server mean."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import errors, simotel
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Answer


def answer(body: t.Any, status: int = 200) -> Answer:
    """An answer with this body, as JSON unless it is text."""
    if isinstance(body, str):
        return Answer(status, {}, None, body)
    return Answer(status, {"Content-Type": "application/json"}, body, json.dumps(body))


@pytest.mark.parametrize("success", [1, "1", True])
@pytest.mark.parametrize("data", ["", None, [], {"_id": "64b783f3dc412c6dd0306ec7"}])
def test_success(success: t.Any, data: t.Any) -> None:
    assert simotel.payload_of(answer({"success": success, "message": "", "data": data})) == data


def test_success_without_data() -> None:
    assert simotel.payload_of(answer({"success": 1})) is None


@pytest.mark.parametrize("success", [0, -1, -2, 2, "0", "-2", "true", None, False, 1.5, [1], {}])
def test_nothing_else_is_success(success: t.Any) -> None:
    with pytest.raises(errors.Failure):
        simotel.payload_of(answer({"success": success, "message": "", "data": []}))


def test_success_under_an_error_status_is_none() -> None:
    with pytest.raises(errors.Failure) as caught:
        simotel.payload_of(answer({"success": 1, "message": "", "data": []}, 502))
    assert caught.value.kind == errors.SERVER


# status, value of success, message, kind of failure, whether the server surely did nothing
MESSAGES = [
    (200, 0, "This number already exists", errors.DUPLICATE),
    (200, 0, "this queue already exists", errors.DUPLICATE),
    (200, 0, "Field 'name':value is missing", errors.INVALID),
    (200, 0, "Requested operation failed", errors.INVALID),
    (200, -1, "something new", errors.INVALID),
    (200, 0, None, errors.INVALID),
    (200, 0, 7, errors.INVALID),
    (400, 0, "Unable to parse content", errors.INVALID),
    (401, 0, "BasicAuth or ApiKey is missing", errors.AUTHENTICATION),
    (401, 0, "BASICAUTH or apikey is invalid", errors.AUTHENTICATION),
    (403, -2, "Access denied: /pbx/users/add", errors.PERMISSION),
    (403, 0, '"/pbx/users/add";Access denied', errors.PERMISSION),
    (200, -2, "Access denied: /pbx/users/add", errors.PERMISSION),
    (403, 0, "IP is not permitted", errors.PERMISSION),
    (405, 0, "Method not allowed", errors.INVALID),
    (415, 0, "Unsupported Media Type", errors.INVALID),
    (501, 0, "Requested service dose not exist", errors.INVALID),
    (501, 0, "Requested service does not exist", errors.INVALID),
]


@pytest.mark.parametrize("status,success,message,kind", MESSAGES)
def test_failures(status: int, success: t.Any, message: t.Any, kind: str) -> None:
    with pytest.raises(errors.Failure) as caught:
        simotel.payload_of(answer({"success": success, "message": message, "data": ""}, status))
    failure = caught.value
    assert (failure.kind, failure.code, failure.http_status) == (kind, str(success), status)
    assert failure.acted is False and not failure.retryable
    assert message is None or str(message) in failure.message


@pytest.mark.parametrize("body", ["", "<html>", [], None, 1, {}, {"status": "success", "user_id": "999"}])
@pytest.mark.parametrize("status", [200, 500])
def test_bodies_without_the_mark_of_success(body: t.Any, status: int) -> None:
    with pytest.raises(errors.Failure) as caught:
        simotel.payload_of(answer(body, status))
    assert caught.value.acted is None


def test_a_wrong_address_is_no_missing_record() -> None:
    with pytest.raises(errors.Failure) as caught:
        simotel.payload_of(answer("<!DOCTYPE HTML><html><h1>Not Found</h1></html>", 404))
    assert caught.value.kind == errors.BROKEN and caught.value.acted is False
    assert "'api_path'" in caught.value.hint
