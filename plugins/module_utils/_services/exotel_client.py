# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The calls of Exotel's users: how they are created, changed and deleted."""

from __future__ import annotations

import time
import typing as t
from functools import partial
from urllib.parse import quote

from ansible_collections.vox.roster.plugins.module_utils._core.apply import in_steps
from ansible_collections.vox.roster.plugins.module_utils._core.values import plain_text
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    DUPLICATE,
    INVALID,
    NOT_FOUND,
    REFUSED,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import (
    CANONICAL,
    end_of,
    is_phone,
    numbers_of,
    phone_of,
    read_device,
    read_devices,
    records_of,
    same_number,
    unplaced_numbers,
    values_of,
)
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_reader import (
    UserReader,
    holds_all,
    leaves_open,
    only_one,
    path_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record, Values

    # A user as the service returns it.
    User = t.Mapping[str, t.Any]

SECOND_LOOK = 2.0  # seconds that another run may need to take back a user

CREATABLE = ("first_name", "last_name", "email", "role", "device_contact_uri", "device_name")
CHANGEABLE = ("first_name", "last_name", "email")

ADD = Operation("create user", "POST", "users", CREATE)
UPDATE = Operation("update user", "PUT", "users", WRITE)
UPDATE_DEVICE = Operation("update device", "PUT", "users", WRITE)
REMOVE = Operation("delete user", "DELETE", "users", WRITE)


class UserClient:
    """The calls of ``/users``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reader = UserReader(connection)
        self._unplaced: Mapping[str, Sequence[str]] = {}
        self._everybody: list[dict[str, t.Any]] | None = None

    @property
    def address(self) -> str:
        """The address of the account."""
        return self._connection.settings.url

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who hold a wanted key."""
        # A listing serves the look-up that follows it, and no later one: by then something may have been written.
        everybody, self._everybody = self._everybody, None
        records = self._reader.candidates(wanted) if everybody is None else records_of(everybody, wanted)
        self._unplaced = unplaced_numbers(records, wanted)
        return records

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All users of the account, whatever the scope: no filter is sure to be exact."""
        self._everybody = self._reader.everybody()
        return records_of(self._everybody, [])

    def is_own(self, record: Record) -> bool:
        """Whether a purge has to leave the user alone.

        API keys are no users, so nobody is the account that the task uses. But somebody may be the user whom one of
        the candidates last asked for means, if a number that none of them has yet is his in another form.
        """
        uris = numbers_of(record.raw)
        return any(same_number(number, uri) for uri in uris for number in self._unplaced.get(end_of(uri), ()))

    def create(self, change: Change) -> Values:
        """Create a user; returns what the service told of it."""
        after = change.after or {}
        body = {name: after[name] for name in CREATABLE if after.get(name)}
        user = only_one(self._connection.call(ADD, body=body), ADD)
        if not (isinstance(user, dict) and user.get("id")):
            raise Failure(BROKEN, "the answer does not hold the new user's id", operation=ADD.name, acted=None)
        if "device_contact_uri" not in body:
            self._give_way(str(user["id"]), body["email"], change.label)
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
            only_one(self._connection.call(REMOVE, path_of(identifier)), REMOVE)
        except Failure as failure:
            gone = failure.kind == NOT_FOUND or (leaves_open(failure) and self._is_gone(identifier))
            if not gone:
                raise

    def _give_way(self, identifier: str, email: str, label: str) -> None:
        """Delete the user just made, if another run made one with the same e-mail address at the same time.

        Without a number it is not sure that Exotel refuses the second one, and each may be a paid seat. Nobody but the
        user that was made here is ever deleted. Raises Failure that says what was done.
        """
        rival = self._rival(identifier, email)
        if rival is None:
            return
        done = [f"created the user with id {identifier}"]
        message = f"another run created {label} at the same time, with id {rival}"
        try:
            only_one(self._connection.call(REMOVE, path_of(identifier)), REMOVE)
        except Failure as failure:
            failure.message = f"{message}; the one of this task, with id {identifier}, stayed: {failure.message}"
            failure.hint = "Delete one of the two by its 'id'."
            failure.acted, failure.done = False, done
            raise
        done.append(f"deleted the user with id {identifier} again")
        hint = "Run the task again: it takes the user of the other run."
        raise Failure(
            REFUSED,
            f"{message}; the one of this task was deleted again",
            operation=ADD.name,
            code="simultaneous",
            hint=hint,
            retryable=True,
            done=done,
        )

    def _rival(self, mine: str, email: str) -> str | None:
        """The id of a user with the same e-mail address for whom the one just made has to go; None when it can stay.

        The older one stays, since its run may have looked before there were two. Dates are told in seconds. Of two
        users of one second the smaller id stays, unless the other is still there later: then its run saw no second one.
        """
        for pause in (0.0, SECOND_LOOK):
            time.sleep(pause)
            try:
                holders = self._reader.holders(mine, email)
            except Failure:
                # The user exists; a failure now would hide that.
                return None
            dates = {str(user["id"]): str(user.get("date_created") or "") for user in holders}
            own = dates.pop(mine, None)
            rivals = sorted((date, other) for other, date in dates.items() if own is None or date <= own)
            if not rivals:
                return None
            if own is None or rivals[0] < (own, mine):
                break
        return rivals[0][1]

    def _is_gone(self, identifier: str) -> bool:
        wanted = [{"id": identifier}]
        try:
            return not holds_all(self._reader.candidates(wanted), wanted)
        except Failure:
            # Nothing is proven, and what the deletion failed with says more.
            return False

    def _completed(self, user: User) -> User:
        try:
            return self._reader.get(str(user["id"]))
        except Failure:
            # The user exists; a failure now would hide that. Only the ids of the devices remain unknown.
            return user

    def _put_user(self, identifier: str, body: Mapping[str, str]) -> User:
        def is_there(user: User) -> bool:
            forms = {name: CANONICAL.get(name, plain_text) for name in body}
            return all(form(user.get(name)) == form(body[name]) for name, form in forms.items())

        try:
            told = only_one(self._connection.call(UPDATE, path_of(identifier), body=dict(body)), UPDATE)
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
        path = f"{path_of(identifier)}/devices/{quote(str(device['id']), safe='')}"
        told = only_one(self._connection.call(UPDATE_DEVICE, path, body=body), UPDATE_DEVICE)
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
                user = self._reader.get(identifier)
            except Failure:
                raise failure from None
            if is_there(user):
                return user
        raise failure


def _told(user: User, after: Values) -> Values:
    """What the service told of a user, with the number in the form in which the task gave it."""
    number = after.get("device_contact_uri")
    return values_of(user, number if isinstance(number, str) else None)


def _device_in(user: User, device: Mapping[str, t.Any]) -> Mapping[str, t.Any] | None:
    return next((one for one in read_devices(user.get("devices")) or [] if one["id"] == device["id"]), None)


def _name_of(device: Mapping[str, t.Any]) -> str:
    kind = "phone" if is_phone(device) else "SIP device"
    return f"the {kind} {device['name'] or device['contact_uri']}"
