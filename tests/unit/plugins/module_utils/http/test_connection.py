# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection against real servers that behave as badly as servers do."""

from __future__ import annotations

import base64
import datetime
import email.utils
import json
import threading
import time
import typing as t
import warnings
from dataclasses import replace

import pytest
import requests
from ansible_collections.vox.roster.plugins.module_utils._http import connection as under_test
from ansible_collections.vox.roster.plugins.module_utils._http import errors, retry
from ansible_collections.vox.roster.plugins.module_utils._http.auth import HeaderAuth, basic
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Connection,
    Operation,
    failure_of,
    not_understood,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import Settings
from ansible_collections.vox.roster.plugins.module_utils._http.redact import MASK, Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, READ, WRITE
from ansible_collections.vox.roster.tests.unit.http_servers import (
    Authority,
    answer,
    free_port,
    proxy,
    raw,
    reset,
    serving,
    silence,
)

PASSWORD, KEY = "pa\"ss'w/ör d", "key-mark-4711"
OPERATIONS = {effect: Operation(f"{effect} user", "POST", "user", effect) for effect in (READ, WRITE, CREATE)}
GOOD = answer({"name": "Sara"})


def judge(got: Answer) -> t.Any:
    if got.ok and isinstance(got.data, dict):
        return got.data
    raise not_understood(got)


def connect(url: str, renew: t.Any = None, judged_by: t.Any = judge, **more: t.Any) -> Connection:
    settings = Settings("demo", url, 5.0, 0, True, None, None, False)
    redactor = Redactor()
    redactor.add(PASSWORD)
    redactor.add(KEY)
    credentials = HeaderAuth({"Authorization": basic("admin", PASSWORD), "X-APIKEY": KEY})
    return Connection(replace(settings, **more), credentials, judged_by, redactor, renew)


def fail(url: str, effect: str = CREATE, **more: t.Any) -> Failure:
    """The failure of an operation that must not succeed."""
    with pytest.raises(Failure) as caught:
        connect(url, **more).call(OPERATIONS[effect], body={})
    return caught.value


def fail_at(*script: t.Any, effect: str = CREATE, tls: t.Any = None, **more: t.Any) -> Failure:
    """The failure of an operation on a server with this script."""
    with serving(*script, tls=tls) as server:
        return fail(server.url, effect, **more)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)


# What is sent


def test_sends_credentials_json_query_form_and_files() -> None:
    with serving(GOOD) as server:
        talk = connect(server.url)
        assert talk.call(OPERATIONS[WRITE], body={"a": "é"}) == {"name": "Sara"}
        talk.call(Operation("read", "GET", "user"), path="user/7", query={"fields": "a b"})
        talk.call(OPERATIONS[WRITE], form={"grant": "x y"})
        talk.call(OPERATIONS[WRITE], files={"file": ("numbers.csv", "1\n2\n", "text/csv")})
        with_json, with_query, with_form, with_file = server.heard
    assert with_json.headers["authorization"] == basic("admin", PASSWORD)
    assert with_json.headers["x-apikey"] == KEY
    assert with_json.headers["user-agent"] == "vox.roster"
    assert json.loads(with_json.body) == {"a": "é"}
    assert (with_query.method, with_query.target, with_query.body) == ("GET", "/user/7?fields=a+b", b"")
    assert with_form.body == b"grant=x+y"
    assert b'filename="numbers.csv"' in with_file.body


def test_keeps_one_connection_for_many_requests() -> None:
    chunked = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", ends=False)
    with serving(GOOD, chunked, GOOD, answer("", 400), GOOD) as server:
        talk = connect(server.url)
        assert [talk.call(OPERATIONS[READ]) for _number in range(3)] == [{"name": "Sara"}, {}, {"name": "Sara"}]
        with pytest.raises(Failure):
            talk.call(OPERATIONS[READ])
        talk.call(OPERATIONS[READ])
        assert server.connections == 1


