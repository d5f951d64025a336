# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What a person and a playbook get to see of many items: what changed or failed, in a form that stays small."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, DELETE, UPDATE
from ansible_collections.vox.roster.plugins.module_utils._core.report import diff

if t.TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome
    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource

DETAILED = 100  # items that a result of many shows in full
LONGEST_MESSAGE = 500  # characters of a failure's message in a list of many

_RESULTS = {CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


def summary(outcomes: Sequence[Outcome | None]) -> dict[str, int]:
    """How many items came to what; ``None`` stands for one that was not attempted."""
    counted = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed", "not_attempted"), 0)
    for outcome in outcomes:
        if outcome is None:
            counted["not_attempted"] += 1
        elif outcome.failure:
            counted["failed"] += 1
        else:
            counted[_RESULTS[outcome.change.action] if outcome.changed else "unchanged"] += 1
    return counted


def changes(outcomes: Sequence[Outcome | None]) -> dict[str, list[t.Any]]:
    """The items that changed or failed, by what became of them, in their order.

    Updates of the same fields share one entry, and so do failures of the same code beyond the first, so that
    ten thousand of them stay readable and small.
    """
    created: list[str] = []
    deleted: list[str] = []
    updated: dict[tuple[str, ...], list[str]] = {}
    failures: list[dict[str, t.Any]] = []
    more_failures: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome is None:
            continue
        change = outcome.change
        if outcome.failure and len(failures) < DETAILED:
            failures.append({"item": change.label, "failure": _shortened(outcome.failure.as_result())})
        elif outcome.failure:
            more_failures.setdefault(outcome.failure.as_result()["code"], []).append(change.label)
        elif outcome.changed and change.action == CREATE:
            created.append(change.label)
        elif outcome.changed and change.action == DELETE:
            deleted.append(change.label)
        elif outcome.changed:
            updated.setdefault(change.differing, []).append(change.label)
    return {
        "created": created,
        "updated": [{"fields": list(fields), "names": labels} for fields, labels in updated.items()],
        "deleted": deleted,
        "failed": failures,
        "failed_more": [{"code": code, "names": labels} for code, labels in more_failures.items()],
    }


def diff_of_many(resource: Resource, changed: Sequence[Change]) -> dict[str, t.Any]:
    """Ansible's diff of many changes: what changes of each of the first, and how many more there are."""
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    for change in changed[:DETAILED]:
        one = diff(resource, change)
        for side, whole in ((before, one["before"]), (after, one["after"])):
            if whole:
                telling = _telling(resource, change)
                side[change.label] = {name: value for name, value in whole.items() if name in telling}
    if len(changed) > DETAILED:
        after[f"and {len(changed) - DETAILED} more"] = "see 'changes'"
    return {"before_header": resource.plural, "after_header": resource.plural, "before": before, "after": after}


def _telling(resource: Resource, change: Change) -> Collection[str]:
    """The fields that a list shows of a change: what differs, what was asked for, or who it is that goes."""
    if change.action == UPDATE:
        return change.differing
    if change.action == CREATE:
        return change.desired
    return [one.name for one in resource.fields if one.name in resource.keys or (one.needed and not one.secret)]


def _shortened(failure: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**failure, "message": failure["message"][:LONGEST_MESSAGE]}
