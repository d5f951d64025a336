# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the work costs, as far as it can be counted: requests, comparisons, memory and imports.

``make bench`` measures times. They depend on the machine; these counts do not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.many import items_of, plan_items
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER
from ansible_collections.vox.roster.tests.benchmark import planner
from ansible_collections.vox.roster.tests.benchmark.cases import (
    CASES,
    CHANGED,
    CREATE,
    DELETE,
    ONE_BY_ONE,
    PLURAL,
    SERVICES,
    SIMOTEL,
    Service,
    budget,
    changes,
)
from ansible_collections.vox.roster.tests.benchmark.targets import KIBIBYTE
from ansible_collections.vox.roster.tests.unit.module_runner import run

SIMOTEL_ACCESS = {"url": "/simotel", "api_key": "sandbox-simotel-key"}
ACCESS: dict[str, dict[str, t.Any]] = {
    "simotel": SIMOTEL_ACCESS,
    "autodialer": SIMOTEL_ACCESS,
    "exotel": {
        "url": "/exotel",
        "account_sid": "sandbox",
        "api_key": "sandbox-key",
        "api_token": "sandbox-token",
        "requests_per_minute": 0,
    },
    "sunbird": {
        "mode": "service",
        "url": "/sunbird-service",
        "keycloak_url": "/sunbird/auth",
        "client_secret": "sandbox-client-secret",
        "auth_username": "admin@sandbox.example",
        "auth_password": "Sandbox-Admin-1",
    },
}
RECORDS = 120
COUNTED = {CREATE: ("created", RECORDS), CHANGED: ("updated", changes(RECORDS)), DELETE: ("deleted", RECORDS)}


def access(service: str, url: str) -> dict[str, t.Any]:
    """The options that lead to a service of the sandbox at this address."""
    return {name: url + one if name.endswith("url") else one for name, one in ACCESS[service].items()}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_requests_of_plural_modules(sandbox: t.Any, service: Service) -> None:
    for case in CASES:
        sandbox.reset_requests()
        options = access(service.name, sandbox.url)
        options[service.module.rpartition("_")[2]] = service.roster(case, RECORDS)
        result = run(service.module, **options)
        assert not result["failed"], result["msg"]
        assert sandbox.requests()["total"] == budget(PLURAL, service, case, RECORDS), case
        name, count = COUNTED.get(case, ("unchanged", RECORDS))
        assert result["summary"][name] == count


def test_requests_of_a_loop(sandbox: t.Any) -> None:
    for case in CASES:
        sandbox.reset_requests()
        for item in SIMOTEL.roster(case, 10):
            result = run("simotel_user", **access("simotel", sandbox.url), **item)
            assert not result["failed"], result["msg"]
        assert sandbox.requests()["total"] == ONE_BY_ONE[case](10, changes(10)), case


class Comparisons:
    """Counts how often a planner asks the fields of a resource for a value in the form that is compared."""

    def __init__(self) -> None:
        self.count = 0
        self.resource = USER._replace(fields=[one._replace(canonical=self._counting(one)) for one in USER.fields])

    def _counting(self, field: t.Any) -> t.Callable[[t.Any], t.Any]:
        def canonical(value: t.Any) -> t.Any:
            self.count += 1
            return field.canonical(value)

        return canonical


@pytest.mark.parametrize("case", CASES)
def test_twice_the_records_are_twice_the_comparisons(case: str) -> None:
    counts = []
    for records in (100, 200, 400):
        items, held = planner.made_from(case, records)
        compared = Comparisons()
        plan_items(compared.resource, items, held)
        counts.append(compared.count)
    assert counts[0] > 0
    assert counts == [counts[0], 2 * counts[0], 4 * counts[0]]


@pytest.mark.parametrize("case", CASES)
def test_memory_of_a_plan(case: str) -> None:
    items, held = planner.made_from(case, 2000)
    assert planner.bytes_of(items, held) < KIBIBYTE


def test_preparing_a_list_is_linear() -> None:
    """Duplicates are looked for, and that must not mean to compare each item with each other."""
    entries = [{"state": "present", **item} for item in SIMOTEL.roster(CREATE, 400)]
    counts = []
    for records in (100, 200, 400):
        compared = Comparisons()
        items_of(compared.resource, {"users": entries[:records], "update_secret": "on_create"})
        counts.append(compared.count)
    assert counts == [counts[0], 2 * counts[0], 4 * counts[0]]


# Says what is loaded after a module of ours, and would not be loaded after one that only imports requests.
LOADED = """
import json, sys
import ansible.module_utils.basic, requests
before = set(sys.modules)
__import__(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
"""
ROOT = next(path.parent for path in Path(planner.__file__).parents if path.name == "ansible_collections")
PLURAL_PARTS = {"plural", "many", "report_of_many", "drift", "interruption"}


@pytest.mark.parametrize("module", ["simotel_user", "autodialer_group", "exotel_user", "sunbird_user"])
def test_a_singular_module_loads_nothing_that_only_plural_ones_need(module: str) -> None:
    """Ansible compiles all of it anew for each task."""
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", LOADED, f"ansible_collections.vox.roster.plugins.modules.{module}"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, check=True)
    loaded = json.loads(done.stdout)
    assert f"ansible_collections.vox.roster.plugins.modules.{module}" in loaded
    parts = {name.rpartition("_core.")[2] for name in loaded if "._core." in name}
    assert "plan" in parts
    assert not parts & PLURAL_PARTS
    if module == "simotel_user":
        others = {name.partition(".")[0] for name in loaded} - {"ansible_collections"}
        assert others <= {"dataclasses", "gc", "inspect", "dis", "opcode", "_opcode"}
