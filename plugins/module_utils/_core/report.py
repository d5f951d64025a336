# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What a person and a playbook get to see. The one place where secrets are hidden, by field."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Unreadable

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Resource, Values

HIDDEN = "(hidden)"
HIDDEN_OLD = "(hidden, present value)"
HIDDEN_NEW = "(hidden, new value)"

LONGEST_TEXT = 4000  # characters of any other message

# What makes a terminal do something, or shows a line otherwise than it is; texts of a service may hold it.
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


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