def test_netrc_adds_nothing(tmp_path: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(GOOD) as server:
        connect(server.url).call(OPERATIONS[READ])
        assert server.heard[0].headers["authorization"] == basic("admin", PASSWORD)


def test_check_mode_refuses_writes_before_anything_is_sent() -> None:
    with serving(GOOD) as server:
        talk = connect(server.url, read_only=True)
        for effect in (WRITE, CREATE):
            with pytest.raises(Failure, match="check mode") as caught:
                talk.call(OPERATIONS[effect])
            assert caught.value.kind == errors.INTERNAL
        assert talk.call(OPERATIONS[READ]) == {"name": "Sara"}
        assert len(server.heard) == 1


# What comes back


BODIES = {
    "empty": (answer(""), "empty body"),
    "no content": (answer("", 204), "empty body"),
    "cut": (answer('{"name": "Sa'), 'not understood: \'{"name": "Sa\''),
    "text": (answer("All is well", kind="text/plain"), "not understood: 'All is well'"),
    "bad unicode": (answer(b'{"name": "\xff\xfe"}'), "not understood"),
    "deeply nested": (answer("[" * 100000 + "]" * 100000), "not understood"),
    "huge number": (answer('{"name": ' + "9" * 6000), "not understood"),
    "binary": (answer(b"\x00\x01\x02" * 100), "not understood"),
    "login page": (answer("<!DOCTYPE html><p>Sign in", kind="text/html"), "a web page instead of"),
    "unlabelled page": (answer("  <HTML><p>Sign in", kind="application/json"), "a web page instead of"),
}


@pytest.mark.parametrize("script, message", BODIES.values(), ids=list(BODIES))
def test_bodies_that_are_no_answer(script: t.Any, message: str) -> None:
    failure = fail_at(script)
    assert failure.kind == errors.BROKEN
    assert message in failure.message
    assert len(str(failure)) < 500
    assert failure.acted is None, "nothing is known of what the service did"
    assert failure.hint == errors.HINTS[errors.BROKEN]
    assert failure.retryable is ("page" not in message), "a portal will not go away by asking again"


def test_wrong_content_type_is_no_matter_when_the_json_is_right() -> None:
    with serving(answer('\ufeff{"name": "Sara"}', kind="text/plain")) as server:
        assert connect(server.url).call(OPERATIONS[READ]) == {"name": "Sara"}


STATUSES = {
    400: (errors.INVALID, False, False),
    401: (errors.AUTHENTICATION, False, False),
    403: (errors.PERMISSION, False, False),
    404: (errors.NOT_FOUND, False, False),
    408: (errors.TIMEOUT, None, True),
    409: (errors.DUPLICATE, False, False),
    418: (errors.INVALID, False, False),
    429: (errors.RATE_LIMIT, False, True),
    500: (errors.SERVER, None, True),
    502: (errors.SERVER, None, True),
    503: (errors.SERVER, None, True),
    504: (errors.SERVER, None, True),
}


@pytest.mark.parametrize("status", STATUSES)
def test_statuses(status: int) -> None:
    failure = fail_at(answer("This is why.", status, "text/plain"))
    assert (failure.kind, failure.acted, failure.retryable) == STATUSES[status]
    assert str(failure).startswith(f"demo create user: This is why (HTTP {status}).")
    assert failure.as_result()["http_status"] == status


ENDS = {
    "reset": reset,
    "no answer": raw(b""),
    "no http": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "cut body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
    "cut chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}"),
    "no chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsurprise\r\n"),
    "two lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}"),
    "long header": raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70000 + b"\r\n\r\n{}"),
    "many headers": raw(b"HTTP/1.1 200 OK\r\n" + b"X-More: x\r\n" * 200 + b"\r\n{}"),
}


@pytest.mark.parametrize("script", ENDS.values(), ids=list(ENDS))
def test_connections_that_break(script: t.Any) -> None:
    failure = fail_at(script)
    assert (failure.kind, failure.acted, failure.retryable) == (errors.BROKEN, None, True)
    assert "broke before the whole answer had arrived" in failure.message


def test_nobody_listens() -> None:
    failure = fail(f"http://127.0.0.1:{free_port()}")
    assert (failure.kind, failure.acted, failure.retryable) == (errors.UNREACHABLE, False, True)
    assert failure.message.endswith(": Connection refused")


def test_unknown_host() -> None:
    failure = fail("http://nowhere.invalid")
    assert (failure.kind, failure.acted) == (errors.UNREACHABLE, False)
    assert failure.message.startswith("no connection to http://nowhere.invalid: ")
    assert "object at" not in failure.message


def test_no_connection_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_slow(*dummy: t.Any, **more: t.Any) -> t.Any:
        raise requests.exceptions.ConnectTimeout("timed out")

    monkeypatch.setattr(requests.Session, "request", too_slow)
    failure = fail("http://pbx.example.com")
    assert (failure.kind, failure.acted, failure.retryable) == (errors.UNREACHABLE, False, True)
    assert failure.message == "http://pbx.example.com did not accept a connection within 5 s"


def test_an_address_that_no_request_can_be_made_of() -> None:
    failure = fail(f"http://{'a' * 70}.example.com")
    assert failure.kind == errors.OPTION
    assert "cannot be built" in failure.message


