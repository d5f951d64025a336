# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendors' example answers, as the client understands them; the sandbox plays the same ones in its own tests."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import errors, simotel, sunbird, sunbird_tokens
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Answer
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure

GOLDEN = Path(__file__).resolve().parents[3] / "fixtures" / "golden"
KINDS_OF_STATUS = {
    400: (errors.INVALID, errors.DUPLICATE, errors.REFUSED, errors.SERVER),
    401: (errors.AUTHENTICATION, errors.PERMISSION),
    403: (errors.PERMISSION,),
    404: (errors.NOT_FOUND, errors.BROKEN),
}


def examples(*services: str) -> list[t.Any]:
    paths = [path for service in services for path in sorted((GOLDEN / service).glob("*.json"))]
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in paths]


def answer_in(path: Path) -> Answer:
    golden = json.loads(path.read_text(encoding="utf-8"))["answer"]
    body = golden.get("json")
    return Answer(golden["status"], {"Content-Type": "application/json"}, body, golden.get("text", ""))


@pytest.mark.parametrize("path", examples("simotel", "autodialer"))
def test_simotel(path: Path) -> None:
    answer = answer_in(path)
    body = answer.data
    if answer.ok and isinstance(body, dict) and body.get("success") == 1:
        assert simotel.payload_of(answer) == body["data"]
        return
    with pytest.raises(Failure) as caught:
        simotel.payload_of(answer)
    failure = caught.value
    if isinstance(body, dict) and "success" in body:
        assert (failure.message, failure.code) == (body["message"], str(body["success"]))
        assert failure.acted is False
    else:
        assert failure.kind == errors.BROKEN


@pytest.mark.parametrize("path", examples("sunbird"))
def test_sunbird(path: Path) -> None:
    answer = answer_in(path)
    judge = sunbird.payload_of
    if path.stem.startswith("token_") and path.stem != "token_refresh":
        judge = sunbird_tokens.token_of
    if answer.ok:
        payload = judge(answer)
        assert payload == (answer.data if judge is sunbird_tokens.token_of else answer.data["result"])
        return
    with pytest.raises(Failure) as caught:
        judge(answer)
    failure = caught.value
    assert failure.kind in KINDS_OF_STATUS[answer.status]
    assert failure.http_status == answer.status
    params = answer.data.get("params") if isinstance(answer.data, dict) else None
    if params:
        assert (failure.code, failure.request_id) == (params["err"], params["resmsgid"])
    enveloped = isinstance(answer.data, dict) and answer.data.get("responseCode") == "RESOURCE_NOT_FOUND"
    assert (failure.kind == errors.NOT_FOUND) is enveloped, "only the service's own word means that a user is missing"
