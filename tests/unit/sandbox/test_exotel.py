# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Exotel service behaves as the vendor's material says."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import requests

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "golden" / "exotel"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"


class Exotel:
    """A tester's hand on one account of the simulated service."""

    def __init__(self, sandbox: t.Any, account: str = "sandbox", key: str = "sandbox-key", region: str = "") -> None:
        self.sandbox = sandbox
        self.users = f"{sandbox.url}/exotel{region}/v2/accounts/{account}/users"
        self.session = requests.Session()
        # The environment's proxies are for the world outside.
        self.session.trust_env = False
        self.session.auth = (key, key.replace("-key", "-token"))

    def call(self, method: str, path: str = "", **options: t.Any) -> requests.Response:
        return self.session.request(method, self.users + path, timeout=10, **options)

    def person(self, **changes: t.Any) -> dict[str, t.Any]:
        person: dict[str, t.Any] = {
            "first_name": "Meera",
            "last_name": "Nair",
            "email": "Meera.Nair@example.com",
            "device_contact_uri": "+919800000001",
        }
        person.update(changes)
        return {name: value for name, value in person.items() if value is not ...}

    def create(self, **changes: t.Any) -> dict[str, t.Any]:
        answer = self.call("POST", json=self.person(**changes))
        assert answer.status_code == 200, answer.text
        created: dict[str, t.Any] = answer.json()["response"]["data"]
        return created

    def found(self, **query: t.Any) -> list[dict[str, t.Any]]:
        query.setdefault("fields", "devices")
        return [record["data"] for record in self.call("GET", params=query).json()["response"]]

    def device(self, user: dict[str, t.Any], body: t.Any, index: int = 0, path: str = "") -> requests.Response:
        return self.call("PUT", f"/{user['id']}/devices/{user['devices'][index]['id']}{path}", json=body)

    def verify(self, contact_uri: str = "+919800000001", account: str = "sandbox") -> None:
        answer = self.by_hand("verify", {"contact_uri": contact_uri, "account": account})
        assert answer.status_code == 200, answer.text

    def by_hand(self, what: str, body: dict[str, t.Any]) -> requests.Response:
        return self.session.post(f"{self.sandbox.url}/exotel/sandbox/{what}", json=body, timeout=10)

    def dialect(self, **settings: str) -> None:
        self.sandbox.dialect(**{f"exotel.{name}": value for name, value in settings.items()})


@pytest.fixture
def exotel(sandbox: t.Any) -> Exotel:
    return Exotel(sandbox)


@pytest.fixture
def voip(sandbox: t.Any) -> Exotel:
    return Exotel(sandbox, "sandbox-voip")


def assert_refused(answer: requests.Response, status: int, code: int | None) -> None:
    body = answer.json()
    assert (answer.status_code, body["response"]["error_data"]["code"]) == (status, code), answer.text
    assert body["response"]["code"] == body["http_code"] == status
    assert body["response"]["status"] == "failure"
    assert body["response"]["data"] is None
    assert re.fullmatch("[0-9a-f]{32}", body["request_id"])


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_golden_example(replay: t.Callable[[str], None], name: str) -> None:
    replay(f"exotel/{name}")


@pytest.mark.parametrize(
    ("account", "key", "region", "status", "code"),
    [
        ("sandbox", "nobody-key", "", 401, 1010),
        ("sandbox", "sandbox-key", "/mumbai", 401, 1010),
        ("sandbox-mumbai", "sandbox-mumbai-key", "", 401, 1010),
        ("sandbox", "sandbox-norights-key", "", 403, 1003),
        ("elsewhere", "sandbox-key", "", 403, 1003),
    ],
)
def test_who_is_refused(sandbox: t.Any, account: str, key: str, region: str, status: int, code: int) -> None:
    assert_refused(Exotel(sandbox, account, key, region).call("GET"), status, code)


