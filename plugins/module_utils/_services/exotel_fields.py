# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Users of an Exotel contact centre: their fields, and how their devices are understood. Pure data and functions."""

from __future__ import annotations

import typing as t
from collections import defaultdict

from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
    Field,
    Record,
    Unreadable,
    decode,
)
from ansible_collections.vox.roster.plugins.module_utils._core.values import (
    clean_e164,
    clean_email,
    digits_of,
    fold,
    plain_text,
    read_id,
    read_text,
    trim,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values

    Device = Mapping[str, t.Any]

KEYS = ("id", "email", "device_contact_uri")

# The keys that name a user whatever the form of the number, and the form in which each key is compared.
_NAMES = ("id", "email")
CANONICAL: Mapping[str, Callable[[t.Any], t.Any]] = {"id": read_text, "email": fold, "device_contact_uri": digits_of}

# The options that are about one of the user's devices: the phone.
PHONE_OPTIONS = ("device_contact_uri", "device_name", "available")

SHORTEST_NAME, LONGEST_NAME = 3, 20

# Numbers that agree in fewer digits than this are never taken for the same one.
SHORTEST_NATIONAL_NUMBER = 7
LONGEST_COUNTRY_CODE = 3

SEVERAL_PHONES = Unreadable("(several phones)")

_DELETE_AND_INVITE = (
    "Deleting the user and inviting the person again is the only way; "
    "that gives new ids and starts with an unverified phone, so it is never done by itself."
)


def clean_name(value: str) -> str:
    """A first or last name. Its length is checked; which characters are allowed Exotel judges itself."""
    value = value.strip()
    if not SHORTEST_NAME <= len(value) <= LONGEST_NAME:
        raise ValueError(
            f"has {len(value)} characters. Exotel takes names of {SHORTEST_NAME} to {LONGEST_NAME} characters only; "
            "lengthen or shorten it, for example by a second given name or an initial."
        )
    return value


def never_empty(clean: Callable[[str], str], reason: str) -> Callable[[str], str]:
    """The cleaner, with an empty value refused for this reason."""

    def cleaned(value: str) -> str:
        value = clean(value)
        if not value:
            raise ValueError(reason)
        return value

    return cleaned


def same_if_known(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    """Equality, for what cannot be changed anyway: where the service tells nothing there is nothing to object to."""
    return actual in (None, "") or isinstance(actual, Unreadable) or bool(target == actual)


def same_phone_value(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    """Equality; where it is open which phone is meant there is nothing to compare, and the review refuses."""
    return isinstance(actual, Unreadable) or bool(target == actual)


def read_devices(value: t.Any) -> t.Any:
    """The devices in our form; null for none."""
    if not isinstance(value, list):
        return None
    return [read_device(raw) for raw in value if isinstance(raw, dict)]


def read_device(raw: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """One device: its id always as text, its type always as a name."""
    kind = raw.get("type")
    return {
        "id": read_text(raw.get("id")),
        "name": raw.get("name"),
        "contact_uri": read_text(raw.get("contact_uri")),
        "type": kind.get("name") if isinstance(kind, dict) else kind,
        "available": raw.get("available"),
        "verified": raw.get("verified"),
        "status": raw.get("status"),
    }


def is_phone(device: Device) -> bool:
    """Whether a device is a telephone and not a SIP client."""
    if device["type"]:
        return bool(fold(device["type"]) == "tel")
    return not str(device["contact_uri"] or "").lower().startswith("sip:")


def same_number(wanted: str, echoed: str | None) -> bool:
    """Whether a returned number may be the wanted one, in whatever form the service gave it.

    wanted: with plus sign and country code. echoed: the same, without the plus sign, or in national form.
    Taking two forms of one number for two numbers would cost the phone its verification at every run. But the national
    forms of numbers of two countries may be the same, so this never tells which user is meant.
    """
    echoed = echoed or ""
    ours, theirs = str(digits_of(wanted)), str(digits_of(echoed))
    if ours == theirs:
        return True
    national = theirs.lstrip("0")
    return (
        not echoed.strip().startswith("+")
        and len(national) >= SHORTEST_NATIONAL_NUMBER
        and ours.endswith(national)
        and len(ours) - len(national) <= LONGEST_COUNTRY_CODE
    )


def phone_of(devices: Iterable[Device] | None, number: t.Any) -> Device | None:
    """The phone that is meant: the one with this number, else the only one; None when there is none or no telling."""
    phones = [device for device in devices or () if is_phone(device)]
    if isinstance(number, str):
        exact = [phone for phone in phones if digits_of(phone["contact_uri"]) == digits_of(number)]
        close = [phone for phone in phones if same_number(number, phone["contact_uri"])]
        phones = exact or close or phones
    return phones[0] if len(phones) == 1 else None


def values_of(user: Mapping[str, t.Any], number: str | None = None) -> dict[str, t.Any]:
    """A user in our words.

    number: a wanted number. If one of the phones has it, that phone is meant, and the number is shown in its wanted
    form, so that a difference in form is no difference.
    """
    values = decode(FIELDS, user)
    devices = values["devices"] or []
    phone = phone_of(devices, number)
    if phone:
        is_it = number is not None and same_number(number, phone["contact_uri"])
        values["device_contact_uri"] = number if is_it else phone["contact_uri"]
        values["device_name"] = phone["name"]
        values["available"] = phone["available"]
    elif any(is_phone(device) for device in devices):
        values.update(dict.fromkeys(PHONE_OPTIONS, SEVERAL_PHONES))
    return values


def has_number(devices: Iterable[Device] | None, number: t.Any) -> bool:
    """Whether one of the phones has this number digit by digit."""
    return any(digits_of(phone["contact_uri"]) == digits_of(number) for phone in devices or () if is_phone(phone))


def is_decided_by_number(desired: Values) -> bool:
    """Whether only the number says which user is meant."""
    return not any(key in desired for key in KEYS if key != "device_contact_uri")


def records_of(users: Iterable[Mapping[str, t.Any]], wanted: Sequence[Values]) -> list[Record]:
    """The users as records, each seen with the wanted number that one of its phones has."""
    users = list(users)
    numbers = _WantedNumbers(wanted)
    for user in users:
        numbers.note_exact(user)
    return [Record(values_of(user, numbers.of_user(user)), user) for user in users]


class _WantedNumbers:
    """The wanted numbers, in a form in which many of them and many users are quickly brought together.

    Only equal digits make a number the same. A user whom a task names by id or e-mail address is seen with the task's
    number also when a phone has it in a looser form, so that it is not written again. A number that alone says who is
    meant, and that nobody has digit by digit, may be that of a user who has it in a looser form, or not: that user is
    seen with it, too, and the review refuses whatever was planned.
    """

    def __init__(self, wanted: Sequence[Values]) -> None:
        self._of_named: dict[tuple[str, t.Any], str] = {}
        self._by_digits: dict[str, str] = {}
        self._deciding: dict[str, list[str]] = defaultdict(list)
        self._exact: set[str] = set()
        for state in wanted:
            number = state.get("device_contact_uri")
            if number is None:
                continue
            self._by_digits.setdefault(digits_of(number), number)
            self._of_named.update({(key, CANONICAL[key](state[key])): number for key in _NAMES if key in state})
            if is_decided_by_number(state):
                self._deciding[end_of(number)].append(number)

    def note_exact(self, user: Mapping[str, t.Any]) -> None:
        self._exact.update(digits_of(uri) for uri in numbers_of(user))

    def of_user(self, user: Mapping[str, t.Any]) -> str | None:
        uris = numbers_of(user)
        for key in _NAMES:
            number = self._of_named.get((key, CANONICAL[key](read_text(user.get(key)))))
            if number and any(same_number(number, uri) for uri in uris):
                return number
        exact = next((self._by_digits[digits_of(uri)] for uri in uris if digits_of(uri) in self._by_digits), None)
        return exact or next((number for uri in uris for number in self._similar(uri)), None)

    def _similar(self, uri: str) -> list[str]:
        return [
            number
            for number in self._deciding.get(end_of(uri), [])
            if digits_of(number) not in self._exact and same_number(number, uri)
        ]


def numbers_of(user: Mapping[str, t.Any]) -> list[str]:
    """The numbers of a user's phones, as the service writes them."""
    devices = read_devices(user.get("devices")) or []
    return [device["contact_uri"] for device in devices if is_phone(device) and device["contact_uri"]]


def unplaced_numbers(records: Iterable[Record], wanted: Iterable[Values]) -> Mapping[str, Sequence[str]]:
    """The wanted numbers that none of the records, as ``records_of`` made them, is seen with; by their ends."""
    placed = {digits_of(record.values.get("device_contact_uri")) for record in records}
    numbers = {state["device_contact_uri"] for state in wanted if "device_contact_uri" in state}
    unplaced = defaultdict(list)
    for number in numbers:
        if digits_of(number) not in placed:
            unplaced[end_of(number)].append(number)
    return dict(unplaced)


def end_of(number: str) -> str:
    """The digits in which all forms of a number agree."""
    return str(digits_of(number))[-SHORTEST_NATIONAL_NUMBER:]


def read_email(value: t.Any) -> t.Any:
    """An e-mail address; null for a user without one, however the service says so."""
    return read_text(value) or None


def _name(name: str) -> Field:
    return Field(name, {"type": "str"}, read=read_text, clean=clean_name, canonical=plain_text, needed=True)


FIELDS = (
    Field("id", {"type": "str"}, read=read_id, clean=trim),
    _name("first_name"),
    _name("last_name"),
    Field(
        "email",
        {"type": "str"},
        read=read_email,
        clean=never_empty(
            clean_email, f"would clear it. Exotel cannot take an address away from a user. {_DELETE_AND_INVITE}"
        ),
        canonical=fold,
        fixed=f"Exotel never changes the address of a user. {_DELETE_AND_INVITE}",
    ),
    Field(
        "role",
        {"type": "str", "choices": ["admin", "supervisor", "user"]},
        read=read_text,
        canonical=fold,
        same=same_if_known,
        fixed="The API cannot change a role: change it in Exotel's dashboard, or leave 'role' out here.",
        initial="user",
    ),
    Field(
        "device_contact_uri",
        {"type": "str"},
        clean=never_empty(
            clean_e164,
            "would remove the phone. The API cannot remove a phone: switch it off with 'available: false', "
            "or remove it in Exotel's dashboard.",
        ),
        canonical=digits_of,
        same=same_phone_value,
    ),
    Field(
        "device_name",
        {"type": "str"},
        clean=never_empty(trim, "is no name. Leave 'device_name' out to let Exotel name the phone."),
        canonical=plain_text,
        same=same_if_known,
        fixed="The API cannot rename a phone: rename it in Exotel's dashboard, or leave 'device_name' out here.",
    ),
    Field("available", {"type": "bool"}, same=same_phone_value),
    Field("devices", read=read_devices),
    Field("email_verified"),
    Field("date_created", read=read_text),
    Field("date_updated", read=read_text),
)
