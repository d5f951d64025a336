# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer may hold, and how long it may take through a proxy, too."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import bounded, errors
from ansible_collections.vox.roster.plugins.module_utils._http.bounded import Allowance, parsed
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, READ, WRITE
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import ARGUMENTS, Endpoint
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import connect as connect_sunbird
from ansible_collections.vox.roster.tests.unit.http_servers import Authority, answer, proxy, raw, serving
from ansible_collections.vox.roster.tests.unit.talking import GOOD, OPERATIONS, connect, fail, fail_at

DRIPPING = raw(b"HTTP/1.1 200 OK\r\n", *[b"X", b":", b" ", b"x", b"\r\n"] * 10, pause=0.05)

TEXTS: dict[bytes, t.Any] = {
    b'{"a": [1, -2.5e3, true, null, "x"]}': {"a": [1, -2500.0, True, None, "x"]},
    '\ufeff{"a": "\u0633"}'.encode(): {"a": "\u0633"},
    b'{"a": "\\ud83d\\ude00"}': {"a": "\U0001f600"},
    b'{"a\\ud800": ["\\uDFFFb"]}': {"a?": ["?b"]},
    b"[" + b"9" * 400 + b"]": [int("9" * 400)],
    b"[" + b"9" * 401 + b"]": None,
    b"[1e999]": None,
    b"[NaN]": None,
    b"[-Infinity]": None,
    b'"\xed\xa0\x80"': None,
    b"[" * 100000 + b"]" * 100000: None,
    b"{": None,
}


@pytest.mark.parametrize("content", TEXTS, ids=[repr(text[:20]) for text in TEXTS])
def test_json(content: bytes) -> None:
    assert parsed(content, Allowance()) == TEXTS[content]


