# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault does what it says, exactly as often as it was asked to."""

from __future__ import annotations

import time
import typing as t

import pytest
import requests

from ansible_collections.vox.roster.tests.unit.sandbox.simotel_hand import Simotel

PERSON = {"name": "Reception", "number": "530", "secret": "Front-Desk-530"}
ADD = "simotel.user.add"


@pytest.fixture
def simotel(sandbox: t.Any) -> Simotel:
    return Simotel(sandbox, "pbx/users")


def add(simotel: Simotel, timeout: float = 10, **options: t.Any) -> requests.Response:
    return simotel.session.post(simotel.root + "pbx/users/add", json=PERSON, timeout=timeout, **options)


def stored(simotel: Simotel) -> int:
    return len(simotel.sandbox.records("simotel"))


@pytest.mark.parametrize("fault, count", [("reset_before", 0), ("reset_after", 1), ("reset_middle", 1)])
def test_resets(simotel: Simotel, fault: str, count: int) -> None:
    simotel.sandbox.fault(ADD, fault)
    with pytest.raises(requests.RequestException) as caught:
        add(simotel)
    assert isinstance(caught.value, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))
    assert stored(simotel) == count
    seen = simotel.sandbox.requests()
    assert seen["operations"] == {ADD: 1}
    assert (seen["log"][0]["status"], seen["log"][0]["fault"]) == (None, fault)


@pytest.mark.parametrize("fault, count", [("timeout_before", 0), ("timeout_after", 1)])
def test_timeouts(simotel: Simotel, fault: str, count: int) -> None:
    simotel.sandbox.fault(ADD, fault, seconds=5)
    with pytest.raises(requests.exceptions.ReadTimeout):
        add(simotel, timeout=0.2)
    assert stored(simotel) == count


def test_timeouts_that_end(simotel: Simotel) -> None:
    simotel.sandbox.fault(ADD, "timeout_before", seconds=0.2)
    simotel.sandbox.fault(ADD, "timeout_after", seconds=0.2)
    with pytest.raises(requests.ConnectionError):
        add(simotel)
    start = time.monotonic()
    assert add(simotel).json()["success"] == 1
    assert time.monotonic() - start >= 0.2


def test_status(simotel: Simotel) -> None:
    simotel.sandbox.fault(ADD, "status", status=503, retry_after=3)
    simotel.sandbox.fault(ADD, "status", status=429, body="plain")
    simotel.sandbox.fault(ADD, "status", status=502, body="empty", acts=True)
    simotel.sandbox.fault(ADD, "status", status=500, body="json")
    answer = add(simotel)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert answer.text.startswith("<html>") and "nginx" in answer.text
    answer = add(simotel)
    assert (answer.status_code, answer.text, stored(simotel)) == (429, "Too Many Requests", 0)
    answer = add(simotel)
    assert (answer.status_code, answer.text, stored(simotel)) == (502, "", 1)
    assert (answer.request.url or "").endswith("/add")
    answer = add(simotel)
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_bodies_that_are_no_answer(simotel: Simotel) -> None:
    simotel.sandbox.fault(ADD, "html")
    answer = add(simotel)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert stored(simotel) == 0
    simotel.sandbox.fault(ADD, "truncated_json")
    answer = add(simotel)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError):
        answer.json()
    assert stored(simotel) == 1
    simotel.sandbox.fault("simotel.user.search", "wrong_content_type")
    answer = simotel.raw("pbx/users/search", json={"alike": False})
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"
    assert answer.json()["success"] == 1


def test_redirect(simotel: Simotel) -> None:
    simotel.sandbox.fault(ADD, "redirect", location="http://127.0.0.1:9/elsewhere", status=307)
    answer = add(simotel, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")
    assert stored(simotel) == 0


def test_slow_body(simotel: Simotel) -> None:
    simotel.sandbox.fault(ADD, "slow_body", seconds=0.5)
    start = time.monotonic()
    assert add(simotel).json()["success"] == 1
    assert 0.4 < time.monotonic() - start < 3


def test_skip_and_times(simotel: Simotel) -> None:
    simotel.sandbox.fault("simotel.user.s*", "status", status=503, skip=1, times=2)
    statuses = [simotel.raw("pbx/users/search", json={"alike": False}).status_code for _request in range(5)]
    assert statuses == [200, 503, 503, 200, 200]
    simotel.sandbox.fault("*", "status", status=500, times=None)
    assert [add(simotel).status_code for _request in range(3)] == [500] * 3
    assert [rule["times"] for rule in simotel.sandbox.control("GET", "faults")["rules"]] == [None]
    simotel.sandbox.clear_faults()
    assert add(simotel).status_code == 200


class TestChange:
    """Somebody else is at work at the same time."""

    def test_user_removed(self, simotel: Simotel) -> None:
        identity = simotel.done("add", PERSON)["_id"]
        simotel.sandbox.fault("simotel.user.update", "change", remove=True)
        simotel.done("update", {"_id": identity, "name": "New"})
        assert stored(simotel) == 0

    def test_user_set(self, simotel: Simotel) -> None:
        simotel.done("add", PERSON)
        simotel.sandbox.fault("simotel.user.search", "change", set={"name": "Theirs"})
        (record,) = simotel.search(number="530")
        assert (record["name"], record["secret"]) == ("Theirs", PERSON["secret"])

    def test_user_added(self, simotel: Simotel) -> None:
        simotel.sandbox.fault(ADD, "change", add=PERSON)
        assert add(simotel).json()["message"] == "This number already exists"

    def test_groups(self, sandbox: t.Any) -> None:
        groups = Simotel(sandbox, "autodialer/groups")
        sandbox.fault("autodialer.group.search", "change", add={"name": "Theirs", "numbers": ["1"]})
        (record,) = groups.search()
        sandbox.fault("autodialer.group.search", "change", set={"description": "theirs"})
        assert groups.search(name="Theirs")[0]["description"] == "theirs"
        sandbox.fault("autodialer.group.remove", "change", remove=True)
        groups.done("remove", {"_id": record["_id"]})
        assert groups.search() == []


@pytest.mark.parametrize(
    "rule, reason",
    [
        ({"fault": "html"}, "'operation' is missing"),
        ({"operation": "x", "fault": "nothing"}, "unknown fault 'nothing'; valid ones: reset_before, "),
        ({"operation": "x", "fault": "status"}, "needs status"),
        ({"operation": "x", "fault": "html", "status": 3}, "does not take status"),
        ({"operation": "x", "fault": "html", "times": 0}, "'times' is at least 1"),
        ({"operation": "x", "fault": "html", "skip": -1}, "'skip' must be a number"),
        ({"operation": "x", "fault": "timeout_after", "seconds": "5"}, "'seconds' must be a number"),
    ],
)
def test_rules_that_make_no_sense(sandbox: t.Any, rule: dict[str, t.Any], reason: str) -> None:
    with pytest.raises(ValueError, match=".*" + reason):
        sandbox.control("POST", "faults", rule)
