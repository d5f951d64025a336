# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What a person and a playbook get to see. The one place where secrets are hidden, by field."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Unreadable

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Resource, Values

HIDDEN = "(hidden)"
HIDDEN_OLD = "(hidden, present value)"
HIDDEN_NEW = "(hidden, new value)"


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
