# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module shares, shown with simotel_user: options, the environment, the way to the service, secrets."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
import typing as t
from dataclasses import replace
from unittest import mock
from urllib.parse import quote, quote_plus

import pytest
import trustme

from ansible_collections.vox.roster.plugins.module_utils._core import entry
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record
from ansible_collections.vox.roster.plugins.module_utils._http import bounded, connection, retry
from ansible_collections.vox.roster.plugins.module_utils._http import simotel as vendor
from ansible_collections.vox.roster.plugins.module_utils._services import simotel
from ansible_collections.vox.roster.plugins.modules import simotel_user
from ansible_collections.vox.roster.tests.unit.http_servers import Authority, answer, free_port, proxy, serving
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.simotel_tasks import USER

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.http_servers import Handler

EMPTY = answer({"success": 1, "message": "", "data": []})
MEANT: dict[str, t.Any] = {"number": "1001"}
WANTED: dict[str, t.Any] = {"number": "1001", "name": "Sara", "secret": "Marker-extension-1"}

PASSWORD = "Marker-pa\"ss'w/ör d"
API_KEY = "Marker-api-key/4711"
SECRET = "Marker-extension+é/1"
PROXY_PASSWORD = "Marker-proxy"
MARKERS = (PASSWORD, API_KEY, SECRET, PROXY_PASSWORD)


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def task(url: str, check: bool = False, env: t.Any = None, **options: t.Any) -> dict[str, t.Any]:
    """A task that needs one request to find out that there is nothing to do."""
    own = {"url": url, "retries": 0, "timeout": 5, "state": "absent", **USER, **MEANT}
    result = run("simotel_user", check=check, env=env, **{**own, **options})
    if result["failed"]:
        assert_well_told(result)
    return result


def assert_well_told(result: dict[str, t.Any]) -> None:
    """A failure that a person can read and a playbook can act upon."""
    assert set(result["failure"]) == {
        *("service", "operation", "http_status", "code", "message", "request_id", "hint", "retryable", "done"),
    }
    assert result["failure"]["service"] == "simotel"
    assert result["failure"]["hint"] in result["msg"]
    assert result["msg"].endswith((".", "?", "!"))
    assert "Traceback" not in result["output"]
    assert "object at 0x" not in result["output"]


# The library


def test_without_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock.patch.dict(sys.modules, {"requests": None}):
        specification = importlib.util.spec_from_file_location("connection_without_requests", connection.__file__)
        assert specification is not None and specification.loader is not None
        without = importlib.util.module_from_spec(specification)
        with mock.patch.dict(sys.modules, {specification.name: without}):
            specification.loader.exec_module(without)
    assert without.REQUESTS_IMPORT_ERROR is not None
    assert connection.REQUESTS_IMPORT_ERROR is None
    monkeypatch.setattr(connection, "REQUESTS_IMPORT_ERROR", without.REQUESTS_IMPORT_ERROR)
    result = run("simotel_user", **MEANT)
    assert result["failed"]
    assert "Failed to import the required Python library (requests)" in result["msg"]
    assert "Traceback" not in result["msg"]


# Options and the environment


def test_everything_from_the_environment(sandbox: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, t.Any] = {}
    settle = entry.settle

    def watched(resource: t.Any, params: t.Any, *more: t.Any) -> t.Any:
        given.update(params)
        return settle(resource, params, *more)

    monkeypatch.setattr(entry, "settle", watched)
    env = {
        "SIMOTEL_URL": sandbox.url + "/simotel",
        "SIMOTEL_API_USER": USER["api_user"],
        "SIMOTEL_API_PASSWORD": USER["api_password"],
        "SIMOTEL_TIMEOUT": "5.5",
        "SIMOTEL_RETRIES": "1",
        "SIMOTEL_VALIDATE_CERTS": "no",
    }
    result = run("simotel_user", env=env, state="absent", **MEANT)
    assert (result["failed"], result["changed"]) == (False, False)
    assert (given["timeout"], given["retries"], given["validate_certs"]) == (5.5, 1, False)


