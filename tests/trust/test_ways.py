# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, redirects and proxies as a whole module meets them: with real certificates and servers, for every service."""

from __future__ import annotations

import datetime
import ssl
import typing as t
from urllib.parse import quote

import pytest
import trustme

from ansible_collections.vox.roster.tests.trust.leaks import secret_options, secrets_in
from ansible_collections.vox.roster.tests.trust.markers import found_in
from ansible_collections.vox.roster.tests.trust.subjects import (
    AGENTS,
    EXTENSIONS,
    GROUPS,
    PUPILS,
    PUPILS_FROM_OUTSIDE,
    Subject,
)
from ansible_collections.vox.roster.tests.trust.tampering import tampering
from ansible_collections.vox.roster.tests.unit.http_servers import Authority, answer, proxy, serving

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "TLS, redirects and proxies"
SUBJECTS = (EXTENSIONS, GROUPS, AGENTS, PUPILS, PUPILS_FROM_OUTSIDE)
LONG_AGO = datetime.datetime(2020, 1, 1)
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

pytestmark = pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
of_every_service = pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.title for subject in SUBJECTS])


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(trustme.CA(), tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(trustme.CA(), tmp_path_factory.mktemp("stranger"))


def attempt(subject: Subject, url: str, many: bool, **options: t.Any) -> t.Any:
    """A task that creates a record."""
    person = subject.options(0, 0, {})
    if many:
        return subject.run_many(url, [person], **{"retries": 0, **options})
    return subject.run_one(url, **{**person, "retries": 0, **options})


def self_signed(authority: Authority) -> ssl.SSLContext:
    """A certificate that vouches for itself: that of an authority, used by a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    directory = authority.directory
    authority.ca.cert_pem.write_to_path(str(directory / "self.pem"))
    authority.ca.private_key_pem.write_to_path(str(directory / "self.key"))
    context.load_cert_chain(str(directory / "self.pem"), str(directory / "self.key"))
    return context


# What a server shows, and whether the private authority is given in ca_path.
REFUSED: dict[str, tuple[Callable[[Authority, Authority], ssl.SSLContext], bool]] = {
    "of a private authority, without ca_path": (lambda ours, theirs: ours.server(), False),
    "of another authority": (lambda ours, theirs: theirs.server(), True),
    "expired": (lambda ours, theirs: ours.server(not_after=LONG_AGO), True),
    "of another address": (lambda ours, theirs: ours.server("127.0.0.2"), True),
    "of another host": (lambda ours, theirs: ours.server("pbx.example.com"), True),
    "self-signed": (lambda ours, theirs: self_signed(theirs), False),
}


@of_every_service
@pytest.mark.parametrize("kind", REFUSED)
def test_certificates_that_are_refused(
    subject: Subject, many: bool, kind: str, authority: Authority, stranger: Authority, tally: Tally
) -> None:
    make, trusted = REFUSED[kind]
    with serving(answer({}), tls=make(authority, stranger)) as server, tally(AREA, f"certificate {kind}: refused"):
        result = attempt(subject, server.url, many, **({"ca_path": authority.path} if trusted else {}))
        assert result["failed"] and not result["changed"]
        assert result["failure"]["code"] == "tls", result["msg"]
        assert "'ca_path'" in result["failure"]["hint"]
        assert server.heard == [], "nothing was sent, least of all credentials"


@of_every_service
@pytest.mark.parametrize("how", ["ca_path", "the environment", "validate_certs: false"])
def test_certificates_that_are_accepted(
    subject: Subject, many: bool, how: str, authority: Authority, sandbox: Sandbox, tally: Tally, monkeypatch: t.Any
) -> None:
    options: dict[str, t.Any] = {"ca_path": authority.path}
    if how == "the environment":
        options = {}
        prefix = "SIMOTEL" if subject.service == "autodialer" else subject.service.upper()
        monkeypatch.setattr("ansible_collections.vox.roster.tests.unit.module_runner.CREDENTIAL_PREFIXES", ())
        monkeypatch.setenv(f"{prefix}_CA_PATH", authority.path)
    elif how == "validate_certs: false":
        options = {"validate_certs": False}
    with tampering(sandbox.url, _as_it_is, authority.server()) as server, tally(AREA, f"accepted with {how}"):
        assert server.url.startswith("https:")
        result = attempt(subject, server.url, many, **options)
        assert not result["failed"], result["msg"]
        assert result["changed"]
        assert server.heard


def _as_it_is(target: str, status: int, content: bytes) -> tuple[int, bytes]:
    return status, content


@of_every_service
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(subject: Subject, many: bool, status: int, tally: Tally) -> None:
    with serving(answer({})) as elsewhere, tally(AREA, f"redirect {status}: not followed"):
        with serving(answer("", status, Location=f"{elsewhere.url}/api?token=x")) as server:
            result = attempt(subject, server.url, many, retries=2)
            assert result["failed"] and not result["changed"]
            # The first request of a task is one that reads or gets a token.
            assert len(server.heard) == 1
        assert elsewhere.heard == []
        assert elsewhere.url in result["msg"]
        assert "token=x" not in result["output"]


@of_every_service
@pytest.mark.parametrize("with_tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("credentials", [None, "clerk:Marker p@ss/1"], ids=["open", "with credentials"])
@pytest.mark.parametrize("given_by", ["option", "environment"])
def test_proxies(
    subject: Subject,
    many: bool,
    with_tls: bool,
    credentials: str | None,
    given_by: str,
    authority: Authority,
    sandbox: Sandbox,
    tally: Tally,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = f"{'https' if with_tls else 'http'} through a proxy {'with credentials' if credentials else 'that is open'}"
    tls = authority.server() if with_tls else None
    with (
        serving(proxy(credentials)) as way,
        tampering(sandbox.url, _as_it_is, tls) as server,
        tally(AREA, case),
    ):
        pair = ":".join(quote(part, safe="") for part in credentials.split(":")) + "@" if credentials else ""
        address = way.url.replace("//", f"//{pair}")
        options: dict[str, t.Any] = {"ca_path": authority.path} if with_tls else {}
        if given_by == "option":
            options["proxy"] = address
        else:
            for name in ("HTTP_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, address)
        result = attempt(subject, server.url, many, **options)
        assert not result["failed"], result["msg"]
        assert result["changed"]
        assert way.heard and server.heard
        assert all("proxy-authorization" not in heard.headers for heard in server.heard)
        assert found_in(result["output"].encode(), ["Marker p@ss/1"]) == []
        if with_tls:
            secrets = secrets_in(subject.connection(server.url), secret_options(subject))
            seen = " ".join(f"{heard.target} {heard.headers} {heard.body!r}" for heard in way.heard)
            assert found_in(seen.encode(), secrets) == [], "the proxy sees the tunnel only"


@of_every_service
@pytest.mark.parametrize("with_tls", [False, True], ids=["http", "https"])
def test_a_proxy_that_wants_credentials(
    subject: Subject, many: bool, with_tls: bool, authority: Authority, tally: Tally
) -> None:
    tls = authority.server() if with_tls else None
    more = {"ca_path": authority.path} if with_tls else {}
    with (
        serving(proxy("clerk:other")) as way,
        serving(answer({}), tls=tls) as server,
        tally(AREA, "a proxy that refuses the credentials"),
    ):
        result = attempt(subject, server.url, many, retries=2, proxy=way.url, **more)
        assert result["failed"] and "407" in result["msg"]
        assert (len(way.heard), server.heard) == (1, [])
