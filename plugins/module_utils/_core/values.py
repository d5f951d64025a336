# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Readers, writers, cleaners and canonical forms that fields of several services share.

A reader takes what a service returned and, save for an id, never fails: what it cannot make sense of it returns as it
is, so that it differs from anything that can be wanted. A cleaner takes what a person typed and raises
ValueError, with a reason that completes the sentence "... is X, which ...".
"""

from __future__ import annotations

import json
import re
import typing as t
import unicodedata

from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure

_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015\u200e\u200f]+")
LONGEST_PHONE = 18  # an international number has 15 at the most; a prefix to dial out may stand before it

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read_text(value: t.Any) -> t.Any:
    """Text as text, numbers as their digits, null as not set; what is no single value as its JSON text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return json.dumps(value) if isinstance(value, (dict, list)) else value


def read_id(value: t.Any) -> t.Any:
    """The same for an id, with which a record is told from others; Failure when it is no single value."""
    if isinstance(value, (dict, list, bool)):
        raise Failure(BROKEN, "the service returned a record whose id is no text")
    return read_text(value)


def read_yes_no(value: t.Any) -> t.Any:
    """``yes`` and ``no``, in whatever spelling, as a boolean."""
    if isinstance(value, str):
        return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
            value.strip().lower(), value
        )
    if isinstance(value, int):
        return bool(value)
    return value


def write_yes_no(value: t.Any) -> t.Any:
    """A boolean as ``yes`` or ``no``."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def read_list(value: t.Any) -> t.Any:
    """A list; null and the empty string that some services send for an empty list are not set."""
    return value if isinstance(value, list) and value else None


def trim(value: str) -> str:
    """Text without white space around it."""
    return value.strip()


def fold(value: t.Any) -> t.Any:
    """Text for comparison where case does not count, in one Unicode form.

    No more than case: folding makes one of letters that are two, such as the long and the round s, and so of two keys.
    """
    if not isinstance(value, str):
        return value
    # Lower letters may join with a mark that capital ones stand beside.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).strip().lower())


def plain_text(value: t.Any) -> t.Any:
    """Text for comparison: one Unicode form, no white space around it."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def western_digits(value: str) -> str:
    """The text with the decimal digits of every script written as 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in value)


def clean_digits(value: str) -> str:
    """Digits only; empty clears."""
    value = western_digits(value.strip())
    if value and not (value.isascii() and value.isdigit()):
        raise ValueError("is not made of digits only. Write it like '1001', in quotes.")
    return value


def clean_email(value: str) -> str:
    """An e-mail address as it was typed; empty clears. Only what no server could accept is refused."""
    value = value.strip()
    if value and not _EMAIL.fullmatch(value):
        raise ValueError("is no e-mail address. Write it like name@example.com.")
    return value


def clean_phone(value: str) -> str:
    """A telephone number without separators, perhaps with a plus sign in front; empty clears."""
    if any(sign in value.strip() for sign in "\n\r\t,;"):
        raise ValueError("is more than one telephone number. Give each as an entry of its own.")
    value = _SEPARATORS.sub("", western_digits(value))
    if value and not re.fullmatch(r"\+?[0-9]+", value):
        raise ValueError("is no telephone number. Write digits, perhaps with a plus sign in front.")
    if len(value) > LONGEST_PHONE:
        raise ValueError(f"is no telephone number: it has more than {LONGEST_PHONE} digits.")
    return value


def clean_e164(value: str) -> str:
    """A telephone number with its country code, such as +919800000001; empty clears."""
    value = clean_phone(value)
    if value and not re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
        raise ValueError(
            "is no number in international form. Write a plus sign, the country code and the number, all in quotes: "
            "without them YAML drops the plus sign."
        )
    return value


def digits_of(value: t.Any) -> t.Any:
    """A telephone number for comparison: its digits and nothing else."""
    return re.sub(r"[^0-9]", "", western_digits(value)) if isinstance(value, str) else value
