# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request may be sent again, and when."""

from __future__ import annotations

import email.utils
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._http.errors import SERVER, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.retry import (
    CREATE,
    LONGEST_PAUSE,
    LONGEST_RETRY_AFTER,
    READ,
    WRITE,
    may_resend,
    parse_retry_after,
    pause,
)

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    "effect, retryable, acted, expected",
    [
        (READ, True, None, True),
        (READ, False, False, False),
        (WRITE, True, None, True),
        (WRITE, True, False, True),
        (CREATE, True, None, False),
        (CREATE, True, False, True),
        (CREATE, False, False, False),
    ],
)
def test_may_resend(effect: str, retryable: bool, acted: t.Any, expected: bool) -> None:
    assert may_resend(effect, Failure(SERVER, "", retryable=retryable, acted=acted)) is expected


@pytest.mark.parametrize("seconds, expected", [(LONGEST_RETRY_AFTER, True), (LONGEST_RETRY_AFTER + 1, False)])
def test_a_long_retry_after_means_later_and_not_now(seconds: float, expected: bool) -> None:
    assert may_resend(READ, Failure(SERVER, "", retryable=True, retry_after=seconds)) is expected


def test_pauses_grow_up_to_a_limit() -> None:
    failure = Failure(SERVER, "")
    assert [pause(attempt, failure, lambda: 1.0) for attempt in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert [pause(attempt, failure, lambda: 0.0) for attempt in range(3)] == [0.25, 0.5, 1]
    assert pause(5000, failure, lambda: 1.0) == LONGEST_PAUSE
    assert 0.25 <= pause(0, failure) <= 0.5


def test_the_service_says_how_long_to_pause_within_reason() -> None:
    assert pause(0, Failure(SERVER, "", retry_after=7.0)) == 7.0
    assert pause(0, Failure(SERVER, "", retry_after=0.0)) == 0.0
    assert pause(0, Failure(SERVER, "", retry_after=1e9)) == LONGEST_RETRY_AFTER


HEADERS = {
    "120": 120.0,
    " 5 ": 5.0,
    "-5": 0.0,
    email.utils.formatdate(NOW + 30, usegmt=True): 30.0,
    email.utils.formatdate(NOW - 30, usegmt=True): 0.0,
    "": None,
    "soon": None,
    "1.5": None,
    "Mon, 99 Foo 2026 99:99:99 GMT": None,
    "9" * 400: None,
    "9" * 5000: None,
}


@pytest.mark.parametrize("value", HEADERS, ids=lambda value: value[:30] or "empty")
def test_parse_retry_after(value: str) -> None:
    assert parse_retry_after(value, NOW) == HEADERS[value]


def test_no_retry_after() -> None:
    assert parse_retry_after(None, NOW) is None


@given(
    some.one_of(
        some.text(max_size=40),
        some.from_regex(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,5} \d\d:\d\d:\d\d [-+]\d{4}"),
    )
)
@settings(max_examples=100, deadline=None, database=None)
def test_any_retry_after_is_read_without_trouble(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or seconds >= 0
