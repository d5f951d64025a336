# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a page and as a chart."""

from __future__ import annotations

import textwrap
import typing as t
from dataclasses import dataclass

from .cases import (
    CASES,
    CONTENDERS,
    CREATE,
    IN_PROCESS,
    LOOK_UP,
    LOOP,
    MEASURED_LOOP,
    MORE_WORKERS,
    NAMES_OF_CASES,
    PLANS,
    PLURAL,
    SCRIPT,
    SERVICES,
    SIMOTEL,
    START,
    URI,
    WIDE,
    WITH_LISTS,
    WORKERS,
    Service,
)
from .chart import LICENCE, Bar, Group, chart
from .measure import Key, Results
from .targets import KIBIBYTE, LEAST_WORK, Verdict, growth, plan_bytes, ratio_to_script

SIZES, LATENCIES = (100, 1000, 10_000), (0, 30)
HEADER = f"""\
<!--
{LICENCE}-->

<!-- Written by make bench. -->
"""
DESCRIPTIONS = {
    SCRIPT: "a script with `requests` that makes only the calls that are needed, with 8 threads",
    PLURAL: "one task with `simotel_users` and its default of 8 workers",
    WIDE: f"the same task with `concurrency: {MORE_WORKERS}`",
    IN_PROCESS: "a loop over `simotel_user`, which runs in the worker's process",
    LOOP: "the same loop with `vox_roster_in_process: false`, so that each item starts a module",
    URI: "loops over `ansible.builtin.uri`: a search for each record, then an addition, update or removal",
}
REMARKS = (
    "Who works by hand with `uri` may read the whole listing once, too. Each write would still be an item of a loop"
    " that starts a module.",
    "A loop makes one request after the other. With 30 ms of latency most of the time in the worker's process is"
    " waiting for the server, which no way of running modules shortens. So both loops are compared at 0 ms. What"
    " the same playbook takes with an empty roster is taken off, which is a large part of a short loop in the worker's"
    " process; whole runs are told beside it.",
    "`exotel_users` keeps to the vendor's limit of requests a minute unless it is told otherwise. Here it is: the"
    " sandbox has no limit.",
)
LEAST = 1000 / WORKERS * 0.03  # seconds that 1,000 requests of 30 ms take
# What stands in the way of promises, whether or not they are kept on the machine of the page.
BOUNDS = (
    "Where a server answers at once, the script does nothing but send, while the module also checks the options of each"
    " item, compares, and hides secrets; that is the processor's time. The more a server takes, the less it weighs. The"
    " workers of the module do not get into each other's way, as the threads of the script do.",
    "Ansible hands a module over as one archive, whose files Python has to compile each time. A task waits for more"
    " than that, as the last table shows: Ansible makes the archive, once for a loop, and reads the result. In the"
    " worker's process nothing is handed over.",
)


@dataclass(frozen=True)
class Figure:
    """Seconds of a whole run, measured or estimated."""

    seconds: float
    estimate: bool = False

    def __str__(self) -> str:
        digits = 2 if self.seconds < 10 else 1 if self.seconds < 100 else 0
        return f"{'≈ ' if self.estimate else ''}{self.seconds:,.{digits}f}"


def figure(results: Results, contender: str, records: int, latency: int, case: str) -> Figure | None:
    """The seconds of a case. A loop that would take too long to run is estimated from one of a hundred items."""
    found = results.measurements.get(Key(contender, SIMOTEL.name, records, latency, case))
    if found:
        return Figure(found.median)
    fewer = results.measurements.get(Key(contender, SIMOTEL.name, MEASURED_LOOP, latency, case))
    if not fewer or contender in WITH_LISTS or records != 10 * MEASURED_LOOP:
        return None
    return Figure((fewer.median - results.playbook_start) * records / MEASURED_LOOP + results.playbook_start, True)


