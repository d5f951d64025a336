# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Reading a listing that comes in pages, whole or not at all."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

READINGS = 2  # how often a listing is read that changes under our hands


@dataclass(frozen=True)
class Page:
    """records: as the service returned them. total: how many the whole listing has; None when not told."""

    records: Sequence[dict[str, t.Any]]
    total: int | None


def collect(
    fetch: Callable[[int], Page], identity: Callable[[dict[str, t.Any]], t.Any], size: int, first: Page | None = None
) -> list[dict[str, t.Any]]:
    """All records of a listing.

    fetch: returns the page that starts after so many records. size: records asked for a page.
    identity: what tells records apart. first: the first page, if it has been read already.
    A page may hold fewer records than asked for. A record that comes twice counts once. When the listing does
    not add up to its own total, something changed while it was read: it is read again, and Failure tells if that
    does not help either, since a part of a listing must never be taken for the whole.
    """
    for _reading in range(READINGS):
        records = _collect_once(fetch, identity, size, first)
        if records is not None:
            return records
        first = None
    raise Failure(
        BROKEN,
        "the listing does not add up: it changed while it was being read, or repeats or leaves out records",
        hint="Run the task again when nothing else changes the service.",
        retryable=True,
    )


def _collect_once(
    fetch: Callable[[int], Page], identity: Callable[[dict[str, t.Any]], t.Any], size: int, first: Page | None
) -> list[dict[str, t.Any]] | None:
    found: dict[t.Any, dict[str, t.Any]] = {}
    total: int | None = None
    page = first or fetch(0)
    while True:
        if total is not None and page.total is not None and page.total != total:
            return None
        total = page.total if page.total is not None else total
        before = len(found)
        for record in page.records:
            found.setdefault(identity(record), record)
        complete = len(found) >= total if total is not None else len(page.records) < size
        if complete:
            return list(found.values()) if total is None or len(found) == total else None
        if len(found) == before:
            # No progress: either the listing ended before its total, or pages repeat for ever.
            return None if total is not None or page.records else list(found.values())
        page = fetch(len(found))