def test_control_characters_do_not_reach_a_terminal() -> None:
    for judged_by in (judge, _judge_by_message):
        failure = fail_at(answer("no\x1b[2Jway\x9b", 400, "text/plain"), judged_by=judged_by)
        assert failure.message.isprintable()


def test_a_long_message_is_cut() -> None:
    assert len(fail_at(answer("x" * 100000, 400, "text/plain"), judged_by=_judge_by_message).message) == 1000


# Time and size


SLOW = {
    "silence": silence(2),
    "dripping body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", *[b" "] * 50, pause=0.05),
    "dripping chunks": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 50, pause=0.05),
    "stalled body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", pause=2),
    "dripping redirect": raw(
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 50\r\n\r\n", *[b" "] * 50, pause=0.05
    ),
}


@pytest.mark.parametrize("script", SLOW.values(), ids=list(SLOW))
def test_slow_answers_end_in_time(script: t.Any) -> None:
    started = time.monotonic()
    failure = fail_at(script, timeout=0.3)
    assert time.monotonic() - started < 1.5
    assert (failure.kind, failure.acted, failure.retryable) == (errors.TIMEOUT, None, True)
    assert failure.message.endswith("did not answer within 0.3 s")


def test_an_endless_answer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "LARGEST_ANSWER", 1024 * 1024)
    failure = fail_at(raw(b"HTTP/1.1 200 OK\r\n\r\n", *[b" " * 65536] * 100))
    assert (failure.kind, failure.acted, failure.retryable) == (errors.BROKEN, None, False)
    assert failure.message == "the answer is larger than 1 MiB"


# Redirects


