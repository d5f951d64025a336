# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of one record: created, changed and removed, each predicted in check mode and each run twice."""

from __future__ import annotations

import typing as t

Task = t.Callable[..., t.Any]

# Requests of each kind of step.
BUDGET = {"nothing": 1, "create": 2, "change": 2, "delete": 2}


class Cycle:
    """Runs the steps for one module and checks what holds for each of them.

    task: runs the module on one record: ``task(check=False, **options)``.
    record: the name of the record in results. server_made: what only the server knows.
    budget: the most requests that each kind of step may take; None where they do not count.
    """

    def __init__(
        self,
        sandbox: t.Any,
        task: Task,
        record: str,
        server_made: t.Sequence[str] = ("id", "date"),
        budget: t.Mapping[str, int] | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.task = task
        self.record = record
        self.server_made = server_made
        self.budget = budget

    def counted(self, kind: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """One run of the module, which must succeed, write nothing in check mode, and keep the budget."""
        self.sandbox.reset_requests()
        result: dict[str, t.Any] = self.task(check=check, **options)
        assert not result["failed"], result.get("msg")
        requests = self.sandbox.requests()
        if check:
            assert all(operation.endswith(".search") for operation in requests["operations"]), requests
        elif self.budget is not None:
            assert requests["total"] <= self.budget[kind], requests
        return result

    def settle(self, kind: str, **options: t.Any) -> dict[str, t.Any]:
        """A change: predicted, made as predicted, and then no change any more. Returns the record."""
        predicted = self.counted(kind, check=True, **options)
        real = self.counted(kind, **options)
        again = self.counted("nothing", **options)
        assert predicted["changed"] and real["changed"] and not again["changed"], (predicted, real, again)
        assert self.known(predicted) == self.known(real)
        assert self.known_diff(predicted) == self.known_diff(real)
        assert "diff" not in again
        return t.cast("dict[str, t.Any]", again[self.record])

    def remove(self) -> None:
        """The end of the record."""
        for check, changed in ((True, True), (False, True), (True, False), (False, False)):
            result = self.counted("delete" if changed else "nothing", check=check, state="absent")
            assert result["changed"] is changed
            assert result[self.record] is None

    def known(self, result: dict[str, t.Any]) -> dict[str, t.Any] | None:
        """The record of a result without what only the server knows."""
        values = result[self.record]
        return values and {name: value for name, value in values.items() if name not in self.server_made}

    def known_diff(self, result: dict[str, t.Any]) -> list[t.Any]:
        """Both sides of a result's difference without what only the server knows."""
        return [
            {name: value for name, value in result["diff"][side].items() if name not in self.server_made}
            for side in ("before", "after")
        ]
