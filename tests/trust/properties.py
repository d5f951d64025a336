# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds whatever comes: of a result that a server had a hand in, and of a plan from any options.

And what trying it by the thousand needs.
"""

from __future__ import annotations

import contextlib
import typing as t
from unicodedata import bidirectional, category
from unittest import mock

from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values, policy_of
from ansible_collections.vox.roster.plugins.module_utils._core.plan import NOTHING, Index, plan
from ansible_collections.vox.roster.plugins.module_utils._core.resource import PRESENT, Record
from ansible_collections.vox.roster.plugins.module_utils._http import retry
from ansible_collections.vox.roster.plugins.module_utils._http.errors import INTERNAL, Failure
from ansible_collections.vox.roster.tests.trust.invented import held_after

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource

TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def assert_clear(result: t.Any) -> None:
    """Whatever a server answers, a task succeeds or says in a few words what is wrong."""
    assert "Traceback" not in result["output"], result.get("exception")
    if result["failed"]:
        assert result["failure"]["code"] != "internal", result["msg"]
        assert len(result["msg"]) < 20000
        assert all(is_harmless(char) for char in result["msg"]), ascii(result["msg"])


def is_harmless(char: str) -> bool:
    """Whether a terminal takes it for text: no control but the end of a line, and nothing that turns the text round."""
    return char == "\n" or not (category(char) in ("Cc", "Cs", "Zl", "Zp") or bidirectional(char) in TURNING)


def settled(resource: Resource, options: Mapping[str, t.Any], record: Record | None) -> Record | None:
    """What the options make of a record, after seeing that they would do nothing to it; None when they are refused."""
    defaults = {name: one.get("default") for name, one in resource.policies.arguments.items()}
    try:
        desired = desired_values(resource, PRESENT, options)
    except Failure as refusal:
        assert len(str(refusal)) < 2000
        return None
    policy = {**defaults, **{name: value for name, value in policy_of(resource, options).items() if value}}
    change = plan(resource, PRESENT, desired, Index(resource, [record] if record else []), policy)
    if change.refusal:
        assert change.refusal.kind != INTERNAL
        return None
    held = held_after(resource, change)
    again = plan(resource, PRESENT, desired, Index(resource, [held]), policy)
    assert not again.refusal, again.refusal
    left = [(name, (again.before or {}).get(name), (again.after or {}).get(name)) for name in again.differing]
    assert again.action == NOTHING or always(again), left
    return held


def settled_twice(resource: Resource, first: Mapping[str, t.Any], second: Mapping[str, t.Any]) -> None:
    """The same of two tasks, one after the other."""
    record = settled(resource, first, None)
    if record:
        settled(resource, second, record)


@contextlib.contextmanager
def no_pauses() -> Iterator[None]:
    """Whoever waits before trying again does not wait."""
    with (
        mock.patch.object(retry, "FIRST_PAUSE", 0.0),
        mock.patch.object(retry, "LONGEST_PAUSE", 0.0),
        mock.patch("time.sleep", lambda seconds: None),
    ):
        yield


def always(change: t.Any) -> bool:
    """Whether the options say that something is written each time."""
    return "always" in (change.policy.get("update_secret"), change.policy.get("compare_numbers"))
