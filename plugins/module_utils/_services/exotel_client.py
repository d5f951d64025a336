# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The calls of Exotel's users: how they are found, created, changed and deleted."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from ansible_collections.vox.roster.plugins.module_utils._core.apply import in_steps
from ansible_collections.vox.roster.plugins.module_utils._core.values import digits_of, fold, plain_text
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    DUPLICATE,
    INVALID,
    NOT_FOUND,
    PERMISSION,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import (
    KEYS,
    is_phone,
    phone_of,
    read_device,
    read_devices,
    records_of,
    same_number,
    values_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
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
LARGEST_FILTER = 40  # values in one filter, so that the address stays short and the answer is one page

CREATABLE = ("first_name", "last_name", "email", "role", "device_contact_uri", "device_name")
CHANGEABLE = ("first_name", "last_name", "email")

LIST = Operation("list users", "GET", "users")
GET = Operation("get user", "GET", "users")
ADD = Operation("create user", "POST", "users", CREATE)
UPDATE = Operation("update user", "PUT", "users", WRITE)
UPDATE_DEVICE = Operation("update device", "PUT", "users", WRITE)
REMOVE = Operation("delete user", "DELETE", "users", WRITE)

_FILTERS = {"email": "email", "device_contact_uri": "devices.contact_uri"}
_CANONICAL: Mapping[str, Callable[[t.Any], t.Any]] = {"id": str, "email": fold, "device_contact_uri": digits_of}


@dataclass(frozen=True)
class Page:
    """A part of a listing.

    total: how many users there are in all; None when the service does not tell.
    short: whether the page holds fewer users than fit, and so is the last one.
    """

    users: Sequence[User]
    total: int | None
    short: bool

    def ends(self, received: int) -> bool:
        """Whether nothing follows, when with this page so many users have been received."""
        return self.short if self.total is None else received >= self.total


class UserClient:
    """The calls of ``/users``.

    Filters may be ignored or case sensitive, and an unknown id may be answered like a missing permission. So a user
    counts as found when it was compared here, and as absent when a listing of everybody does not hold it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who hold a wanted key.

        One page settles the question for most accounts. In a larger one each key is looked up, unless the
        remaining pages are fewer; they are also read when a look-up finds nothing.
        """
        first = self._page(0)
        if first.ends(len(first.users)):
            return records_of(first.users, wanted)
        found = _by_id(first.users)
        missing = _missing(records_of(found.values(), wanted), wanted)
        if first.total is None or _look_ups(missing) < _pages(first.total - len(first.users)):
            absent: set[KeyValue] = set()
            for key in KEYS:
                # A user found by one key may hold the others, too.
                absent |= self._look_up(key, _values_of_key(missing, key), found)
                records = records_of(found.values(), wanted)
                missing = _missing(records, wanted)
            if missing.keys() <= absent:
                return records
        return records_of(self._everybody(first).values(), wanted)

    def create(self, change: Change) -> Values:
        """Create a user; returns what the service told of it."""
        after = change.after or {}
        body = {name: after[name] for name in CREATABLE if after.get(name)}
        user = self._one(self._connection.call(ADD, body=body), ADD)
        if not (isinstance(user, dict) and user.get("id")):
            raise Failure(BROKEN, "the answer does not hold the new user's id", operation=ADD.name, acted=None)
        if "devices" not in user:
            user = self._completed(user)
        return _told(user, after)

    def update(self, change: Change) -> Values:
        """Change names and e-mail address, then the phone's number, then its availability."""
        before, after = change.before or {}, change.after or {}
        identifier, devices = str(before["id"]), before.get("devices") or []
        phone = phone_of(devices, before.get("device_contact_uri"))
        body = {name: after[name] for name in CHANGEABLE if name in change.differing}
        user: dict[str, t.Any] = {"id": identifier, "devices": devices}
        steps: list[tuple[str, Callable[[], t.Any]]] = []

        def in_devices(step: Callable[[], Mapping[str, t.Any]]) -> None:
            told = step()
            user["devices"] = [told if told["id"] == device["id"] else device for device in user["devices"]]

        if body:
            what = ", ".join(body)
            steps.append((f"changed {what}", lambda: user.update(self._put_user(identifier, body))))
        if phone and "device_contact_uri" in change.differing:
            number = partial(self._put_number, identifier, phone, after["device_contact_uri"])
            steps.append((f"changed the number of {_name_of(phone)}", partial(in_devices, number)))
        if phone and "available" in change.differing:
            on = bool(after["available"])
            others = [device for device in devices if on and device["available"] and device["id"] != phone["id"]]
            for other in others:
                off = partial(self._put_device, identifier, other, available=False)
                steps.append((f"switched off {_name_of(other)}", partial(in_devices, off)))
            switch = partial(self._switch, identifier, phone, on, others)
            steps.append((f"switched {_name_of(phone)}", partial(in_devices, switch)))
        in_steps(steps)
        return _told(user, after)

    def delete(self, change: Change) -> None:
        """Delete a user; no failure when it has gone already."""
        identifier = str((change.before or {})["id"])
        try:
            self._one(self._connection.call(REMOVE, _path(identifier)), REMOVE)
        except Failure as failure:
            # An id that does not exist may be answered like one that is not allowed.
            gone = failure.kind == NOT_FOUND or (failure.kind == PERMISSION and self._is_gone(identifier))
            if not gone:
                raise

    def _page(self, offset: int, **filters: str) -> Page:
        query = {"fields": "devices", "limit": LARGEST_PAGE, "offset": offset, **filters}
        payload: Payload = self._connection.call(LIST, query=query)
        users = [user for user in payload.records if isinstance(user, dict) and user.get("id")]
        if len(users) != len(payload.records):
            raise Failure(BROKEN, "the list of users holds something that is no user", operation=LIST.name)
        total, limit = payload.metadata.get("total"), payload.metadata.get("limit")
        fitting = limit if isinstance(limit, int) and limit > 0 else USUAL_PAGE
        return Page(users, total if isinstance(total, int) else None, len(users) < fitting)

    def _everybody(self, first: Page) -> Users:
        """All users, beginning with a page that has been read already.

        A listing that changes while it is read may lack somebody, so it is read once more, and then given up.
        """
        users = self._read_on(first) or self._read_on(self._page(0))
        if users is None:
            raise Failure(
                BROKEN,
                "the list of users changed again and again while it was read",
                operation=LIST.name,
                hint="Run the task again when nobody else is adding or deleting users.",
                retryable=True,
            )
        return users

    def _read_on(self, page: Page) -> Users | None:
        users: Users = {}
        totals = {page.total}
        received = 0
        while True:
            known = len(users)
            users.update(_by_id(page.users))
            received += len(page.users)
            # A page without anybody new comes from a list that got shorter, or a server that ignores the offset.
            if page.ends(received) or len(users) == known:
                break
            page = self._page(received)
            totals.add(page.total)
        settled = len(users) == received and totals in ({None}, {received})
        return users if settled else None

    def _look_up(self, key: str, values: Sequence[str], found: Users) -> set[KeyValue]:
        """Ask for these values of a key, putting who comes into ``found``; returns what is surely absent."""
        if key == "id":
            return {(key, identifier) for identifier in values if not self._look_up_id(identifier, found)}
        for start in range(0, len(values), LARGEST_FILTER):
            text = ",".join(values[start : start + LARGEST_FILTER])
            found.update(_by_id(self._page(0, **{_FILTERS[key]: text}).users))
        return set()

    def _look_up_id(self, identifier: str, found: Users) -> bool:
        """False when there is surely no such user; one that may not be seen may be there or not."""
        try:
            found.update(_by_id([self._get(identifier)]))
        except Failure as failure:
            if failure.kind not in (NOT_FOUND, PERMISSION):
                raise
            return failure.kind == PERMISSION
        return True

    def _is_gone(self, identifier: str) -> bool:
        wanted = [{"id": identifier}]
        return bool(_missing(self.candidates(wanted), wanted))

    def _get(self, identifier: str) -> User:
        payload = self._connection.call(GET, _path(identifier), query={"fields": "devices"})
        user = self._one(payload, GET)
        if not isinstance(user, dict) or str(user.get("id")) != identifier:
            raise Failure(BROKEN, f"the answer is not the user {identifier}", operation=GET.name)
        return user

    def _completed(self, user: User) -> User:
        try:
            return self._get(str(user["id"]))
        except Failure:
            # The user exists; a failure now would hide that. Only the ids of the devices remain unknown.
            return user

    def _put_user(self, identifier: str, body: Mapping[str, str]) -> User:
        def is_there(user: User) -> bool:
            forms = {name: _CANONICAL.get(name, plain_text) for name in body}
            return all(form(user.get(name)) == form(body[name]) for name, form in forms.items())

        try:
            told = self._one(self._connection.call(UPDATE, _path(identifier), body=dict(body)), UPDATE)
        except Failure as failure:
            told = self._unless_done(failure, identifier, is_there)
        told = told if isinstance(told, dict) else {}
        return {**body, **{name: value for name, value in told.items() if name != "devices"}}

    def _put_number(self, identifier: str, phone: Mapping[str, t.Any], number: str) -> Mapping[str, t.Any]:
        def is_there(user: User) -> bool:
            device = _device_in(user, phone)
            return device is not None and same_number(number, device["contact_uri"])

        try:
            return self._put_device(identifier, phone, contact_uri=number, verified=False, status=None)
        except Failure as failure:
            user = self._unless_done(failure, identifier, is_there)
            return _device_in(user, phone) or phone

    def _put_device(self, identifier: str, device: Mapping[str, t.Any], **changes: t.Any) -> Mapping[str, t.Any]:
        body = {name: changes[name] for name in ("contact_uri", "available") if name in changes}
        path = f"{_path(identifier)}/devices/{quote(str(device['id']), safe='')}"
        told = self._one(self._connection.call(UPDATE_DEVICE, path, body=body), UPDATE_DEVICE)
        return {**device, **changes, **(read_device({**device, **told}) if isinstance(told, dict) else {})}

    def _switch(
        self, identifier: str, phone: Mapping[str, t.Any], on: bool, others: Sequence[Mapping[str, t.Any]]
    ) -> Mapping[str, t.Any]:
        """Switch the phone; when that fails, those that were switched off for it get on again."""
        try:
            return self._put_device(identifier, phone, available=on)
        except Failure as failure:
            done = []
            for other in others:
                try:
                    self._put_device(identifier, other, available=True)
                    done.append(f"switched {_name_of(other)} on again")
                except Failure as second:
                    failure.message += f"; {_name_of(other)} could not be switched on again: {second.message}"
            failure.done = done
            raise

    def _unless_done(self, failure: Failure, identifier: str, is_there: Callable[[User], bool]) -> User:
        """The user, if what was refused is in force already; raises the failure otherwise.

        Exotel refuses a number or address that it has taken before, so a request whose answer was lost is
        refused when it is sent again.
        """
        if failure.kind in (DUPLICATE, INVALID):
            try:
                user = self._get(identifier)
            except Failure:
                raise failure from None
            if is_there(user):
                return user
        raise failure

    @staticmethod
    def _one(payload: Payload, operation: Operation) -> t.Any:
        """The data of an answer about one thing: an object, or a list of one."""
        if len(payload.records) != 1:
            raise Failure(BROKEN, "the answer does not say what became of it", operation=operation.name, acted=None)
        return payload.records[0]


def _path(identifier: str) -> str:
    return f"users/{quote(identifier, safe='')}"


def _by_id(users: Sequence[User]) -> Users:
    return {str(user["id"]): user for user in users}


def _missing(records: Sequence[Record], wanted: Sequence[Values]) -> Missing:
    """The wanted keys that none of the records has, with their values as the task gave them."""
    held = {(key, _CANONICAL[key](record.values.get(key))) for record in records for key in KEYS}
    sought = {(key, _CANONICAL[key](state[key])): state[key] for state in wanted for key in KEYS if key in state}
    return {key_value: given for key_value, given in sought.items() if key_value not in held}


def _values_of_key(missing: Missing, key: str) -> list[str]:
    return [given for (wanted_key, dummy), given in missing.items() if wanted_key == key]


def _pages(users: int) -> int:
    return -(-users // LARGEST_PAGE)


def _look_ups(missing: Missing) -> int:
    """How many requests it takes to ask for each of these keys."""
    counts = {key: len(_values_of_key(missing, key)) for key in KEYS}
    return counts["id"] + sum(-(-counts[key] // LARGEST_FILTER) for key in _FILTERS)


def _told(user: User, after: Values) -> Values:
    """What the service told of a user, with the number in the form in which the task gave it."""
    number = after.get("device_contact_uri")
    return values_of(user, number if isinstance(number, str) else None)


def _device_in(user: User, device: Mapping[str, t.Any]) -> Mapping[str, t.Any] | None:
    return next((one for one in read_devices(user.get("devices")) or [] if one["id"] == device["id"]), None)


def _name_of(device: Mapping[str, t.Any]) -> str:
    kind = "phone" if is_phone(device) else "SIP device"
    return f"the {kind} {device['name'] or device['contact_uri']}"
