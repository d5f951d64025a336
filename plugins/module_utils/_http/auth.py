# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Authentication as small callables of the kind that ``requests`` calls with each request."""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest


class HeaderAuth:
    """Sends fixed headers. ``requests`` sends nothing from ``.netrc`` when this is in force."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self._headers)
        return request


def basic(user: str, password: str) -> str:
    """The value of an ``Authorization`` header for HTTP Basic authentication in UTF-8 (RFC 7617)."""
    pair = base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogatepass")).decode("ascii")
    return f"Basic {pair}"


def header_value(option: str, value: str) -> str:
    """A credential as it may stand in a header, without blanks around it.

    Raises Failure, without the value, when it holds characters that a header cannot carry.
    """
    value = value.strip()
    if not value.isascii() or not value.isprintable():
        raise Failure(
            OPTION,
            f"the value of '{option}' holds characters that cannot be sent in an HTTP header",
            hint=f"Copy '{option}' again; a line break or a typographic character may have come along.",
        )
    return value