ENVIRONMENT = [name.upper() for name in simotel.USER.connection.arguments]


def test_empty_variables_count_as_unset_for_every_type(sandbox: t.Any) -> None:
    for empty in ("", " "):
        result = task(sandbox.url + "/simotel", env={f"SIMOTEL_{name}": empty for name in ENVIRONMENT})
        assert not result["failed"], result


def test_empty_options_count_as_unset(sandbox: t.Any) -> None:
    """With an empty option the environment speaks; what is empty there, too, is not given."""
    names = ("url", "api_user", "api_password", "api_key", "ca_path", "client_cert", "client_key", "proxy")
    empty: dict[str, t.Any] = dict.fromkeys(names, "")
    env = {
        "SIMOTEL_URL": sandbox.url + "/simotel",
        "SIMOTEL_API_USER": USER["api_user"],
        "SIMOTEL_API_PASSWORD": USER["api_password"],
        "SIMOTEL_API_KEY": " ",
    }
    assert not run("simotel_user", env=env, state="absent", **MEANT, **empty)["failed"]
    half = run("simotel_user", env={**env, "SIMOTEL_API_PASSWORD": ""}, state="absent", **MEANT, **empty)
    assert "'api_password' is missing or empty. Give 'api_user' and 'api_password'" in half["msg"]
    none = run("simotel_user", env={"SIMOTEL_URL": env["SIMOTEL_URL"]}, state="absent", **MEANT, **empty)
    assert "there are no credentials" in none["msg"]


def test_options_win_over_the_environment() -> None:
    with serving(EMPTY) as server:
        result = task(server.url, env={"SIMOTEL_URL": "https://other.example.com", "SIMOTEL_API_KEY": "from-outside"})
        assert not result["failed"]
        assert server.heard[0].headers["x-apikey"] == "from-outside"
        task(server.url, env={"SIMOTEL_API_KEY": "from-outside"}, api_key="mine")
        assert server.heard[1].headers["x-apikey"] == "mine"


BAD_OPTIONS: list[tuple[dict[str, t.Any], str]] = [
    ({"url": ""}, "'url' is missing or empty. Set the option 'url' or the environment variable SIMOTEL_URL."),
    ({"url": "pbx.example.com"}, "'url' is 'pbx.example.com', which is no http or https address"),
    ({"url": "https://a:Marker@pbx.example.com"}, "holds credentials"),
    ({"timeout": 0}, "'timeout' is 0.0. Give a number of seconds"),
    ({"timeout": "inf"}, "'timeout' is inf"),
    ({"retries": -1}, "'retries' is -1. Give 0 or more."),
    ({"ca_path": "/nowhere/ca.pem"}, "does not exist. Give the path of an existing file."),
    ({"client_key": __file__}, "'client_key' is given without 'client_cert'"),
    ({"api_key": "two\nlines"}, "cannot be sent in an HTTP header"),
    ({"number": ""}, "'number' is empty. Give a value"),
    ({"number": "12a"}, "'number' is '12a', which is not made of digits only."),
    ({"email": "sara"}, "'email' is 'sara', which is no e-mail address. Write it like name@example.com."),
]


@pytest.mark.parametrize("options, message", BAD_OPTIONS, ids=[str(options) for options, _message in BAD_OPTIONS])
def test_options_that_make_no_sense(options: dict[str, t.Any], message: str) -> None:
    with serving(EMPTY) as server:
        result = task(**{"url": server.url, "state": "present", **options})
        assert server.heard == []
    assert result["failed"]
    assert message in result["msg"]
    assert result["failure"]["code"] == "option"
    assert "Marker" not in result["msg"]


def test_a_secret_of_odd_characters_is_no_trouble() -> None:
    with serving(EMPTY) as server:
        for odd in ("\udcff\udcfe", "\u200fگذرواژه", "a" * 4000, "%s {{ x }} \\"):
            assert not task(server.url, api_password=odd)["failed"]


# The way to the service


