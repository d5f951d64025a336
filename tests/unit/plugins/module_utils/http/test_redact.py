# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The redactor."""

from __future__ import annotations

import base64
import json
import re
import time
import typing as t
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._http.redact import FEW, MASK, Cleaned, Redactor

FORMS: dict[str, t.Callable[[str], str]] = {
    "plain": str,
    "percent": lambda secret: quote(secret, safe="", errors="surrogatepass"),
    "form": lambda secret: quote_plus(secret, errors="surrogatepass"),
    "percent, lower case": lambda secret: re.sub("%..", lambda found: found.group().lower(), FORMS["percent"](secret)),
    "path": lambda secret: quote(secret, errors="surrogatepass"),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json of other scripts": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "json within json": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
    "json of php": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "base64": lambda secret: base64.b64encode(secret.encode("utf-8", "surrogatepass")).decode("ascii"),
}


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("after", ["", "x", "yz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode], ids=["base64", "for addresses"])
@pytest.mark.parametrize("transport", [str, quote, quote_plus], ids=["plain", "percent", "form"])
def test_a_secret_inside_a_base64_text_is_hidden(before: str, after: str, encode: t.Any, transport: t.Any) -> None:
    secret = "a secret~~>?of many characters"
    redactor = Redactor()
    redactor.add(secret)
    encoded = transport(encode((before + secret + after).encode()).decode())
    left = redactor.clean(encoded).replace(MASK, "")
    assert len(left) <= len(before + after) * 2 + 12
    assert left != encoded


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_nothing_is_no_secret(nothing: str | None) -> None:
    redactor = Redactor()
    redactor.add(nothing)
    assert redactor.forms() == []
    assert redactor.clean("as  it was") == "as  it was"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", ["s3cret", "a b/c+d\"e\\f'g&h%i", "گذرواژه", "line\nbreak", "odd\ud800end"])
def test_every_form_is_hidden(secret: str, form: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert redactor.clean(f"({FORMS[form](secret)})") == f"({MASK})"


def test_a_quoted_text_shows_no_secret() -> None:
    redactor = Redactor()
    redactor.add("it's")
    assert redactor.clean(repr('"it\'s"')) == f"'\"{MASK}\"'"


def test_the_longest_form_goes_first() -> None:
    redactor = Redactor()
    redactor.add("abc")
    redactor.add("abcdef")
    assert redactor.clean("abcdef abc") == f"{MASK} {MASK}"
    lengths = [len(form) for form in redactor.forms()]
    assert lengths == sorted(lengths, reverse=True)


# A secret made of the mask's own characters cannot be told from the mask.
SECRET = some.text(some.characters(exclude_characters="*"), min_size=1, max_size=12).filter(str.strip)
SECRETS = some.lists(SECRET, min_size=1, max_size=4)


@given(SECRETS, some.lists(some.text(max_size=8), min_size=5, max_size=5), some.sampled_from(sorted(FORMS)))
@settings(max_examples=100, deadline=None, database=None)
def test_no_secret_stays(secrets: list[str], around: list[str], form: str) -> None:
    redactor = Redactor()
    for secret in secrets:
        redactor.add(secret)
    text = "".join(around[number] + FORMS[form](secret) for number, secret in enumerate(secrets)) + around[-1]
    cleaned = redactor.clean(text)
    for secret in secrets:
        assert secret not in cleaned
    assert redactor.clean(cleaned) == cleaned


def test_a_whole_result_keeps_its_shape() -> None:
    redactor = Redactor()
    for secret in ("msg", "changed", "7", "true"):
        redactor.add(secret)
    result = {"msg": "msg of 7", "changed": True, "count": 7, "ratio": 0.5, "more": [{"changed": ["unchanged", None]}]}
    assert redactor.clean_all(result) == {
        "msg": f"{MASK} of {MASK}",
        "changed": True,
        "count": MASK,
        "ratio": 0.5,
        "more": [{"changed": [f"un{MASK}", None]}],
    }


def test_ten_thousand_secrets_are_hidden_in_one_pass() -> None:
    redactor = Redactor()
    for number in range(10000):
        redactor.add(f"Marker-{number}-end")
    text = " ".join(f"item {number} has Marker-{number}-end" for number in range(0, 10000, 10))
    started = time.monotonic()
    cleaned = redactor.clean(text)
    assert "Marker" not in cleaned
    assert cleaned.count(MASK) == 1000
    assert time.monotonic() - started < 5, "one replacement after the other takes minutes"


def test_what_has_been_cleaned_stays_as_it_is() -> None:
    redactor = Redactor()
    redactor.add("abc")
    assert redactor.clean_all({"asked for": Cleaned(["abc"]), "count": Cleaned(3), "else": "abc"}) == {
        "asked for": ["abc"],
        "count": 3,
        "else": MASK,
    }


@pytest.mark.parametrize("others", [1, FEW * 2])
def test_few_secrets_and_many_are_found_alike(others: int) -> None:
    redactor = Redactor()
    for number in range(others):
        redactor.add(f"Marker-{number}-end")
    assert redactor.clean("It is Marker-0-end.") == f"It is {MASK}."
    assert redactor.clean("It is Marker-0-en.") == "It is Marker-0-en."


def test_a_password_that_is_cut_by_a_slash_is_hidden() -> None:
    redactor = Redactor()
    redactor.add_address("http://clerk:pass%C3%B6/word@proxy.example.com:3128")
    assert redactor.clean("'clerk:pass%C3%B6' is not a valid host or port") == f"'{MASK}' is not a valid host or port"
    assert redactor.clean("clerk:pass\u00f6 / proxy.example.com") == f"{MASK} / proxy.example.com"


def test_the_encoding_of_proxies_is_hidden() -> None:
    redactor = Redactor()
    redactor.add_address("http://clerk:p%F6ssw%F6rd@proxy.example.com")
    redactor.add("clerk:p\u00f6ssw\u00f6rd")
    assert redactor.clean(base64.b64encode("clerk:p\u00f6ssw\u00f6rd".encode("latin-1")).decode()) == MASK
