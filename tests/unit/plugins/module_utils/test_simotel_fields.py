# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the fields of an extension, and of lists of records."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.resource import decode
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._services import simotel, simotel_fields

# A record as the server prints it, and the same in our words.
RECORD = {
    "_id": "64b558207af75f2cf3788898",
    "user_type": "SIP",
    "active": "yes",
    "call_record": "no",
    "name": "101",
    "number": 101,
    "secret": "******",
    "nat": "force_rport,comedia",
    "forward_policy": {"Busy": "", "No Answer": "571", "UnAvailable": None, "All": 2020},
    "queues": [],
    "date": "1402-04-26 19:32:56",
    "something_new": {"a": 1},
}
VALUES = {
    "id": "64b558207af75f2cf3788898",
    "user_type": "SIP",
    "active": True,
    "call_record": False,
    "name": "101",
    "number": "101",
    "secret": simotel_fields.MASKED,
    "nat": "force_rport,comedia",
    "forward_policy": {"busy": "", "no_answer": "571", "unavailable": "", "all": "2020"},
    "queues": None,
    "date": "1402-04-26 19:32:56",
}


def test_a_record_in_our_words() -> None:
    values = decode(simotel_fields.FIELDS, RECORD)
    assert {name: value for name, value in values.items() if value is not None or name in VALUES} == VALUES
    assert set(values) == {one.name for one in simotel_fields.FIELDS}


def agree(field: str, first: t.Any, second: t.Any) -> bool:
    """Whether two of the server's values of a field count as the same."""
    one = simotel.USER.field_named(field)
    forms = [value if value is None else one.canonical(value) for value in map(one.read, (first, second))]
    return bool(forms[0] == forms[1])


@pytest.mark.parametrize(
    "field,first,second,same",
    [
        ("active", "yes", "YES", True),
        ("active", "yes", 1, True),
        ("active", "no", None, False),
        ("active", "yes", None, False),
        ("directmedia", "nonat", "no", False),
        ("directmedia", "nonat", None, False),
        ("transfer", "no", None, True),
        ("transfer", "mediaonly", "no", False),
        ("nat", "Force Report & Co-Media", "force_rport,comedia", True),
        ("nat", "no", None, True),
        ("nat", "yes", "no", False),
        ("type", "Friend", "friend", True),
        ("user_type", "SIP", "IAX2", False),
        ("name", " Sara ", "Sara", True),
        ("name", "Sara", "sara", False),
        ("name", "Jose\u0301", "Jos\u00e9", True),
        ("email", "Sara@Example.com", "sara@example.com", True),
        ("port", 5060, "5060", True),
        ("callgroup", "1, 3-5", "1,3-5", True),
        ("more_options", "a=b\n\t c=d\n\n", "a=b\nc=d", True),
        ("more_options", "a=b\nc=d", "a=bc=d", True),
        ("more_options", "a=b", "a=c", False),
        ("more_options", ["a=b"], "a=b", False),
        ("callgroup", ["1"], "1", False),
        ("forward_policy", {"Busy": ""}, None, True),
        ("forward_policy", [], None, True),
        ("forward_policy", {"Busy": "1"}, {"Busy": 1, "All": ""}, True),
        ("forward_policy", {"Busy": "1"}, {"All": "1"}, False),
    ],
)
def test_when_two_values_agree(field: str, first: t.Any, second: t.Any, same: bool) -> None:
    assert agree(field, first, second) is same


@pytest.mark.parametrize("one", simotel_fields.FIELDS, ids=lambda one: str(one.name))
def test_canonical_forms_are_stable(one: t.Any) -> None:
    odd = () if one.name == "id" else ({"busy": "1"}, ["x"])
    for value in ("yes", "no", "Friend", "1, 2", " x ", 7, *odd):
        canonical = one.canonical(one.read(value))
        assert canonical is None or one.canonical(canonical) == canonical


@pytest.mark.parametrize("value,masked", [("******", True), ("*", True), ("a*", False), ("", False), (None, False)])
def test_which_secrets_are_masked(value: t.Any, masked: bool) -> None:
    assert (simotel_fields.read_secret(value) is simotel_fields.MASKED) is masked


def test_a_forward_policy_is_written_whole() -> None:
    assert simotel_fields.write_forward_policy({"busy": "1"}) == {
        "Busy": "1",
        "No Answer": "",
        "UnAvailable": "",
        "All": "",
    }


@pytest.mark.parametrize(
    ("field", "shown", "sent"),
    [
        ("number", 1001, "1001"),
        ("secret", 123456, "123456"),
        ("secret", "******", None),
        ("nat", "Force Report & Co-Media", "force_rport,comedia"),
        ("type", "Friend", "friend"),
        ("name", "Friend", "Friend"),
        ("active", 1, "yes"),
        ("active", False, "no"),
        ("context", ["main"], ["main"]),
        ("forward_policy", {"Busy": 1002}, {"Busy": "1002", "No Answer": "", "UnAvailable": "", "All": ""}),
        ("forward_policy", "571", "571"),
        ("active", "?", "?"),
        ("of_a_later_release", 7, 7),
        ("of_a_later_release", "***", None),
        ("queues", ["1"], None),
    ],
)
def test_what_is_written_back_is_what_is_stored_and_not_how_it_is_shown(field: str, shown: t.Any, sent: t.Any) -> None:
    assert simotel_fields.written_back({field: shown}) == ({} if sent is None else {field: sent})


@pytest.mark.parametrize("shown", [None, "", [], {}])
def test_an_unset_forward_policy_is_written_back_as_four_empty_targets(shown: t.Any) -> None:
    empty = {"Busy": "", "No Answer": "", "UnAvailable": "", "All": ""}
    assert simotel_fields.written_back({"forward_policy": shown, "active": None}) == {
        "forward_policy": empty,
        "active": None,
    }


@pytest.mark.parametrize("found", [None, "", [], {"data": []}, {"data": None}])
def test_an_empty_list(found: t.Any) -> None:
    assert simotel._records(found) == []


@pytest.mark.parametrize("found", [[RECORD], {"data": [RECORD], "pagination": {"total": 1}}])
def test_a_list_with_or_without_paging(found: t.Any) -> None:
    assert simotel._records(found) == [RECORD]


@pytest.mark.parametrize("found", ["text", 7, ["text"], {"data": {"a": 1}}])
def test_a_list_that_is_none(found: t.Any) -> None:
    with pytest.raises(Failure, match="not a list of records"):
        simotel._records(found)
