# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""From the options of a task to the state that is wanted. No request has been made yet."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.plan import is_blank
from ansible_collections.vox.roster.plugins.module_utils._core.resource import PRESENT
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Policy, Resource, Values


def desired_values(resource: Resource, state: str, options: Mapping[str, t.Any]) -> Values:
    """The wanted values of one item, cleaned; options that were not given are left out.

    For what is to be absent only the keys count, so that nothing else can keep somebody from being removed.

    Raises Failure that names the option, the value (never a secret) and the way out.
    """
    relevant = [one for one in resource.fields if state == PRESENT or one.part_of_key or one.name in resource.keys]
    given = {
        one.name: _clean(one, options[one.name])
        for one in relevant
        if one.argument is not None and options.get(one.name) is not None
    }
    values = resource.examine(given, policy_of(resource, options) if state == PRESENT else {})
    for key in resource.keys:
        if key in given and is_blank(values.get(key)):
            raise Failure(OPTION, f"'{key}' is empty", hint=f"Give a value, or leave '{key}' out.")
    return values


def policy_of(resource: Resource, options: Mapping[str, t.Any]) -> Policy:
    """The options that say how to treat what cannot simply be compared."""
    return {name: options.get(name) for name in resource.policies.arguments}


def _clean(one: Field, value: t.Any) -> t.Any:
    try:
        if _holds_nul(value):
            raise ValueError("holds the character NUL, which no service keeps.")
        return one.clean(value)
    except ValueError as reason:
        what = f"the value of '{one.name}'" if one.secret else f"'{one.name}' is {one.shown(value)!r}, which"
        raise Failure(OPTION, f"{what} {reason}") from None


def _holds_nul(value: t.Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value
