# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection against real servers that behave as badly as servers do."""

from __future__ import annotations

import base64
import email.utils
import json
import threading
import time
import typing as t
from functools import partial

import pytest
import requests

from ansible_collections.vox.roster.plugins.module_utils._http import bounded, errors, retry
from ansible_collections.vox.roster.plugins.module_utils._http.auth import basic
from ansible_collections.vox.roster.plugins.module_utils._http.connection import (
    Answer,
    Operation,
    failure_of,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.redact import MASK
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, READ, WRITE
from ansible_collections.vox.roster.tests.unit.http_servers import (
    answer,
    free_port,
    raw,
    reset,
    serving,
    silence,
)
from ansible_collections.vox.roster.tests.unit.talking import (
    GOOD,
    KEY,
    OPERATIONS,
    PASSWORD,
    connect,
    fail,
    fail_at,
    judge,
)


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
    "cut": (answer('{"name": "Sa'), "cut off"),
    "the end of what was cut": (answer('ra", "secret": 7}'), "cut off"),
    "the middle of what was cut": (answer('ra", "secret": "x'), "cut off"),
    "text": (answer("All is well", kind="text/plain"), "not understood: 'All is well'"),
    "bad unicode": (answer(b'{"name": "\xff\xfe"}'), "cut off"),
    "deeply nested": (answer("[" * 100000 + "]" * 100000), "cut off"),
    "huge number": (answer('{"name": ' + "9" * 6000), "cut off"),
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

    monkeypatch.setattr(requests.Session, "send", too_slow)
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
    "dripping head": raw(b"HTTP/1.1 200 OK\r\n", *[b"X", b":", b" ", b"x", b"\r\n"] * 10, pause=0.05),
    "dripping status": raw(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 50, pause=0.05),
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
    monkeypatch.setattr(bounded, "LARGEST_ANSWER", 1024 * 1024)
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


def test_a_clear_answer_does_not_tell_what_an_earlier_lost_one_stood_for() -> None:
    with serving(reset, answer("", 404)) as server:
        failure = fail(server.url, WRITE, retries=1)
    assert (failure.http_status, failure.acted) == (404, None)
    with serving(answer("", 429), answer("", 404)) as server:
        failure = fail(server.url, WRITE, retries=1)
    assert (failure.http_status, failure.acted) == (404, False)


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
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + sum(slept))
    monkeypatch.setattr(time, "sleep", slept.append)
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


@pytest.mark.parametrize("status", [429, 503])
def test_a_change_that_has_begun_is_brought_to_its_end(status: int) -> None:
    with serving(answer("", status, Retry_After="100000"), GOOD) as server:
        talk = connect(server.url)
        with pytest.raises(Failure):
            talk.call(OPERATIONS[CREATE])
        talk.call(OPERATIONS[READ])
        assert len(server.heard) == 2


def test_who_gives_up_holds_the_others_nevertheless() -> None:
    with serving(answer("", 429, Retry_After="1"), GOOD) as server:
        talk = connect(server.url, retries=0)
        started = time.monotonic()
        with pytest.raises(Failure):
            talk.call(OPERATIONS[READ])
        talk.call(OPERATIONS[READ])
        assert 0.9 < time.monotonic() - started < 4


@pytest.mark.parametrize("status", [429, 503])
def test_one_worker_told_to_slow_down_slows_all_of_them_down(status: int) -> None:
    with serving(answer("", status, Retry_After="1"), GOOD) as server:
        talk = connect(server.url, retries=1)
        first = threading.Thread(target=talk.call, args=(OPERATIONS[READ],))
        started = time.monotonic()
        first.start()
        while not talk._pace._quiet_until:
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


def renewing(renewals: list[bool]) -> bool:
    """Note that new credentials were asked for, and say that they were got."""
    renewals.append(True)
    return True


@pytest.mark.parametrize("effect", [READ, WRITE, CREATE])
def test_credentials_are_renewed_once(effect: str) -> None:
    renewals: list[bool] = []
    with serving(answer("", 401), GOOD) as server:
        talk = connect(server.url, renew=partial(renewing, renewals))
        assert talk.call(OPERATIONS[effect]) == {"name": "Sara"}
        assert (len(server.heard), len(renewals)) == (2, 1)


def test_credentials_that_stay_wrong_are_not_renewed_for_ever() -> None:
    renewals: list[bool] = []
    failure = fail_at(answer("", 401), retries=3, renew=partial(renewing, renewals))
    assert failure.kind == errors.AUTHENTICATION
    assert len(renewals) == 1


def test_credentials_that_cannot_be_renewed() -> None:
    with serving(answer("", 401)) as server:
        assert fail(server.url, renew=lambda: False).hint == errors.HINTS[errors.AUTHENTICATION]
        assert len(server.heard) == 1


def test_credentials_that_cannot_be_renewed_do_not_tell_what_a_lost_answer_stood_for() -> None:
    def renew() -> bool:
        raise Failure(errors.SERVER, "no token today", operation="get a token")

    for effect, doubt in ((WRITE, None), (READ, False)):
        with serving(reset, answer("", 401)) as server:
            failure = fail(server.url, effect, retries=1, renew=renew)
        assert (failure.message, failure.acted) == ("no token today", doubt)


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
