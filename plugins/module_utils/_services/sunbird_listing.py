# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""All users of a Sunbird installation, from its search index: for a purge, and to be shown."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record
from ansible_collections.vox.roster.plugins.module_utils._core.values import read_id
from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.paging import Page, collect
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import Sunbird
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import (
    IMPLIED_ROLE,
    dicts_of,
    values_of,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_reader import (
    SEARCH,
    Held,
    listed,
    response_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PAGE = 500
# Search indices give out no more than so many results of one search, and may count no further either.
WINDOW = 10000

DELETED_STATUS = 2
WAY_OUT = "Name one channel as it is written in 'purge_filter', and purge one channel after the other."

# What a search shows in full, and so what a purge can be limited by.
FILTERS = ("id", "username", "first_name", "last_name", "channel", "organisation_id", "root_org_id", "status")
FIELDS = (
    "id",
    "userId",
    "userName",
    "firstName",
    "lastName",
    "channel",
    "rootOrgId",
    "organisations",
    "roles",
    "status",
    "isDeleted",
)


def all_users(sunbird: Sunbird, scope: Mapping[str, t.Any], with_roles: bool) -> list[Record]:
    """The users that are not deleted; of one channel where the scope names it.

    scope: regular expressions by the name of a field. with_roles: also the users who have roles.
    Raises Failure when the scope names a field that a search does not show, when not all users can be listed, or when
    there is no user token to delete any of them with.
    """
    no_token = sunbird.tokens.lack()
    if no_token:
        raise no_token
    unknown = sorted(set(scope) - set(FILTERS))
    if unknown:
        raise Failure(
            errors.OPTION,
            f"'purge_filter' names {', '.join(unknown)}, which a search of users does not show in full",
            hint=f"Filter by {', '.join(FILTERS)}.",
        )
    channel = str(scope.get("channel") or "")
    filters = {"channel": channel} if re.fullmatch("[A-Za-z0-9_-]+", channel) else {}
    rows = [
        row
        for row in listing(sunbird, filters, FIELDS, WAY_OUT, keep=lambda row: row)
        if row.get("status") != DELETED_STATUS and _id_of(row)
    ]
    return [Record(_values_of(row), Held(row, listed=True)) for row in rows if with_roles or not _has_roles(row)]


def listing(
    sunbird: Sunbird,
    filters: Mapping[str, t.Any],
    fields: Sequence[str],
    way_out: str,
    keep: Callable[[dict[str, t.Any]], t.Any],
) -> list[t.Any]:
    """What is kept of each row of the search index that the filters leave, deleted users among them.

    filters: in the service's words. fields: what is wanted of a row. way_out: what to do when there are too many.
    Raises Failure when not all rows can be listed.
    """

    def page(start: int) -> Page:
        request = {
            "filters": dict(filters),
            "fields": list(fields),
            "limit": PAGE,
            "offset": start,
            "sort_by": {"userName": "asc"},
        }
        answer = response_of(sunbird.call(SEARCH, request=request), SEARCH)
        count = answer.get("count")
        if not isinstance(count, int):
            raise Failure(errors.BROKEN, "the answer does not say how many users there are", operation=SEARCH.name)
        if count >= WINDOW:
            raise Failure(
                errors.REFUSED,
                f"there are {count} users or more, and a search lists fewer than {WINDOW}",
                operation=SEARCH.name,
                hint=way_out,
            )
        return Page(listed(answer.get("content"), SEARCH), count)

    return collect(page, _id_of, PAGE, operation=SEARCH.name, keep=keep)


def _id_of(row: Mapping[str, t.Any]) -> t.Any:
    return read_id(row.get("userId") or row.get("id"))


def _values_of(row: Mapping[str, t.Any]) -> dict[str, t.Any]:
    # An address is masked here, so that it tells nobody apart; and roles are read when it comes to a deletion.
    return {**values_of(row), "email": None, "phone": None, "roles": None}


def _has_roles(row: Mapping[str, t.Any]) -> bool:
    """Whether the row shows a role, on its own or, as most releases do, with an organisation."""
    held = [item.get("role") for item in dicts_of(row.get("roles"))]
    for membership in dicts_of(row.get("organisations")):
        roles = membership.get("roles")
        held += roles if isinstance(roles, list) else [roles] if roles else []
    return any(role != IMPLIED_ROLE for role in held)
