# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaying golden examples of a vendor's requests and answers against the sandbox."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
import requests

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "golden"

# Scalars under these keys must be equal, not only of the same type.
TELLING_KEYS = frozenset(
    (
        "code",
        "count",
        "err",
        "errmsg",
        "error",
        "exists",
        "http_code",
        "method",
        "responseCode",
        "status",
        "success",
        "total",
        "ver",
    )
)


@pytest.fixture
def replay(sandbox: t.Any) -> t.Callable[[str], requests.Response]:
    """Call with ``<service>/<name>``: sets the scene, sends the request, compares the answer's shape.

    A request of the scene may say ``stands_for``: which identifier of the example stands for which
    place (a dotted path) in the answer that the sandbox really gave.
    """

    def play(name: str) -> requests.Response:
        example = json.loads((GOLDEN / f"{name}.json").read_text())
        dialects = example.get("dialects")
        if dialects:
            sandbox.dialect(**dialects)
        real: dict[str, str] = {}
        for step in example.get("before", []):
            answer = _send(sandbox.url, step, real)
            assert answer.status_code == 200, answer.text
            for literal, place in step.get("stands_for", {}).items():
                real[literal] = str(_at(answer.json(), place))
        answer = _send(sandbox.url, example["request"], real)
        expected = example["answer"]
        assert answer.status_code == expected["status"], answer.text
        if "text" in expected:
            assert answer.text == expected["text"]
        else:
            assert _shape(answer.json()) == _shape(expected["json"])
        return answer

    return play


@pytest.fixture
def golden_message() -> t.Callable[[str], str]:
    """Call with ``<service>/<name>``: the message in the example's answer."""

    def message(name: str) -> str:
        example = json.loads((GOLDEN / f"{name}.json").read_text())
        return str(example["answer"]["json"]["message"])

    return message


def _send(url: str, request: dict[str, t.Any], real: dict[str, str]) -> requests.Response:
    text = json.dumps(request)
    for literal, value in real.items():
        text = text.replace(literal, value)
    request = json.loads(text)
    with requests.Session() as session:
        # The environment's proxies are for the world outside.
        session.trust_env = False
        return session.request(
            request["method"],
            url + request["path"],
            headers=request.get("headers"),
            json=request.get("json"),
            data=request.get("form"),
            files=request.get("files"),
            timeout=10,
        )


def _at(document: t.Any, place: str) -> t.Any:
    for step in place.split("."):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _shape(value: t.Any, key: str = "") -> t.Any:
    if isinstance(value, dict):
        return {name: _shape(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return value if key in TELLING_KEYS else type(value).__name__