def test_other_region_and_unknown_paths(sandbox: t.Any, exotel: Exotel) -> None:
    assert Exotel(sandbox, "sandbox-mumbai", "sandbox-mumbai-key", "/mumbai").call("GET").status_code == 200
    assert_refused(exotel.call("GET", f"/{UNKNOWN_ID}/devices"), 404, 1000)
    assert_refused(exotel.call("GET", auth=lambda request: request), 401, 1010)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"first_name": ...}, 400, 1001),
        ({"last_name": ...}, 400, 1001),
        ({"last_name": "Xu"}, 400, 1002),
        ({"last_name": "N" * 21}, 400, 1002),
        ({"first_name": "Mary Ann"}, 400, 1002),
        ({"first_name": "Zoë Marie"}, 400, 1002),
        ({"email": "no address"}, 400, 1002),
        ({"email": ""}, 400, 1002),
        ({"role": "agent"}, 400, 1002),
        ({"device_contact_uri": ...}, 400, 1402),
        ({"device_contact_uri": "09800000001"}, 400, 1401),
        ({"device_contact_uri": "+91 98000 00001"}, 400, 1401),
        ({"device_contact_uri": 919800000001}, 400, 1007),
        ({"first_name": None}, 400, 1001),
    ],
)
def test_invalid_creations(exotel: Exotel, changes: dict[str, t.Any], status: int, code: int) -> None:
    assert_refused(exotel.call("POST", json=exotel.person(**changes)), status, code)
    assert exotel.found() == []


def test_names_may_hold_what_the_documentation_lists(exotel: Exotel) -> None:
    assert exotel.create(first_name="J. O'Neil-2", last_name="St. John")["first_name"] == "J. O'Neil-2"


def test_bodies_that_are_no_json_object(exotel: Exotel) -> None:
    headers = {"Content-Type": "application/json"}
    assert_refused(exotel.call("POST", data="{", headers=headers), 400, 1007)
    assert_refused(exotel.call("POST", json=[1]), 400, 1007)
    assert_refused(exotel.call("POST", data={"first_name": "Meera"}), 415, 1011)


def test_duplicates(exotel: Exotel, voip: Exotel) -> None:
    exotel.create()
    assert_refused(exotel.call("POST", json=exotel.person(email="other@example.com")), 409, 10812)
    same_email = exotel.person(email="meera.nair@EXAMPLE.com", device_contact_uri="+919800000002")
    assert_refused(exotel.call("POST", json=same_email), 409, 10813)
    assert_refused(voip.call("POST", json=same_email), 409, 10813)
    assert voip.create(email="voip@example.com")["devices"][0]["contact_uri"] == "+919800000001"


@pytest.mark.parametrize(("code", "status"), [("1008", 409), ("1002", 400)])
def test_same_account_email_codes(exotel: Exotel, voip: Exotel, code: str, status: int) -> None:
    exotel.dialect(same_account_email=code)
    exotel.create()
    again = exotel.person(device_contact_uri="+919800000002")
    assert_refused(exotel.call("POST", json=again), status, int(code))
    assert_refused(voip.call("POST", json=again), 409, 10813)


def test_same_account_email_accepted(exotel: Exotel, voip: Exotel) -> None:
    exotel.dialect(same_account_email="accepted")
    exotel.create()
    exotel.create(email="meera.nair@example.com", device_contact_uri="+919800000002")
    assert len(exotel.found(email="Meera.Nair@example.com")) == 2
    assert_refused(voip.call("POST", json=voip.person()), 409, 10813)


def test_failures_under_200(exotel: Exotel) -> None:
    exotel.dialect(failure_signal="under_200")
    answer = exotel.call("POST", json=exotel.person(last_name="Xu"))
    body = answer.json()
    assert (answer.status_code, body["http_code"], body["response"]["code"]) == (200, 200, 400)
    assert (body["response"]["status"], body["response"]["error_data"]["code"]) == ("failure", 1002)
    assert exotel.call("GET", f"/{UNKNOWN_ID}").status_code == 404


