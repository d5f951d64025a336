# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication headers."""

from __future__ import annotations

import base64

import pytest
import requests

from ansible_collections.vox.roster.plugins.module_utils._http.auth import HeaderAuth, basic, header_value
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure


def test_headers_are_added_to_a_request() -> None:
    headers = {"X-APIKEY": "one"}
    authentication = HeaderAuth(headers)
    headers["X-APIKEY"] = "changed later"
    request = requests.Request("GET", "http://pbx.example.com", auth=authentication, headers={"A": "b"}).prepare()
    assert (request.headers["X-APIKEY"], request.headers["A"]) == ("one", "b")


@pytest.mark.parametrize("user, password", [("admin", "secret"), ("مدیر", "گذر:واژه"), ("a", ""), ("a", "odd\ud800")])
def test_basic(user: str, password: str) -> None:
    kind, pair = basic(user, password).split(" ")
    assert kind == "Basic"
    assert base64.b64decode(pair) == f"{user}:{password}".encode("utf-8", "surrogatepass")


def test_a_value_for_a_header() -> None:
    assert header_value("api_key", "abc DEF-123") == "abc DEF-123"


@pytest.mark.parametrize(
    "value",
    [
        "two\nlines",
        "two\r\nX-Evil: yes",
        "\N{LEFT DOUBLE QUOTATION MARK}quoted\N{RIGHT DOUBLE QUOTATION MARK}",
        "کلید",
        "tab\tinside",
        "zero\x00",
    ],
)
def test_a_value_that_no_header_can_carry(value: str) -> None:
    with pytest.raises(Failure) as caught:
        header_value("api_key", value)
    assert caught.value.kind == OPTION
    assert "'api_key'" in str(caught.value)
    assert value not in str(caught.value)
