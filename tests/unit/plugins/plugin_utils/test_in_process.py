# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One roster, three ways: a module for each person, the same in the process of a loop, and the plural module."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import re
import time
import typing as t
from dataclasses import dataclass
from unittest import mock

import pytest
from ansible.errors import AnsibleActionFail
from ansible.module_utils.basic import AnsibleModule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._http import kept, retry
from ansible_collections.vox.roster.plugins.module_utils._services import autodialer, exotel, simotel, sunbird
from ansible_collections.vox.roster.plugins.plugin_utils import _in_process
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import ADMIN, API_KEY, TOKENS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

MADE_BY_SERVER = re.compile(
    r'[0-9a-f]{24,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"\d{4}-\d\d-\d\d[T ][^"]*"|_[0-9a-f]{4}\b'
)


@dataclass(frozen=True)
class Case:
    """One kind of roster.

    path: of the service below the sandbox's address. entries: what one item may be; its key comes from a small set,
    so that items of a loop meet records that are there.
    """

    resource: Resource
    path: str
    connection: dict[str, t.Any]
    key: str
    entries: some.SearchStrategy[dict[str, t.Any]]


NAMES = some.sampled_from(["Sara", "Omid", "Zoë", "Anna"])
STATES = some.sampled_from(["present", "present", "absent"])
PBX: dict[str, t.Any] = {"api_user": "sandbox", "api_password": "sandbox-password"}
CASES = {
    "simotel": Case(
        simotel.USER,
        "simotel",
        PBX,
        "number",
        some.fixed_dictionaries(
            {
                "number": some.sampled_from(["3001", "3002", "3003"]),
                "name": NAMES,
                "secret": some.sampled_from(["S3cret-first", "S3cret-other"]),
                "state": STATES,
            },
            optional={
                "email": some.sampled_from(["sara@example.com", ""]),
                "forward_policy": some.fixed_dictionaries({"busy": some.sampled_from(["", "3002"])}),
            },
        ),
    ),
    "autodialer": Case(
        autodialer.GROUP,
        "simotel",
        PBX,
        "name",
        some.fixed_dictionaries(
            {"name": some.sampled_from(["Spring", "Summer"]), "state": STATES},
            optional={
                "numbers": some.lists(some.sampled_from(["02111111111", "02122222222"]), min_size=1, unique=True),
                "description": some.sampled_from(["", "Called once"]),
            },
        ),
    ),
    "exotel": Case(
        exotel.USER,
        "exotel",
        {"account_sid": "sandbox", "api_key": "sandbox-key", "api_token": "sandbox-token"},
        "email",
        some.fixed_dictionaries(
            {
                "email": some.sampled_from(["sara@example.com", "omid@example.com"]),
                "first_name": NAMES.filter(str.isascii),
                "last_name": some.just("Example"),
                "state": STATES,
            },
            optional={"role": some.sampled_from(["user", "supervisor"])},
        ),
    ),
    "sunbird": Case(
        sunbird.USER,
        "sunbird",
        {"api_key": API_KEY, **ADMIN},
        "email",
        some.fixed_dictionaries(
            {
                "email": some.sampled_from(["sara@example.com", "omid@example.com"]),
                "first_name": NAMES,
                "state": STATES,
            },
        ),
    ),
}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a loop leaves behind must not reach the next test."""
    monkeypatch.setattr(kept, "_things", None)
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    for name in [name for name in os.environ if name.startswith(("SIMOTEL_", "EXOTEL_", "SUNBIRD_"))]:
        monkeypatch.delenv(name)
    yield


def in_process(resource: Resource, plural: bool, options: dict[str, t.Any]) -> dict[str, t.Any]:
    """What Ansible reads of a task that runs in the process of the loop."""
    own = {"_ansible_module_name": "a module", "_ansible_check_mode": False, "_ansible_diff": True}
    if "invocation" not in run("simotel_user"):  # ansible-core 2.21, unless it is told otherwise
        own["_ansible_inject_invocation"] = False
    result = json.loads(json.dumps(_in_process.run(resource, plural, {**options, **own}, _in_process.unwatched)))
    return {"failed": False, **result}


def plain(value: t.Any) -> str:
    """Something to compare, without what no two runs have in common."""
    return MADE_BY_SERVER.sub("", json.dumps(value, sort_keys=True))


def held(sandbox: Sandbox, service: str) -> list[str]:
    return sorted(plain(record) for record in sandbox.records(service))


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_three_ways_come_to_the_same(sandbox: Sandbox, name: str, data: t.Any):
    case = CASES[name]
    module = {"simotel": "simotel_user", "autodialer": "autodialer_group"}.get(name, f"{name}_user")
    options = {"url": f"{sandbox.url}/{case.path}", "retries": 0, **case.connection}
    before = data.draw(some.lists(case.entries, max_size=3, unique_by=lambda entry: entry[case.key]))
    roster = data.draw(some.lists(case.entries, min_size=1, max_size=3, unique_by=lambda entry: entry[case.key]))
    ends, results = [], []

    def alone(entry: dict[str, t.Any]) -> dict[str, t.Any]:
        kept._things = None
        # Where Ansible's own Display is loaded, as it is here, a module would hand its warnings to that.
        said: list[str] = []
        with mock.patch.object(AnsibleModule, "warn", lambda module, text: said.append(text)):
            result = run(module, **options, **entry)
        return {**result, "warnings": said} if said else result

    def in_a_loop(entry: dict[str, t.Any]) -> dict[str, t.Any]:
        return in_process(case.resource, False, {**options, **entry})

    for way in (alone, in_a_loop):
        sandbox.reset()
        for entry in before:
            alone(entry)
        told = [way(entry) for entry in roster]
        results.append([{key: one for key, one in result.items() if key != "output"} for result in told])
        ends.append(held(sandbox, name))
    assert plain(results[0]) == plain(results[1])

    sandbox.reset()
    for entry in before:
        alone(entry)
    together = in_process(case.resource, True, {**options, case.resource.plural: roster})
    ends.append(held(sandbox, name))
    assert ends[0] == ends[1] == ends[2]
    counted = together["summary"]
    assert counted["failed"] == sum(result["failed"] for result in results[0])
    assert counted["created"] + counted["updated"] + counted["deleted"] == sum(
        result["changed"] and not result["failed"] for result in results[0]
    )


def test_a_loop_shares_one_connection_and_one_token(sandbox: Sandbox):
    case = CASES["sunbird"]
    options = {"url": f"{sandbox.url}/sunbird", **case.connection, "email": "sara@example.com", "channel": "sandbox"}
    for roles in ([], [{"role": "CONTENT_CREATOR"}], []):
        result = in_process(case.resource, False, {**options, "first_name": "Sara", "roles": roles})
        assert result["changed"], result.get("msg")
    asked = sandbox.requests()["operations"]
    assert {name: asked[name] for name in TOKENS} == dict.fromkeys(TOKENS, 1)


def test_a_loop_repairs_what_somebody_changes_while_it_runs(sandbox: Sandbox):
    """What a listing read at the start of the loop would miss."""
    people: list[dict[str, t.Any]] = [
        {"number": number, "name": "Sara", "secret": "S3cret-first"} for number in ("3001", "3002")
    ]
    options: dict[str, t.Any] = {"url": f"{sandbox.url}/simotel", **PBX}
    for person in people:
        run("simotel_user", **options, **person)
    assert not in_process(simotel.USER, False, {**options, **people[0]})["changed"]
    run("simotel_user", **options, **people[1] | {"name": "Somebody"})
    assert in_process(simotel.USER, False, {**options, **people[1]})["changed"]


def test_a_token_that_a_loop_kept_stays_hidden(sandbox: Sandbox):
    case = CASES["sunbird"]
    options = {"url": f"{sandbox.url}/sunbird", **case.connection, "email": "sara@example.com", "first_name": "Sara"}
    in_process(case.resource, False, options)
    in_process(case.resource, False, {**options, "roles": [{"role": "CONTENT_CREATOR"}]})
    assert kept._things is not None
    token = next(thing[0] for thing in kept._things.values() if isinstance(thing, tuple))
    result = in_process(case.resource, False, {**options, "last_name": f"told {token}"})
    assert token not in json.dumps(result)


@pytest.mark.parametrize("plural", [False, True])
def test_options_that_do_not_exist_are_refused_in_the_words_of_ansible(plural: bool):
    options: dict[str, t.Any] = {"users": [{"number": "1", "scret": "x"}]} if plural else {"number": "1", "scret": "x"}
    result = in_process(simotel.USER, plural, {"url": "http://127.0.0.1:9", **options})
    ordinary = run("simotel_users" if plural else "simotel_user", url="http://127.0.0.1:9", **options)
    words = "Unsupported parameters for (a module) module: "
    assert result["failed"] and result["msg"].startswith(words)
    assert result["msg"][len(words) :] == ordinary["msg"].partition(" module: ")[2]
    assert result.get("invocation", {}).keys() == ordinary.get("invocation", {}).keys()


def test_a_long_list_within_an_item_is_only_counted_where_the_options_are_told():
    numbers = [f"0912{number:07d}" for number in range(1000)]
    internal = {"_ansible_module_name": "a module", "_ansible_check_mode": False, "_ansible_diff": True}
    groups = [{"name": "District 1", "numbers": numbers}, {"name": "District 2", "numbers": numbers[:3]}]
    options = {"url": "http://127.0.0.1:9", "api_key": "key-mark", "retries": 0, "groups": groups, **internal}
    result = _in_process.run(autodialer.GROUP, True, options, _in_process.unwatched)
    shown = [group["numbers"] for group in result["invocation"]["module_args"]["groups"]]
    assert shown == ["1000 items", numbers[:3]]


@pytest.mark.parametrize(("value", "meant"), [(True, True), ("no", False), ("True", True), (0, False)])
def test_the_variable_switches_it_off_in_any_of_the_words_of_ansible(value: t.Any, meant: bool):
    assert _in_process.switched_on(value) is meant


@pytest.mark.parametrize("value", ["maybe", None, 2, ["yes"]])
def test_a_switch_that_is_neither_yes_nor_no_is_refused(value: t.Any):
    with pytest.raises(AnsibleActionFail, match="'vox_roster_in_process' is ") as refusal:
        _in_process.switched_on(value)
    assert f"is {value!r}, which is neither yes nor no. Correct it" in str(refusal.value)


def test_the_environment_and_the_directory_are_those_of_a_process_of_its_own(tmp_path: t.Any):
    before, surroundings = os.getcwd(), dict(os.environ)
    with _in_process._as_if_started({"SIMOTEL_API_KEY": "x"}, str(tmp_path)):
        assert os.environ["SIMOTEL_API_KEY"] == "x"
        assert os.path.realpath(os.getcwd()) == os.path.realpath(tmp_path)
    assert (os.getcwd(), dict(os.environ)) == (before, surroundings)


@pytest.mark.parametrize(
    ("parent", "threshold", "changed"),
    [(None, 700, 0), ("main", 700, 1), ("main", 50_000, 0), ("main", 0, 0)],  # 0: garbage is not looked for at all
)
def test_only_a_worker_looks_for_garbage_less_often(parent: t.Any, threshold: int, changed: int):
    with (
        mock.patch.object(multiprocessing, "parent_process", return_value=parent),
        mock.patch.object(gc, "get_threshold", return_value=(threshold, 10, 10)),
        mock.patch.object(gc, "set_threshold") as set_threshold,
        mock.patch.object(gc, "freeze") as freeze,
    ):
        _in_process.leave_garbage()
    assert set_threshold.call_args_list == [mock.call(50_000)] * changed
    assert freeze.call_count == changed


def test_progress_is_told_now_and_then_and_not_on_standard_output(capfd: pytest.CaptureFixture[str]):
    progress = _in_process.Progress("vox.roster.simotel_users")
    with mock.patch.object(time, "monotonic") as clock:
        for now, done in ((100.0, 0), (104.0, 8), (105.0, 10), (109.0, 14), (110.0, 15)):
            clock.return_value = now
            progress(done, 20)
    printed = capfd.readouterr()
    assert printed.out == ""
    assert re.findall(r"vox\.roster\.simotel_users: (.*?)(?:\x1b.*)?\n", printed.err) == [
        "10 of 20 changes made, 2 a second",
        "15 of 20 changes made, 90 a minute",
    ]
