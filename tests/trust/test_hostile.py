# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that want to do harm: a task ends soon, with a clear failure, and takes no more memory than it may."""

from __future__ import annotations

import itertools
import json
import re
import time
import typing as t

import pytest

from ansible_collections.vox.roster.tests.trust.measured import Measured, measured
from ansible_collections.vox.roster.tests.trust.subjects import (
    AGENTS,
    EXTENSIONS,
    GROUPS,
    PUPILS,
    PUPILS_FROM_OUTSIDE,
    SUBJECTS,
    Subject,
)
from ansible_collections.vox.roster.tests.trust.tampering import tampering
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.unit.http_servers import Act, Handler
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "hostile servers"
TIMEOUT = 2.0  # seconds
SLACK = 20.0  # seconds to start a module on a busy machine, and to look at 64 MiB
MEMORY = 700 * 1024 * 1024  # bytes; a module that does nothing takes about a tenth of it
MIB = b" " * 1024 * 1024
OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def endless(start: bytes, parts: Iterable[bytes], pause: float = 0.0) -> Act:
    """A beginning, and then parts for as long as somebody listens."""

    def act(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(start)
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)

    return act


def again(part: bytes) -> Iterator[bytes]:
    return itertools.repeat(part)


CHUNKED = OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"100000\r\n" + MIB + b"\r\n"
FULL = 63 * 1024 * 1024

