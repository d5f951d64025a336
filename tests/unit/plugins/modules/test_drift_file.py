# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option drift_file of every plural module against the sandbox: all that differs, and not one write."""

from __future__ import annotations

import json
import time
import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import ADMIN, API_KEY

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Options = dict[str, t.Any]
    Compare = Callable[..., tuple[Options, Options]]

PBX: Options = {"api_user": "sandbox", "api_password": "sandbox-password"}
CONNECTIONS: dict[str, Options] = {
    "simotel": {**PBX, "url": "/simotel"},
    "autodialer": {**PBX, "url": "/simotel"},
    "exotel": {
        "url": "/exotel",
        "account_sid": "sandbox",
        "api_key": "sandbox-key",
        "api_token": "sandbox-token",
        "requests_per_minute": 0,
    },
    "sunbird": {"url": "/sunbird", "api_key": API_KEY, "force": True, **ADMIN},
}
MODULES = {
    "simotel": ("simotel_users", "users"),
    "autodialer": ("autodialer_groups", "groups"),
    "exotel": ("exotel_users", "users"),
    "sunbird": ("sunbird_users", "users"),
}
# What is there; the list then leaves out the last, changes the last but one, and adds a new one.
HELD: dict[str, list[Options]] = {
    "simotel": [
        {"number": f"{number}", "name": f"P {number}", "secret": "Marker-secret-1"} for number in range(201, 205)
    ],
    "autodialer": [{"name": f"Group {number}", "numbers": ["02155500011"]} for number in range(4)],
    "exotel": [
        {
            "email": f"{name}@example.com",
            "first_name": name,
            "last_name": "Rao",
            "device_contact_uri": f"+9198000000{position}",
        }
        for position, name in enumerate(("Asha", "Bela", "Chitra", "Devi"), 10)
    ],
    "sunbird": [
        {"email": f"p{number}@example.com", "first_name": f"P{number}", "channel": "sandbox"} for number in range(4)
    ],
}
CHANGED: dict[str, Options] = {
    "simotel": {"name": "Renamed"},
    "autodialer": {"numbers": ["02155500012"]},
    "exotel": {"first_name": "Renamed"},
    "sunbird": {"first_name": "Renamed"},
}
NEW: dict[str, Options] = {
    "simotel": {"number": "299", "name": "Nina", "secret": "Marker-secret-1"},
    "autodialer": {"name": "New group"},
    "exotel": {
        "email": "new@example.com",
        "first_name": "Nina",
        "last_name": "Neu",
        "device_contact_uri": "+919800000099",
    },
    "sunbird": {"email": "new@example.com", "first_name": "Nina", "password": "Marker-secret-1", "channel": "sandbox"},
}
READS = ("search", "list", "get", "read", "issue", "refresh")


@pytest.fixture
def compare(sandbox: Sandbox, tmp_path: Path) -> Compare:
    """Run a plural module as an audit does; returns its result and what the file holds."""

    def compared(service: str, items: list[Options], check: bool = True, **options: t.Any) -> tuple[Options, Options]:
        module, name = MODULES[service]
        path = tmp_path / "drift.json"
        sandbox.reset_requests()
        given = {**connection(sandbox, service), **options, name: items, "drift_file": str(path)}
        result = run(module, check=check, **given)
        asked = sandbox.requests()["operations"]
        assert [one for one in asked if one.rpartition(".")[2] not in READS] == []
        text = path.read_text(encoding="utf-8") if path.exists() else "{}"
        for secret in ("Marker", *(value for name, value in given.items() if name in ("api_password", "api_token"))):
            assert secret not in text + result["output"]
        return result, json.loads(text)

    return compared


def connection(sandbox: Sandbox, service: str) -> Options:
    options = CONNECTIONS[service]
    return {**options, "url": sandbox.url + options["url"], "timeout": 5, "retries": 0}


def listed(service: str) -> list[Options]:
    first, second, third, _left_out = HELD[service]
    return [first, second, {**third, **CHANGED[service]}, NEW[service]]


def fill(sandbox: Sandbox, service: str) -> None:
    module, name = MODULES[service]
    options: Options = {**connection(sandbox, service), name: HELD[service]}
    result = run(module, **options)
    assert result["summary"]["created"] == 4, result
    if service == "sunbird":
        # Its search index follows after a second.
        time.sleep(1.1)


