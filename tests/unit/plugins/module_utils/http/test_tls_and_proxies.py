# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection through TLS and through proxies, with real certificates, servers and proxies."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import ssl
import typing as t
import warnings

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.vox.roster.plugins.module_utils._http import connection as under_test
from ansible_collections.vox.roster.plugins.module_utils._http import errors, retry
from ansible_collections.vox.roster.plugins.module_utils._http.redact import MASK
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, READ
from ansible_collections.vox.roster.tests.unit.http_servers import Authority, free_port, proxy, raw, reset, serving
from ansible_collections.vox.roster.tests.unit.talking import GOOD, OPERATIONS, connect, fail, fail_at


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)


# TLS


def test_tls_with_a_private_authority(authority: Authority) -> None:
    with serving(GOOD, tls=authority.server()) as server:
        assert connect(server.url, verify=authority.path).call(OPERATIONS[READ]) == {"name": "Sara"}


def test_tls_without_verification_is_quiet(authority: Authority) -> None:
    with serving(GOOD, tls=authority.server()) as server, warnings.catch_warnings():
        warnings.filterwarnings("error", "Unverified")
        talk = connect(server.url, verify=False)
        assert talk.call(OPERATIONS[READ]) == {"name": "Sara"}


LONG_AGO = datetime.datetime(2020, 1, 1)
BAD_CERTIFICATES: dict[str, tuple[dict[str, t.Any], str]] = {
    "expired": ({"not_after": LONG_AGO}, "certificate has expired"),
    "wrong address": ({"name": "127.0.0.2"}, "127.0.0.1"),
    "wrong name": ({"name": "pbx.example.com"}, "127.0.0.1"),
}


@pytest.mark.parametrize("certificate, message", BAD_CERTIFICATES.values(), ids=list(BAD_CERTIFICATES))
def test_tls_certificates_that_are_refused(authority: Authority, certificate: t.Any, message: str) -> None:
    with serving(GOOD, tls=authority.server(**certificate)) as server:
        failure = fail(server.url, verify=authority.path)
        assert server.heard == []
    assert (failure.kind, failure.acted, failure.retryable) == (errors.TLS, False, False)
    assert message in failure.message
    assert "_ssl.c" not in failure.message
    assert "'ca_path'" in failure.hint


def test_tls_unknown_authority_is_refused(authority: Authority) -> None:
    with serving(GOOD, tls=authority.server()) as server:
        failure = fail(server.url)
        assert server.heard == []
    assert failure.kind == errors.TLS
    assert "certificate verify failed" in failure.message


def test_tls_self_signed_certificate_is_refused_unless_trusted(tmp_path: t.Any) -> None:
    certificate, key = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(GOOD, tls=context) as server:
        failure = fail(server.url)
        assert server.heard == []
        assert (failure.kind, "self" in failure.message) == (errors.TLS, True)
        assert connect(server.url, verify=certificate).call(OPERATIONS[READ]) == {"name": "Sara"}


def _self_signed(directory: t.Any) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2100, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = directory / "self.pem", directory / "self.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(certificate_file), str(key_file)


def test_tls_client_certificate(authority: Authority) -> None:
    certificate, key = authority.client()
    with serving(GOOD, tls=authority.server(client_must_show=True)) as server:
        talk = connect(server.url, verify=authority.path, certificate=(certificate, key))
        assert talk.call(OPERATIONS[READ]) == {"name": "Sara"}
        assert fail(server.url, verify=authority.path).kind in (errors.TLS, errors.BROKEN)
        assert len(server.heard) == 1


@pytest.mark.parametrize("option", ["verify", "certificate"])
def test_tls_files_that_hold_no_certificate(authority: Authority, option: str, tmp_path: t.Any) -> None:
    junk = tmp_path / "junk"
    junk.write_text("nothing of use")
    with serving(GOOD, tls=authority.server()) as server:
        failure = fail(server.url, **{"verify": authority.path, option: str(junk)})
    assert failure.kind == errors.TLS
    assert "'client_cert'" in failure.hint


def test_tls_where_nobody_speaks_it() -> None:
    with serving(GOOD) as server:
        failure = fail(server.url.replace("http:", "https:"))
    assert (failure.kind, failure.acted) == (errors.TLS, False)
    assert "http://" in failure.hint