PLACES = {
    "http://other.example.com:8080/a?token=x": "http://other.example.com:8080",
    "https://admin:secret@other.example.com/": "https://other.example.com",
    "//other.example.com/login": "//other.example.com",
    "/login?session=x": "another path on the same host",
    "http://[bad": "an address that is none",
    "": "another path on the same host",
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed_and_carry_no_credentials(status: int) -> None:
    with serving(GOOD) as elsewhere:
        failure = fail_at(answer("", status, Location=f"{elsewhere.url}/user"))
        assert elsewhere.heard == []
        assert (failure.kind, failure.retryable) == (errors.REDIRECT, False)
        assert failure.message == f"the server redirects to {elsewhere.url}"


@pytest.mark.parametrize("location", PLACES)
def test_redirects_tell_only_the_origin(location: str) -> None:
    failure = fail_at(answer("Moved", 302, "text/plain", Location=location))
    assert failure.message == f"the server redirects to {PLACES[location]}"


# Trying again


@pytest.mark.parametrize("trouble", [reset, answer("", 503), answer("", 429), answer("")])
@pytest.mark.parametrize("effect", [READ, WRITE])
def test_reads_and_writes_are_sent_again(effect: str, trouble: t.Any) -> None:
    with serving(trouble, trouble, GOOD) as server:
        assert connect(server.url, retries=2).call(OPERATIONS[effect]) == {"name": "Sara"}
        assert len(server.heard) == 3


@pytest.mark.parametrize(
    "trouble, requests_made",
    [(reset, 1), (answer("", 502), 1), (answer(""), 1), (answer("", 408), 1), (answer("", 429), 3)],
)
def test_a_creation_is_sent_again_only_when_nothing_was_done(trouble: t.Any, requests_made: int) -> None:
    with serving(trouble) as server:
        fail(server.url, CREATE, retries=2)
        assert len(server.heard) == requests_made


def test_a_creation_is_sent_again_when_it_never_arrived() -> None:
    tries = []

    def count(request: t.Any) -> t.Any:
        tries.append(request)
        return request

    talk = connect(f"http://127.0.0.1:{free_port()}", retries=2)
    talk._authentication = count  # the only thing that sees requests which nobody gets
    with pytest.raises(Failure):
        talk.call(OPERATIONS[CREATE])
    assert len(tries) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refusal_is_final(status: int) -> None:
    with serving(answer("", status)) as server:
        fail(server.url, READ, retries=3)
        assert len(server.heard) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept(form: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(under_test.time, "sleep", slept.append)
    value = "60" if form == "seconds" else email.utils.formatdate(time.time() + 60, usegmt=True)
    with serving(answer("", status, Retry_After=value), GOOD) as server:
        connect(server.url, retries=1).call(OPERATIONS[READ])
    assert len(slept) == 1
    assert 55 <= slept[0] <= 60


def test_a_retry_after_beyond_reason_is_not_waited_for() -> None:
    with serving(answer("", 429, Retry_After="100000")) as server:
        failure = fail(server.url, READ, retries=3)
        assert len(server.heard) == 1
    assert failure.retry_after == 100000


def test_one_worker_told_to_slow_down_slows_all_of_them_down() -> None:
    with serving(answer("", 429, Retry_After="1"), GOOD) as server:
        talk = connect(server.url, retries=1)
        first = threading.Thread(target=talk.call, args=(OPERATIONS[READ],))
        started = time.monotonic()
        first.start()
        while not talk._quiet_until:
            time.sleep(0.01)
        talk.call(OPERATIONS[READ])
        first.join()
        assert 0.9 < time.monotonic() - started < 4
        assert len(server.heard) == 3


def test_several_threads_share_one_connection_object() -> None:
    with serving(GOOD) as server:
        talk = connect(server.url)
        got: list[t.Any] = []
        threads = [
            threading.Thread(target=lambda: got.extend(talk.call(OPERATIONS[WRITE], body={}) for _number in range(10)))
            for _thread in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [{"name": "Sara"}] * 80
        assert server.connections == 8


# Credentials that end


@pytest.mark.parametrize("effect", [READ, WRITE, CREATE])
def test_credentials_are_renewed_once(effect: str) -> None:
    renewals: list[bool] = []
    with serving(answer("", 401), GOOD) as server:
        talk = connect(server.url, renew=lambda: renewals.append(True) or True)
        assert talk.call(OPERATIONS[effect]) == {"name": "Sara"}
        assert (len(server.heard), len(renewals)) == (2, 1)


def test_credentials_that_stay_wrong_are_not_renewed_for_ever() -> None:
    renewals: list[bool] = []
    failure = fail_at(answer("", 401), retries=3, renew=lambda: renewals.append(True) or True)
    assert failure.kind == errors.AUTHENTICATION
    assert len(renewals) == 1


def test_credentials_that_cannot_be_renewed() -> None:
    with serving(answer("", 401)) as server:
        assert fail(server.url, renew=lambda: False).hint == errors.HINTS[errors.AUTHENTICATION]
        assert len(server.heard) == 1


def test_trouble_in_getting_credentials_is_not_multiplied() -> None:
    """The connection that gets a token has its own attempts; a wrong password must not be tried twice."""
    with serving(answer("", 503)) as login, serving(GOOD) as service:
        log_in = connect(login.url, retries=2)

        def authenticate(request: t.Any) -> t.Any:
            log_in.call(Operation("get a token", "POST", "token"))
            return request

        talk = connect(service.url, retries=2)
        talk._authentication = authenticate
        with pytest.raises(Failure) as caught:
            talk.call(OPERATIONS[CREATE])
        assert caught.value.operation == "get a token"
        assert (len(login.heard), service.heard) == (3, [])


# Secrets


def test_no_form_of_a_secret_gets_out() -> None:
    forms = [
        PASSWORD,
        KEY,
        json.dumps(PASSWORD)[1:-1],
        "pa%22ss%27w%2F%C3%B6r%20d",
        "pa%22ss%27w%2F%C3%B6r+d",
        base64.b64encode(PASSWORD.encode("utf-8")).decode("ascii"),
    ]
    for form in forms:
        for judged_by in (judge, _judge_by_message):
            failure = fail_at(answer(f"You sent {form}!", 400, "text/plain"), judged_by=judged_by)
            assert failure.message == f"You sent {MASK}!"


def _judge_by_message(got: Answer) -> t.Any:
    raise failure_of(got, got.text, code=7)


def test_a_secret_is_hidden_before_a_long_text_is_cut() -> None:
    for before in range(180, 201):
        failure = fail_at(answer("x" * before + KEY, 400, "text/plain"))
        assert "key-mark" not in failure.message
        assert "key-" not in failure.message


def test_a_quoted_secret_is_hidden() -> None:
    failure = fail_at(answer(f'You sent "{PASSWORD}", didn\'t you', kind="text/plain"))
    assert MASK in failure.message
    assert "ss" not in failure.message.partition(": ")[2]


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
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(GOOD, tls=context) as server:
        failure = fail(server.url)
        assert server.heard == []
        assert (failure.kind, "self" in failure.message) == (errors.TLS, True)
        assert connect(server.url, verify=certificate).call(OPERATIONS[READ]) == {"name": "Sara"}


def _self_signed(directory: t.Any) -> tuple[str, str]:
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

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

    monkeypatch.setattr(requests.Session, "request", broken)
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
