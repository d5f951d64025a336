# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page at ``/`` gets what it shows."""

from __future__ import annotations

import re
import typing as t

import requests

from ansible_collections.vox.roster.tests.unit.sandbox.simotel_hand import Simotel


def test_the_page_needs_nothing_from_elsewhere(sandbox: t.Any) -> None:
    answer = requests.get(sandbox.url + "/", timeout=10)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', answer.text) == []
    for landmark in ("<header>", "<main ", "<aside ", "<footer>", 'lang="en"', "prefers-color-scheme: dark"):
        assert landmark in answer.text


def test_every_control_call_of_the_page_exists(sandbox: t.Any) -> None:
    page = requests.get(sandbox.url + "/", timeout=10).text
    paths = set(re.findall(r'(?:control|act)\("([a-z]+)"', page))
    assert paths == {"overview", "dialects", "seed", "reset", "requests", "faults"}
    for path in paths:
        assert requests.options(f"{sandbox.url}/control/{path}", timeout=10).status_code == 405


def test_overview(sandbox: t.Any) -> None:
    overview = sandbox.control("GET", "overview")
    assert [service["name"] for service in overview["services"]] == ["simotel", "autodialer", "exotel", "sunbird"]
    assert overview["settings"].keys() == sandbox.dialects().keys()
    assert overview["faults"] == [] and overview["requests"]["total"] == 0
    simotel = Simotel(sandbox, "setting/ping")
    for _request in range(50):
        simotel.done("act", {})
    overview = sandbox.control("GET", "overview")
    assert (overview["requests"]["total"], len(overview["requests"]["log"])) == (50, 40)


def test_changes_are_noticed(sandbox: t.Any) -> None:
    simotel = Simotel(sandbox, "pbx/users")
    seen = [sandbox.control("GET", "overview")["changes"]]

    def is_new() -> bool:
        seen.append(sandbox.control("GET", "overview")["changes"])
        return seen[-1] not in seen[:-1]

    simotel.search()
    assert not is_new()
    identity = simotel.done("add", {"name": "A", "number": "1", "secret": "s"})["_id"]
    assert is_new()
    simotel.done("update", {"_id": identity, "name": "B"})
    assert is_new()
    simotel.done("remove", {"_id": identity})
    assert is_new()
    sandbox.reset()
    assert is_new()


def test_records_of_ten_thousand(sandbox: t.Any) -> None:
    sandbox.seed("simotel", 10_000)
    answer = sandbox.control("GET", "records/simotel?limit=50")
    assert (answer["total"], answer["matching"], len(answer["records"])) == (10_000, 10_000, 50)
    assert list(answer["records"][0])[:2] == ["number", "name"]
    assert all(record["secret"] == "******" for record in answer["records"])
    answer = sandbox.control("GET", "records/simotel?limit=50&query=10999")
    assert [record["number"] for record in answer["records"]] == ["10999"]
    answer = sandbox.control("GET", "records/simotel?limit=50&query=no%20such%20text")
    assert (answer["total"], answer["matching"], answer["records"]) == (10_000, 0, [])
