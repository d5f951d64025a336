# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Keeping secrets out of every text that leaves the collection."""

from __future__ import annotations

import base64
import json
import re
import threading
from urllib.parse import quote, quote_plus

MASK = "********"


class Redactor:
    """Replaces known secrets in texts that come from a service or from a library.

    Ansible hides the values of ``no_log`` options by itself. It does not know what is derived from them:
    a token obtained with a password, an encoded header, a secret quoted back inside another encoding.
    """

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._lock = threading.Lock()

    def add(self, secret: str | None) -> None:
        """Hide this value from now on, also base64 and percent encoded, and escaped as in JSON and in Python."""
        if not secret or not secret.strip():
            # Blank counts as not given, and hiding it would leave no text readable.
            return
        base64_form = base64.b64encode(secret.encode("utf-8", "surrogatepass")).decode("ascii")
        with self._lock:
            self._forms |= {secret, base64_form} | _percent_forms(secret) | _escaped_forms(secret)

    def forms(self) -> list[str]:
        """Everything that is hidden, longest first, so that no part of a longer form stays behind."""
        with self._lock:
            return sorted(self._forms, key=lambda form: (-len(form), form))

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for form in self.forms():
            text = text.replace(form, MASK)
        return text


def _percent_forms(secret: str) -> set[str]:
    forms = {quote(secret, safe=safe, errors="surrogatepass") for safe in ("", "/")}
    forms.add(quote_plus(secret, errors="surrogatepass"))
    return forms | {re.sub("%..", lambda found: found.group().lower(), form) for form in forms}


def _escaped_forms(secret: str) -> set[str]:
    """As in JSON, with and without other scripts, also in a JSON text that is quoted in another, and as in Python."""
    forms = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    forms |= {json.dumps(form)[1:-1] for form in forms}
    return forms | {form.replace(char, f"\\{char}") for form in forms for char in "/'"}
