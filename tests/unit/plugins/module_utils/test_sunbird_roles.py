# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of Sunbird's roles that the installation does not have."""

from __future__ import annotations

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import WantedRoles
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_roles import check_names


def wanted(unknown: list[str], catalogue: list[str]) -> WantedRoles:
    """Roles as they are after the look-up."""
    roles = WantedRoles({"role": name, "organisation_id": None} for name in unknown)
    roles.unknown, roles.catalogue = unknown, catalogue
    return roles


@pytest.mark.parametrize("roles", [None, [], [{"role": "X"}], wanted([], ["X"])])
def test_nothing_unknown(roles: object) -> None:
    check_names("user a", roles)


def test_the_hint_names_what_is_near_and_is_not_endless() -> None:
    catalogue = sorted([*(f"SITE_{number:02d}" for number in range(21)), "BOOK_CREATOR"])
    with pytest.raises(Failure) as caught:
        check_names("user a", wanted(["book_creater", "BOOK_CREATOR ", "qqq"], catalogue))
    assert "user a cannot get the role book_creater, BOOK_CREATOR , qqq," in caught.value.message
    assert caught.value.hint.startswith("Perhaps BOOK_CREATOR is meant. Correct 'roles'.")
    assert caught.value.hint.endswith("SITE_18 and 2 more.")