@pytest.mark.parametrize("content, values", [(b"[1,2,3]", 3), (b"[[],[]]", 4), (b'[{},{"a":[]}]', 5)])
def test_an_answer_holds_no_more_values_than_memory_can_take(
    content: bytes, values: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_VALUES", values)
    assert parsed(content, Allowance()) is not None
    monkeypatch.setattr(bounded, "MOST_VALUES", values - 1)
    failure = fail_at(answer(content))
    assert (failure.kind, failure.acted, failure.retryable) == (errors.BROKEN, None, False)
    assert failure.message == f"the answer holds more than {values - 1} values"
    with pytest.raises(Failure):
        parsed(content, Allowance())


@pytest.mark.parametrize("limit, told", [("ALL_BYTES", "bytes"), ("ALL_VALUES", "values")])
def test_all_answers_together_are_bounded(limit: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b'{"numbers": [1, 2, 3]}'
    monkeypatch.setattr(bounded, limit, 2 * (len(content) if told == "bytes" else 4))
    with serving(answer(content)) as server:
        talk = connect(server.url, retries=2)
        for _number in range(2):
            assert talk.call(OPERATIONS[READ]) == {"numbers": [1, 2, 3]}
        with pytest.raises(Failure, match=f"together hold too many {told}") as caught:
            talk.call(OPERATIONS[READ])
        assert (caught.value.kind, caught.value.retryable, len(server.heard)) == (errors.BROKEN, False, 3)
        assert "divide the list" in caught.value.hint
        assert connect(server.url).call(OPERATIONS[READ]) == {"numbers": [1, 2, 3]}


@pytest.mark.parametrize("effect", [WRITE, CREATE])
def test_what_was_read_before_costs_no_write_its_answer(effect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows a write serves that one change, however many there are; of one change it is bounded, too."""
    monkeypatch.setattr(bounded, "ALL_VALUES", 8)
    with serving(answer(b'{"numbers": [1, 2, 3]}')) as server:
        talk = connect(server.url)
        for _number in range(2):
            talk.call(OPERATIONS[READ])
        for _change in range(3):
            talk.call(OPERATIONS[effect])
            talk.call(OPERATIONS[READ])
        with pytest.raises(Failure, match="together hold"):
            talk.call(OPERATIONS[READ])
        with ThreadPoolExecutor(1) as pool, pytest.raises(Failure, match="together hold"):
            pool.submit(talk.call, OPERATIONS[READ]).result()
        talk.call(OPERATIONS[effect])


def test_connections_of_one_task_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sunbird's users are read with the API key alone, and changed with a user token."""
    monkeypatch.setattr(bounded, "ALL_VALUES", 16)
    options = {name: argument.get("default") for name, argument in ARGUMENTS.arguments.items()}
    keyed, personal = (Endpoint("read user", "GET", "user", "user", personal=one) for one in (False, True))
    with serving(answer({"params": {"status": "success"}, "responseCode": "OK", "result": {"numbers": [1]}})) as server:
        sunbird = connect_sunbird(
            {**options, "url": server.url, "api_key": "key-mark", "user_token": "token"}, False, Redactor()
        )
        sunbird.call(keyed)
        sunbird.call(personal)
        with pytest.raises(Failure, match="together hold"):
            sunbird.call(keyed)
        sunbird.call(Endpoint("change user", "PATCH", "user", "user", WRITE))
        sunbird.call(keyed)


def test_connections_of_one_task_are_told_to_slow_down_together() -> None:
    options = {name: argument.get("default") for name, argument in ARGUMENTS.arguments.items()}
    keyed, personal = (Endpoint("read user", "GET", "user", "user", personal=one) for one in (False, True))
    good = answer({"params": {"status": "success"}, "responseCode": "OK", "result": {}})
    with serving(answer("", 429, Retry_After="1"), good) as server:
        options.update(url=server.url, api_key="key-mark", user_token="token", retries=0)
        sunbird = connect_sunbird(options, False, Redactor())
        started = time.monotonic()
        with pytest.raises(Failure):
            sunbird.call(personal)
        sunbird.call(keyed)
        assert 0.9 < time.monotonic() - started < 4


@pytest.mark.parametrize("through_proxy", [False, True])
@pytest.mark.parametrize("with_tls", [False, True])
def test_a_head_that_drips_ends_in_time(authority: Authority, with_tls: bool, through_proxy: bool) -> None:
    """The library's time-out begins anew with each byte."""
    tls = authority.server() if with_tls else None
    with serving(proxy(after_sending=DRIPPING)) as way, serving(DRIPPING, tls=tls) as server:
        started = time.monotonic()
        more = {"proxy": way.url} if through_proxy else {}
        failure = fail(server.url, timeout=0.4, verify=authority.path, **more)
        assert time.monotonic() - started < 1.5
        assert len(server.heard) == 1
        assert len(way.heard) == through_proxy
    assert (failure.kind, failure.acted, failure.retryable) == (errors.TIMEOUT, None, True)


def test_a_tunnel_that_drips_ends_in_time(authority: Authority) -> None:
    with serving(DRIPPING) as way, serving(GOOD, tls=authority.server()) as server:
        started = time.monotonic()
        failure = fail(server.url, timeout=0.4, verify=authority.path, proxy=way.url)
        assert time.monotonic() - started < 1.5
        assert server.heard == []
    assert failure.retryable


def test_the_time_counts_anew_for_each_request() -> None:
    slowly = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{", b"}", pause=0.1, ends=False)
    with serving(slowly) as server:
        talk = connect(server.url, timeout=0.5)
        assert [talk.call(OPERATIONS[READ]) for _number in range(4)] == [{}] * 4
        assert server.connections == 1


def test_a_server_that_closes_after_its_answer() -> None:
    """The answer is read from a socket that the library has let go of."""
    with serving(raw(b'HTTP/1.0 200 OK\r\n\r\n{"name": ', b'"Sara"}', pause=0.05)) as server:
        assert connect(server.url).call(OPERATIONS[READ]) == {"name": "Sara"}
