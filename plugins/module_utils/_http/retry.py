# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""When a request may be sent again, and how long to wait before. Pure functions."""

from __future__ import annotations

import email.utils
import random
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http.errors import RATE_LIMIT, Failure

if t.TYPE_CHECKING:
    from collections.abc import Callable

# What an operation does to the service, and so whether it may be repeated without thought.
READ = "read"
WRITE = "write"  # leaves the same state however often it is carried out
CREATE = "create"  # every repetition may leave one more record

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_RETRY_AFTER = 120.0


def may_resend(effect: str, failure: Failure) -> bool:
    """Whether a failed request may be sent again as it is.

    A creation is only resent when the service surely did nothing: whether a lost answer stood for a new
    record is for the caller to find out by reading.
    """
    return is_worth_waiting(failure) and (effect != CREATE or failure.acted is False)


def is_worth_waiting(failure: Failure) -> bool:
    """Whether what failed may succeed after a pause that a task can take."""
    return failure.retryable and not _asks_too_much(failure)


def is_sent_away(failure: Failure) -> bool:
    """Whether the service wants no request at all for longer than a task can wait."""
    return failure.kind == RATE_LIMIT and _asks_too_much(failure)


def _asks_too_much(failure: Failure) -> bool:
    return failure.retry_after is not None and failure.retry_after > LONGEST_RETRY_AFTER


def pause(attempt: int, failure: Failure, jitter: Callable[[], float] = random.random) -> float:
    """Seconds to wait before the attempt after number ``attempt`` (0 for the first).

    What the service asked for with Retry-After wins; otherwise an exponential back-off of which the
    upper half is random, so that many workers do not come back at the same instant.
    """
    if failure.retry_after is not None:
        return min(failure.retry_after, LONGEST_RETRY_AFTER)
    longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt, 10))
    return longest * (0.5 + jitter() / 2)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds from a Retry-After header (a number or an HTTP date); None when absent or unreadable.

    now: seconds since the epoch.
    """
    if not value:
        return None
    try:
        return max(0.0, float(int(value.strip())))
    except (ValueError, OverflowError):
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
