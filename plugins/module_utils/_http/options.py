# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Options of a module as data that can be merged, and the options that every connection has."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Argument = t.Mapping[str, t.Any]


LONGEST_TIMEOUT = 24 * 60 * 60  # seconds; the operating system cannot wait for ever


@dataclass(frozen=True)
class ArgumentSpec:
    """Everything that ``AnsibleModule`` wants to know of options; two of these can be added.

    arguments: option name to Ansible's description of the option.
    The rest are Ansible's own rules of the same names.
    """

    arguments: Mapping[str, Argument] = field(default_factory=dict)
    mutually_exclusive: Sequence[Sequence[str]] = ()
    required_together: Sequence[Sequence[str]] = ()
    required_one_of: Sequence[Sequence[str]] = ()
    required_if: Sequence[Sequence[t.Any]] = ()

    def __add__(self, other: ArgumentSpec) -> ArgumentSpec:
        twice = set(self.arguments) & set(other.arguments)
        if twice:
            raise ValueError(f"options described twice: {', '.join(sorted(twice))}")
        return ArgumentSpec(
            {**self.arguments, **other.arguments},
            (*self.mutually_exclusive, *other.mutually_exclusive),
            (*self.required_together, *other.required_together),
            (*self.required_one_of, *other.required_one_of),
            (*self.required_if, *other.required_if),
        )

    def to_kwargs(self) -> dict[str, t.Any]:
        """The keyword arguments for ``AnsibleModule``."""
        return {
            "argument_spec": {name: dict(argument) for name, argument in self.arguments.items()},
            "mutually_exclusive": [list(names) for names in self.mutually_exclusive],
            "required_together": [list(names) for names in self.required_together],
            "required_one_of": [list(names) for names in self.required_one_of],
            "required_if": [list(rule) for rule in self.required_if],
        }


def from_environment(variable: str) -> str:
    """Ansible's fallback for an option, save that an empty variable counts as unset.

    AWX injects an empty string for every credential field that was left blank.
    """
    value = os.environ.get(variable, "")
    if not value.strip():
        raise AnsibleFallbackNotFound
    return value


def with_environment(variable: str, **argument: t.Any) -> dict[str, t.Any]:
    """The description of an option that may also come from an environment variable."""
    return {**argument, "fallback": (from_environment, [variable])}


def fill_blanks(arguments: Mapping[str, Argument], params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters, with an empty text counting as not given: the environment and the default stand in for it."""
    filled = dict(params)
    for name, argument in arguments.items():
        value = filled.get(name)
        if isinstance(value, str) and not value.strip():
            variables = argument["fallback"][1] if "fallback" in argument else ()
            texts = [os.environ.get(variable, "") for variable in variables]
            filled[name] = next((text for text in texts if text.strip()), argument.get("default"))
    return filled


def connection_arguments(prefix: str) -> ArgumentSpec:
    """The options that every service's connection has; ``prefix`` starts the environment variables."""

    def option(name: str, **argument: t.Any) -> dict[str, t.Any]:
        return with_environment(f"{prefix}_{name.upper()}", **argument)

    return ArgumentSpec(
        {
            "validate_certs": option("validate_certs", type="bool", default=True),
            "ca_path": option("ca_path", type="path"),
            "client_cert": option("client_cert", type="path"),
            "client_key": option("client_key", type="path"),
            "proxy": option("proxy", type="str", no_log=True),
            "timeout": option("timeout", type="float", default=30.0),
            "retries": option("retries", type="int", default=3),
        },
    )


class Settings(t.NamedTuple):
    """How to reach a service.

    url: base address without a slash at its end.
    timeout: seconds to wait for a connection, and again for a whole answer.
    retries: how often a request that may be repeated is repeated.
    verify: False, True, or the path of a CA bundle.
    read_only: refuse everything that would write (check mode).
    requests_per_minute: never send more than so many within a minute; 0 for any number.
    """

    service: str
    url: str
    timeout: float
    retries: int
    verify: bool | str
    certificate: str | tuple[str, str] | None
    proxy: str | None
    read_only: bool
    requests_per_minute: int = 0


def given(params: Mapping[str, t.Any], name: str) -> str | None:
    """A text option, with empty counting as not given."""
    return _text(params.get(name))


def outside(variable: str) -> str | None:
    """An environment variable, with empty counting as unset."""
    return _text(os.environ.get(variable))


def _text(value: t.Any) -> str | None:
    text = "" if value is None else str(value).strip("\r\n")
    return text if text.strip() else None


def required(params: Mapping[str, t.Any], name: str, variable: str) -> str:
    """A text option that must be there; Failure says how to give it, and that ``variable`` can stand in for it."""
    value = given(params, name)
    if value is None:
        raise Failure(
            OPTION,
            f"'{name}' is missing or empty",
            hint=f"Set the option '{name}' or the environment variable {variable}.",
        )
    return value


def settings(service: str, url: str, params: Mapping[str, t.Any], read_only: bool) -> Settings:
    """The settings of a connection from a module's parameters.

    Raises Failure when the address is no address, or a file named in the options is missing.
    """
    if not 0 < params["timeout"] <= LONGEST_TIMEOUT:
        hint = f"Give a number of seconds above 0 and at most {LONGEST_TIMEOUT}."
        raise Failure(OPTION, f"'timeout' is {params['timeout']}", hint=hint)
    if params["retries"] < 0:
        raise Failure(OPTION, f"'retries' is {params['retries']}", hint="Give 0 or more.")
    ca_path = _file(params, "ca_path")
    certificate = _file(params, "client_cert")
    key = _file(params, "client_key")
    if key and not certificate:
        raise Failure(OPTION, "'client_key' is given without 'client_cert'", hint="Give both, or only 'client_cert'.")
    return Settings(
        service=service,
        url=base_url(url),
        timeout=params["timeout"],
        retries=params["retries"],
        verify=(ca_path or True) if params["validate_certs"] else False,
        certificate=(certificate, key) if certificate and key else certificate,
        proxy=given(params, "proxy"),
        read_only=read_only,
        requests_per_minute=params.get("requests_per_minute") or 0,
    )


def base_url(url: str, name: str = "url") -> str:
    """An address without a slash at its end; Failure when it is none, or holds credentials or a query.

    name: the option that it comes from.
    """
    hint = "Give an address such as https://pbx.example.com."
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Failure(OPTION, f"'{name}' is no valid address", hint=hint) from None
    if "@" in url:
        raise Failure(OPTION, f"'{name}' holds credentials", hint="Give them in the options made for them.")
    if parts.scheme not in ("http", "https") or not host:
        raise Failure(OPTION, f"'{name}' is '{url}', which is no http or https address", hint=hint)
    if parts.query or parts.fragment:
        raise Failure(OPTION, f"'{name}' has a query or fragment", hint=hint)
    return url.rstrip("/")


def _file(params: Mapping[str, t.Any], name: str) -> str | None:
    path = given(params, name)
    if path is not None and not os.path.exists(path):
        raise Failure(OPTION, f"'{name}' is '{path}', which does not exist", hint="Give the path of an existing file.")
    return path