def test_nobody_listens() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    result = task(url)
    assert result["msg"] == (
        f"simotel search users: no connection to {url}: Connection refused. Check the address in 'url', "
        "that the service is up, and the way to it (DNS, firewall, 'proxy')."
    )
    assert result["failure"]["retryable"] is True
    assert result["failure"]["code"] == "unreachable"


def test_unknown_host() -> None:
    result = task("http://nowhere.invalid")
    assert "no connection to http://nowhere.invalid: " in result["msg"]


@pytest.mark.parametrize("case", ["unknown", "wrong host", "expired", "trusted", "unverified", "client"])
def test_tls(tmp_path: t.Any, case: str) -> None:
    import datetime

    authority = Authority(trustme.CA(), tmp_path)
    more: dict[str, t.Any] = {"name": "pbx.example.com"} if case == "wrong host" else {}
    if case == "expired":
        more["not_after"] = datetime.datetime(2020, 1, 1)
    options: dict[str, t.Any] = {} if case == "unknown" else {"ca_path": authority.path}
    if case == "unverified":
        options = {"validate_certs": False}
    if case == "client":
        more["client_must_show"] = True
        options["client_cert"], options["client_key"] = authority.client()
    with serving(EMPTY, tls=authority.server(**more)) as server:
        result = task(server.url, **options)
        refused = case in ("unknown", "wrong host", "expired")
        assert len(server.heard) == (0 if refused else 1)
    assert result["failed"] is refused
    if refused:
        assert result["failure"]["code"] == "tls"
        assert "no trusted TLS connection" in result["msg"]
        assert "give its certificate in 'ca_path'" in result["msg"]


def test_authority_from_the_environment(tmp_path: t.Any) -> None:
    authority = Authority(trustme.CA(), tmp_path)
    with serving(EMPTY, tls=authority.server()) as server:
        assert not task(server.url, env={"SIMOTEL_CA_PATH": authority.path})["failed"]
        assert not task(server.url, env={"REQUESTS_CA_BUNDLE": authority.path})["failed"]
        assert task(server.url)["failed"]


@pytest.mark.parametrize("by", ["option", "own variable", "common variable"])
def test_proxy(by: str) -> None:
    with serving(proxy(f"clerk:{PROXY_PASSWORD}")) as way, serving(EMPTY) as server:
        address = way.url.replace("//", f"//clerk:{PROXY_PASSWORD}@")
        options: dict[str, t.Any] = {"proxy": address} if by == "option" else {}
        env = {"own variable": {"SIMOTEL_PROXY": address}, "common variable": {"HTTP_PROXY": address}}.get(by, {})
        result = task(server.url, env=env, **options)
        assert not result["failed"], result
        assert (len(way.heard), len(server.heard)) == (1, 1)
        assert PROXY_PASSWORD not in result["output"]


def test_proxy_that_refuses() -> None:
    with serving(proxy("clerk:other")) as way, serving(EMPTY) as server:
        result = task(server.url, proxy=way.url.replace("//", f"//clerk:{PROXY_PASSWORD}@"))
        assert server.heard == []
    assert "does not accept the credentials" in result["msg"]
    assert "Check 'proxy'" in result["msg"]
    assert PROXY_PASSWORD not in result["output"]


def test_redirect_elsewhere_gets_no_credentials() -> None:
    with serving(EMPTY) as elsewhere, serving(answer("", 307, Location=elsewhere.url + "/x")) as server:
        result = task(server.url, api_key=API_KEY)
        assert elsewhere.heard == []
    assert f"the server redirects to {elsewhere.url} (HTTP 307)" in result["msg"]
    assert "correct 'url'" in result["msg"]


# Whatever goes wrong at the service