def test_paging(sandbox: t.Any, exotel: Exotel) -> None:
    sandbox.seed("exotel", 120)
    body = exotel.call("GET").json()
    assert (len(body["response"]), body["metadata"]) == (20, {"total": 120, "count": 20, "offset": 0, "limit": 20})
    body = exotel.call("GET", params={"limit": 500, "offset": 100}).json()
    assert body["metadata"] == {"total": 120, "count": 20, "offset": 100, "limit": 50}
    assert_refused(exotel.call("GET", params={"offset": "-1"}), 400, 1002)
    assert_refused(exotel.call("GET", params={"limit": "many"}), 400, 1002)
    exotel.dialect(page_limit="refuse", total="absent")
    assert_refused(exotel.call("GET", params={"limit": 51}), 400, 1002)
    assert exotel.call("GET", params={"limit": 50}).json()["metadata"] == {"count": 50, "offset": 0, "limit": 50}


def test_filters(exotel: Exotel) -> None:
    exotel.create(email="Meera+x@example.com")
    exotel.create(email="second@example.com", device_contact_uri="+919800000002")
    exotel.create(email="third@example.com", device_contact_uri="+919800000003")
    assert len(exotel.found(email="meera+X@example.com,second@example.com")) == 2
    assert exotel.call("GET", "?email=Meera+x@example.com").json()["response"] == []
    assert len(exotel.found(**{"devices.contact_uri": "+919800000002,+919800000003"})) == 2
    assert exotel.call("GET", "?devices.contact_uri=+919800000002").json()["response"] == []
    assert "devices" not in exotel.found(fields="active_call")[0]


@pytest.mark.parametrize(("value", "expected"), [("null", None), ("absent", "missing")])
def test_empty_match(exotel: Exotel, value: str, expected: t.Any) -> None:
    exotel.dialect(empty_match=value)
    assert exotel.call("GET", params={"email": "nobody@example.com"}).json().get("response", "missing") == expected
    assert exotel.call("GET").json()["response"] == []


def test_filter_dialects(exotel: Exotel) -> None:
    exotel.create()
    exotel.create(email="second@example.com", device_contact_uri="+919800000002")
    exotel.dialect(email_filter="case_sensitive", contact_filter="loose")
    assert exotel.found(email="meera.nair@example.com") == []
    assert len(exotel.found(email="Meera.Nair@example.com")) == 1
    assert len(exotel.found(**{"devices.contact_uri": "9800000002"})) == 1
    exotel.dialect(email_filter="ignored", contact_filter="ignored")
    assert len(exotel.found(email="nobody@example.com")) == 2
    assert len(exotel.found(**{"devices.contact_uri": "+1"})) == 2


def test_form_dialects(exotel: Exotel, voip: Exotel) -> None:
    exotel.dialect(email_case="lowered", phone_echo="without_plus", device_id="string", device_type="object")
    user = exotel.create()
    assert user["email"] == "meera.nair@example.com"
    device = user["devices"][0]
    assert (device["contact_uri"], device["type"]) == ("919800000001", {"name": "tel"})
    assert isinstance(device["id"], str)
    assert exotel.device(user, {"available": False}).status_code == 200
    exotel.dialect(phone_echo="national", error_data="absent", get_one="array", devices_in_get="fields_only")
    body = exotel.call("GET", f"/{user['id']}").json()
    assert "error_data" not in body["response"][0]
    assert "devices" not in body["response"][0]["data"]
    assert exotel.found(**{"devices.contact_uri": "09800000001"})[0]["devices"][0]["contact_uri"] == "09800000001"
    exotel.dialect(devices_in_create="no", device_type="string", device_order="newest_first")
    created = voip.create(email="voip@example.com")
    assert "devices" not in created
    (listed,) = voip.found()
    assert [device["type"] for device in listed["devices"]] == ["sip", "tel"]


def test_an_absent_email_and_a_device_without_a_name(exotel: Exotel, voip: Exotel) -> None:
    exotel.dialect(default_device_name="null", no_email="empty_text")
    user = exotel.create(email=...)
    assert (user["email"], user["devices"][0]["name"]) == ("", None)
    assert voip.create(email=..., device_contact_uri=...)["devices"][0]["name"] is None
    exotel.dialect(no_email="absent")
    assert "email" not in exotel.found()[0]
    assert exotel.create(device_name="Desk", device_contact_uri="+919800000002")["devices"][0]["name"] == "Desk"


