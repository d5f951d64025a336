# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules in full, what a module hands on, and the words of what else can be refused."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import typing as t
from unittest import mock

import pytest
from ansible.module_utils.common import warnings

from ansible_collections.vox.roster.plugins.module_utils._core.drift import compare, result_of_comparison
from ansible_collections.vox.roster.plugins.module_utils._core.info import Info, run_info_module, told
from ansible_collections.vox.roster.plugins.module_utils._core.interruption import (
    HINT,
    failure_of_early_interruption,
    failure_of_interruption,
)
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Index, holds, plan
from ansible_collections.vox.roster.plugins.module_utils._core.plural import run_plural_module
from ansible_collections.vox.roster.plugins.module_utils._core.query import compiled
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Record, Unreadable
from ansible_collections.vox.roster.plugins.module_utils._core.values import read_yes_no
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    INTERRUPTED,
    OPTION,
    PERMISSION,
    REFUSED,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.tests.unit.made_up import FIELDS, PERSON, Service, failing, person
from ansible_collections.vox.roster.tests.unit.module_runner import patch_module_args

if t.TYPE_CHECKING:
    from pathlib import Path

NAME_FILTER = {"name": {"type": "str"}}


class Reader(Service):
    """The made-up service, which can be read as a whole."""

    def select(self, filters: t.Mapping[str, t.Any], keep: t.Callable[[Record], t.Any]) -> list[t.Any]:
        """Everybody."""
        return [keep(record) for record in self.candidates([])]


def ran(run: t.Callable[[], None], check: bool = False, diff: bool = False, **options: t.Any) -> dict[str, t.Any]:
    """What a module prints."""
    printed = io.StringIO()
    warnings._global_warnings.clear()
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff}
    with patch_module_args(arguments), contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        run()
    result: dict[str, t.Any] = json.loads(printed.getvalue())
    return result


# Options


def test_the_options_of_a_plural_module() -> None:
    fields = {one.name: one.argument for one in FIELDS if one.argument is not None}
    state = {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT}
    append, update = PERSON.policies.arguments["append"], PERSON.policies.arguments["update_secret"]
    spec = PERSON._replace(per_item=("append",), pace=30).plural_arguments()
    assert dict(spec.arguments) == {
        "retries": {"type": "int", "default": 3},
        "persons": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {**fields, "state": state, "append": append},
        },
        "update_secret": update,
        "purge": {"type": "bool", "default": False},
        "purge_filter": {"type": "dict"},
        "purge_limit": {"type": "int"},
        "drift_file": {"type": "path"},
        "concurrency": {"type": "int", "default": 8},
        "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
        "requests_per_minute": {"type": "int", "default": 30},
    }
    assert not (spec.required_one_of or spec.mutually_exclusive)


def test_the_options_of_an_info_module() -> None:
    keys = {key: {"type": "list", "elements": "str"} for key in PERSON.keys}
    spec = Info(PERSON, lambda params, redactor: Reader(), "name", filters=NAME_FILTER).arguments()
    assert dict(spec.arguments) == {
        "retries": {"type": "int", "default": 3},
        **keys,
        "query": {"type": "str"},
        "filters": {"type": "dict", "options": NAME_FILTER},
        "include_secrets": {"type": "bool", "default": False, "no_log": False},
    }
    without = Info(PERSON, lambda params, redactor: Reader(), "name").arguments()
    assert "filters" not in without.arguments and without.mutually_exclusive == ()


# Modules


def test_a_plural_module_from_its_options_to_its_result() -> None:
    service = Service()
    resource = PERSON._replace(connect=lambda params, read_only, redactor: service)
    people = [{"email": "a@example.com", "name": "A", "secret": "hidden-1"}]
    foreseen = ran(lambda: run_plural_module(resource), check=True, diff=True, persons=people)
    assert foreseen["changed"] and "person a@example.com" in foreseen["diff"]["after"]
    assert service.records == {}
    done = ran(lambda: run_plural_module(resource), persons=people)
    assert done["changed"] and "diff" not in done and len(service.records) == 1
    assert "hidden-1" not in str(done["changes"])
    refused = ran(lambda: run_plural_module(resource), persons=[{"name": "A"}])
    assert refused["failed"] and "item 1: it has neither 'id' nor 'email' nor 'phone'" in refused["msg"]
    refused = ran(lambda: run_plural_module(resource), persons=[{"email": "a@example.com", "nmae": "A"}])
    assert refused["failed"] and "nmae" in refused["msg"]
    assert not refused.get("invocation"), "thousands of items are no part of what is printed"