def page(results: Results, found: t.Sequence[Verdict], command: str, with_chart: bool) -> str:
    """The page."""
    parts = [
        HEADER,
        "# Benchmarks\n",
        _paragraph(
            f"Everything here was measured in one run of `{command}` on {results.place}. The server is the"
            " [sandbox](sandbox.md) on the same machine, which lets each request wait for 0 or 30 ms. Ratios and"
            " counts mean something on your machine, too; seconds do not."
        ),
        _table(
            ("contender", "what it is"), [(f"{name[0].upper()}{name[1:]}", DESCRIPTIONS[name]) for name in CONTENDERS]
        ),
        *(_paragraph(f"- {one}", "  ") for one in REMARKS),
        "## What is promised\n",
        _table(
            ("promise", "limit", "measured", "kept"),
            [(one.promise, one.limit, one.measured or "–", _kept(one)) for one in found],
        ),
        "What bounds them:\n",
        *(_paragraph(f"- {one}", "  ") for one in (_bound_of_workers(results), *BOUNDS)),
    ]
    if with_chart:
        parts.append("![Time of whole runs with 1,000 records, by contender](images/benchmarks.svg)\n")
    parts += [
        "## Times, as multiples of the plural module\n",
        _paragraph(
            "Whole runs, the start of `ansible-playbook` or of the script included. Below each stand the seconds."
            f" Figures with ≈ are estimates: ten times a loop over {MEASURED_LOOP} items, which grows in proportion."
            " All others were measured, short ones several times, of which this is the median."
        ),
    ]
    for latency in LATENCIES:
        for records in SIZES:
            parts += _times(results, records, latency)
    parts += _against_script(results)
    parts += _requests(results)
    parts += _sources(results)
    parts += _planner(results)
    parts += _starts(results)
    return "\n".join(parts)


def drawing(results: Results, records: int, latency: int) -> str | None:
    """The chart of one size and latency, with what is known of it; None where there is nothing to compare with."""
    groups = []
    for case in CASES:
        figures = {name: figure(results, name, records, latency, case) for name in CONTENDERS}
        plural = figures[PLURAL]
        if plural is None:
            return None
        bars = [
            Bar(name, one.seconds, _note(one, plural), position, one.estimate)
            for position, (name, one) in enumerate(figures.items())
            if one
        ]
        groups.append(Group(NAMES_OF_CASES[case], bars))
    return chart(
        f"{records:,} extensions, {latency} ms of latency",
        "Multiples of the plural module. Pale bars, marked ≈, are estimates.",
        groups,
    )


def _note(one: Figure, plural: Figure) -> str:
    return f"{'≈ ' if one.estimate else ''}{_multiple(one.seconds / plural.seconds)}"


def _multiple(ratio: float) -> str:
    return f"{ratio:,.{2 if ratio < 10 else 0}f}×"


def _kept(one: Verdict) -> str:
    return "not measured" if one.held is None else "held" if one.held else "**not held**"


def _times(results: Results, records: int, latency: int) -> list[str]:
    rows = []
    for name in CONTENDERS:
        figures = [figure(results, name, records, latency, case) for case in CASES]
        if any(figures):
            plurals = [figure(results, PLURAL, records, latency, case) for case in CASES]
            rows.append((name, *(_cell(one, plural) for one, plural in zip(figures, plurals, strict=True))))
    if not rows:
        return []
    heading = f"### {records:,} records, {latency} ms\n"
    return [heading, _table(("", *(NAMES_OF_CASES[case] for case in CASES)), rows)]


def _cell(one: Figure | None, plural: Figure | None) -> str:
    if one is None:
        return "–"
    if plural is None:
        return f"{one} s"
    return f"{_note(one, plural)} <br>{one} s"


def _against_script(results: Results) -> list[str]:
    rows = []
    for latency in LATENCIES:
        for records in SIZES:
            found = [ratio_to_script(results, case, records, latency) for case in CASES]
            if any(found):
                rows.append((f"{records:,}", f"{latency} ms", *(f"{one:.2f}×" if one else "–" for one in found)))
    return [
        "## The plural module against the bare script\n",
        _paragraph(
            "The same calls and the same number of workers, and both without their start. That is what the same"
            f" playbook takes with an empty roster, {_starts_of(results, PLURAL)} (a play without any task takes"
            f" {results.playbook_start:.2f} s), and the script with one, {_starts_of(results, SCRIPT)},"
            " measured in the same turns. What is left of the module is everything that Ansible and the collection do"
            " for the records besides sending requests: the roster is read and its templates filled in, options are"
            " checked, secrets hidden, differences found, results written. Where there is little to send, that is"
            f" nearly all there is to measure; where the script works for less than {LEAST_WORK:g} s, nothing is said."
        ),
        _table(("records", "latency", *(NAMES_OF_CASES[case] for case in CASES)), rows),
    ]


def _bound_of_workers(results: Results) -> str:
    uri = figure(results, URI, 1000, 30, CREATE)
    most = f": {uri.seconds / LEAST:.0f}× here" if uri else ""
    return (
        f"Whoever sends 1,000 requests of 30 ms with {WORKERS} workers needs {LEAST:.2f} s at least, however little"
        f" else there is to do. What `uri` takes for as many, divided by that, is the most that could be{most}. So"
        f" 200× is promised with {MORE_WORKERS} workers, which need half of that, and 100× with the default."
    )


