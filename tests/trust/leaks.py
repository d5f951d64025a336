# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that succeed and fail in every way that might let a secret out, and servers that try to make them."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import quote

from ansible_collections.vox.roster.tests.trust.tampering import tampering
from ansible_collections.vox.roster.tests.unit.http_servers import answer, free_port, proxy, serving

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.vox.roster.tests.trust.subjects import Subject
    from ansible_collections.vox.roster.tests.unit.http_servers import Handler

    Options = dict[str, t.Any]
    Task = dict[str, t.Any]

PROXY_PASSWORD = "Marker-proxy'\"/4711"
URL_PASSWORD = "Marker-in-the-url-1"
CUT_PASSWORD = "Marker-cut-off"  # by a slash that should have been written as %2F
NEW_SECRET = "Marker-new-s\u00e9cret'1\"/x"

_TOKEN = re.compile(r'"(?:access_token|refresh_token)"\s*:\s*"([^"]+)"')


@dataclass
class Places:
    """Addresses to send tasks to. tokens: what the sandbox gave out on the way through ``sandbox``."""

    sandbox: str
    echo: str
    redirect: str
    refusing_proxy: str
    proxy: str
    tokens: set[str] = field(default_factory=set)


@contextlib.contextmanager
def places(url: str) -> Iterator[Places]:
    """A way to the sandbox that notes tokens, a server that repeats what it is sent, and proxies."""
    tokens: set[str] = set()

    def noting(target: str, status: int, content: bytes) -> tuple[int, bytes]:
        tokens.update(_TOKEN.findall(content.decode("utf-8", "replace")))
        return status, content

    with (
        tampering(url, noting) as way,
        serving(_echo) as echo,
        serving(_redirect) as redirect,
        serving(proxy("clerk:other")) as refusing,
        serving(proxy(f"clerk:{PROXY_PASSWORD}")) as accepting,
    ):
        yield Places(way.url, echo.url, redirect.url, refusing.url, accepting.url, tokens)


def _heard(handler: Handler) -> str:
    """All that a request told, in many forms."""
    heard = handler.server.heard[-1]
    parts = [heard.body.decode("utf-8", "replace"), *heard.headers.values(), heard.target]
    for value in list(heard.headers.values()):
        kind, _blank, pair = value.partition(" ")
        if kind == "Basic":
            parts.append(base64.b64decode(pair).decode("utf-8"))
            parts.append(base64.b64decode(pair).decode("utf-8").partition(":")[2])
    if heard.body.startswith((b"{", b"[")):
        parts += _texts(json.loads(heard.body))
    return " | ".join([*parts, *map(quote, parts), *map(json.dumps, parts), *map(repr, parts)])


def _texts(data: t.Any) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in _texts(value)]
    return [str(data)]


def _echo(handler: Handler) -> None:
    """An answer in the envelope of every service at once, which is a failure and repeats the request."""
    said = _heard(handler)
    failure = {"code": said, "message": said, "description": said}
    body = {
        "success": -1,
        "message": said,
        "error": "invalid_grant",
        "error_description": said,
        "http_code": 400,
        "request_id": said,
        "response": {"code": 400, "status": "failure", "error_data": failure},
        "responseCode": "CLIENT_ERROR",
        "params": {"err": said, "errmsg": said, "resmsgid": said},
    }
    kinds = {
        "json": (body, 400, "application/json"),
        "text": (said, 500, "text/plain"),
        "cut": (said, 200, "text/html"),
    }
    content, status, kind = kinds[("json", "text", "cut")[len(handler.server.heard) % 3]]
    answer(content, status, kind, **{"X-Echo": "yes"})(handler)


def _redirect(handler: Handler) -> None:
    answer("", 302, Location=f"http://clerk:{quote(_heard(handler))[:500]}@elsewhere.example.com/")(handler)


def secret_options(subject: Subject) -> set[str]:
    """The names of all secret options of a subject's modules."""
    arguments = subject.resource.plural_arguments().arguments
    nested = arguments[subject.items]["options"]
    return {name for name, one in {**nested, **arguments}.items() if one.get("no_log")}