def test_order_words_and_calls(exotel: Exotel) -> None:
    users = [exotel.create(email=..., device_contact_uri=f"+91980000000{number}") for number in (1, 2)]
    exotel.dialect(order="newest_first", active_call="boolean", failure_word="failed")
    assert [user["active_call"] for user in exotel.found(fields="active_call")] == [False, False]
    assert exotel.by_hand("call", {"user_id": users[0]["id"], "active": True}).status_code == 200
    newest, oldest = exotel.found(fields="active_call")
    assert (newest["id"], oldest["id"], oldest["active_call"]) == (users[1]["id"], users[0]["id"], True)
    exotel.dialect(active_call="object")
    assert exotel.found(fields="active_call")[1]["active_call"] == {"status": "in-progress"}
    assert exotel.call("GET", f"/{UNKNOWN_ID}").json()["response"]["status"] == "failed"


def test_white_space_around_names(exotel: Exotel) -> None:
    exotel.dialect(name_rule="lenient")
    assert exotel.create(first_name=" Meera ")["first_name"] == " Meera "
    exotel.dialect(name_spaces="trimmed")
    second = exotel.create(first_name=" Leela ", email=..., device_contact_uri="+919800000002")
    assert second["first_name"] == "Leela"
    assert_refused(exotel.call("PUT", f"/{second['id']}", json={"last_name": " Xu "}), 400, 1002)


def test_voip_account(voip: Exotel) -> None:
    user = voip.create(device_contact_uri=..., email=...)
    (sip,) = user["devices"]
    assert re.fullmatch("sip:meeran[0-9a-f]{8}", sip["contact_uri"])
    assert (sip["available"], sip["verified"]) == (False, True)
    assert voip.found(**{"devices.contact_uri": sip["contact_uri"] + "@voip.exotel.com"})[0]["id"] == user["id"]
    assert_refused(voip.device(user, {"contact_uri": "+919800000001"}), 403, 10817)
    assert voip.device(user, {"password": "Long-enough-1"}, path="/password").status_code == 200
    for password in ("Sh0rt!", "onlylowercase", "lower1234"):
        assert_refused(voip.device(user, {"password": password}, path="/password"), 400, 1002)
    assert_refused(voip.device(user, {}, path="/password"), 400, 1001)
    voip.dialect(sip_device="on_verified")
    assert voip.create(device_contact_uri=..., email=...)["devices"][0]["available"] is True
    voip.dialect(sip_device="off_unverified")
    assert voip.create(device_contact_uri=..., email=...)["devices"][0]["verified"] is False


def test_update(exotel: Exotel) -> None:
    user = exotel.create()
    path = f"/{user['id']}"
    assert exotel.call("PUT", path, json={"last_name": "Menon"}).json()["response"]["data"]["last_name"] == "Menon"
    assert_refused(exotel.call("PUT", path, json={"last_name": "Xu"}), 400, 1002)
    assert_refused(exotel.call("PUT", path, json={"email": "new@example.com"}), 400, 1002)
    assert exotel.call("PUT", path, json={"email": "meera.nair@example.com"}).status_code == 200
    assert exotel.call("PUT", path, json={"role": "admin"}).json()["response"]["data"]["role"] == "user"
    assert exotel.call("PUT", path, json={"device_contact_uri": "+919800000009", "email": None}).status_code == 200
    assert exotel.call("PUT", path, json={}).status_code == 200
    (found,) = exotel.found()
    assert (found["email"], found["devices"][0]["contact_uri"]) == ("Meera.Nair@example.com", "+919800000001")


def test_email_can_be_set_once(exotel: Exotel) -> None:
    user = exotel.create(email=...)
    exotel.create(email="taken@example.com", device_contact_uri="+919800000002")
    assert user["email"] is None
    assert_refused(exotel.call("PUT", f"/{user['id']}", json={"email": "taken@example.com"}), 409, 10813)
    assert exotel.call("PUT", f"/{user['id']}", json={"email": "new@example.com"}).status_code == 200
    assert_refused(exotel.call("PUT", f"/{user['id']}", json={"email": "newer@example.com"}), 400, 1002)