def _starts_of(results: Results, contender: str) -> str:
    found = [one.median for key, one in results.measurements.items() if (key.contender, key.case) == (contender, START)]
    return f"{min(found):.2f} s to {max(found):.2f} s" if found else "not measured"


def _requests(results: Results) -> list[str]:
    rows = []
    for name in CONTENDERS:
        for service in SERVICES:
            for records in sorted({key.records for key in results.measurements}):
                cells = [_counted(results, name, service, records, case) for case in CASES]
                if any(cells):
                    label = service.module if name == PLURAL else name
                    rows.append((label, f"{records:,}", *(cell or "–" for cell in cells)))
    return [
        "## Requests\n",
        "As the sandbox counted them, of as many as the case may take.\n",
        _table(("", "records", *(NAMES_OF_CASES[case] for case in CASES)), rows),
    ]


def _counted(results: Results, name: str, service: Service, records: int, case: str) -> str:
    found = {
        (one.requests, one.budget)
        for key, one in results.measurements.items()
        if key._replace(latency=0) == Key(name, service.name, records, 0, case)
    }
    return ", ".join(f"{requests:,} of {budget:,}" for requests, budget in sorted(found))


def _sources(results: Results) -> list[str]:
    if not results.sources:
        return []
    quickest = min(results.sources.values())
    return [
        "## Where a list comes from\n",
        _paragraph(
            f"The plural module with {results.listed:,} extensions and nothing to do at 0 ms, by where its list comes"
            " from. Whole runs; medians of runs by turns. In all other measurements the first is used."
        ),
        _table(
            ("the list is read as", "", ""),
            [(name, f"{one / quickest:.2f}×", f"{one:.2f} s") for name, one in results.sources.items()],
        ),
        "Since 2.19 ansible-core notes for each value that it reads itself where it came from.\n",
    ]


def _planner(results: Results) -> list[str]:
    if not results.plans:
        return []
    sizes = sorted({line["records"] for line in results.plans})
    rows = []
    for case in (*CASES, LOOK_UP):
        seconds = {line["records"]: line["seconds"] for line in results.plans if line["case"] == case}
        per_record = [f"{seconds[size] / size * 1e6:.1f}" for size in sizes]
        name, memory = "mere look-up", "–"
        if case != LOOK_UP:
            name, memory = NAMES_OF_CASES[case], f"{plan_bytes(results, case) / KIBIBYTE:.2f} KiB"
        rows.append((name, *per_record, f"{growth(results, case):.2f}×", memory))
    return [
        "## The pure plan\n",
        _paragraph(
            "Comparing a list with a listing, without any request: microseconds of the processor for one record, by the"
            f" length of the list, the best of {PLANS}. However long a list is, so many are planned one after the other"
            " that it is as many records altogether. A short list alone would fit into the processor's caches, and be"
            " some per cent quicker. Then by what the time for a list grows when it gets twice as long, and the memory"
            " for one record at the peak, beyond the items and the records that are compared. The last row is no plan:"
            " the records are put into a dictionary by their number, and each item is looked up in it. What is linear"
            " takes 2.00×, and a little more where a larger dictionary fits the caches less, as that row shows; what"
            " has to sort, n log n, would take 2.16×. So a plan may take 2.1×."
        ),
        _table(("", *(f"{size:,}" for size in sizes), "twice as many", "memory"), rows),
    ]


def _starts(results: Results) -> list[str]:
    task, process = results.module_task, results.module_process
    if not task[1]:
        return []
    return [
        "## The start of a module\n",
        _paragraph(
            "Up to its first request, where a module has a process of its own: `simotel_user` with an option that"
            " makes no sense, beside a module that imports `requests` and does nothing. A task is an item of a loop,"
            " the process is what of it is the module's own. Medians of runs by turns."
        ),
        _table(
            ("", "`simotel_user`", "only `requests`", "ratio"),
            [
                (name, f"{ours * 1000:.0f} ms", f"{empty * 1000:.0f} ms", f"{ours / empty:.2f}×")
                for name, (ours, empty) in (("task", task), ("process", process))
            ],
        ),
    ]


def _paragraph(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(text, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def _table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("|" + "|".join(f" {cell} " for cell in line) + "|\n" for line in lines)