def secrets_in(options: Mapping[str, t.Any], names: set[str]) -> set[str]:
    """The values of secret options, in the items of a list, too; of an address only what it hides."""
    found: set[str] = set()
    for name, value in options.items():
        if isinstance(value, list):
            for item in value:
                found |= secrets_in(item, names) if isinstance(item, dict) else set()
        elif name in names and isinstance(value, str):
            found.add(PROXY_PASSWORD if name == "proxy" else value)
    return found


def ways_to_leak(subject: Subject, at: Places) -> list[tuple[str, Task, Options]]:
    """Tasks for one subject: a name, what stands beside the module in the task, and the options; plural with a list."""
    resource, names = subject.resource, secret_options(subject)
    right = {**subject.connection(at.sandbox), "retries": 0}
    echo, redirect = subject.connection(at.echo), subject.connection(at.redirect)
    own = {one.name for one in resource.fields if one.secret}
    person, changed, other = (subject.options(*place, {}) for place in ((0, 0), (0, 1), (1, 0)))
    renewed = {**changed, **dict.fromkeys(own & set(changed), NEW_SECRET)}
    wrong = {name: f"Marker-wrong {name}/+\u00e9" for name in names - own - {"proxy", "user_token"}}
    plain = {name: f"Marker-wrong-{name}" for name in names - own - {"proxy", "user_token"}}
    token = {"user_token": "Marker-token.of.nobody"} if "user_token" in names else {}
    through = f"http://clerk:{quote(PROXY_PASSWORD, safe='')}@"
    always = {"update_secret": "always"} if "update_secret" in resource.policies.arguments else {}
    nobody = f"http://127.0.0.1:{free_port()}"
    many = {subject.items: [person, {**other, **renewed, subject.key: subject.key_of(1)}]}
    senseless = {subject.items: [{**person, subject.key: "\u200b@@"}, other]}
    file = {"drift_file": f"{subject.module}.drift.json"}

    def one(**options: t.Any) -> Options:
        return {**right, **person, **options}

    def all_of(**options: t.Any) -> Options:
        return {**right, "requests_per_minute": 0, **many, **options}

    return [
        ("foreseen", {"check_mode": True}, one()),
        ("made", {}, one()),
        ("kept", {}, one()),
        ("changed", {}, one(**renewed, **always)),
        ("through a proxy", {}, one(proxy=through + at.proxy.partition("//")[2])),
        ("credentials that no header can hold", {}, one(**wrong)),
        ("wrong credentials", {}, one(**plain)),
        ("wrong token", {}, one(**token)),
        ("echoed", {}, one(**{**echo, "retries": 1})),
        ("echoed with others", {}, one(**{**echo, **plain, **renewed, **token})),
        ("redirected", {}, one(**redirect)),
        ("nobody there", {}, one(**{**subject.connection(nobody), "retries": 0})),
        ("proxy that is not there", {}, one(proxy=through + nobody.partition("//")[2])),
        ("proxy that wants others", {}, one(proxy=through + at.refusing_proxy.partition("//")[2])),
        ("proxy that is no address", {}, one(proxy=f"http://clerk:{CUT_PASSWORD}/1@127.0.0.1:1")),
        ("cut credentials in the address", {}, one(url=f"http://clerk:{CUT_PASSWORD}/1@127.0.0.1:1")),
        ("credentials in the address", {}, one(url=f"http://clerk:{URL_PASSWORD}@127.0.0.1/api")),
        ("option that is none", {}, one(colour="red")),
        ("secret where none belongs", {}, one(retries=sorted(secrets_in(right, names))[0])),
        ("senseless option", {}, one(timeout=-1)),
        ("senseless secret", {}, one(**dict.fromkeys(own, "*" * 9))),
        ("many foreseen", {"check_mode": True}, all_of()),
        ("many compared", {"check_mode": True}, all_of(**file)),
        ("many made", {}, all_of()),
        ("many changed", {}, all_of(**always)),
        ("many, one of them senseless", {}, all_of(**senseless)),
        ("many echoed", {}, all_of(**echo)),
        ("many echoed and compared", {"check_mode": True}, all_of(**echo, **file)),
        ("many purged", {}, all_of(**{subject.items: [other]}, purge=True, purge_limit=0)),
        ("many, option that is none", {}, all_of(colour="red")),
        ("many, secret where none belongs", {}, all_of(concurrency=sorted(secrets_in(right, names))[0])),
        ("made in the background", {"async": 60, "poll": 1}, one()),
        ("removed", {}, one(state="absent", **subject.removal)),
    ]