FAULTS: dict[str, dict[str, t.Any]] = {
    "reset_before": {},
    "reset_after": {},
    "reset_middle": {},
    "truncated_json": {},
    "html": {},
    "timeout_before": {"seconds": 2},
    "timeout_after": {"seconds": 2},
    "slow_body": {"seconds": 4},
    "redirect": {"location": "https://other.example.com/login?token=Marker"},
    **{f"status {status}": {"status": status} for status in (401, 403, 404, 408, 500, 502, 503, 504)},
    **{
        f"status 429 {after}": {"status": 429, "retry_after": after} for after in ("0", "Thu, 01 Jan 1970 00:00:00 GMT")
    },
    **{f"status 503 {body}": {"status": 503, "body": body} for body in ("plain", "empty", "json")},
}


@pytest.mark.parametrize("operation", ["search", "add"])
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_that_stay_end_clearly_and_the_next_run_converges(sandbox: t.Any, fault: str, operation: str) -> None:
    sandbox.fault(f"simotel.user.{operation}", fault.split()[0], times=None, **FAULTS[fault])
    url = sandbox.url + "/simotel"
    result = task(url, timeout=0.3, state="present", **WANTED)
    if result["failed"]:
        assert result["failure"]["hint"], "what a person can do next"
        assert result["changed"] is False
    assert "Marker" not in result["output"]
    sandbox.clear_faults()
    assert not task(url, state="present", **WANTED)["failed"]
    assert not task(url, state="present", **WANTED)["changed"]
    assert len(sandbox.records("simotel")) == 1


@pytest.mark.parametrize("fault", ["reset_before", "status 503", "status 429 0", "status 502", "truncated_json"])
def test_faults_that_pass_are_not_noticed(sandbox: t.Any, fault: str) -> None:
    for operation in ("search", "add"):
        sandbox.fault(f"simotel.user.{operation}", fault.split()[0], times=2, **FAULTS[fault])
    result = task(sandbox.url + "/simotel", retries=3, state="present", **WANTED)
    assert (result["failed"], result["changed"]) == (False, True)
    assert len(sandbox.records("simotel")) == 1


ODD_ANSWERS = {
    "deep nesting": "[" * 100000,
    "huge number": '{"success": 1, "data": ' + "9" * 5000 + "}",
    "bad unicode": b'{"success": 1, "data": "\xff"}',
    "half a character": '{"success": 0, "message": "\\ud800"}',
    "controls": '{"success": 0, "message": "\\u001b[2J\\u0000"}',
    "data of another type": '{"success": 1, "data": "many"}',
    "records of another type": '{"success": 1, "data": [1, null]}',
    "not a number": '{"success": NaN, "data": []}',
    "no object": "[]",
    "null": "null",
    "nothing": "",
}


@pytest.mark.parametrize("body", ODD_ANSWERS.values(), ids=list(ODD_ANSWERS))
def test_odd_answers_fail_clearly(body: t.Any) -> None:
    with serving(answer(body)) as server:
        result = task(server.url)
    assert result["failed"]
    assert result["failure"]["code"] != "internal"
    assert len(result["msg"]) < 600


ODD_KEYS = [["1001"], {"a": 1}, 1.5, True, None, 10**300, "\ud800", "1001\u0000"]


@pytest.mark.parametrize("number", ODD_KEYS, ids=[ascii(number)[:9] for number in ODD_KEYS])
def test_records_with_odd_keys_are_nobody_we_mean(number: t.Any) -> None:
    with serving(answer({"success": 1, "data": [{"_id": "1", "number": number, "name": {}}]})) as server:
        result = task(server.url)
        assert (result["failed"], result["changed"], len(server.heard)) == (False, False, 1)


def test_an_answer_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LARGEST_ANSWER", 1024 * 1024)
    with serving(answer({"success": 1, "data": ["x" * 1024 * 1024]})) as server:
        assert "the answer is larger than 1 MiB" in task(server.url)["msg"]


# Check mode


def test_check_mode_does_not_write(sandbox: t.Any) -> None:
    result = task(sandbox.url + "/simotel", check=True, state="present", **WANTED)
    assert (result["failed"], result["changed"]) == (False, True)
    assert set(sandbox.requests()["operations"]) == {"simotel.user.search"}