def test_update_dialects(exotel: Exotel) -> None:
    path = f"/{exotel.create()['id']}"
    exotel.dialect(role_put="applied")
    assert exotel.call("PUT", path, json={"role": "supervisor"}).json()["response"]["data"]["role"] == "supervisor"
    assert_refused(exotel.call("PUT", path, json={"role": "agent"}), 400, 1002)
    exotel.dialect(role_put="refused", same_email_put="refused", unknown_keys="refused", empty_put="refused")
    assert_refused(exotel.call("PUT", path, json={"role": "admin"}), 400, 1002)
    assert_refused(exotel.call("PUT", path, json={"email": "Meera.Nair@example.com"}), 400, 1002)
    assert_refused(exotel.call("PUT", path, json={"phone": "+919800000009"}), 400, 1007)
    assert_refused(exotel.call("PUT", path, json={}), 400, 1007)
    exotel.dialect(explicit_null="refused", name_rule="lenient")
    assert_refused(exotel.call("PUT", path, json={"last_name": None}), 400, 1007)
    assert exotel.call("PUT", path, json={"last_name": "de la Cruz"}).status_code == 200


def test_devices(voip: Exotel) -> None:
    user = voip.create()
    assert_refused(voip.device(user, {"available": True}), 409, 10809)
    assert_refused(voip.device(user, {"available": "yes"}), 400, 1007)
    assert_refused(voip.device(user, {}), 400, 1007)
    assert_refused(voip.device(user, {"password": "Long-enough-1"}, path="/password"), 400, 1002)
    voip.verify(account="sandbox-voip")
    assert voip.device(user, {"available": True}, index=1).status_code == 200
    assert_refused(voip.device(user, {"available": True}), 403, 10810)
    assert voip.device(user, {"available": False}, index=1).status_code == 200
    device = voip.device(user, {"available": True}).json()["response"]["data"]
    assert (device["available"], device["verified"], device["status"]) == (True, True, "free")
    assert voip.by_hand("call", {"user_id": user["id"], "active": True}).status_code == 200
    (found,) = voip.found(fields="devices,active_call")
    assert (found["active_call"], found["devices"][0]["status"]) == (True, "busy")


def test_renumbering(exotel: Exotel) -> None:
    user = exotel.create()
    exotel.create(email="second@example.com", device_contact_uri="+919800000002")
    exotel.verify()
    assert exotel.device(user, {"available": True}).status_code == 200
    assert_refused(exotel.device(user, {"contact_uri": "+919800000002"}), 409, 10811)
    assert_refused(exotel.device(user, {"contact_uri": "+919800000001"}), 409, 10811)
    assert_refused(exotel.device(user, {"contact_uri": "9800000003"}), 400, 1401)
    device = exotel.device(user, {"contact_uri": "+919800000003"}).json()["response"]["data"]
    assert (device["verified"], device["available"], device["status"]) == (False, True, None)
    exotel.verify("+919800000003")
    exotel.dialect(same_number_put="unverifies", available_after_renumber="off")
    device = exotel.device(user, {"contact_uri": "+919800000003"}).json()["response"]["data"]
    assert (device["verified"], device["available"]) == (False, False)


@pytest.mark.parametrize(
    ("value", "status", "code"),
    [("not_found", 404, 10801), ("generic", 404, 1000), ("forbidden", 403, 1003), ("invalid", 400, 1007)],
)
def test_unknown_id(exotel: Exotel, voip: Exotel, value: str, status: int, code: int) -> None:
    exotel.dialect(unknown_id=value)
    foreign = voip.create(email=...)["id"]
    for user_id in (UNKNOWN_ID, foreign):
        assert_refused(exotel.call("GET", f"/{user_id}"), status, code)
        assert_refused(exotel.call("PUT", f"/{user_id}", json={"last_name": "Menon"}), status, code)
        assert_refused(exotel.call("DELETE", f"/{user_id}"), status, code)
    user = exotel.create()
    no_device = exotel.call("PUT", f"/{user['id']}/devices/1", json={"available": False})
    assert_refused(no_device, 403 if value == "forbidden" else 404, 1003 if value == "forbidden" else 1000)


