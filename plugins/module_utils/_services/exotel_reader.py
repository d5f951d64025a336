# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How Exotel's users are found, in accounts of any size and whatever the filters are worth."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from ansible_collections.vox.roster.plugins.module_utils._core.values import digits_of, fold
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    NOT_FOUND,
    PERMISSION,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.paging import Page, collect
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import (
    CANONICAL,
    KEYS,
    is_decided_by_number,
    numbers_of,
    records_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.exotel import Payload

    # A user as the service returns it, and many of them by their ids.
    User = t.Mapping[str, t.Any]
    Users = t.Dict[str, User]

    # A key and a value of it in the form in which values are compared; to these the values as they were given.
    KeyValue = t.Tuple[str, str]
    Missing = t.Dict[KeyValue, str]

LARGEST_PAGE = 50
USUAL_PAGE = 20  # what the service takes when it does not look at the limit
UNFIT_REQUEST = "1007"  # Exotel's code for a request whose form it does not take
LARGEST_FILTER = 40  # values in one filter, so that the address stays short and the answer is one page

LIST = Operation("list users", "GET", "users")
GET = Operation("get user", "GET", "users")

_NO_LIST_HINT = (
    "Check 'url' and 'account_sid': there are no users at this address. 'url' is what comes in front of '/v2', which "
    "is added by itself; 'account_sid' stands in Exotel's dashboard, among the API settings."
)

_FILTERS = {"email": "email", "device_contact_uri": "devices.contact_uri"}


class UserReader:
    """Reads ``/users``.

    Filters may be ignored or case sensitive, and an unknown id may be answered like a missing permission. So a user
    counts as found when it was compared here, and as absent when a listing of everybody does not hold it.
    """

    def __init__(self, connection: Connection, more: Sequence[str] = ()) -> None:
        """more: what is to be returned of each user besides the devices, which are only returned when asked for."""
        self._connection = connection
        self._fields = ",".join(("devices", *more))

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who hold a wanted key.

        One page settles the question for most accounts. In a larger one each key is looked up, unless the
        remaining pages are fewer; they are also read when a look-up finds nothing.
        """
        first = self._page(0)
        if first.ends(len(first.records), LARGEST_PAGE):
            return records_of(first.records, wanted)
        found = _by_id(first.records)
        missing = _missing(records_of(found.values(), wanted), wanted)
        if first.total is None or _look_ups(missing) < _pages(first.total - len(first.records)):
            absent: set[KeyValue] = set()
            for key in KEYS:
                # A user found by one key may hold the others, too.
                absent |= self._look_up(key, _values_of_key(missing, key), found)
                records = records_of(found.values(), wanted)
                missing = _missing(records, wanted)
            if missing.keys() <= absent:
                return records
        return records_of(self.everybody(first), wanted)

    def everybody(
        self, first: Page | None = None, keep: Callable[[dict[str, t.Any]], t.Any] = lambda user: user
    ) -> list[t.Any]:
        """All users, or what is kept of each, beginning with a page if it has been read already."""
        return collect(self._page, lambda user: str(user["id"]), LARGEST_PAGE, first, LIST.name, keep)

    def holders(self, identifier: str, email: str) -> list[User]:
        """All users with an e-mail address, which one with this id has; a filter that does not find it is no use."""
        users: Sequence[User] = self._page(0, email=email).records
        if identifier not in _by_id(users):
            users = self.everybody()
        return [user for user in users if fold(user.get("email")) == fold(email)]

    def get(self, identifier: str) -> User:
        """The user with this id."""
        payload = self._connection.call(GET, path_of(identifier), query={"fields": self._fields})
        user = only_one(payload, GET)
        if not isinstance(user, dict) or str(user.get("id")) != identifier:
            raise Failure(BROKEN, f"the answer is not the user {identifier}", operation=GET.name)
        return user

    def _page(self, offset: int, **filters: str) -> Page:
        query = {"fields": self._fields, "limit": LARGEST_PAGE, "offset": offset, **filters}
        try:
            payload: Payload = self._connection.call(LIST, query=query)
        except Failure as failure:
            if failure.kind == NOT_FOUND:
                failure.hint = _NO_LIST_HINT
            raise
        users = [user for user in payload.records if isinstance(user, dict) and user.get("id")]
        if len(users) != len(payload.records):
            raise Failure(BROKEN, "the list of users holds something that is no user", operation=LIST.name)
        total, limit = payload.metadata.get("total"), payload.metadata.get("limit")
        fitting = limit if isinstance(limit, int) and limit > 0 else USUAL_PAGE
        return Page(users, total if isinstance(total, int) else None, fitting)

    def _look_up(self, key: str, values: Sequence[str], found: Users) -> set[KeyValue]:
        """Ask for these values of a key, putting who comes into ``found``; returns what is surely absent."""
        if key == "id":
            return {(key, identifier) for identifier in values if not self._look_up_id(identifier, found)}
        for start in range(0, len(values), LARGEST_FILTER):
            text = ",".join(values[start : start + LARGEST_FILTER])
            found.update(_by_id(self._page(0, **{_FILTERS[key]: text}).records))
        return set()

    def _look_up_id(self, identifier: str, found: Users) -> bool:
        """False when there is surely no such user; one that may not be seen may be there or not."""
        try:
            found.update(_by_id([self.get(identifier)]))
        except Failure as failure:
            if failure.kind != NOT_FOUND and not leaves_open(failure):
                raise
            return failure.kind != NOT_FOUND
        return True


def leaves_open(failure: Failure) -> bool:
    """Whether a call that sends nothing but an id may have been refused because there is no such user.

    An id that does not exist may be answered like one that is not allowed, or that cannot be one.
    """
    return failure.kind == PERMISSION or failure.code == UNFIT_REQUEST


def only_one(payload: Payload, operation: Operation) -> t.Any:
    """The data of an answer about one thing: an object, or a list of one."""
    if len(payload.records) != 1:
        raise Failure(BROKEN, "the answer does not say what became of it", operation=operation.name, acted=None)
    return payload.records[0]


def path_of(identifier: str) -> str:
    """The path of one user."""
    return f"users/{quote(identifier, safe='')}"


def holds_all(records: Sequence[Record], wanted: Sequence[Values]) -> bool:
    """Whether each of the wanted keys belongs to one of the records."""
    return not _missing(records, wanted)


def _by_id(users: Sequence[User]) -> Users:
    return {str(user["id"]): user for user in users}


def _missing(records: Sequence[Record], wanted: Sequence[Values]) -> Missing:
    """The wanted keys that none of the records has, with their values as the task gave them."""
    held = {(key, CANONICAL[key](record.values.get(key))) for record in records for key in KEYS}
    sought = {(key, CANONICAL[key](state[key])): state[key] for state in wanted for key in KEYS if key in state}
    # Somebody with a similar number does not settle whether there is one with this number.
    exact = {digits_of(uri) for record in records for uri in numbers_of(record.raw)}
    decided = {digits_of(state["device_contact_uri"]) for state in wanted if is_decided_by_number(state)}
    held -= {("device_contact_uri", number) for number in decided - exact}
    return {key_value: given for key_value, given in sought.items() if key_value not in held}


def _values_of_key(missing: Missing, key: str) -> list[str]:
    return [given for (wanted_key, dummy), given in missing.items() if wanted_key == key]


def _pages(users: int) -> int:
    return -(-users // LARGEST_PAGE)


def _look_ups(missing: Missing) -> int:
    """How many requests it takes to ask for each of these keys."""
    counts = {key: len(_values_of_key(missing, key)) for key in KEYS}
    return counts["id"] + sum(-(-counts[key] // LARGEST_FILTER) for key in _FILTERS)
