# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Keeping secrets out of every text that leaves the collection."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import threading
import typing as t
from urllib.parse import quote, quote_plus, unquote

if t.TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "********"
INDEXED = 4  # characters by which secrets are looked up
SHORTEST_INSIDE = 8  # characters of a base64 text by which a secret is known inside a longer one
FEW = 100  # forms of secrets, of which each is quickly searched for

# The same in an address, in JSON and in Python.
_PLAIN = re.compile("[A-Za-z0-9._~-]*")


class Cleaned(t.NamedTuple):
    """A part of a result that holds no secret any more, save what the task asked for."""

    value: t.Any


class Redactor:
    """Replaces known secrets in texts that come from a service or from a library.

    Ansible hides the values of ``no_log`` options by itself. It does not know what is derived from them:
    a token obtained with a password, an encoded header, a secret quoted back inside another encoding.
    """

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._lengths: dict[str, list[int]] = {}  # of the forms that begin with these characters, longest first
        self._lock = threading.Lock()

    def add(self, secret: str | None) -> None:
        """Hide this value from now on, also base64 and percent encoded, and escaped as in JSON and in Python.

        In base64 it is also hidden as a part of something longer, such as a user's name with the password.
        """
        if not secret or not secret.strip():
            # Blank counts as not given, and hiding it would leave no text readable.
            return
        with self._lock:
            forms = {secret} | _base64_forms(secret) | _percent_forms(secret) | _escaped_forms(secret)
            for form in forms - self._forms:
                self._forms.add(form)
                lengths = self._lengths.setdefault(form[:INDEXED], [])
                if len(form) not in lengths:
                    lengths.append(len(form))
                    lengths.sort(reverse=True)

    def add_address(self, address: str | None) -> None:
        """Hide the user and password that an address may hold, in all forms in which they travel."""
        pair, at, _host = (address or "").rpartition("@")
        if at:
            pair = pair.rpartition("//")[2]
            # Where a slash in a password is not encoded, a library takes what stands before it for the host.
            cut = re.split("[/?#]", pair, maxsplit=1)[0]
            password = pair.partition(":")[2]
            for form in (address, pair, unquote(pair), password, unquote(password), cut, unquote(cut)):
                self.add(form)

    def forms(self) -> list[str]:
        """Everything that is hidden, longest first."""
        with self._lock:
            return sorted(self._forms, key=lambda form: (-len(form), form))

    def clean(self, text: str) -> str:
        """The text without secrets.

        Takes time in proportion to the text, however many secrets there are: a list of ten thousand people has
        ten thousand of them, and as many messages.
        """
        if not self._forms:
            return text
        with self._lock:
            # Most texts hold none, and there are many where all records of a service are read.
            if len(self._forms) <= FEW and not any(form in text for form in self._forms):
                return text
            cleaned: list[str] = []
            position = 0
            while position < len(text):
                found = self._found_at(text, position)
                cleaned.append(MASK if found else text[position])
                position += len(found) or 1
        return "".join(cleaned)

    def clean_all(self, value: t.Any) -> t.Any:
        """The same for every text in a result. Keys of dictionaries, names of fields and labels, stay as they are."""
        if isinstance(value, Cleaned):
            return value.value
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {key: self.clean_all(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean_all(one) for one in value]
        if isinstance(value, int) and not isinstance(value, bool) and str(value) in self._forms:
            return MASK
        return value

    def _found_at(self, text: str, position: int) -> str:
        """The longest secret that begins at this place of the text, or nothing."""
        for start in range(INDEXED, 0, -1):
            for length in self._lengths.get(text[position : position + start], ()):
                if text[position : position + length] in self._forms:
                    return text[position : position + length]
        return ""


def _base64_forms(secret: str) -> set[str]:
    """What base64 makes of the secret, alone or inside a longer text, also for addresses and in one."""
    contents = {secret.encode("utf-8", "surrogatepass")}
    with contextlib.suppress(UnicodeEncodeError):
        # The encoding that the library takes for the credentials of a proxy.
        contents.add(secret.encode("latin-1"))
    forms = {form for content in contents for form in _inside_base64(content)}
    forms |= {form.replace("+", "-").replace("/", "_") for form in forms}
    return forms.union(*map(_percent_forms, forms))


def _inside_base64(content: bytes) -> Iterator[str]:
    yield base64.b64encode(content).decode("ascii")
    for before in range(3):
        # Characters that also hold bits of what stands before or after are left out.
        whole = base64.b64encode(b"\0" * before + content).decode("ascii").rstrip("=")
        inside = whole[(0, 2, 3)[before] : len(whole) if (before + len(content)) % 3 == 0 else -1]
        if len(inside) >= SHORTEST_INSIDE:
            yield inside


def _percent_forms(secret: str) -> set[str]:
    if _PLAIN.fullmatch(secret):
        return {secret}
    forms = {quote(secret, safe=safe, errors="surrogatepass") for safe in ("", "/")}
    forms.add(quote_plus(secret, errors="surrogatepass"))
    return forms | {re.sub("%..", lambda found: found.group().lower(), form) for form in forms}


def _escaped_forms(secret: str) -> set[str]:
    """As in JSON, with and without other scripts, also in a JSON text that is quoted in another, and as in Python."""
    if _PLAIN.fullmatch(secret):
        return {secret}
    forms = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    forms |= {json.dumps(form)[1:-1] for form in forms}
    return forms | {form.replace(char, f"\\{char}") for form in forms for char in "/'"}
