# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How a user of a Sunbird installation is found. Only reads."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record
from ansible_collections.vox.roster.plugins.module_utils._core.values import fold, read_id, read_text
from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import Endpoint, Sunbird, has_code
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import (
    BLOCKED,
    DELETED,
    Roles,
    is_masked,
    roles_of,
    values_of,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_roles import Catalogue

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Values

GET_BY_KEY = {
    "email": Endpoint("look up user", "GET", "user/v1/get/email/{0}", "v1/user/get/email/{0}", personal=False),
    "phone": Endpoint("look up user", "GET", "user/v1/get/phone/{0}", "v1/user/get/phone/{0}", personal=False),
    "username": Endpoint("look up user", "GET", "user/v1/get/userName/{0}", ""),
}
READ_BY_ID = Endpoint("read user", "GET", "user/v5/read/{0}", "private/user/v1/read/{0}")
READ_ROLES = Endpoint("read roles", "GET", "user/v1/role/read/{0}", "v1/user/role/read/{0}", personal=False)
LOOK_UP = Endpoint("look up user", "POST", "", "private/user/v1/lookup")
SEARCH = Endpoint("search users", "POST", "user/v1/search", "private/user/v1/search")
LOCATIONS = Endpoint("search locations", "POST", "data/v1/location/search", "v1/location/search", personal=False)

# The keys as a search, and the service's own look-up, call them.
SEARCHED = {"id": "userId", "email": "email", "phone": "phone", "username": "userName"}

LOCATIONS_AT_ONCE = 100

# The search index follows the deletion of a user after a while.
PAUSES_FOR_THE_INDEX = (0.5, 1.0, 2.0, 3.0)


class Held(t.NamedTuple):
    """What the client knows of a user besides its values.

    profile: as the service returned it. shut: reads call the account blocked, so it cannot be changed.
    foreign: an update through the gateway would be made with the token of somebody else.
    no_token: why there is no user token to delete the account with; None when one can be had.
    listed: it comes from the search index, which may lag behind, so its roles have to be read before it is deleted.
    """

    profile: Mapping[str, t.Any]
    shut: bool = False
    foreign: bool = False
    no_token: Failure | None = None
    listed: bool = False


class UserReader:
    """Looks users up. By e-mail or phone that needs least: no user token, and no waiting for an index.

    concurrency: how many look-ups of several users may be under way at the same time.
    """

    def __init__(self, sunbird: Sunbird, concurrency: int = 1) -> None:
        self._sunbird = sunbird
        self._concurrency = concurrency
        self._catalogue = Catalogue(sunbird)

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who have one of the wanted keys; one look-up for each key that can tell something new."""
        found: dict[str, Record] = {}
        located: list[tuple[Record, Sequence[str]]] = []
        for desired, holders in zip(wanted, self._holders_of_all(wanted)):
            mine = {}
            for key, record in holders:
                held = found.setdefault(record.values["id"], record)
                mine[record.values["id"]] = held
                # The profile shows it masked, or not at all; that the look-up found the user proves the value.
                t.cast("dict[str, t.Any]", held.values)[key] = desired[key]
            self._catalogue.mark(desired, mine.values())
            if "profile_locations" in desired:
                located += [(record, desired["profile_locations"]) for record in mine.values()]
        self._name_locations(located)
        return list(found.values())

    def _holders_of_all(self, wanted: Sequence[Values]) -> list[list[tuple[str, Record]]]:
        """The users who have one of the keys of each wanted state, in the order of these."""
        if len(wanted) == 1 or self._concurrency == 1:
            return [self._holders_at_once(desired) for desired in wanted]
        with ThreadPoolExecutor(max_workers=self._concurrency) as pool:
            futures = [pool.submit(self._holders_at_once, desired) for desired in wanted]
            try:
                return [future.result() for future in futures]
            except BaseException:
                # Nobody needs the rest, nor second attempts of what is under way.
                self._sunbird.abandon()
                for future in futures:
                    future.cancel()
                raise

    def by_id(self, user_id: str) -> Record | None:
        """The user with this id, also one that is deleted or blocked."""
        try:
            return self._read("id", user_id, READ_BY_ID)
        except Failure as failure:
            if failure.kind == errors.PERMISSION and self._sunbird.through_gateway:
                failure.hint += " To find a user by 'email' or 'phone' takes no user token."
            raise

    def again(self, values: Values) -> Record:
        """A user as it is now, found in the way that takes the least rights."""
        key = next((key for key in ("email", "phone") if values.get(key) and not is_masked(values[key])), "id")
        record = self.by_id(values["id"]) if key == "id" else self._by_key(key, values[key])
        if record is None:
            raise Failure(
                errors.BROKEN,
                f"the user with the {key} {values[key]!r} was written, but cannot be found",
                operation="look up user",
                hint="Look at the user in the portal, then run the task again.",
            )
        return record

    def roles(self, user_id: str, root: str | None = None) -> Roles:
        """The roles of a user, as they are at this moment. root: the organisation of those that name none."""
        return roles_of(self._role_rows(user_id), root)

    def locations(self, name: str, values: Sequence[str]) -> list[dict[str, t.Any]]:
        """The locations that have one of these values in one of their columns."""
        answer = self._sunbird.call(LOCATIONS, request={"filters": {name: list(values)}})
        found = listed(answer.get("response"), LOCATIONS)
        plain = [{column: read_text(one.get(column)) for column in ("id", "code", "type", "parentId")} for one in found]
        return [location for location in plain if location["id"]]

    def _holders_at_once(self, desired: Values) -> list[tuple[str, Record]]:
        """The same, also where another run makes the user between two look-ups."""
        holders = list(self._holders(desired))
        first = next((key for key in ("id", "email", "phone") if desired.get(key)), None)
        torn = first in ("email", "phone") and holders and holders[0][0] != first
        return list(self._holders(desired)) if torn else holders

    def _holders(self, desired: Values) -> Iterator[tuple[str, Record]]:
        """The users who have one of the wanted keys, with that key."""
        ids = set()
        for key in ("email", "phone"):
            record = self._by_key(key, desired[key]) if desired.get(key) else None
            if record:
                ids.add(record.values["id"])
                yield key, record
        identifier = desired.get("id")
        if identifier and identifier not in ids:
            record = self.by_id(identifier)
            if record:
                yield "id", record
        elif desired.get("username") and not ids and not identifier:
            # To see that a name is free takes more rights than to create a user, which checks it, too.
            only_key = not (desired.get("email") or desired.get("phone"))
            if only_key or not self._sunbird.through_gateway or self._sunbird.tokens.available:
                record = self._by_key("username", desired["username"])
                if record:
                    yield "username", record

    def _by_key(self, key: str, value: str) -> Record | None:
        """The user who has this e-mail address, phone or user name."""
        if key == "username" and not self._sunbird.through_gateway:
            rows = self._rows(key, value)
            return self.by_id(rows[0]["id"]) if rows else None
        record = self._read(key, value, GET_BY_KEY[key])
        shown = record.values.get(key) if record else value
        if not is_masked(shown) and fold(shown) != fold(value):
            raise Failure(
                errors.BROKEN,
                f"the look-up of the {key} {value!r} brought a user who has {shown!r}",
                operation=GET_BY_KEY[key].name,
            )
        return record

    def _read(self, key: str, value: str, endpoint: Endpoint) -> Record | None:
        try:
            profile = response_of(self._sunbird.call(endpoint, value), endpoint)
        except Failure as failure:
            if failure.kind == errors.NOT_FOUND:
                return None
            if has_code(failure, "0006", "USER_ACCOUNT_BLOCKED"):
                return self._shut(key, value)
            if failure.kind == errors.INVALID:
                # Of many that are looked up, the person has to know which.
                failure.message = f"{failure.message.rstrip('.')}: the {key} is {value!r}"
            raise
        if not profile.get("id"):
            raise Failure(errors.BROKEN, "the service's user has no id", operation=endpoint.name)
        if not isinstance(profile.get("roles"), list):
            profile = {**profile, "roles": self._role_rows(read_id(profile["id"]))}
        sunbird = self._sunbird
        foreign = sunbird.through_gateway and sunbird.read_only and not sunbird.acts_as(profile["id"])
        return Record(values_of(profile), Held(profile, foreign=foreign, no_token=sunbird.tokens.lack()))

    def _shut(self, key: str, value: str) -> Record:
        """A user whom reads call blocked: deleted, or blocked by an older release, or stripped of the address.

        Only the status tells which. The service's look-up knows it at once, the search index after a while.
        """
        rows: list[dict[str, t.Any]] = []
        for pause in (*PAUSES_FOR_THE_INDEX, 0.0):
            rows = [row for row in self._told_apart(key, value) if row.get("status") == 2 or row.get("isDeleted")]
            if rows or not self._sunbird.through_gateway:
                break
            time.sleep(pause)
        if not rows:
            raise Failure(
                errors.REFUSED,
                f"the user with the {key} {value!r} is blocked or deleted, and the service does not tell which",
                operation=SEARCH.name,
                code="undetermined",
                hint="Run the task again later, or in mode service, where the service tells.",
                retryable=True,
            )
        row = next((row for row in rows if row.get("status") != 2), rows[0])
        deleted = row.get("status") == 2
        held = Roles() if deleted else self.roles(row["id"])
        values = {**values_of({}), key: value, "id": row["id"], "roles": held}
        values["status"] = DELETED if deleted else BLOCKED
        return Record(values, Held(row, shut=True, no_token=self._sunbird.tokens.lack()))

    def _told_apart(self, key: str, value: str) -> list[dict[str, t.Any]]:
        try:
            return self._rows(key, value)
        except Failure as failure:
            if failure.kind == errors.PERMISSION:
                failure.hint += " Only the search tells a deleted user from a blocked one; mode service can do without."
            raise

    def _rows(self, key: str, value: str) -> list[dict[str, t.Any]]:
        """The id and status of the users with this key, deleted ones among them where it is the id."""
        fields = ["id", "userId", "status", "isDeleted"]
        if self._sunbird.through_gateway:
            answer = self._sunbird.call(SEARCH, request={"filters": {SEARCHED[key]: value}, "fields": fields})
            rows = listed(response_of(answer, SEARCH).get("content"), SEARCH)
        else:
            answer = self._sunbird.call(LOOK_UP, request={"key": key, "value": value, "fields": fields})
            rows = listed(answer.get("response"), LOOK_UP)
        return [{**row, "id": read_id(row.get("id") or row.get("userId"))} for row in rows]

    def _role_rows(self, user_id: str) -> list[dict[str, t.Any]]:
        return listed(self._sunbird.call(READ_ROLES, user_id).get("roles"), READ_ROLES)

    def _name_locations(self, records: Sequence[tuple[Record, Sequence[str]]]) -> None:
        """Put the codes of the locations, of which a profile holds the ids, into the records.

        records: with the codes that the task wants for each.
        """
        held = [place["id"] for record, _codes in records for place in record.values.get("locations") or []]
        identifiers = list(dict.fromkeys(held))
        known: list[dict[str, t.Any]] = []
        for start in range(0, len(identifiers), LOCATIONS_AT_ONCE):
            known += self.locations("id", identifiers[start : start + LOCATIONS_AT_ONCE])
        parents = {place["id"]: place.get("parentId") for place in known}
        codes = {place["id"]: place.get("code") for place in known}
        for record, wanted in records:
            named = _named_locations(record, wanted, parents, codes)
            t.cast("dict[str, t.Any]", record.values)["profile_locations"] = named


def _named_locations(
    record: Record, wanted: Sequence[str], parents: Mapping[str, t.Any], codes: Mapping[str, t.Any]
) -> list[str]:
    """The codes of a user's locations.

    The service adds what lies above a location by itself; so that is left out where it was not asked for.
    """
    held = [place["id"] for place in record.values.get("locations") or []]
    implied = set()
    for identifier in (one for one in held if codes.get(one) in wanted):
        above = parents.get(identifier)
        while above and above not in implied:
            implied.add(above)
            above = parents.get(above)
    return [codes.get(one) or one for one in held if one not in implied or codes.get(one) in wanted]


def listed(value: t.Any, endpoint: Endpoint) -> list[dict[str, t.Any]]:
    """The records of a list; a list that is missing says nothing, least of all that there are no records."""
    if not isinstance(value, list):
        raise Failure(errors.BROKEN, "the answer holds no list", operation=endpoint.name)
    return [item for item in value if isinstance(item, dict)]


def response_of(answer: Mapping[str, t.Any], endpoint: Endpoint) -> dict[str, t.Any]:
    """The record, or the page, that an answer holds."""
    response = answer.get("response")
    if not isinstance(response, dict):
        raise Failure(errors.BROKEN, "the answer holds no record", operation=endpoint.name)
    return response