@pytest.mark.parametrize("service", MODULES)
def test_all_that_differs(compare: Compare, sandbox: Sandbox, service: str) -> None:
    fill(sandbox, service)
    result, file = compare(service, listed(service))
    assert not result["failed"], result["msg"]
    assert result["changed"] is True
    assert "changes" not in result and "diff" not in result
    drift = result["drift"]
    assert (drift["missing"], drift["different"], drift["refused"], drift["agreeing"]) == (1, 1, 0, 2)
    # The sandbox's Sunbird is never without an administrator and a learner; the former is the task itself.
    assert (drift["extra"], drift["note"]) == ((2, 1) if service == "sunbird" else (1, 0))
    assert file["drift"] == drift
    assert file["address"] == result["address"]
    assert result["address"].startswith(sandbox.url)
    kinds = {row["kind"]: row for row in file["rows"]}
    assert set(kinds["different"]["fields"]) == set(CHANGED[service])
    assert all({"before", "after"} == set(one) for one in kinds["different"]["fields"].values())
    assert kinds["missing"]["id"] is None


@pytest.mark.parametrize("service", MODULES)
def test_nothing_differs_after_the_list_was_carried_out(compare: Compare, sandbox: Sandbox, service: str) -> None:
    fill(sandbox, service)
    result, file = compare(
        service, HELD[service], **({"purge_filter": {"channel": "none"}} if service == "sunbird" else {})
    )
    assert (result["changed"], result["drift"]["findings"], result["drift"]["agreeing"]) == (False, 0, 4)
    assert file["rows"] == []


@pytest.mark.parametrize("service", MODULES)
def test_it_is_no_way_to_change_anything(compare: Compare, sandbox: Sandbox, service: str) -> None:
    result, file = compare(service, listed(service), check=False)
    assert result["failed"] and "this is no check mode" in result["msg"]
    assert file == {}
    assert sandbox.requests()["total"] == 0


def test_a_purge_plays_no_part(compare: Compare, sandbox: Sandbox) -> None:
    sandbox.seed("simotel", 200)
    result, _file = compare("simotel", [], purge=True, purge_limit=0)
    assert result["drift"]["extra"] == 200


def test_counts_stay_numbers_though_somebody_s_secret_is_one_of_them(compare: Compare, sandbox: Sandbox) -> None:
    sandbox.seed("simotel", 3)
    item = {"number": "299", "name": "Nina", "secret": "3"}
    result, file = compare("simotel", [item], update_secret="always")
    assert result["drift"]["extra"] == file["drift"]["extra"] == 3


def test_two_items_of_one_key_make_the_list_unreadable(compare: Compare) -> None:
    result, file = compare("simotel", [NEW["simotel"], NEW["simotel"]])
    assert result["failure"]["code"] == "duplicate"
    assert file == {}


def test_sunbird_without_a_token_is_compared_but_not_listed(compare: Compare, sandbox: Sandbox) -> None:
    fill(sandbox, "sunbird")
    nobody = dict.fromkeys(ADMIN, None)
    result, file = compare("sunbird", listed("sunbird"), **nobody)
    assert (result["drift"]["missing"], result["drift"]["different"], result["drift"]["extra"]) == (1, 1, None)
    assert "user token" in result["unlisted"]["message"]
    assert file["unlisted"] == result["unlisted"]


def test_an_account_that_may_not_list_exotel_s_users(compare: Compare, sandbox: Sandbox) -> None:
    result, file = compare(
        "exotel", listed("exotel"), api_key="sandbox-norights-key", api_token="sandbox-norights-token"
    )
    assert result["failed"] and result["failure"]["service"] == "exotel"
    assert file == {}


def test_requests_are_those_of_one_listing(compare: Compare, sandbox: Sandbox) -> None:
    sandbox.seed("simotel", 50)
    compare("simotel", listed("simotel"))
    assert sandbox.requests()["operations"] == {"simotel.user.search": 1}
    sandbox.seed("exotel", 120)
    compare("exotel", listed("exotel"))
    assert sandbox.requests()["operations"] == {"exotel.user.list": 3}