def test_an_info_module_from_its_options_to_its_result() -> None:
    given: list[t.Any] = []

    def connect(params: t.Any, redactor: Redactor) -> Reader:
        given.append(redactor)
        return Reader(person(pin="4711"))

    info = Info(PERSON, connect, "name")
    shown = ran(lambda: run_info_module(info), check=True)
    assert (shown["changed"], shown["count"]) == (False, 1)
    assert [one["email"] for one in shown["persons"]] == ["Sara@example.com"]
    assert isinstance(given[0], Redactor)
    warned = ran(lambda: run_info_module(info), include_secrets=True)
    assert warned["persons"][0]["pin"] == "4711"
    assert any("The result holds secrets" in str(warning) for warning in warned["warnings"])
    quiet = ran(lambda: run_info_module(info), include_secrets=True, _ansible_no_log=True)
    assert not any("The result holds secrets" in str(warning) for warning in quiet.get("warnings", ()))
    assert "There are" in ran(lambda: run_info_module(info), query="[].nothing_like_it")["msg"]


# Reading


def asked(service: Reader, hidden: bool = False, info: Info | None = None, **params: t.Any) -> dict[str, t.Any]:
    given = {**dict.fromkeys(("id", "email", "phone", "query", "filters")), **params}

    def remarks(missing: t.Any, records: t.Any) -> list[str]:
        return [f"{len(missing)} missing"] if missing else []

    made = info or Info(PERSON, lambda params, redactor: service, "name", remarks=remarks)
    return told(made, given, Redactor(), hidden=hidden)


def test_what_an_info_task_is_told_beside_the_records() -> None:
    result = asked(Reader(person()), email=["x@example.com", "y@example.com", "sara@example.com"])
    assert (result["changed"], result["warnings"]) == (False, ["2 missing"])
    masked = "The service masks 'secret', so it is null wherever there is one."
    assert asked(Reader(person()), hidden=True, include_secrets=True)["warnings"] == [masked]
    both = asked(Reader(person()), include_secrets=True, email=["sara@example.com", "x@example.com"])["warnings"]
    assert (both[0], both[2]) == ("1 missing", masked) and both[1].startswith("The result holds")


def test_what_a_query_may_name() -> None:
    with pytest.raises(Failure) as caught:
        asked(Reader(), query="[].pin")
    assert caught.value.hint == "Secrets are left out without 'include_secrets: true'."
    inside = PERSON._replace(fields=(*FIELDS, _with_options()))
    asked(Reader(), info=Info(inside, lambda params, redactor: Reader(), "name"), query="[].deep.below")


def _with_options() -> t.Any:
    return FIELDS[0]._replace(name="deep", argument={"type": "dict", "options": {"below": {"type": "str"}}})


def test_a_query_says_what_to_do() -> None:
    with mock.patch.dict(sys.modules, {"jmespath": None}), pytest.raises(Failure) as caught:
        compiled("@", [], [], {})
    assert caught.value.hint == "Install it for the Python that runs the module, or leave 'query' out."
    with pytest.raises(Failure) as caught:
        compiled("length(@)", [], [], {})(7)
    assert caught.value.code == "query"
    assert caught.value.hint == "What a record does not hold is null: leave such records out first, as in [?email]."
    with pytest.raises(Failure) as caught:
        compiled("[::0]", [], [], {})([1])
    assert caught.value.code == "query"


# Comparing


def compared(service: Service, **more: t.Any) -> dict[str, t.Any]:
    common = {"append": False, "update_secret": "on_create", "purge_filter": None, "drift_file": None}
    return {**common, "service": service, "persons": [], **more}


