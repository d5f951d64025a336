# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks to be disturbed, what may disturb them, and what must hold nevertheless."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.vox.roster.tests.trust.lives import ABSENT
from ansible_collections.vox.roster.tests.trust.subjects import Subject

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.tests.trust.state import Stored
    from ansible_collections.vox.roster.tests.trust.subjects import Options, Result

TIMEOUT = 0.1  # seconds that a disturbed task waits for an answer
LATE = 0.3  # seconds after which an answer comes too late
DOUBT = "not known whether"


@dataclass(frozen=True)
class Trouble:
    """Something that happens to a request.

    fault: the sandbox's; ``refused`` is done by a front before it. lasts: whether it can go on from then on.
    turn: of two that take turns from request to request, unless all is to be tried, which one this is.
    rivalry: whether it is somebody else's deed, so that the end may be theirs.
    """

    name: str
    fault: str
    parameters: Mapping[str, t.Any] = field(default_factory=dict)
    lasts: bool = True
    turn: bool | None = None
    rivalry: bool = False

    def rule(self, subject: Subject, elsewhere: str) -> dict[str, t.Any]:
        """The parameters of the sandbox's fault. elsewhere: the address of another server."""
        if self.fault == "redirect":
            return {"location": elsewhere, **self.parameters}
        if self.rivalry and not self.parameters:
            return {"set": subject.renamed}
        return dict(self.parameters)


TROUBLES = (
    Trouble("connection refused", "refused"),
    Trouble("reset before it acts", "reset_before"),
    Trouble("reset after it acted", "reset_after"),
    Trouble("reset within the answer", "reset_middle"),
    Trouble("time-out before it acts", "timeout_before", {"seconds": LATE}),
    Trouble("time-out after it acted", "timeout_after", {"seconds": LATE}),
    Trouble("slow body", "slow_body", {"seconds": LATE}),
    Trouble("429", "status", {"status": 429, "body": "plain"}),
    Trouble("429, Retry-After 1", "status", {"status": 429, "retry_after": 1, "body": "json"}),
    Trouble("429, Retry-After 3600", "status", {"status": 429, "retry_after": 3600, "body": "empty"}),
    *(
        Trouble(f"{status} {when}", "status", {"status": status, "acts": acts}, turn=None if status == 500 else acts)
        for status in (500, 502, 503, 504)
        for acts, when in ((False, "before it acts"), (True, "after it acted"))
    ),
    Trouble("web page", "html"),
    Trouble("web page after it acted", "html", {"acts": True}),
    Trouble("truncated JSON", "truncated_json"),
    Trouble("wrong content type", "wrong_content_type"),
    Trouble("redirect to another origin", "redirect"),
    Trouble("redirect that keeps the method", "redirect", {"status": 307}),
    Trouble("removed meanwhile", "change", {"remove": True}, lasts=False, rivalry=True),
    Trouble("changed meanwhile", "change", lasts=False, rivalry=True),
)


@dataclass(frozen=True)
class Scenario:
    """A task. there: the records that exist before it, at their first stage. items: what it declares."""

    name: str
    there: Sequence[int]
    items: Sequence[Options]
    plural: bool
    more: Mapping[str, t.Any] = field(default_factory=dict)

    def run(self, subject: Subject, url: str, **options: t.Any) -> Result:
        """Carry the task out."""
        if self.plural:
            return subject.run_many(url, self.items, **{**self.more, **options})
        return subject.run_one(url, **{**self.items[0], **self.more, **options})


def scenarios(subject: Subject) -> list[Scenario]:
    """The tasks of the singular and the plural module of a subject."""

    def at(n: int, stage: int) -> Options:
        # Also what counts at the creation only: somebody may have removed the record.
        return {**subject.options(n, 0, {}), **subject.options(n, stage, {})}

    def gone(n: int) -> Options:
        return {subject.key: subject.key_of(n), **ABSENT}

    scope = subject.scope or subject.key
    pattern = "|".join(re.escape(str(subject.person(n, 0)[scope])) for n in (1, 2, 3))
    purge = {"purge": True, "purge_filter": {scope: f"(?i){pattern}"}, **subject.removal}
    mixed = [at(1, 1), gone(2), at(3, 0), at(4, 0)]
    return [
        Scenario("created", (), [at(1, 0)], False),
        Scenario("changed", (1,), [at(1, 1)], False),
        Scenario("unchanged", (1,), [at(1, 0)], False),
        Scenario("removed", (1,), [gone(1)], False, subject.removal),
        Scenario("mixed", (1, 2, 3), mixed, True, {"concurrency": 1, **subject.removal}),
        Scenario("purged", (1, 2, 3), [at(1, 0)], True, {"concurrency": 1, **purge}),
    ]


def assert_fair(result: Result, before: Stored, now: Stored, goal: Stored, rivalry: bool) -> None:
    """After a disturbed run: no fault of our own, nothing twice, nothing lost, and nothing but the truth told."""
    assert "Traceback" not in result["output"], result["output"]
    assert "exception" not in result
    assert not [key for key, records in now.items() if len(records) > 1], "twice"
    if result["failed"]:
        _assert_clear(result)
    if rivalry:
        return
    if not result["failed"]:
        assert now == goal, "success was reported, and it is not so"
        return
    if now != before:
        assert result["changed"] or DOUBT in result["msg"] + json.dumps(result.get("changes", {})), result["msg"]
    for key in before.keys() | now.keys() | goal.keys():
        old, new, wanted = (_one(state, key) for state in (before, now, goal))
        assert new or old is None or wanted is None, f"{key} was lost"
        if new and old and wanted:
            names = old.keys() | new.keys() | wanted.keys()
            strange = {name: new.get(name) for name in names if new.get(name) not in (old.get(name), wanted.get(name))}
            assert not strange, f"{key} has {strange}"


def _assert_clear(result: Result) -> None:
    failure = result["failure"]
    assert failure["code"] != "internal" and failure["service"] and failure["message"], failure
    assert len(result["msg"]) > len(failure["service"]) + 10
    assert failure["message"].split(";")[0][:40] in result["msg"]


def _one(state: Stored, key: str) -> dict[str, t.Any] | None:
    return state[key][0] if key in state else None
