# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What planning costs: time and memory of the pure plan, from hundreds of records to 100,000.

usage: python planner.py RECORDS

Prints a line of JSON for each case and size, up to that many records:
``{"case", "records", "seconds", "bytes"}``. The bytes are those that the plan takes at most while it is made, for one
record, beyond the items and records that it is made from; null where they were not measured. The last case is not
planned, only looked up, which shows what it costs that a larger dictionary fits the processor's caches less.
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
from ansible_collections.vox.roster.tests.benchmark.cases import CASES, CREATE, LOOK_UP, NOTHING, PLANS, SIMOTEL

DOUBLINGS = 7
T = t.TypeVar("T")
Work = t.Callable[[list[Item], list[Record]], object]


def plan(items: list[Item], records: list[Record]) -> object:
    """What is measured."""
    return plan_items(USER, items, records)


def look_up(items: list[Item], records: list[Record]) -> object:
    """The least that can be done to find the record of each item."""
    by_number = {record.values["number"]: record for record in records}
    return [(item, by_number[item.desired["number"]]) for item in items]


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


def seconds_of(work: Work, items: list[Item], records: list[Record], lists: int) -> float:
    """The processor's time for the work on one of so many lists into which everything is cut.

    So there is as much to read and to keep whatever the length of a list, which the caches of the processor hold no
    better for short lists than for long ones. The best of several, as only other programs can make one slower.
    """
    best = float("inf")
    for _plan in range(PLANS):
        parts = list(zip(_cut(items, lists), _cut(records, lists), strict=True))
        gc.collect()
        started = time.process_time()
        results = [work(*part) for part in parts]
        best = min(best, time.process_time() - started)
        del results
    return best / lists


def _cut(values: list[T], lists: int) -> list[list[T]]:
    length = len(values) // lists
    return [values[start * length : (start + 1) * length] for start in range(lists)]


def bytes_of(items: list[Item], records: list[Record]) -> int:
    """The memory that a plan takes at its peak, for one record."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    plan(items, records)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round((peak - before) / len(items))


def main(most: int) -> None:
    """Measure every case at every size."""
    for case in (*CASES, LOOK_UP):
        items, records = made_from(NOTHING if case == LOOK_UP else case, most)
        work = look_up if case == LOOK_UP else plan
        for doubling in range(DOUBLINGS, -1, -1):
            line = {"case": case, "records": most >> doubling}
            line["seconds"] = seconds_of(work, items, records, 1 << doubling)
            line["bytes"] = None if doubling or case == LOOK_UP else bytes_of(items, records)
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
