# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The fields of an extension of a Simotel PBX: what is known of each."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Record, Unreadable, decode, keep
from ansible_collections.vox.roster.plugins.module_utils._core.values import (
    clean_digits,
    clean_email,
    fold,
    plain_text,
    read_id,
    read_list,
    read_text,
    read_yes_no,
    trim,
    western_digits,
    write_yes_no,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values

MASKED = Unreadable("(masked by the server)")

DEFAULT_USER_TYPE = "SIP"

# Our suboptions and the server's keys: a space in one, odd capitals in another.
FORWARD_KEYS = {"busy": "Busy", "no_answer": "No Answer", "unavailable": "UnAvailable", "all": "All"}

# What the panel calls a value of nat, in lower case, and what is stored.
LABELS = {"force report & co-media": "force_rport,comedia"}

_TARGET = re.compile(r"[0-9*#+]*")


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
    """Only the targets that were given; ValueError names the one that cannot be dialled."""
    targets = {name: western_digits(target.strip()) for name, target in value.items() if target is not None}
    for name, target in targets.items():
        if not _TARGET.fullmatch(target):
            raise ValueError(f"holds {target!r} as '{name}': a phone dials only digits, '*', '#' and '+'.")
    return targets


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
    return LABELS.get(folded, folded)


def _text(name: str, **more: t.Any) -> Field:
    more.setdefault("clean", trim)
    return Field(name, {"type": "str"}, read=read_text, canonical=more.pop("canonical", plain_text), **more)


def _vital(name: str, way_out: str, clean: t.Callable[[str], str] = trim, **more: t.Any) -> Field:
    """Text without which the phone of an extension cannot register or call, so that empty never makes sense."""

    def clean_vital(value: str) -> str:
        cleaned = clean(value)
        if not cleaned:
            raise ValueError(f"the extension's phone cannot work with. {way_out}, or leave '{name}' out.")
        return cleaned

    return _text(name, clean=clean_vital, **more)


def _choice(name: str, choices: Sequence[str], labels: Mapping[str, str] | None = None, **more: t.Any) -> Field:
    more.setdefault("canonical", fold)
    stored = {**{fold(choice): choice for choice in choices}, **(labels or {})}

    def read_choice(value: t.Any) -> t.Any:
        """The value as it is stored, also where the server shows it as the panel does; any other as it comes."""
        text = read_text(value)
        return stored.get(fold(text), text)

    return Field(name, {"type": "str", "choices": list(choices)}, read=read_choice, **more)


def _switch(name: str, initial: t.Any, canonical: t.Callable[[t.Any], t.Any] = no_is_unset) -> Field:
    return Field(name, {"type": "bool"}, read=read_yes_no, write=write_yes_no, canonical=canonical, initial=initial)


def _only_for(user_type: str, value: t.Any) -> t.Callable[[Values], t.Any]:
    """An initial value that only extensions of one channel technology get."""
    return lambda desired: value if desired.get("user_type", DEFAULT_USER_TYPE) == user_type else None


def _initial_port(desired: Values) -> str:
    return "4569" if desired.get("user_type") == "IAX2" else "5060"


FIELDS = (
    Field("id", {"type": "str"}, wire="_id", read=read_id, clean=trim),
    _text("number", clean=clean_digits, needed=True, unclearable="An extension needs a number."),
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
    _choice("user_type", ("SIP", "IAX2"), initial=DEFAULT_USER_TYPE),
    # Unlike with other switches, one that is missing is not taken for off: the extension may be live.
    _switch("active", True, canonical=keep),
    _text("cid_number", initial=""),
    _switch("call_record", False),
    _switch("push_notification", False),
    _vital("deny", "Give a network such as 0.0.0.0/0.0.0.0", initial="0.0.0.0/0.0.0.0"),
    _vital("permit", "Give 0.0.0.0/0.0.0.0 to allow every network", initial="0.0.0.0/0.0.0.0"),
    _vital("dtmfmode", "Give a mode such as rfc2833", initial="rfc2833", canonical=fold),
    _vital("context", "Give a context such as main_routing", initial="main_routing"),
    _vital("host", "Give 'dynamic' or an address", initial="dynamic", canonical=fold),
    _choice("type", ("user", "peer", "friend"), initial="user"),
    _vital("port", "Give a port such as 5060", clean=clean_digits, initial=_initial_port),
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
    _choice("nat", ("no", "yes", *LABELS.values()), LABELS, canonical=canonical_nat, initial=_only_for("SIP", "no")),
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

# Written by the server alone.
SERVER_MADE = ("_id", "date", "queues")

# Nothing shows that the server takes these from the API, so what was written is read back.
UNPROVEN = ("description", "user_type")


def read_record(raw: Mapping[str, t.Any]) -> Record:
    """An extension in our words, and as the server returned it.

    One without ``active`` may be live, unless its server leaves out of all records what is off.
    """
    values = decode(FIELDS, raw)
    if "active" not in raw and leaves_out_what_is_off(raw):
        values["active"] = False
    return Record(values, raw)


def leaves_out_what_is_off(raw: Mapping[str, t.Any]) -> bool:
    """Whether a record is complete, as the panel and this collection write them, and yet shows nothing off or empty."""
    complete = bool(raw.get("type")) and bool(raw.get("user_type"))
    return complete and not any(value in ("no", "", None, []) for value in raw.values())


def written_back(raw: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What of a record is sent with an update, so that a server that replaces the whole record loses nothing.

    That is all of it, also what we do not know, except what the server makes itself and secrets that it masks. What we
    know goes in the words in which it is stored, however the server shows it.
    """
    known = {one.wire_name: one for one in FIELDS}
    kept = {}
    for key, value in raw.items():
        is_plain = key in known and not known[key].secret
        if key not in SERVER_MADE and (is_plain or read_secret(value) is not MASKED):
            kept[key] = _as_stored(known[key], value) if key in known else value
    return kept


def _as_stored(one: Field, value: t.Any) -> t.Any:
    """A known value as it is written: digits as text, all four targets, and not what the panel calls it."""
    if one.name == "forward_policy" and (isinstance(value, dict) or not value):
        return {**(value or {}), **write_forward_policy(read_forward_policy(value) or {})}
    if one.secret:
        return read_text(value)
    known = None if isinstance(value, (dict, list)) else one.read(value)
    return value if known is None else one.write(known)


def is_unproven(name: str, created: bool, value: t.Any) -> bool:
    """Whether only a reading shows that the server took this value of a changed field."""
    if name not in UNPROVEN:
        return False
    initial = next(one.initial for one in FIELDS if one.name == name)
    return not (created and value == initial)


def took(name: str, actual: t.Any, wanted: t.Any) -> bool:
    """Whether the server holds the value of a text field that was written."""
    one = next(one for one in FIELDS if one.name == name)
    return bool(one.canonical(actual or "") == one.canonical(wanted or ""))
