# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What a person and a playbook get to see. The one place where secrets are hidden, by field."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, DELETE, UPDATE
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Unreadable

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome
    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Resource, Values

HIDDEN = "(hidden)"
HIDDEN_OLD = "(hidden, present value)"
HIDDEN_NEW = "(hidden, new value)"

DETAILED = 100  # items that a result of many shows in full
LONGEST_MESSAGE = 500  # characters of a failure's message in a list of many
LONGEST_TEXT = 4000  # characters of any other message

# What makes a terminal do something, or shows a line otherwise than it is; texts of a service may hold it.
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

_RESULTS = {CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


def shown_record(resource: Resource, values: Values | None) -> dict[str, t.Any] | None:
    """A record for a result: every field that is returned; what cannot be read is None."""
    if values is None:
        return None
    return {one.name: _plain(values.get(one.name)) for one in resource.fields if one.returned}


def diff(resource: Resource, change: Change) -> dict[str, t.Any]:
    """Ansible's diff of one change."""
    return {
        "before_header": change.label,
        "after_header": change.label,
        "before": _diff_side(resource, change, change.before, HIDDEN_OLD),
        "after": _diff_side(resource, change, change.after, HIDDEN_NEW),
    }


def difference(resource: Resource, change: Change, names: Sequence[str]) -> dict[str, dict[str, t.Any]]:
    """Some fields of one change, each with ``before`` and ``after`` as far as there is a value."""
    sides = {
        "before": _diff_side(resource, change, change.before, HIDDEN_OLD),
        "after": _diff_side(resource, change, change.after, HIDDEN_NEW),
    }
    return {name: {side: values[name] for side, values in sides.items() if name in values} for name in names}


def _diff_side(resource: Resource, change: Change, values: Values | None, hidden: str) -> dict[str, t.Any]:
    if values is None:
        return {}
    return {
        one.name: _in_diff(one, values[one.name], hidden if one.name in change.differing else HIDDEN)
        for one in resource.fields
        if values.get(one.name) is not None
    }


def _in_diff(one: Field, value: t.Any, hidden: str) -> t.Any:
    if one.secret:
        return hidden
    if isinstance(value, Unreadable):
        return value.shown
    return one.shown(value)


def _plain(value: t.Any) -> t.Any:
    return None if isinstance(value, Unreadable) else value


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
                kept = change.differing if change.action == UPDATE else tuple(change.desired)
                side[change.label] = {name: value for name, value in whole.items() if name in kept}
    if len(changed) > DETAILED:
        after[f"and {len(changed) - DETAILED} more"] = "see 'changes'"
    return {"before_header": resource.plural, "after_header": resource.plural, "before": before, "after": after}


def _shortened(failure: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**failure, "message": failure["message"][:LONGEST_MESSAGE]}


def tidied(result: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A result whose messages a terminal can print and a person can read, whatever a service put into them.

    Only for a result without secrets: half of one would not be recognised any more.
    """
    tidy = {**result, "warnings": [_readable(warning) for warning in result["warnings"]]}
    if "msg" in tidy:
        tidy["msg"] = _readable(tidy["msg"])
    if "failure" in tidy:
        tidy["failure"] = _readable_failure(tidy["failure"])
    if tidy.get("changes"):
        failures = [{**one, "failure": _readable_failure(one["failure"])} for one in tidy["changes"]["failed"]]
        tidy["changes"] = {**tidy["changes"], "failed": failures}
    return tidy


def _readable_failure(failure: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    texts = {name: failure[name] for name in ("code", "message", "request_id", "hint")}
    return {**failure, **{name: None if text is None else _readable(str(text)) for name, text in texts.items()}}


def _readable(text: str) -> str:
    return _CONTROLS.sub(" ", text)[:LONGEST_TEXT]
