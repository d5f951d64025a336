# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath expressions over records."""

from __future__ import annotations

import sys
import typing as t
from unittest import mock

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.query import compiled
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure

NAMES = ("number", "name", "email", "open", "busy", "forward_policy")
RECORDS: list[dict[str, t.Any]] = [
    {"number": "1", "name": "Ava", "email": None, "open": {"x": 1}, "forward_policy": {"busy": "2"}},
    {"number": "2", "name": "Bardia", "email": "b@example.com", "open": None, "forward_policy": None},
]


def search(expression: str) -> t.Any:
    return compiled(expression, NAMES, ["open"], {"secret": "Ask for it."})(RECORDS)


def refused(expression: str) -> Failure:
    with pytest.raises(Failure) as caught:
        search(expression)
    assert caught.value.kind == OPTION
    return caught.value


FOUND: list[tuple[str, t.Any]] = [
    ("[].number", ["1", "2"]),
    ("[?forward_policy.busy].name", ["Ava"]),
    ("length(@)", 2),
    ("[?email].{n: number, m: email} | [0].m", "b@example.com"),
    ("[].{deep: {n: name}} | [0].deep.n", "Ava"),
    ('[0].merge(@, `{"made": [{"up": 7}]}`).made[0].up', 7),
    ("[].open.x", [1]),
    ("[?open.whatever]", []),
    ("not_null([1].open, [0].name)", "Ava"),
    ('[]."name"', ["Ava", "Bardia"]),
    ("[5]", None),
    ("`1`", 1),
]


@pytest.mark.parametrize("expression, found", FOUND, ids=[expression for expression, _found in FOUND])
def test_what_is_found(expression: str, found: t.Any) -> None:
    assert search(expression) == found


REFUSED = [
    ("[?number", "it ends too early (column 9)"),
    ("   ", "it ends too early"),
    ("[?number = '1']", "it cannot go on at '=' (column 10)"),
    ("number..name", "it cannot go on at '.' (column 8)"),
    ("[].{a: number, name}", "it cannot go on at '}' (column 20)"),
    ("[?name == 'Ava]", 'it cannot go on at "\'Ava]" (column 11)'),
    ("#", "it cannot go on at '#' (column 1)"),
    ("[].number | lenght(@)", "calls lenght(), which is no function of JMESPath (column 13)"),
    ("length(@, @)", "calls length() with 2 arguments, and it takes 1 (column 1)"),
    ("[?starts_with(name)]", "calls starts_with() with 1 argument, and it takes 2 (column 3)"),
    ("not_null()", "calls not_null() with 0 arguments, and it takes 1"),
    ("[?active].nmae", "names 'active', which no record holds (column 3)"),
    ("[].{name: name, n: nmae}", "names 'nmae', which no record holds (column 20)"),
    ('[]."e mail"', "names 'e mail', which no record holds (column 4)"),
    ("sort_by(@, &emial)", "names 'emial', which no record holds (column 13)"),
]


@pytest.mark.parametrize("expression, words", REFUSED, ids=[expression for expression, _words in REFUSED])
def test_a_mistake_is_found_before_there_are_records(expression: str, words: str) -> None:
    with pytest.raises(Failure) as caught:
        compiled(expression, NAMES, ["open"], {})
    assert words in caught.value.message
    assert caught.value.code == "query"


def test_a_mistake_comes_with_a_guess() -> None:
    assert refused("[].nmae").hint == "Perhaps name is meant."
    assert refused("lenght(@)").hint == "Perhaps length is meant."
    assert refused("[].zzz").hint == f"There are {', '.join(sorted(NAMES))}."
    assert refused("[?secret]").hint == "Ask for it."
    assert refused('[?name == "Ava"]').hint == "Double quotes name a field. Put a text in single quotes."


def test_values_that_a_function_does_not_take_are_not_quoted() -> None:
    failure = refused("sort_by(@, &email)")
    assert "sort_by() takes string or number, and there is null" in str(failure)
    assert "[?email]" in failure.hint
    failure = refused("contains(forward_policy, 'x') || starts_with(@, 'x')")
    assert "Bardia" not in str(failure) and "array" in failure.message
    assert "slice step cannot be zero" in refused("[::0]").message


def test_without_the_library() -> None:
    with mock.patch.dict(sys.modules, {"jmespath": None}):
        failure = refused("[].number")
    assert "Failed to import the required Python library (jmespath)" in failure.message
    assert (failure.code, failure.retryable) == ("missing_library", False)