@pytest.mark.parametrize(("freed", "status"), [("yes", 200), ("no", 409)])
def test_delete_and_create_again(exotel: Exotel, freed: str, status: int) -> None:
    exotel.dialect(freed_after_delete=freed)
    user = exotel.create()
    assert exotel.call("DELETE", f"/{user['id']}").json()["response"]["data"] is None
    assert exotel.found() == []
    assert exotel.call("POST", json=exotel.person()).status_code == status
    other_number = exotel.person(device_contact_uri="+919800000002", email="meera.nair@example.com")
    assert exotel.call("POST", json=other_number).status_code == 409


def test_last_admin_and_seats(sandbox: t.Any, exotel: Exotel) -> None:
    exotel.dialect(last_admin_delete="refused", seat_limit="50")
    user = exotel.create(role="admin")
    assert_refused(exotel.call("DELETE", f"/{user['id']}"), 403, 1003)
    sandbox.seed("exotel", 49)
    one_more = exotel.person(email=..., device_contact_uri="+919800000002")
    for code, status in ((1003, 403), (1002, 400), (1008, 409)):
        exotel.dialect(seat_code=str(code))
        assert_refused(exotel.call("POST", json=one_more), status, code)


@pytest.mark.parametrize(("account", "code"), [("sandbox-nokyc", 10814), ("sandbox-trial", 10815)])
def test_restricted_accounts(sandbox: t.Any, account: str, code: int) -> None:
    exotel = Exotel(sandbox, account)
    assert exotel.call("GET").status_code == 200
    assert_refused(exotel.call("POST", json=exotel.person()), 403, 1003)
    exotel.dialect(kyc_code="10814")
    assert_refused(exotel.call("POST", json=exotel.person()), 403, code)
    assert_refused(exotel.call("PUT", f"/{UNKNOWN_ID}", json={}), 403, code)
    assert_refused(exotel.call("DELETE", f"/{UNKNOWN_ID}"), 403, 1003)


def test_rate_limit(exotel: Exotel) -> None:
    exotel.dialect(rate_limit="5")
    answers = [exotel.call("GET") for number in range(12)]
    assert_refused(answers[-1], 429, None)
    assert "Retry-After" not in answers[-1].headers
    exotel.dialect(retry_after="present", rate_limit_body="plain")
    answers = [exotel.call("GET") for number in range(6)]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["Content-Type"].startswith("text/plain")
    exotel.dialect(rate_limit_body="rest_exception")
    answers = [exotel.call("GET") for number in range(6)]
    assert answers[-1].json()["RestException"]["Status"] == 429


def test_verifying_an_invitation(exotel: Exotel) -> None:
    exotel.create()
    assert exotel.by_hand("verify", {"email": "meera.nair@example.com"}).json() == {"verified": 1}
    assert exotel.by_hand("verify", {"email": "nobody@example.com"}).status_code == 404
    assert exotel.found()[0]["email_verified"] is True


def test_somebody_else_changes_a_user_in_between(sandbox: t.Any, exotel: Exotel) -> None:
    user = exotel.create()
    sandbox.fault("exotel.user.list", "change", set={"last_name": "Menon", "contact_uri": "+919800000007"})
    (found,) = exotel.found(email="meera.nair@example.com")
    assert (found["last_name"], found["devices"][0]["contact_uri"]) == ("Menon", "+919800000007")
    sandbox.fault("exotel.user.update", "change", remove=True)
    assert_refused(exotel.call("PUT", f"/{user['id']}", json={"last_name": "Nair"}), 404, 10801)


def test_records_for_a_person(sandbox: t.Any, voip: Exotel) -> None:
    user = voip.create(device_contact_uri=...)
    assert voip.device(user, {"password": "Long-enough-1"}, path="/password").status_code == 200
    (shown,) = sandbox.records("exotel")
    assert (shown["account"], shown["password_changes"]) == ("sandbox-voip", 1)
    assert shown["devices"].endswith(" OFF")
    assert "Long-enough-1" not in str(shown)
