# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options, the environment, and what becomes of them."""

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

from ansible_collections.vox.roster.plugins.module_utils._http import options
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import (
    ArgumentSpec,
    base_url,
    connection_arguments,
    fill_blanks,
    from_environment,
    given,
    outside,
    required,
    with_environment,
)

ARGUMENTS = connection_arguments("DEMO").arguments
DEFAULTS: dict[str, t.Any] = {name: argument.get("default") for name, argument in ARGUMENTS.items()}


def settings(url: str = "https://pbx.example.com/", **params: t.Any) -> options.Settings:
    return options.settings("demo", url, fill_blanks(ARGUMENTS, {**DEFAULTS, **params}), read_only=True)


def test_specs_can_be_added() -> None:
    one = ArgumentSpec({"a": {"type": "str"}}, required_one_of=[("a", "b")], required_if=[("a", "x", ["b"])])
    two = ArgumentSpec({"b": {"type": "int"}}, mutually_exclusive=[("a", "b")], required_together=[("a", "b")])
    assert (one + two).to_kwargs() == {
        "argument_spec": {"a": {"type": "str"}, "b": {"type": "int"}},
        "mutually_exclusive": [["a", "b"]],
        "required_together": [["a", "b"]],
        "required_one_of": [["a", "b"]],
        "required_if": [["a", "x", ["b"]]],
    }
    with pytest.raises(ValueError, match="described twice: a"):
        one + one  # pylint: disable=pointless-statement


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_KEY", "value")
    assert from_environment("DEMO_KEY") == "value"
    assert with_environment("DEMO_KEY", type="str") == {"type": "str", "fallback": (from_environment, ["DEMO_KEY"])}


@pytest.mark.parametrize("value", [None, "", "  ", "\n"])
def test_empty_environment_counts_as_unset(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("DEMO_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("DEMO_KEY", value)
    with pytest.raises(AnsibleFallbackNotFound):
        from_environment("DEMO_KEY")
    assert outside("DEMO_KEY") is None
    assert given({"key": value}, "key") is None
    with pytest.raises(Failure) as caught:
        required({"key": value}, "key", "DEMO_KEY")
    assert str(caught.value) == (
        "'key' is missing or empty. Set the option 'key' or the environment variable DEMO_KEY."
    )


def test_texts_lose_the_ends_of_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_KEY", " from outside \n")
    assert outside("DEMO_KEY") == " from outside "
    assert given({"key": " mine \n"}, "key") == " mine "
    assert given({}, "key") is None
    assert required({"key": "mine"}, "key", "DEMO_KEY") == "mine"


def test_blanks_are_filled_from_the_environment_and_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PROXY", "http://proxy")
    monkeypatch.setenv("DEMO_CA_PATH", " ")
    arguments = {**connection_arguments("DEMO").arguments, "path": {"type": "str", "default": "api"}}
    params = {"proxy": "", "ca_path": " ", "path": "", "timeout": 5.0, "name": ""}
    assert fill_blanks(arguments, params) == {
        "proxy": "http://proxy",
        "ca_path": None,
        "path": "api",
        "timeout": 5.0,
        "name": "",
    }


def test_every_option_has_its_environment_variable() -> None:
    for name, argument in connection_arguments("DEMO").arguments.items():
        assert argument["fallback"] == (from_environment, [f"DEMO_{name.upper()}"])


def test_settings() -> None:
    assert settings() == options.Settings("demo", "https://pbx.example.com", 30.0, 3, True, None, None, True)


def test_settings_of_tls(tmp_path: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = tmp_path / "a.pem", tmp_path / "a.key"
    certificate.write_text("")
    key.write_text("")
    assert settings(ca_path=str(certificate)).verify == str(certificate)
    assert settings(ca_path=str(certificate), validate_certs=False).verify is False
    assert settings(client_cert=str(certificate)).certificate == str(certificate)
    both = settings(client_cert=str(certificate), client_key=str(key)).certificate
    assert both == (str(certificate), str(key))
    monkeypatch.setenv("DEMO_CA_PATH", str(tmp_path))
    assert settings(ca_path="").verify == str(tmp_path)


def test_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(proxy="http://proxy.example.com:3128").proxy == "http://proxy.example.com:3128"
    monkeypatch.setenv("DEMO_PROXY", "http://other.example.com")
    assert settings(proxy="").proxy == "http://other.example.com"


BAD: list[tuple[dict[str, t.Any], str]] = [
    ({"timeout": 0.0}, "'timeout' is 0.0. Give a number"),
    ({"timeout": -1.0}, "'timeout' is -1.0"),
    ({"timeout": float("nan")}, "'timeout' is nan"),
    ({"timeout": float("inf")}, "'timeout' is inf"),
    ({"timeout": 1e300}, "at most 86400"),
    ({"retries": -1}, "'retries' is -1"),
    ({"ca_path": "/nowhere/ca.pem"}, "'ca_path' is '/nowhere/ca.pem', which does not exist"),
    ({"client_cert": "/nowhere/a.pem"}, "'client_cert' is"),
    ({"client_key": "/nowhere/a.key"}, "'client_key' is"),
]


@pytest.mark.parametrize("params, message", BAD, ids=[message for dummy, message in BAD])
def test_settings_that_make_no_sense(params: dict[str, t.Any], message: str) -> None:
    with pytest.raises(Failure) as caught:
        settings(**params)
    assert caught.value.kind == OPTION
    assert message in str(caught.value)


def test_a_key_without_its_certificate(tmp_path: t.Any) -> None:
    key = tmp_path / "a.key"
    key.write_text("")
    with pytest.raises(Failure, match="'client_key' is given without 'client_cert'"):
        settings(client_key=str(key))


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://pbx.example.com", "https://pbx.example.com"),
        ("http://10.0.0.1:8080/simotel//", "http://10.0.0.1:8080/simotel"),
        ("http://[::1]:80/", "http://[::1]:80"),
    ],
)
def test_addresses(url: str, expected: str) -> None:
    assert base_url(url) == expected


@pytest.mark.parametrize(
    "url, message",
    [
        ("pbx.example.com", "'url' is 'pbx.example.com', which is no http or https address"),
        ("ftp://pbx.example.com", "no http or https address"),
        ("https://", "no http or https address"),
        ("https://:80", "no http or https address"),
        ("https://pbx.example.com:99999", "'url' is no valid address"),
        ("https://pbx.example.com:port", "'url' is no valid address"),
        ("https://[bad", "'url' is no valid address"),
        ("https://admin:mark-4711@pbx.example.com", "'url' holds credentials"),
        ("admin:mark-4711@pbx.example.com", "'url' holds credentials"),
        ("https://pbx.example.com?key=mark-4711", "'url' has a query or fragment"),
        ("https://pbx.example.com#mark-4711", "'url' has a query or fragment"),
    ],
)
def test_addresses_that_are_none(url: str, message: str) -> None:
    with pytest.raises(Failure) as caught:
        base_url(url)
    assert caught.value.kind == OPTION
    assert message in str(caught.value)
    assert "mark-4711" not in str(caught.value)


def test_the_option_that_an_address_comes_from_is_named() -> None:
    with pytest.raises(Failure, match="'keycloak_url' is no valid"):
        base_url("https://[bad", "keycloak_url")