@pytest.mark.parametrize("script", [reset, raw(b"")])
def test_tls_connection_that_ends_without_a_word(authority: Authority, script: t.Any) -> None:
    """The request had been sent, so it may have had its effect."""
    with serving(script, tls=authority.server()) as server:
        failure = fail(server.url, verify=authority.path)
        assert len(server.heard) == 1
    assert (failure.kind, failure.acted) == (errors.BROKEN, None)


def test_tls_that_ends_while_sending_counts_as_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*dummy: t.Any, **more: t.Any) -> t.Any:
        raise requests.exceptions.SSLError("[SSL: UNEXPECTED_EOF] EOF occurred in violation of protocol (_ssl.c:2427)")

    monkeypatch.setattr(requests.Session, "send", broken)
    failure = fail("https://pbx.example.com")
    assert (failure.kind, failure.acted, failure.retryable) == (errors.BROKEN, None, True)


# Proxies


@pytest.mark.parametrize("with_tls", [False, True])
@pytest.mark.parametrize("credentials", [None, "clerk:p@ss w"])
@pytest.mark.parametrize("given_by", ["option", "environment"])
def test_proxy(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, with_tls: bool, credentials: t.Any, given_by: str
) -> None:
    tls = authority.server() if with_tls else None
    with serving(proxy(credentials)) as way, serving(GOOD, tls=tls) as server:
        address = way.url.replace("//", "//clerk:p%40ss%20w@") if credentials else way.url
        more = {"proxy": address} if given_by == "option" else {}
        if given_by == "environment":
            monkeypatch.setenv("HTTP_PROXY", address)
            monkeypatch.setenv("HTTPS_PROXY", address)
        talk = connect(server.url, verify=authority.path, **more)
        assert talk.call(OPERATIONS[CREATE], body={}) == {"name": "Sara"}
        assert len(way.heard) == len(server.heard) == 1
        assert "proxy-authorization" not in server.heard[0].headers
        if with_tls:
            assert "x-apikey" not in way.heard[0].headers, "the proxy sees the tunnel only"
        if credentials:
            pair = base64.b64encode(b"clerk:p@ss w").decode("ascii")
            assert talk.redactor.clean(f"clerk:p%40ss%20w p@ss w {pair}") == f"{MASK} {MASK} {MASK}"


@pytest.mark.parametrize("with_tls", [False, True])
def test_proxy_that_wants_credentials(authority: Authority, with_tls: bool) -> None:
    with serving(proxy("clerk:other")) as way:
        tls = authority.server() if with_tls else None
        failure = fail_at(GOOD, tls=tls, retries=3, proxy=way.url, verify=authority.path)
        assert len(way.heard) == 1, "asking again is no use"
    assert (failure.kind, failure.acted, failure.retryable) == (errors.UNREACHABLE, False, False)
    assert "407" in str(failure)
    assert failure.hint == under_test.PROXY_HINT


def test_no_proxy_for_this_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(GOOD) as server:
        assert connect(server.url).call(OPERATIONS[READ]) == {"name": "Sara"}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_where_nobody_listens(scheme: str) -> None:
    failure = fail(f"{scheme}://pbx.example.com", proxy=f"http://127.0.0.1:{free_port()}")
    assert (failure.kind, failure.acted, failure.retryable) == (errors.UNREACHABLE, False, True)
    assert failure.message.endswith("refused or failed: Connection refused")
    assert failure.hint == under_test.PROXY_HINT


def test_proxy_that_breaks_after_the_request_went_through() -> None:
    """Some versions of the library call this a failure of the proxy, but the creation has happened."""
    with serving(proxy(after_sending=reset)) as way, serving(GOOD) as server:
        failure = fail(server.url, CREATE, proxy=way.url, retries=2)
        assert len(server.heard) == 1
    assert (failure.acted, failure.retryable) == (None, True)


@pytest.mark.parametrize("address", ["http://[bad", "http://", "ftp://proxy.example.com"])
def test_proxy_address_that_is_none(address: str) -> None:
    failure = fail_at(GOOD, proxy=address)
    assert failure.kind == errors.OPTION
    assert "proxy" in failure.hint
