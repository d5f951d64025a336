# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Reading a listing that comes in pages, whole or not at all."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Hashable

from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # A record as the service returned it.
    Raw = t.Dict[str, t.Any]

READINGS = 2  # how often a listing is read that changes under our hands
LARGEST_LISTING = 250 * 1000  # records; a server that has always one more would be read for ever
LONGEST_READING = 2 * 60 * 60.0  # seconds


class Page(t.NamedTuple):
    """A part of a listing.

    records: as the service returned them. total: how many the whole listing has; None when not told.
    limit: how many the page could hold; None for as many as were asked for.
    """

    records: Sequence[Raw]
    total: int | None
    limit: int | None = None

    def ends(self, received: int, size: int) -> bool:
        """Whether nothing follows, when with this page so many different records have been received.

        size: records asked for a page.
        """
        return len(self.records) < (self.limit or size) if self.total is None else received >= self.total


def collect(
    fetch: Callable[[int], Page],
    identity: Callable[[Raw], t.Any],
    size: int,
    first: Page | None = None,
    operation: str = "",
    keep: Callable[[Raw], t.Any] = lambda record: record,
) -> list[t.Any]:
    """All records of a listing.

    fetch: returns the page that starts after so many records. size: records asked for a page.
    identity: what tells records apart. first: the first page, if it has been read already.
    operation: the name of what is read, for the failure. keep: what is wanted of a record, so that no page has to be
    held longer than it takes to read it.
    A page may hold fewer records than asked for. A record that comes twice counts once. When the listing does
    not add up to its own total, or repeats a record and tells no total, something changed while it was read: it is
    read again, and Failure tells if that does not help either, since a part of a listing must never be taken for the
    whole. Failure also where the listing is too long, in records or in time, and where a record cannot be told from
    the others.
    """
    for _reading in range(READINGS):
        records = _collect_once(fetch, identity, size, first, operation, keep)
        if records is not None:
            return records
        first = None
    raise Failure(
        BROKEN,
        "the listing does not add up: it changed while it was being read, or repeats or leaves out records",
        operation=operation,
        hint="Run the task again when nothing else changes the service.",
        retryable=True,
    )


def _collect_once(
    fetch: Callable[[int], Page],
    identity: Callable[[Raw], t.Any],
    size: int,
    first: Page | None,
    operation: str,
    keep: Callable[[Raw], t.Any],
) -> list[t.Any] | None:
    found: dict[t.Any, t.Any] = {}
    received = 0
    total: int | None = None
    end = time.monotonic() + LONGEST_READING
    page = first or fetch(0)
    while True:
        if total is not None and page.total is not None and page.total != total:
            return None
        total = page.total if page.total is not None else total
        before = len(found)
        for record in page.records:
            identifier = identity(record)
            if not isinstance(identifier, Hashable):
                raise Failure(BROKEN, "the listing holds a record whose id is no text", operation=operation)
            if identifier not in found:
                found[identifier] = keep(record)
        received += len(page.records)
        if max(total or 0, len(found)) > LARGEST_LISTING or time.monotonic() > end:
            message = f"the listing does not end: it is read up to {LARGEST_LISTING} records and two hours"
            raise Failure(BROKEN, message, operation=operation)
        if total is None and len(found) < received:
            # What moved to a later page shows that others may have moved to one that was read before.
            return None
        if page._replace(total=total).ends(len(found), size):
            return list(found.values()) if total is None or len(found) == total else None
        if len(found) == before:
            # No progress: either the listing ended before its total, or pages repeat for ever.
            return None if total is not None else list(found.values())
        page = fetch(len(found))
