# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The roles that a Sunbird installation has, and the names that it does not.

A creation takes any name. A user who has got a wrong one is stuck with it: the service refuses to take it away, and
does not delete a user who has a role. So names are compared with the catalogue before anything is written.
"""

from __future__ import annotations

import typing as t
from difflib import get_close_matches

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import Endpoint, Sunbird
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import WantedRoles

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record, Values

LIST_ROLES = Endpoint("list roles", "GET", "data/v1/role/read", "v1/role/read", personal=False)

NAMES_SHOWN = 20


class Catalogue:
    """The names of all roles; read when one is wanted that a user does not have yet, and only once."""

    def __init__(self, sunbird: Sunbird) -> None:
        self._sunbird = sunbird
        self._names: list[str] | None = None

    def mark(self, desired: Values, holders: Iterable[Record]) -> None:
        """Note in the wanted roles which of them the installation does not have. holders: the users meant."""
        roles = desired.get("roles")
        if not isinstance(roles, WantedRoles):
            return
        held = {role["role"] for record in holders for role in record.values["roles"]}
        added = dict.fromkeys(role["role"] for role in roles if role["role"] not in held)
        if added and self.names():
            roles.catalogue = self.names()
            roles.unknown = [name for name in added if name not in roles.catalogue]

    def names(self) -> list[str]:
        """The names; none at all when the installation does not tell, since the service itself asks nobody either."""
        if self._names is None:
            try:
                rows = self._sunbird.call(LIST_ROLES).get("roles")
            except Failure:
                rows = None
            found = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            self._names = sorted(name for name in found if isinstance(name, str) and name)
        return self._names


def check_names(label: str, roles: t.Any) -> None:
    """Failure when a role is wanted that the installation does not have."""
    if not isinstance(roles, WantedRoles) or not roles.unknown:
        return
    near = [name for one in roles.unknown for name in get_close_matches(one.upper(), roles.catalogue, n=1)]
    guess = f"Perhaps {', '.join(dict.fromkeys(near))} is meant. " if near else ""
    more = len(roles.catalogue) - NAMES_SHOWN
    listed = ", ".join(roles.catalogue[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    raise Failure(
        errors.REFUSED,
        f"{label} cannot get the role {', '.join(roles.unknown)}, which the installation does not have",
        code="unknown_role",
        hint=f"{guess}Correct 'roles'. The installation has {listed}.",
    )
