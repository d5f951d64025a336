# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What planning costs: time and memory of the pure plan, from hundreds of records to 100,000.

usage: python planner.py RECORDS

Prints a line of JSON for each case and size, up to that many records:
``{"case", "records", "seconds", "bytes"}``. The bytes are those that the plan takes at most while it is made, for one
record, beyond the items and records that it is made from; null where they were not measured.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.many import Item, items_of, plan_items
from ansible_collections.vox.roster.plugins.module_utils._core.resource import PRESENT, Record
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER
from ansible_collections.vox.roster.plugins.module_utils._services.simotel_fields import WRITABLE, read_record
from ansible_collections.vox.roster.tests.benchmark.cases import CASES, CREATE, PLANS, SIMOTEL

DOUBLINGS = 7
T = t.TypeVar("T")


def made_from(case: str, count: int) -> tuple[list[Item], list[Record]]:
    """The items of a case, and the records that the server holds before it."""
    entries = [{"state": PRESENT, **item} for item in SIMOTEL.roster(case, count)]
    items = items_of(USER, {"users": entries, "update_secret": "on_create"})
    return items, [] if case == CREATE else [_record(number) for number in range(count)]


def _record(number: int) -> Record:
    wire = {one.name: one.wire_name for one in WRITABLE}
    item = {wire[name]: value for name, value in SIMOTEL.item(number).items()}
    return read_record({**_initial(), **item, "_id": f"{number:024x}", "queues": [], "date": "1405/01/01 00:00:00"})


def _initial() -> dict[str, t.Any]:
    values = {one.wire_name: one.initial({}) if callable(one.initial) else one.initial for one in WRITABLE}
    return {name: "" if value is None else value for name, value in values.items()}


def seconds_of(items: list[Item], records: list[Record], lists: int) -> float:
    """The processor's time for a plan of one of so many lists into which everything is cut.

    So there is as much to read and to keep whatever the length of a list, which the caches of the processor hold no
    better for short lists than for long ones. The best of several, as only other programs can make one slower.
    """
    best = float("inf")
    for _plan in range(PLANS):
        parts = list(zip(_cut(items, lists), _cut(records, lists), strict=True))
        gc.collect()
        started = time.process_time()
        plans = [plan_items(USER, *part) for part in parts]
        best = min(best, time.process_time() - started)
        del plans
    return best / lists


def _cut(values: list[T], lists: int) -> list[list[T]]:
    length = len(values) // lists
    return [values[start * length : (start + 1) * length] for start in range(lists)]


def bytes_of(items: list[Item], records: list[Record]) -> int:
    """The memory that a plan takes at its peak, for one record."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    plan_items(USER, items, records)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round((peak - before) / len(items))


def main(most: int) -> None:
    """Measure every case at every size."""
    for case in CASES:
        items, records = made_from(case, most)
        for doubling in range(DOUBLINGS, -1, -1):
            line = {"case": case, "records": most >> doubling, "seconds": seconds_of(items, records, 1 << doubling)}
            print(json.dumps({**line, "bytes": None if doubling else bytes_of(items, records)}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
