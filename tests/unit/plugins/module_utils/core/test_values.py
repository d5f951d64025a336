# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers, writers, cleaners and canonical forms."""

from __future__ import annotations

import typing as t
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._core import values
from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure

CASES: list[tuple[t.Callable[[t.Any], t.Any], t.Any, t.Any]] = [
    (values.read_text, "a", "a"),
    (values.read_text, 7, "7"),
    (values.read_text, 1.5, "1.5"),
    (values.read_text, None, None),
    (values.read_text, True, True),
    (values.read_text, ["a"], '["a"]'),
    (values.read_text, {"a": None}, '{"a": null}'),
    (values.read_id, 7, "7"),
    (values.read_id, "x", "x"),
    (values.read_id, None, None),
    (values.read_yes_no, "yes", True),
    (values.read_yes_no, " NO ", False),
    (values.read_yes_no, "true", True),
    (values.read_yes_no, "0", False),
    (values.read_yes_no, 1, True),
    (values.read_yes_no, False, False),
    (values.read_yes_no, None, None),
    (values.read_yes_no, "perhaps", "perhaps"),
    (values.read_yes_no, [1], [1]),
    (values.write_yes_no, True, "yes"),
    (values.write_yes_no, False, "no"),
    (values.write_yes_no, "mediaonly", "mediaonly"),
    (values.write_yes_no, 1, 1),
    (values.write_yes_no, None, None),
    (values.read_list, ["a"], ["a"]),
    (values.read_list, [], None),
    (values.read_list, "", None),
    (values.read_list, None, None),
    (values.read_list, {"a": 1}, None),
    (values.trim, " a b ", "a b"),
    (values.fold, " Sara@Example.COM ", "sara@example.com"),
    (values.fold, "MÜLLER@example.com", "müller@example.com"),
    (values.fold, "a\u017fha@stra\u00dfe.example", "a\u017fha@stra\u00dfe.example"),
    (values.fold, None, None),
    (values.fold, 7, 7),
    (values.plain_text, " Zoe\u0308 ", "Zo\u00eb"),
    (values.plain_text, None, None),
    (values.western_digits, "۱۲٣٤५६7", "1234567"),
    (values.western_digits, "½²", "½²"),
    (values.clean_digits, " ۱۰۰ ", "100"),
    (values.clean_digits, "", ""),
    (values.clean_email, " Sara@example.com ", "Sara@example.com"),
    (values.clean_email, "", ""),
    (values.clean_phone, "+98 (21) 1234-5678", "+982112345678"),
    (values.clean_phone, "۰۲۱.۱۲۳", "021123"),
    (values.clean_phone, "\u200e+1\u00a02\u20113", "+123"),
    (values.clean_phone, " ", ""),
    (values.clean_e164, "+98 21 1234 5678", "+982112345678"),
    (values.clean_e164, "", ""),
    (values.digits_of, "+98 (21) 12", "982112"),
    (values.digits_of, None, None),
    (values.digits_of, 98, 98),
]


@pytest.mark.parametrize("function, value, expected", CASES)
def test_values(function: t.Callable[[t.Any], t.Any], value: t.Any, expected: t.Any) -> None:
    result = function(value)
    assert result == expected
    assert type(result) is type(expected)


REFUSED: list[tuple[t.Callable[[str], str], str, str]] = [
    (values.clean_digits, "12a", "digits"),
    (values.clean_digits, "-1", "digits"),
    (values.clean_digits, "²", "digits"),
    (values.clean_digits, "1 2", "digits"),
    *((values.clean_email, bad, "e-mail") for bad in ("sara", "@b.cd", "a@b", "a@b.", "a@.b", "a b@c.de", "a@b@c.de")),
    *((values.clean_phone, bad, "telephone") for bad in ("12a", "+", "1+2", "++1", "tel:1")),
    *((values.clean_e164, bad, "international") for bad in ("02112345678", "+0211234567", "+12345", "+" + "1" * 16)),
    (values.clean_e164, "12a", "telephone"),
]


@pytest.mark.parametrize("function, value, word", REFUSED)
def test_values_that_make_no_sense(function: t.Callable[[str], str], value: str, word: str) -> None:
    with pytest.raises(ValueError, match=word) as caught:
        function(value)
    assert str(caught.value).startswith("is ")


@pytest.mark.parametrize("value", [["x"], {"id": "x"}, True])
def test_an_id_is_one_text(value: t.Any) -> None:
    with pytest.raises(Failure, match="whose id is no text") as caught:
        values.read_id(value)
    assert caught.value.kind == BROKEN


ANYTHING = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(), some.floats(), some.text(max_size=8)),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(some.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
NEVER_FAIL = (
    values.read_text,
    values.read_yes_no,
    values.write_yes_no,
    values.read_list,
    values.fold,
    values.plain_text,
    values.digits_of,
)
FOR_PEOPLE = (values.trim, values.clean_digits, values.clean_email, values.clean_phone, values.clean_e164)


@given(ANYTHING)
@settings(max_examples=150, deadline=None, database=None)
def test_readers_never_fail_and_change_nothing_twice(value: t.Any) -> None:
    for function in NEVER_FAIL:
        once = function(value)
        assert repr(function(once)) == repr(once), function.__name__


@given(some.one_of(some.text(max_size=12), some.text("+0123456789 ()-.@ab۱٢", max_size=16)))
@settings(max_examples=150, deadline=None, database=None)
def test_cleaners_clean_once_and_refuse_with_a_reason(value: str) -> None:
    for function in FOR_PEOPLE:
        try:
            once = function(value)
        except ValueError as reason:
            assert str(reason).startswith("is ")
        else:
            assert function(once) == once, function.__name__


@given(some.text(max_size=8))
@settings(max_examples=150, deadline=None, database=None)
def test_case_and_unicode_form_do_not_count(value: str) -> None:
    for form in ("NFC", "NFD"):
        assert values.plain_text(unicodedata.normalize(form, value)) == values.plain_text(value)
        assert values.fold(unicodedata.normalize(form, value)) == values.fold(value)
    assert values.fold(value.lower()) == values.fold(values.fold(value)) == values.fold(value)


def test_white_space_around_a_text_does_not_count_and_other_characters_do() -> None:
    for function in (values.fold, values.plain_text):
        assert function(" \u00a0sara\u3000\n") == "sara"
        assert function("sara\u200b") != "sara"


@given(some.booleans())
@settings(max_examples=4, deadline=None, database=None)
def test_yes_and_no_go_there_and_back(value: bool) -> None:
    assert values.read_yes_no(values.write_yes_no(value)) is value