def test_check_mode_does_not_write_even_by_mistake(sandbox: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Careless(simotel.UserClient):
        """Writes when it should only read."""

        def candidates(self, wanted: t.Any) -> list[Record]:
            self._connection.call(simotel.ADD, body={})
            return []

    def connect(params: t.Any, read_only: bool, redactor: t.Any) -> Careless:
        return Careless(vendor.connect(params, "simotel", read_only, redactor))

    monkeypatch.setattr(simotel_user, "USER", simotel.USER._replace(connect=connect))
    result = task(sandbox.url + "/simotel", check=True)
    assert "a write was attempted in check mode and refused" in result["msg"]
    assert sandbox.requests()["total"] == 0


# Faults of our own


def test_a_fault_of_our_own_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(params: t.Any, read_only: bool, redactor: t.Any) -> t.Any:
        raise ZeroDivisionError(f"with {params['api_password']}")

    monkeypatch.setattr(simotel_user, "USER", simotel.USER._replace(connect=connect))
    result = run("simotel_user", url="http://pbx.example.com", **{**USER, **MEANT, "api_password": PASSWORD})
    assert result["failure"]["code"] == "internal"
    assert "ZeroDivisionError" in result["msg"]
    assert "Traceback" not in result["msg"]
    assert_no_marker(result["output"])


def test_warnings_reach_the_person(sandbox: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewed = simotel.USER._replace(review=lambda change, policy: replace(change, warnings=("look out",)))
    monkeypatch.setattr(simotel_user, "USER", reviewed)
    result = task(sandbox.url + "/simotel")
    assert "look out" in str(result["warnings"])


# Secrets


def forms_of(secret: str) -> set[str]:
    """How a secret may look when it travels or is quoted."""
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(secret.encode("utf-8")).decode("ascii"),
    }


def assert_no_marker(text: str) -> None:
    """No secret in any form, nor a recognisable piece of one."""
    assert "Marker" not in text
    for marker in (*MARKERS, f"admin:{PASSWORD}", f"clerk:{PROXY_PASSWORD}"):
        for form in forms_of(marker):
            assert form not in text


def _echo(status: int, shape: str) -> t.Any:
    """A server that says back everything it was told, in several encodings."""

    def act(handler: Handler) -> None:
        heard = handler.server.heard[-1]
        told = [*heard.headers.values(), heard.body.decode("utf-8"), *MARKERS]
        told += [form for marker in MARKERS for form in sorted(forms_of(marker))]
        text = "; ".join(told)
        if shape == "json":
            answer({"success": 0, "message": text}, status)(handler)
        else:
            answer("<html>" * (shape == "html") + text, status, f"text/{shape}")(handler)

    return act


@pytest.mark.parametrize("shape", ["json", "plain", "html"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 500])
@pytest.mark.parametrize("place", ["read", "write"])
def test_no_secret_gets_out(place: str, status: int, shape: str) -> None:
    script = [_echo(status, shape)] if place == "read" else [EMPTY, _echo(status, shape)]
    secrets: dict[str, t.Any] = {"api_user": "admin", "api_password": PASSWORD, "api_key": API_KEY, "secret": SECRET}
    with serving(*script) as server, serving(proxy(f"clerk:{PROXY_PASSWORD}")) as way:
        address = way.url.replace("//", f"//clerk:{PROXY_PASSWORD}@")
        result = task(server.url, state="present", proxy=address, name="Sara", **secrets)
        assert server.heard[-1].headers["x-apikey"] == API_KEY
    assert result["failed"]
    assert_no_marker(result["output"])


def test_no_secret_in_success_diff_and_check_mode(sandbox: t.Any) -> None:
    url = sandbox.url + "/simotel"
    for options in ({"name": "Sara"}, {"name": "Sarah"}, {"name": "Sarah", "update_secret": "always"}):
        for check in (True, False):
            result = task(url, check=check, state="present", secret=SECRET, **options)
            assert not result["failed"], result["msg"]
            assert_no_marker(result["output"])
    assert_no_marker(task(url)["output"])
