# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers of a group that cannot be read, the mark that stands for them, and pages of groups."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._services import autodialer, autodialer_fields
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_fields import Members

NUMBERS = ["0912", "0913"]
DIGEST = autodialer_fields.digest_of(NUMBERS)
SHOWN = "{} numbers, which the server does not show"


def test_the_digest_never_changes() -> None:
    """Every description written so far holds digests made this way."""
    assert DIGEST == "82ab48b45f5b"
    assert autodialer_fields.digest_of(["0913", "0912", "0912"]) == DIGEST
    assert autodialer_fields.digest_of([]) != DIGEST


@pytest.mark.parametrize("text", ["", "Spring", "two\nlines", "[roster:short]", "[roster:0123456789ab] in front"])
@pytest.mark.parametrize("digest", [None, DIGEST])
def test_a_description_and_its_mark(text: str, digest: str | None) -> None:
    assert autodialer_fields.split_description(autodialer_fields.join_description(text, digest)) == (text, digest)


@pytest.mark.parametrize("value", [None, 7, ["x"]])
def test_a_description_that_is_no_text(value: t.Any) -> None:
    assert autodialer_fields.split_description(value)[1] is None


# compare_numbers, wanted numbers, what is known, whether they count as the same
COMPARISONS = [
    ("digest", NUMBERS, Members("", 2, DIGEST), True),
    ("digest", NUMBERS, Members("", None, DIGEST), True),
    ("digest", NUMBERS, Members("", 3, DIGEST), False),
    ("digest", NUMBERS, Members("", 2, None), False),
    ("digest", ["0914", "0915"], Members("", 2, DIGEST), False),
    ("digest", [], Members("", 0, None), True),
    ("digest", [], Members("", None, None), False),
    ("count", ["0914", "0915"], Members("", 2, None), True),
    ("count", NUMBERS, Members("", 3, DIGEST), False),
    ("count", NUMBERS, Members("", None, DIGEST), False),
    ("always", NUMBERS, Members("", 2, DIGEST), False),
    ("always", NUMBERS, NUMBERS, True),
    ("count", NUMBERS, ["0914", "0915"], False),
    ("digest", [], None, True),
]


@pytest.mark.parametrize("compare,target,actual,same", COMPARISONS)
def test_comparisons(compare: str, target: t.Any, actual: t.Any, same: bool) -> None:
    assert autodialer_fields.same_numbers(target, actual, {"compare_numbers": compare}) is same


def test_numbers_in_a_difference() -> None:
    assert autodialer_fields.shown_numbers(NUMBERS) == NUMBERS
    many = [str(number) for number in range(autodialer_fields.MANY + 1)]
    assert autodialer_fields.shown_numbers(many) == f"51 numbers, digest {autodialer_fields.digest_of(many)}"
    assert autodialer_fields.shown_numbers(None) is None


@pytest.mark.parametrize(
    "raw,numbers",
    [
        ({"count": 3}, Members(SHOWN.format(3), 3)),
        ({"count": "3"}, Members(SHOWN.format(3), 3)),
        ({}, Members(SHOWN.format("unknown"))),
        (
            {"count": None, "description": f"x [roster:{DIGEST}]"},
            Members(SHOWN.format("unknown"), None, DIGEST),
        ),
        ({"count": 2, "numbers": [912, "0913"]}, ["912", "0913"]),
    ],
)
def test_what_is_known_of_the_numbers(raw: dict[str, t.Any], numbers: t.Any) -> None:
    assert autodialer_fields.read_record(raw).values["numbers"] == numbers


@pytest.mark.parametrize(
    "found,records,total",
    [
        ({"pagination": {"total": 1}, "data": [{"_id": "a"}]}, 1, 1),
        ({"pagination": {"total": "1"}, "data": [{"_id": "a"}]}, 1, 1),
        ({"data": [{"_id": "a"}]}, 1, None),
        ([{"_id": "a"}], 1, None),
        ({"pagination": [], "data": []}, 0, None),
        ("", 0, None),
        (None, 0, None),
    ],
)
def test_pages(found: t.Any, records: int, total: int | None) -> None:
    page = autodialer._page(found)
    assert (len(page.records), page.total) == (records, total)


@pytest.mark.parametrize("found", ["text", ["text"], {"data": {"a": 1}}])
def test_pages_that_are_none(found: t.Any) -> None:
    with pytest.raises(Failure, match="not a list of records"):
        autodialer._page(found)


@pytest.mark.parametrize("told", [None, "", {}, {"filename": ""}, {"filename": 7}])
def test_an_upload_that_names_no_file(told: t.Any) -> None:
    with pytest.raises(Failure, match="lacks 'filename'"):
        autodialer._text_of(told, "filename", autodialer.UPLOAD)


def test_a_file_may_start_with_a_byte_order_mark_and_hold_empty_rows(tmp_path: t.Any) -> None:
    path = tmp_path / "numbers.csv"
    path.write_bytes('\ufeff0912\r\n\r\n"+98 913"\r\n0912\r\n'.encode("utf-8"))
    assert autodialer_fields.numbers_from_file(str(path)) == ["0912", "+98913"]
