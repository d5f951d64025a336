# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The calls that change the users of a Sunbird installation."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.apply import in_steps
from ansible_collections.vox.roster.plugins.module_utils._core.values import read_id
from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import (
    OTHERS_HINT,
    Endpoint,
    Sunbird,
    has_code,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import (
    AT_CREATION,
    DELETED,
    MASKED,
    PLAIN,
    dicts_of,
    overlay_roles,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_listing import all_users
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_reader import LOCATIONS, UserReader

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record, Values

ADD = Endpoint("create user", "POST", "user/v1/create", "v1/user/create", CREATE, personal=False)
CHANGE = Endpoint("update user", "PATCH", "user/v2/update", "private/user/v1/update", WRITE)
ASSIGN = Endpoint("assign roles", "POST", "user/v2/role/assign", "private/user/v2/assign/role", WRITE)
REMOVE = Endpoint("delete user", "POST", "user/v1/delete", "v1/user/delete", WRITE)

# Parts of an update that the answer does not prove: the service passes over an organisation that it does not know,
# and nothing says that it takes a recovery address away.
UNPROVEN = ("organisation_id", "recovery_email", "recovery_phone")


class UserClient:
    """The calls that change users, as the core wants them.

    concurrency: how many users may be looked up at the same time. force: whether users with roles are purged, too.
    """

    def __init__(self, sunbird: Sunbird, concurrency: int = 1, force: bool = False) -> None:
        self._sunbird = sunbird
        self._reader = UserReader(sunbird, concurrency)
        self._force = force

    @property
    def address(self) -> str:
        """The address of the API."""
        return self._sunbird.url

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who have one of the wanted keys."""
        return self._reader.candidates(wanted)

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All users of the search index; without force those only whom no role protects."""
        return all_users(self._sunbird, scope, with_roles=self._force)

    def is_own(self, record: Record) -> bool:
        """Whether the user token is that of this user."""
        if self._sunbird.tokens.available:
            self._sunbird.tokens.current()
        return self._sunbird.acts_as(record.values["id"]) is True

    def create(self, change: Change) -> Values:
        """Create an account, then give the roles that creation cannot give; returns the id."""
        after = change.after or {}
        roles = after.get("roles") or []
        told: dict[str, t.Any] = {}

        def account() -> Values:
            told.update(self._add(change, [role["role"] for role in roles if not role["organisation_id"]]))
            return told

        steps: list[tuple[str, Callable[[], Values | None]]] = [("the account", account)]
        if roles:
            steps.append(("its roles", lambda: self._complete_roles(after, roles)))
        return in_steps(steps)

    def update(self, change: Change) -> Values:
        """Change the profile, then the roles; each only as far as they differ."""
        before, after = change.before or {}, change.after or {}
        steps: list[tuple[str, Callable[[], Values | None]]] = []
        if set(change.differing) - {"roles"}:
            steps.append(("the profile", lambda: self._change_profile(change)))
        if "roles" in change.differing:
            held, wanted = before.get("roles") or [], after["roles"]
            added = [role for role in wanted if role not in held]
            removed = [role for role in held if role not in wanted]
            steps.append(("the roles", lambda: self._assign(after["id"], added, removed)))
        return in_steps(steps)

    def delete(self, change: Change) -> None:
        """Take the roles away that protect the account, then delete it."""
        before = change.before or {}
        roles = before.get("roles") or []
        if change.record and change.record.raw.listed:
            roles = self._reader.roles(before["id"], before.get("root_org_id"))
            check_roles(change.label, roles, self._force)
        steps: list[tuple[str, Callable[[], Values | None]]] = []
        if roles:
            # A log-in that fails must fail while the roles are still there.
            self._sunbird.tokens.current()
            steps.append(("its roles", lambda: self._assign(before["id"], [], roles)))
        steps.append(("the account", lambda: self._remove(before["id"])))
        in_steps(steps)

    def _add(self, change: Change, roles: list[str]) -> dict[str, t.Any]:
        values = {**(change.after or {}), **_clear(change)}
        names = {**PLAIN, **MASKED, **AT_CREATION}
        body = {wire: values[name] for name, wire in names.items() if values.get(name)}
        if roles:
            body["roles"] = roles
        told = self._sunbird.call(ADD, request=body)
        user_id = read_id(told.get("userId"))
        if not user_id:
            raise Failure(errors.BROKEN, "the answer holds no id of the new user", operation=ADD.name, acted=None)
        complaints = _complaints(told)
        if complaints:
            raise Failure(
                errors.INVALID,
                f"the user was created with the id {user_id}, but not as wanted: {complaints}",
                operation=ADD.name,
                code="incomplete",
                hint=(
                    "A password cannot be set afterwards: let the person use 'forgot password', or set it in "
                    "Keycloak, or delete the user and create it again. Another run sets what else is missing."
                ),
                done=("the account",),
            )
        return {"id": user_id}

    def _complete_roles(self, after: Values, roles: list[dict[str, t.Any]]) -> Values:
        """See which roles the creation gave, and give the rest."""
        record = self._reader.again(after)
        wanted = overlay_roles(record.values["roles"], roles, {})
        missing = [role for role in wanted if role not in record.values["roles"]]
        if missing:
            self._assign(record.values["id"], missing, [])
        return {"roles": wanted}

    def _change_profile(self, change: Change) -> None:
        after = change.after or {}
        values = {**after, **_clear(change)}
        names = {**PLAIN, **MASKED}
        body = {wire: values.get(name) or "" for name, wire in names.items() if name in change.differing}
        if "phone" in body and change.desired.get("country_code"):
            body["countryCode"] = change.desired["country_code"]
        if {"user_type", "user_sub_type"} & set(change.differing):
            body.update(self._user_types(change))
        if "profile_locations" in change.differing:
            body["profileLocation"] = self._places(after["profile_locations"])
            if after.get("organisation_id") != after.get("root_org_id"):
                # An update of the locations alone would end the membership in the organisation.
                body.setdefault("organisationId", after["organisation_id"])
        try:
            told = self._sunbird.call(CHANGE, request={"userId": after["id"], **body})
        except Failure as failure:
            self._explain_refusal(failure, after["id"])
            raise
        complaints = _complaints(told)
        if complaints:
            message = f"the service did not take everything: {complaints}"
            raise Failure(errors.INVALID, message, operation=CHANGE.name, done=("the profile",))
        self._confirm(change)

    def _user_types(self, change: Change) -> dict[str, t.Any]:
        """The type of the user; private calls know several, of which the others stay."""
        before, after = change.before or {}, change.after or {}
        kind = {"type": after.get("user_type"), "subType": after.get("user_sub_type") or None}
        if self._sunbird.through_gateway:
            return {"profileUserType": kind}
        profile = change.record.raw.profile if change.record else {}
        replaced = (before.get("user_type"), after.get("user_type"))
        others = [item for item in dicts_of(profile.get("profileUserTypes")) if item.get("type") not in replaced]
        return {"profileUserTypes": [kind, *others]}

    def _places(self, codes: Sequence[str]) -> list[dict[str, t.Any]]:
        types = {location.get("code"): location.get("type") for location in self._reader.locations("code", codes)}
        unknown = [code for code in codes if code not in types]
        if unknown:
            raise Failure(
                errors.INVALID,
                f"there is no location with the code {', '.join(unknown)}",
                operation=LOCATIONS.name,
                hint="Correct 'profile_locations'.",
            )
        return [{"code": code, "type": types[code]} for code in codes]

    def _explain_refusal(self, failure: Failure, user_id: str) -> None:
        """Tell a refused token from the rule that a token changes nobody but its own user."""
        if not self._sunbird.through_gateway:
            return
        foreign = self._sunbird.acts_as(user_id) is False and not self._sunbird.tokens.expired
        if failure.operation != CHANGE.name:
            # It was the token that could not be had.
            return
        if failure.http_status == 401 and (failure.kind == errors.PERMISSION or foreign):
            failure.kind = errors.PERMISSION
            failure.hint = OTHERS_HINT
        elif failure.kind == errors.PERMISSION:
            failure.hint = f"{failure.hint} {OTHERS_HINT}"

    def _confirm(self, change: Change) -> None:
        """Read back what the answer does not prove."""
        after = change.after or {}
        differing = [name for name in UNPROVEN if name in change.differing]
        names = [name for name in differing if name == "organisation_id" or not after[name]]
        if not names:
            return
        try:
            values = self._reader.again(after).values
        except Failure as failure:
            # The change is made; only its result has not been seen.
            failure.done = ("the profile",)
            raise
        ignored = [name for name in names if (values.get(name) or "") != (after[name] or "")]
        if ignored:
            raise Failure(
                errors.INVALID,
                f"the service did not take {' and '.join(repr(name) for name in ignored)} of {change.label}",
                operation=CHANGE.name,
                hint="Check the id of the organisation; a recovery address can perhaps be replaced, but not removed.",
                done=("the rest of the profile",),
            )

    def _assign(self, user_id: str, added: Sequence[Values], removed: Sequence[Values]) -> None:
        """Add and remove roles in one request."""
        items: dict[tuple[str, str], list[dict[str, str]]] = {}
        for operation, roles in (("add", added), ("remove", removed)):
            for role in roles:
                scope = items.setdefault((operation, role["role"]), [])
                if role["organisation_id"]:
                    scope.append({"organisationId": role["organisation_id"]})
        body = [{"role": role, "operation": operation, "scope": scope} for (operation, role), scope in items.items()]
        try:
            self._sunbird.call(ASSIGN, request={"userId": user_id, "roles": body})
        except Failure as failure:
            if failure.kind == errors.INVALID:
                # The service does not say which of them it means.
                failure.message = f"{failure.message.rstrip('.')}: {_named(added or removed)}"
                failure.hint = (
                    "Check the spelling in 'roles': the names are those that the installation lists, in capitals, "
                    "and each 'organisation_id' is the id of an organisation."
                )
            raise

    def _remove(self, user_id: str) -> None:
        """Delete the account. One code stands for "gone already" and for any inner failure; the words differ."""
        failure = None
        for _attempt in range(2):
            try:
                self._sunbird.call(REMOVE, request={"userId": user_id})
                return
            except Failure as reason:
                gone = has_code(reason, "0008") and re.search(r"already deleted\b", reason.message, re.IGNORECASE)
                if gone or (reason.kind == errors.NOT_FOUND and reason.operation == REMOVE.name):
                    return
                if not has_code(reason, "0008"):
                    raise
                failure = reason
        if failure and not self._is_gone(user_id):
            failure.kind, failure.acted, failure.retryable = errors.SERVER, None, True
            failure.message = f"the service failed in the middle of the deletion and said: {failure.message}"
            failure.hint = (
                f"Run the task again with 'id: {user_id}', since e-mail, phone and user name may be gone already. "
                "If it fails again, look at the service's log: it gives no other reason."
            )
            raise failure

    def _is_gone(self, user_id: str) -> bool:
        try:
            record = self._reader.by_id(user_id)
        except Failure:
            return False
        return record is None or record.values["status"] == DELETED


def check_roles(label: str, roles: Sequence[Values], force: t.Any) -> None:
    """Failure when roles protect the user from deletion."""
    if roles and not force:
        names = ", ".join(sorted({role["role"] for role in roles}))
        raise Failure(
            errors.REFUSED,
            f"{label} has the roles {names}, and Sunbird protects users with roles from deletion",
            code="protected",
            hint="Give 'force: true' to have the roles removed first; what the user owns is not handed over.",
        )


def _clear(change: Change) -> dict[str, t.Any]:
    """The wanted values that the record holds masked."""
    return {name: change.desired[name] for name in MASKED if name in change.desired}


def _named(roles: Sequence[Values]) -> str:
    return ", ".join(
        role["role"] + (f" in {role['organisation_id']}" if role["organisation_id"] else "") for role in roles
    )


def _complaints(told: Mapping[str, t.Any]) -> str:
    """What a successful answer says went wrong nevertheless."""
    errors_told = told.get("errors")
    parts = [told.get("err_msg"), *(errors_told if isinstance(errors_told, list) else [errors_told])]
    return " ".join(str(part) for part in parts if part)