def test_a_comparison_that_makes_no_sense(tmp_path: Path) -> None:
    here, nowhere = str(tmp_path / "drift.json"), str(tmp_path / "none" / "drift.json")
    for path, check, message, hint in (
        (
            here,
            False,
            "'drift_file' compares and changes nothing, but this is no check mode",
            "Give the task 'check_mode: true', or leave 'drift_file' out to make the changes.",
        ),
        (nowhere, True, f"'drift_file' is '{nowhere}', in a directory that does not exist", "Make it first."),
    ):
        with pytest.raises(Failure) as caught:
            result_of_comparison(PERSON, compared(Service(), drift_file=path), check, Redactor())
        assert (caught.value.kind, caught.value.message, caught.value.hint) == (OPTION, message, hint)
    (tmp_path / "drift.json").mkdir()
    with pytest.raises(Failure) as caught:
        result_of_comparison(PERSON, compared(Service(), drift_file=here), True, Redactor())
    assert caught.value.kind == OPTION


def test_a_comparison_reads_only_and_says_why_it_could_not_list(tmp_path: Path) -> None:
    given: list[t.Any] = []
    scopes: list[t.Any] = []
    service = Service()

    def connect(params: t.Any, read_only: bool, redactor: Redactor) -> Service:
        given.append((read_only, redactor))
        return service

    def everything(scope: t.Any) -> list[Record]:
        scopes.append(scope)
        raise Failure(PERMISSION, "may not", "demo")

    service.everything = everything  # type: ignore[method-assign]
    redactor = Redactor()
    resource = PERSON._replace(connect=connect)
    params = compared(service, purge_filter={"email": ".*"}, drift_file=str(tmp_path / "drift.json"))
    result = result_of_comparison(resource, params, True, redactor)
    assert result["unlisted"] == Failure(PERMISSION, "may not", "demo").as_result()
    assert given == [(True, redactor)] and scopes == [{"email": ".*"}]
    assert service.calls == [], "nobody is looked up where no item asks"


def test_a_refused_item_says_why_and_no_more() -> None:
    item = {"state": PRESENT, "email": "sara@example.com", "colour": "red"}
    params = compared(Service(person(colour="blue")), persons=[item])
    (row,) = compare(PERSON, params, Redactor()).rows
    assert (row["kind"], row["fields"], row["failure"]["code"]) == ("refused", {}, "fixed")


# The rest


def test_what_is_said_of_an_interruption() -> None:
    early, late = failure_of_early_interruption(), failure_of_interruption("demo", 1, 2)
    assert (early.kind, early.message) == (INTERRUPTED, "SIGTERM ended the task before anything was changed")
    assert (early.hint, early.retryable, late.hint, late.retryable) == (HINT, True, HINT, True)


def test_whether_a_record_has_the_desired_values() -> None:
    values = {"email": "Sara@example.com", "note": "n", "tags": ["b", "a"], "name": None, "colour": Unreadable()}
    assert holds(PERSON, {"email": "sara@EXAMPLE.com", "tags": ["a", "b"], "note": " n "}, values)
    assert holds(PERSON, {"email": "sara@example.com", "secret": "whatever", "name": ""}, values)
    assert not holds(PERSON, {"email": "sara@example.com", "note": "other"}, values)
    assert not holds(PERSON, {"email": "other@example.com", "note": "n"}, values)
    assert not holds(PERSON, {"tags": ["a"]}, values)


def test_a_failure_of_a_change_keeps_its_service_and_hint() -> None:
    service = Service(person())
    resource = PERSON._replace(connect=lambda params, read_only, redactor: service)
    service.before["update"] = [failing(Failure(PERMISSION, "may not"))]
    result = ran(lambda: run_plural_module(resource), persons=[{"email": "sara@example.com", "note": "x"}])
    assert result["failure"]["service"] == "demo" and result["failure"]["hint"]


@pytest.mark.parametrize("text, value", [("1", True), ("Yes", True), ("0", False), ("false", False), ("no", False)])
def test_what_services_say_for_yes_and_no(text: str, value: bool) -> None:
    assert read_yes_no(text) is value


def test_a_record_of_an_unknown_id_is_not_created() -> None:
    change = plan(PERSON, PRESENT, {"id": "7"}, Index(PERSON, []), {"append": True})
    assert change.refusal is not None and change.policy == {"append": True}
    assert change.refusal.hint == "Ids are given by the service; leave 'id' out to create a new record."
    twice = [Record({"id": str(number), "email": "a@example.com"}) for number in range(2)]
    refusal = plan(PERSON, PRESENT, {"email": "a@example.com"}, Index(PERSON, twice), {}).refusal
    assert refusal is not None and refusal.kind == REFUSED
    assert refusal.hint == "Address the one you mean with 'id', or remove the others first."