# Each attack, and what the failure says of it.
ATTACKS: dict[str, tuple[t.Callable[[], Act], str]] = {
    "gigabytes": (lambda: endless(OK_HEAD + b"\r\n", again(MIB)), "larger than 64 MiB"),
    "gigabytes announced": (
        lambda: endless(OK_HEAD + b"Content-Length: 9999999999999\r\n\r\n", again(MIB)),
        "larger than 64 MiB",
    ),
    "gigabytes in chunks": (lambda: endless(CHUNKED, again(CHUNK)), "larger than 64 MiB"),
    "gigabytes with an error": (
        lambda: endless(b"HTTP/1.1 500 No\r\n\r\n", again(MIB)),
        "larger than 64 MiB",
    ),
    "gigabytes with a redirect": (
        lambda: endless(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", again(MIB)),
        "larger than 64 MiB",
    ),
    "a long text": (lambda: answer(b'{"success": 1, "data": "' + b"x" * FULL + b'"}'), ""),
    "a long text with one wide character": (
        lambda: answer('{"success": 1, "data": "\U0001f600'.encode() + b"x" * FULL + b'"}'),
        "",
    ),
    "a long text without JSON": (lambda: answer(b"x" * FULL, kind="text/plain"), "not understood"),
    "millions of lists": (lambda: answer(b"[" + b"[]," * (FULL // 3) + b"[]]"), "more than 8000000 values"),
    "millions of records": (lambda: answer(b'{"a":[' + b"{}," * (FULL // 3) + b"{}]}"), "more than 8000000 values"),
    "millions of numbers": (lambda: answer(b"[" + b"7," * (FULL // 2) + b"7]"), "more than 8000000 values"),
    "as many values as are read": (lambda: answer(b"[" + b"{}," * 3900000 + b"{}]"), "of another shape"),
    "deep nesting": (lambda: answer(b'{"a":' * 200000), "cut off"),
    "deep nesting that ends": (lambda: answer(b"[" * 200000 + b"]" * 200000), "cut off"),
    "a number of a million digits": (lambda: answer(b'{"success": ' + b"9" * 10**6 + b"}"), "cut off"),
    "no number": (lambda: answer('{"success": NaN}'), "cut off"),
    "a number beyond all others": (lambda: answer('{"success": 1e999}'), "cut off"),
    "bad Unicode": (lambda: answer(b'{"success": "\xff\xfe\xed\xa0\x80"}'), "cut off"),
    "half a surrogate pair": (lambda: answer('{"message": "\\ud800"}'), ""),
    "control characters": (lambda: answer("\x1b[2J\x00\x9b\u202egnp.exe", 400, "text/plain"), ""),
    "a compressed bomb": (
        lambda: answer(b"\x1f\x8b" + b"\x00" * FULL, Content_Encoding="gzip"),
        "not understood",
    ),
    "endless headers": (lambda: endless(OK_HEAD, again(b"X-More: x\r\n")), "broke before"),
    "a header of gigabytes": (lambda: endless(OK_HEAD + b"X: ", again(MIB)), "broke before"),
    "endless first answers": (lambda: endless(b"", again(b"HTTP/1.1 100 Continue\r\n\r\n"), 0.001), "within 2 s"),
    "endless trailers": (lambda: endless(CHUNKED + b"0\r\n", again(b"X: y\r\n"), 0.001), "within 2 s"),
    "a dripping status": (lambda: endless(b"", again(b"H"), 0.2), "within 2 s"),
    "a dripping head": (lambda: endless(OK_HEAD, again(b"X"), 0.2), "within 2 s"),
    "a dripping body": (lambda: endless(OK_HEAD + b"\r\n", again(b" "), 0.2), "within 2 s"),
    "dripping chunks": (lambda: endless(CHUNKED, again(b"1\r\n \r\n"), 0.2), "within 2 s"),
    "a dripping length of a chunk": (lambda: endless(CHUNKED, again(b"0"), 0.2), "within 2 s"),
    "silence": (lambda: endless(b"", again(b""), 0.2), "within 2 s"),
}

# Every attack goes against one module, and each module is attacked by some: below the options all have one way.
ATTACKED = [(name, EXTENSIONS, False) for name in ATTACKS] + [
    (name, subject, many)
    for subject in (EXTENSIONS, GROUPS, AGENTS, PUPILS, PUPILS_FROM_OUTSIDE)
    for many in (False, True)
    for name in ("gigabytes in chunks", "a dripping head", "as many values as are read", "half a surrogate pair")
    if many or subject is not EXTENSIONS
]


def run_measured(subject: Subject, url: str, many: bool, seconds: float = 60, **options: t.Any) -> Measured:
    """A task of a subject in a process of its own, without second attempts."""
    connection = {**subject.connection(url), "retries": 0, "timeout": TIMEOUT, **options}
    person = subject.options(0, 0, {})
    if many:
        return measured(
            f"{subject.module}s", seconds, **{**connection, subject.items: [person, subject.options(1, 0, {})]}
        )
    return measured(subject.module, seconds, **{**connection, **person})


def assert_bounded(got: Measured, seconds: float) -> None:
    """A failure in plain words, in time, without much memory, and small enough for whoever keeps it."""
    result = got.result
    assert result["failed"], result
    assert "Traceback" not in result["output"]
    assert result["failure"]["code"] != "internal", result["msg"]
    assert result["msg"].isprintable()
    assert len(result["output"]) < 50000
    assert got.seconds < seconds, f"{got.seconds:.1f} s"
    assert got.peak < MEMORY, f"{got.peak / 1024 / 1024:.0f} MiB"


@pytest.mark.parametrize(
    "name, subject, many", ATTACKED, ids=[f"{n}-{s.title}-{'many' if m else 'one'}" for n, s, m in ATTACKED]
)
def test_attacks(name: str, subject: Subject, many: bool, tally: Tally) -> None:
    act, told = ATTACKS[name]
    with serving(act()) as server, tally(AREA, name):
        got = run_measured(subject, server.url, many)
        assert_bounded(got, TIMEOUT + SLACK)
        assert told in got.result["msg"], got.result["msg"]
        assert len(server.heard) <= (2 if many else 1)


# Listings


def pages(subject: Subject, tells_total: bool, repeats: bool) -> Act:
    """A listing that never ends."""

    def act(handler: Handler) -> None:
        heard = handler.server.heard[-1]
        start = 0
        if subject is AGENTS:
            start = int((re.search(r"offset=(\d+)", heard.target) or [0, 0])[1])
        elif subject is GROUPS:
            start = json.loads(heard.body)["pagination"]["start"]
        numbers = range(0 if repeats else start, (0 if repeats else start) + (50 if subject is AGENTS else 500))
        total = {"total": 10**7} if tells_total else {}
        body: t.Any
        if subject is AGENTS:
            body = {
                "http_code": 200,
                "metadata": {"count": 50, "limit": 50, **total},
                "response": [
                    {
                        "code": 200,
                        "status": "success",
                        "data": {"id": f"{number:032}", "email": f"{number}@example.com"},
                    }
                    for number in numbers
                ],
            }
        else:
            data: t.Any = [{"_id": f"{number:024}", "name": f"group {number}"} for number in numbers]
            body = {"success": 1, "data": {"data": data, "pagination": total} if tells_total else data}
        answer(body)(handler)

    return act


@pytest.mark.parametrize("subject", [GROUPS, AGENTS], ids=["autodialer_groups", "exotel_users"])
@pytest.mark.parametrize("tells_total", [False, True], ids=["no total", "total"])
@pytest.mark.parametrize("repeats", [False, True], ids=["new records", "the same records"])
def test_endless_pages(subject: Subject, tells_total: bool, repeats: bool, tally: Tally, full: bool) -> None:
    if not tells_total and not repeats and not full:
        pytest.skip("hundreds or thousands of pages take too long for each change; they are read in full")
    with serving(pages(subject, tells_total, repeats)) as server, tally(AREA, "endless pages"):
        got = run_measured(subject, server.url, True, seconds=300, requests_per_minute=0)
        assert_bounded(got, 300 if full else SLACK)
        assert "listing does not" in got.result["msg"]
        assert len(server.heard) <= 250000 / (50 if subject is AGENTS else 500) + 2


def test_endless_pages_of_sunbird(sandbox: Sandbox, tally: Tally) -> None:
    """Only a purge reads them all, and a search gives out fewer than 10,000."""
    pages_read = itertools.count()

    def more_and_more(target: str, status: int, content: bytes) -> tuple[int, bytes]:
        data = json.loads(content)
        if target.endswith("user/v1/search"):
            start = 499 * next(pages_read)
            rows = [{"userId": f"{start + number:036}", "status": 1, "rootOrgId": "r"} for number in range(500)]
            data["result"]["response"].update(count=9999, content=rows)
        return status, json.dumps(data).encode()

    with tampering(sandbox.url, more_and_more) as server, tally(AREA, "endless pages"):
        got = run_measured(PUPILS, server.url, True, purge=True)
        assert_bounded(got, 30)
        assert "the listing does not add up" in got.result["msg"]
        assert 20 < len(server.heard) < 100


# Keys that are nearly the same

# What the key of the first person must not be taken for; another case only where case counts.
LOOKALIKES = {
    EXTENSIONS.title: (
        EXTENSIONS,
        ["\u0662\u0660\u0660\u0661", "\uff12\uff10\uff10\uff11", "2001\u200b", "02001", "+2001", "2001.0", "20010"],
    ),
    GROUPS.title: (
        GROUPS,
        [
            "customers 1 (north)",
            "Customers  1 (north)",
            "Customers\u00a01 (north)",
            "Customers 1 (north)\u200b",
            "\u0421ustomers 1 (north)",
            "\uff23ustomers 1 (north)",
            "Customers 1 (north) 2",
        ],
    ),
    AGENTS.title: (
        AGENTS,
        [
            "Meera.Nair+1@example.com.evil",
            "Meera.Nair@example.com",
            "\u041ceera.Nair+1@example.com",
            "\uff2deera.Nair+1@example.com",
            "Meera.Na\u0131r+1@example.com",
            "Meera.Nair+1@example.com\u200b",
        ],
    ),
    PUPILS.title: (
        PUPILS,
        [
            "asha.rao1@example.org.evil",
            "asharao1@example.org",
            "\u0430sha.rao1@example.org",
            "\uff41sha.rao1@example.org",
            "a\u017fha.rao1@example.org",
            "asha.rao1@example.org\u200b",
        ],
    ),
}


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("title", LOOKALIKES)
def test_keys_that_look_alike(title: str, many: bool, sandbox: Sandbox, tally: Tally) -> None:
    """Nobody is removed whom a server shows with nearly the wanted key."""
    subject, others = LOOKALIKES[title]
    for other in others:
        with tally(AREA, "keys that look alike"):
            before, shown, result = removed_as_shown(subject, many, sandbox, other)
            assert shown, "nobody was shown"
            assert "Traceback" not in result["output"]
            assert not result["changed"], f"{other!a} was taken for the key"
            assert sandbox.records(subject.service) == before
    _before, shown, result = removed_as_shown(subject, many, sandbox, subject.key_of(1))
    assert shown and result["changed"] and not result["failed"], "with its own key it has to be removed"


def removed_as_shown(subject: Subject, many: bool, sandbox: Sandbox, other: str) -> tuple[t.Any, int, dict[str, t.Any]]:
    """Ask for the removal of a record that is shown with another key.

    Returns all records before, how often the other key was sent, and the result.
    """
    sandbox.reset()
    sandbox.dialect(**subject.clear)
    assert subject.run_one(sandbox.url, **subject.options(1, 0, {}))["changed"]
    names = {row.wire_name for row in subject.resource.fields if row.name == subject.key}
    before, shown = sandbox.records(subject.service), 0

    def mischief(target: str, status: int, content: bytes) -> tuple[int, bytes]:
        nonlocal shown
        data = json.loads(content)
        shown += _set_all(data, names, subject.key_of(1), other)
        return status, json.dumps(data).encode("ascii")

    gone = [{subject.key: subject.key_of(n), "state": "absent"} for n in (1, 2)]
    with tampering(sandbox.url, mischief) as server:
        if many:
            result = subject.run_many(server.url, gone, **subject.removal)
        else:
            result = subject.run_one(server.url, **{**gone[0], **subject.removal})
    return before, shown, result


def _set_all(data: t.Any, names: set[str], old: str, new: str) -> int:
    """Put a value in the place of another one under these names; returns how often."""
    done = 0
    if isinstance(data, dict):
        for name, value in data.items():
            if name in names and isinstance(value, str) and value.lower() == old.lower():
                data[name] = new
                done += 1
            else:
                done += _set_all(value, names, old, new)
    elif isinstance(data, list):
        done = sum(_set_all(item, names, old, new) for item in data)
    return done


def test_every_resource_is_attacked() -> None:
    assert {subject.service for subject in SUBJECTS} == {subject.service for _name, subject, _many in ATTACKED}
