# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Extensions of a Simotel PBX: the fields of a user and the calls that hold them."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
    Field,
    Record,
    Resource,
    Unreadable,
    decode,
)
from ansible_collections.vox.roster.plugins.module_utils._core.values import (
    clean_digits,
    clean_email,
    fold,
    plain_text,
    read_list,
    read_text,
    read_yes_no,
    trim,
    write_yes_no,
)
from ansible_collections.vox.roster.plugins.module_utils._http import simotel
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, INVALID, REFUSED, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

MASKED = Unreadable("(masked by the server)")

# Our suboptions and the server's keys: a space in one, odd capitals in another.
FORWARD_KEYS = {"busy": "Busy", "no_answer": "No Answer", "unavailable": "UnAvailable", "all": "All"}


def read_secret(value: t.Any) -> t.Any:
    """The secret, unless the server shows only asterisks."""
    if isinstance(value, str) and value and not value.strip("*"):
        return MASKED
    return read_text(value)


def clean_secret(value: str) -> str:
    """A secret as it was typed, unless it is what a server shows instead of one."""
    if value and not value.strip("*"):
        raise ValueError(
            "consists of asterisks only, as a server prints them to hide a secret. Give the secret itself."
        )
    return value


def same_secret(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    """Equality where the secret can be read; otherwise what ``update_secret`` says."""
    if isinstance(actual, Unreadable):
        return policy.get("update_secret") != "always"
    return bool(target == actual)


def read_forward_policy(value: t.Any) -> t.Any:
    """The four targets by our names, empty where nothing is forwarded."""
    if not isinstance(value, dict):
        return None
    return {ours: read_text(value.get(theirs)) or "" for ours, theirs in FORWARD_KEYS.items()}


def write_forward_policy(value: Mapping[str, str]) -> dict[str, str]:
    """All four targets, since it is not known whether the server would keep one that is left out."""
    return {theirs: value.get(ours) or "" for ours, theirs in FORWARD_KEYS.items()}


def clean_forward_policy(value: Mapping[str, str | None]) -> dict[str, str]:
    """Only the targets that were given."""
    return {name: target.strip() for name, target in value.items() if target is not None}


def merge_forward_policy(actual: t.Any, desired: t.Any, policy: Policy) -> dict[str, str]:
    """The targets that were given over those that are there."""
    unset = dict.fromkeys(FORWARD_KEYS, "")
    return {**unset, **(actual if isinstance(actual, dict) else {}), **desired}


def canonical_forward_policy(value: t.Any) -> t.Any:
    """Nothing forwarded is the same as no policy."""
    return value if isinstance(value, dict) and any(value.values()) else None


def clean_lines(value: str) -> str:
    """Lines without white space around them and without empty ones."""
    return "\n".join(line.strip() for line in value.splitlines() if line.strip())


def canonical_lines(value: t.Any) -> t.Any:
    """The lines without what separates them: a server may drop every line end."""
    return clean_lines(value).replace("\n", "") if isinstance(value, str) else value


def canonical_groups(value: t.Any) -> t.Any:
    """Group numbers without the white space between them."""
    return "".join(value.split()) if isinstance(value, str) else value


def no_is_unset(value: t.Any) -> t.Any:
    """``no`` in one form with a missing value: records may lack what is off."""
    value = fold(value)
    return None if value in (False, "no") else value


def canonical_nat(value: t.Any) -> t.Any:
    """The stored value, also for the label that the panel shows for it."""
    folded = no_is_unset(value)
    return "force_rport,comedia" if folded == "force report & co-media" else folded


def clean_number(value: str) -> str:
    """An extension number. The panel takes ranges such as 100..200 for many at once; a task means one."""
    return clean_digits(value)


def _text(name: str, **more: t.Any) -> Field:
    more.setdefault("clean", trim)
    return Field(name, {"type": "str"}, read=read_text, canonical=more.pop("canonical", plain_text), **more)


def _choice(name: str, choices: Sequence[str], **more: t.Any) -> Field:
    more.setdefault("canonical", fold)
    return Field(name, {"type": "str", "choices": list(choices)}, read=read_text, **more)


def _switch(name: str, initial: t.Any) -> Field:
    return Field(name, {"type": "bool"}, read=read_yes_no, write=write_yes_no, canonical=no_is_unset, initial=initial)


def _only_for(user_type: str, value: t.Any) -> t.Callable[[Values], t.Any]:
    """An initial value that only extensions of one channel technology get."""
    return lambda desired: value if desired.get("user_type", "SIP") == user_type else None


def _initial_port(desired: Values) -> str:
    return "4569" if desired.get("user_type") == "IAX2" else "5060"


FIELDS = (
    Field("id", {"type": "str"}, wire="_id", read=read_text, clean=trim),
    _text("number", clean=clean_number, needed=True, unclearable="An extension needs a number."),
    _text("name", needed=True, unclearable="An extension needs a name."),
    Field(
        "secret",
        {"type": "str", "no_log": True},
        read=read_secret,
        clean=clean_secret,
        same=same_secret,
        secret=True,
        needed=True,
        unclearable="An extension needs a secret.",
    ),
    _choice("user_type", ("SIP", "IAX2"), initial="SIP"),
    _switch("active", True),
    _text("cid_number", initial=""),
    _switch("call_record", False),
    _switch("push_notification", False),
    _text("deny", initial="0.0.0.0/0.0.0.0"),
    _text("permit", initial="0.0.0.0/0.0.0.0"),
    _text("dtmfmode", initial="rfc2833", canonical=fold),
    _text("context", initial="main_routing"),
    _text("host", initial="dynamic", canonical=fold),
    _choice("type", ("user", "peer", "friend"), initial="user"),
    _text("port", clean=clean_digits, initial=_initial_port),
    _switch("qualify", False),
    _text("email", clean=clean_email, canonical=fold, initial=""),
    Field(
        "forward_policy",
        {"type": "dict", "options": {name: {"type": "str"} for name in FORWARD_KEYS}},
        read=read_forward_policy,
        write=write_forward_policy,
        clean=clean_forward_policy,
        overlay=merge_forward_policy,
        canonical=canonical_forward_policy,
        initial=dict.fromkeys(FORWARD_KEYS, ""),
    ),
    _text("more_options", clean=clean_lines, canonical=canonical_lines, initial=""),
    _text("description"),
    _switch("canreinvite", _only_for("SIP", False)),
    _switch("directmedia", _only_for("SIP", False)),
    _choice("nat", ("no", "yes", "force_rport,comedia"), canonical=canonical_nat, initial=_only_for("SIP", "no")),
    _text("callgroup", canonical=canonical_groups, initial=_only_for("SIP", "1")),
    _text("pickupgroup", canonical=canonical_groups, initial=_only_for("SIP", "1")),
    _switch("callcounter", _only_for("SIP", False)),
    _switch("faxdetect", _only_for("SIP", False)),
    _text("call_limit", clean=clean_digits, initial=_only_for("SIP", "")),
    _switch("trunk", _only_for("IAX2", False)),
    _choice("transfer", ("yes", "no", "mediaonly"), canonical=no_is_unset, initial=_only_for("IAX2", "no")),
    Field("queues", read=read_list),
    Field("date", read=read_text),
)

WRITABLE = tuple(one for one in FIELDS if one.argument is not None and one.name != "id")

# Nothing shows that the server takes these from the API, so what was written is read back.
UNPROVEN = ("description", "user_type")

SEARCH = Operation("search users", "POST", "pbx/users/search")
ADD = Operation("add user", "POST", "pbx/users/add", CREATE)
UPDATE = Operation("update user", "POST", "pbx/users/update", WRITE)
REMOVE = Operation("remove user", "POST", "pbx/users/remove", WRITE)


class UserClient:
    """The calls of ``/pbx/users``.

    The server answers success also for an id that it does not hold, so only a search tells what is there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """One search for one number; the whole list for several, and for an id, which cannot be searched for."""
        if len(wanted) == 1 and "id" not in wanted[0]:
            return self._search(wanted[0]["number"])
        return self._search("")

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All extensions; the server does not filter by more than parts of names and numbers."""
        return self._search("")

    @staticmethod
    def is_own(record: Record) -> bool:
        """API accounts are no extensions."""
        return False

    def create(self, change: Change) -> Values:
        """Add an extension; returns its id."""
        after = change.after or {}
        body = {one.wire_name: one.write(after[one.name]) for one in WRITABLE if after.get(one.name) is not None}
        told = self._connection.call(ADD, body=body)
        identifier = told.get("_id") if isinstance(told, dict) else None
        if isinstance(identifier, str) and identifier and not self._unproven(change):
            return {"id": identifier}
        return self._read_back(change)

    def update(self, change: Change) -> Values:
        """Write back the whole record with the changes in it.

        That is right whether the server merges what it gets or replaces the record with it.
        """
        raw, after = (change.record.raw, change.after) if change.record and change.after else ({}, {})
        body = {
            one.wire_name: raw[one.wire_name]
            for one in WRITABLE
            if one.wire_name in raw and one.read(raw[one.wire_name]) is not MASKED
        }
        body.update({one.wire_name: one.write(after[one.name]) for one in WRITABLE if one.name in change.differing})
        body["_id"] = raw.get("_id")
        self._connection.call(UPDATE, body=body)
        secret_left_out = "secret" in raw and "secret" not in body
        if not (secret_left_out or self._unproven(change)):
            return {}
        told = self._read_back(change)
        if secret_left_out and not told["secret"]:
            self._restore_secret(change, body)
        return told

    def delete(self, change: Change) -> None:
        """Remove an extension by its id."""
        before, raw = (change.before or {}, change.record.raw) if change.record else ({}, {})
        try:
            self._connection.call(REMOVE, body={"_id": raw.get("_id")})
        except Failure as failure:
            # A server may answer failure for an id that has gone, perhaps with a first answer that was lost.
            if failure.kind != INVALID or any(one.raw == raw for one in self._search(before["number"])):
                raise

    def _search(self, number: str) -> list[Record]:
        # An exact search may still return similar numbers, which the caller sorts out. An empty condition
        # filters nothing; asking for similar ones makes that true for a server that compares literally, too.
        body = {
            "status": "all",
            "alike": not number,
            "conditions": {"name": "", "number": number, "mapped": ""},
        }
        found = self._connection.call(SEARCH, body=body)
        return [Record(decode(FIELDS, raw), raw) for raw in _records(found)]

    @staticmethod
    def _unproven(change: Change) -> bool:
        default = {"user_type": "SIP"}
        after = change.after or {}
        return any(
            name in change.differing and (change.before is not None or after.get(name) != default.get(name))
            for name in UNPROVEN
        )

    def _restore_secret(self, change: Change, body: Mapping[str, t.Any]) -> None:
        """Set the secret again after a server that replaces records, and shows no secrets, lost it."""
        secret = (change.after or {}).get("secret")
        if not isinstance(secret, str):
            raise Failure(
                REFUSED,
                f"{change.label} was changed, and lost its secret with it: this server replaces the whole record, "
                "and does not show the secret that would have to be written back",
                operation=UPDATE.name,
                code="incomplete",
                hint="Give 'secret', now and with every change on this server.",
                done=("the change",),
            )
        self._connection.call(UPDATE, body={**body, "secret": secret})

    def _read_back(self, change: Change) -> Values:
        after = change.after or {}
        known = change.record.values["id"] if change.record else None
        try:
            records = self._search(after["number"])
        except Failure as failure:
            # The writing is done; only its result has not been seen.
            if change.record:
                failure.done = (UPDATE.name,)
            else:
                failure.acted = None
            raise
        found = [
            record
            for record in records
            if record.values["number"] == after["number"] and known in (None, record.values["id"])
        ]
        if not found:
            raise Failure(
                BROKEN,
                f"the server said that {change.label} was written, but a search does not find it",
                operation=SEARCH.name,
                hint="Look at the extension in the panel, then run the task again.",
            )
        values = found[0].values
        for name in UNPROVEN:
            if name in change.differing and plain_text(values.get(name) or "") != plain_text(after.get(name) or ""):
                raise Failure(
                    INVALID,
                    f"the server did not take '{name}' of {change.label}: it is {values.get(name)!r}",
                    operation=SEARCH.name,
                    hint=f"This server does not let the API set '{name}'; set it in the panel and leave it out here.",
                    done=("the other fields",) if set(change.differing) - set(UNPROVEN) else (),
                )
        return {"id": values["id"], "date": values["date"], "secret": values["secret"]}


def _records(found: t.Any) -> list[dict[str, t.Any]]:
    if isinstance(found, dict):
        found = found.get("data")
    if not found:
        return []
    if not isinstance(found, list) or not all(isinstance(raw, dict) for raw in found):
        raise Failure(BROKEN, "the server's list of users is not a list of records", operation=SEARCH.name)
    return found


def _connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> UserClient:
    return UserClient(simotel.connect(params, "simotel", read_only, redactor))


USER = Resource(
    service="simotel",
    name="user",
    fields=FIELDS,
    keys=("id", "number"),
    connection=simotel.ARGUMENTS,
    connect=_connect,
    policies=ArgumentSpec(
        {
            "update_secret": {
                "type": "str",
                "choices": ["on_create", "always"],
                "default": "on_create",
                "no_log": False,
            },
        },
    ),
)
