# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One person by variables: what is planned for each service."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.plugin_utils._roster_person import plan_person, settle_part
from ansible_collections.vox.roster.tests.unit.rosters import good

ALL = ["simotel", "autodialer", "exotel", "sunbird"]
USERS = ["simotel", "exotel", "sunbird"]
MEERA = {"person_email": "meera@example.com", "person_phone": "+919800000001", "person_simotel_number": "1001"}
ROSTER = good(
    "roster.yml",
    """
people:
  - {name: Meera Nair, email: Meera@example.com, phone: '+91 9800000001', autodialer: {groups: [Day, Night]}}
  - {name: Sara Ahmadi, phone: '0912', autodialer: {groups: [Day, Other]}}
  - {name: Lena Gone, email: lena@example.com, phone: '0913', state: absent, autodialer: {groups: [Day]}}
""",
)


def plan(purpose: str, variables: dict[str, t.Any], services: list[str], **more: t.Any) -> dict[str, t.Any]:
    """The parts of a plan, with nothing wrong."""
    found = plan_person(purpose, variables, services, **more)
    assert found["problems"] == []
    return t.cast("dict[str, t.Any]", found["services"])


def problems(purpose: str, variables: dict[str, t.Any], services: list[str], **more: t.Any) -> list[str]:
    return t.cast("list[str]", plan_person(purpose, variables, services, **more)["problems"])


def test_onboarding_is_a_row_of_a_roster() -> None:
    variables = {
        **MEERA,
        "person_first_name": "Meera",
        "person_last_name": "Nair",
        "person_department": "Sales",
        "person_simotel_secret": "Marker-secret-1",
        "person_simotel_forward_policy_no_answer": "1002",
        "person_simotel_active": True,
        "person_exotel_role": "",
        "person_sunbird_roles": ["A", "B@0140"],
        "person_sunbird_framework": None,
    }
    parts = plan(
        "onboard",
        variables,
        USERS,
        defaults={"sunbird": {"channel": "sandbox"}},
        departments={"Sales": {"simotel": {"context": "sales"}}},
    )
    assert {service: part["items"] for service, part in parts.items()} == {
        "simotel": [
            {
                "context": "sales",
                "name": "Meera Nair",
                "email": "meera@example.com",
                "number": "1001",
                "secret": "Marker-secret-1",
                "forward_policy": {"no_answer": "1002"},
                "active": True,
            }
        ],
        "exotel": [
            {
                "first_name": "Meera",
                "last_name": "Nair",
                "email": "meera@example.com",
                "device_contact_uri": "+919800000001",
            }
        ],
        "sunbird": [
            {
                "channel": "sandbox",
                "first_name": "Meera",
                "last_name": "Nair",
                "email": "meera@example.com",
                "roles": [{"role": "A"}, {"role": "B", "organisation_id": "0140"}],
            }
        ],
    }
    assert all(part["ask"] is None and part["reason"] == "" for part in parts.values())


def test_onboarding_touches_only_what_is_asked_for() -> None:
    parts = plan("onboard", {**MEERA, "person_name": "Meera Nair", "person_exotel_role": "wrong"}, ["simotel"])
    assert list(parts) == ["simotel"]


FAULTS = [
    ("onboard", {"person_emial": "x"}, ["person_emial: this variable is not known. Did you mean 'person_email'?"]),
    ("onboard", {"roster_email": "x", "person_nmae": "x"}, ["person_nmae: this variable is not known. Did you mean"]),
    ("onboard", {"person_email": "x"}, ["person_email: 'email' is 'x', which is no e-mail address."]),
    ("onboard", {"person_phone": "0912"}, ["person_phone: 'exotel.device_contact_uri' is '0912', which is no number"]),
    ("onboard", {"person_department": "X"}, ["person_department: 'X' is no department of 'departments'."]),
    ("onboard", {"person_name": ""}, ["person_…: a person needs a 'name'"]),
    ("onboard", {"person_email": "", "person_phone": ""}, ["roster_services: exotel needs one of"]),
    (
        "onboard",
        {"person_exotel_role": "boss"},
        ["person_exotel_role: 'exotel.role' is 'boss', which is none of admin,"],
    ),
    ("offboard", {"person_email": "x"}, ["person_email: 'email' is 'x', which is no e-mail address."]),
    ("move", {}, ["new_…: nothing is to change. Give a variable such as 'new_phone'."]),
    ("move", {"new_phone": "0912"}, ["new_phone: 'exotel.device_contact_uri' is '0912', which is no number"]),
    ("move", {"new_department": "X"}, ["new_department: 'X' is no department of 'departments'."]),
]


@pytest.mark.parametrize(("purpose", "variables", "told"), FAULTS)
def test_wrong_variables_are_named(purpose: str, variables: dict[str, t.Any], told: list[str]) -> None:
    found = problems(purpose, {**MEERA, "person_name": "Meera Nair", **variables}, ["exotel"])
    assert len(found) == len(told)
    assert all(line.startswith(start) for line, start in zip(found, told, strict=True)), found


def test_variables_of_others_do_not_count() -> None:
    variables = {**MEERA, "person_count": 7, "new_relic_key": "x", "new_phone": "+919800000002"}
    assert plan("move", variables, ["exotel"])["exotel"]["changes"] == {"device_contact_uri": "+919800000002"}


def test_secrets_are_in_no_message() -> None:
    variables = {
        **MEERA,
        "person_name": "Meera Nair",
        "person_sunbird_password": " " * 3,
        "person_simotel_secret": ["a", 7],
    }
    assert "7" not in "".join(problems("onboard", variables, ["simotel", "sunbird"]))


def test_offboarding_by_keys() -> None:
    """The account is looked up first, so that it can be told whose it is; then its key decides."""
    parts = plan("offboard", MEERA, USERS)
    record = {"id": "a", "first_name": "Meera", "last_name": "Nair"}
    assert [part["ask"] for part in parts.values()] == [
        {"number": ["1001"]},
        {"email": ["meera@example.com"]},
        {"email": ["meera@example.com"]},
    ]
    settled = {service: settle_part(part, service, [record]) for service, part in parts.items()}
    assert {part["found"] for part in settled.values()} == {"Meera Nair"}
    assert {service: part["items"] for service, part in settled.items()} == {
        "simotel": [{"number": "1001", "state": "absent"}],
        "exotel": [{"email": "meera@example.com", "state": "absent"}],
        "sunbird": [{"email": "meera@example.com", "state": "absent"}],
    }


def test_offboarding_by_telephone() -> None:
    parts = plan("offboard", {"person_phone": "+919800000001"}, USERS)
    for service, key in (("exotel", "device_contact_uri"), ("sunbird", "phone")):
        assert parts[service]["ask"] == {key: ["+919800000001"]}
        settled = settle_part(parts[service], service, [{"id": "a"}])
        assert settled["items"] == [{key: "+919800000001", "state": "absent"}]
        assert settled["found"] == "id a"
    assert parts["simotel"]["reason"].endswith("Give 'person_simotel_number' or 'person_email'.")


def test_somebody_who_is_nowhere() -> None:
    for service, part in plan("offboard", MEERA, USERS).items():
        settled = settle_part(part, service, [])
        key, value = ("number", "1001") if service == "simotel" else ("email", "meera@example.com")
        assert (settled["items"], settled["found"], settled["reason"]) == ([], "", "")
        assert settled["told"] == f"no such account ({key} {value})"


def test_a_number_that_nobody_has_in_this_form_is_left_to_the_module() -> None:
    part = plan("offboard", {"person_phone": "+919800000001"}, ["exotel"])["exotel"]
    settled = settle_part(part, "exotel", [{"id": "a", "device_contact_uri": "09800000001"}])
    assert settled["items"] == [{"device_contact_uri": "+919800000001", "state": "absent"}]
    assert settled["told"] == "no such account (device_contact_uri +919800000001)"
    assert settled["found"] == ""


@pytest.mark.parametrize(
    ("service", "variables", "same", "other"),
    [
        ("simotel", MEERA, {"number": "1001"}, {"number": "1002"}),
        ("exotel", MEERA, {"email": "MEERA@example.com"}, {"email": "sara@example.com"}),
        ("sunbird", MEERA, {"email": "me***@example.com"}, {"email": "sara@example.com"}),
        ("sunbird", MEERA, {"email": None}, {"email": "sara@example.com"}),
        (
            "exotel",
            {"person_phone": "+919800000001"},
            {"device_contact_uri": "919800000001"},
            {"device_contact_uri": ""},
        ),
        ("sunbird", {"person_phone": "+919800000001"}, {"phone": "9800000001"}, {"phone": "9800000002"}),
    ],
)
def test_records_of_others_do_not_count(
    service: str, variables: dict[str, t.Any], same: dict[str, t.Any], other: dict[str, t.Any]
) -> None:
    """Whoever asks for all records gets the same answer."""
    part = plan("offboard", variables, [service])[service]
    settled = settle_part(part, service, [{"id": "a", **other}, {"id": "b", "first_name": "Meera", **same}])
    assert (len(settled["items"]), settled["reason"], settled["told"]) == (1, "", "")
    assert settled["found"].startswith(("Meera", "extension 1001"))
    assert settle_part(part, service, [{"id": "a", **other}])["told"].startswith("no such account")


def test_two_who_have_one_key() -> None:
    part = plan("offboard", MEERA, ["exotel"])["exotel"]
    settled = settle_part(part, "exotel", [{"id": "a"}, {"id": "b"}])
    assert settled["items"] == []
    assert settled["reason"].startswith("several have the email meera@example.com: a, b. Say which is meant with")


def test_a_national_number_does_no_harm_where_there_is_an_address() -> None:
    plan("offboard", {**MEERA, "person_phone": "09800000001"}, USERS)


def test_nothing_tells_who_it_is() -> None:
    parts = plan("offboard", {"person_simotel_number": "1001"}, USERS)
    assert parts["exotel"]["reason"] == "nothing tells which account is meant. Give 'person_email' or 'person_phone'."
    assert parts["exotel"]["items"] == []


EXTENSIONS: list[dict[str, t.Any]] = [
    {"id": "a", "number": "1001", "email": "MEERA@example.com"},
    {"id": "b", "number": "1002", "email": "sara@example.com"},
    {"id": "c", "number": "1003", "email": "sara@example.com"},
    {"id": "d", "number": "1004", "email": None},
]


@pytest.mark.parametrize(
    ("address", "items", "reason"),
    [
        ("meera@example.com", [{"id": "a", "state": "absent"}], ""),
        ("nobody@example.com", [], ""),
        (
            "sara@example.com",
            [],
            "several have the email sara@example.com: 1002, 1003. Say which is meant with 'person_simotel_number'.",
        ),
    ],
)
def test_an_extension_by_its_address(address: str, items: list[t.Any], reason: str) -> None:
    part = plan("offboard", {"person_email": address}, ["simotel"])["simotel"]
    assert part["ask"] == {}
    settled = settle_part(part, "simotel", EXTENSIONS)
    assert (settled["items"], settled["reason"]) == (items, reason)


def test_a_move_asks_for_the_old_and_the_new_key() -> None:
    variables = {**MEERA, "new_simotel_number": "1005", "new_last_name": "Rao", "person_name": "Meera Nair"}
    part = plan("move", variables, ["simotel"])["simotel"]
    assert part["ask"] == {"number": ["1001", "1005"]}
    changes = {"name": "Meera Rao", "number": "1005"}
    assert settle_part(part, "simotel", EXTENSIONS)["items"] == [{"id": "a", **changes}]
    moved = [{"id": "a", "number": "1005", "name": "Meera Rao"}]
    assert settle_part(part, "simotel", moved)["items"] == [{"id": "a", **changes}]
    assert settle_part(part, "simotel", [])["reason"] == "nobody has the number 1001."


def test_a_move_by_an_address_that_has_changed_already() -> None:
    variables = {"person_email": "meera@example.com", "new_email": "Rao@example.com", "new_simotel_secret": "x" * 12}
    part = plan("move", variables, ["simotel"])["simotel"]
    changes = {"email": "Rao@example.com", "secret": "x" * 12}
    moved = {"id": "a", "number": "1001", "email": "rao@example.com"}
    assert settle_part(part, "simotel", [moved])["items"] == [{"id": "a", **changes}]
    settled = settle_part(part, "simotel", [moved, {**moved, "id": "b", "number": "1002"}])
    assert settled["items"] == []
    assert settled["reason"].startswith("several have the email Rao@example.com: 1001, 1002.")


WRONG_LETTER = [
    (
        "simotel",
        {"person_email": "tpyo@example.com", "new_email": "ali@example.com", "new_name": "Ali Rad"},
        {"id": "a", "number": "1001", "email": "ali@example.com", "name": "Ali Karimi"},
        {"name": "Ali Rad"},
    ),
    (
        "exotel",
        {"person_phone": "+919800000009", "new_phone": "+919800000001", "new_name": "Meera Rao"},
        {"id": "a", "device_contact_uri": "+919800000001", "first_name": "Arjun", "last_name": "Rao"},
        {"first_name": "Meera"},
    ),
    (
        "sunbird",
        {"person_email": "tpyo@example.com", "new_email": "ali@example.com", "new_sunbird_roles": ["A", "B@0140"]},
        {
            "id": "a",
            "email": "ali@example.com",
            "root_org_id": "01",
            "roles": [{"role": "A", "organisation_id": "01"}],
        },
        {"roles": [{"role": "B", "organisation_id": "0140"}, {"role": "A", "organisation_id": "01"}]},
    ),
    (
        "sunbird",
        {"person_email": "tpyo@example.com", "new_email": "ali@example.com", "new_sunbird_phone": "+919800000001"},
        {"id": "a", "email": "ali@example.com", "phone": "9800000002"},
        {"phone": "9800000001"},
    ),
]


@pytest.mark.parametrize(("service", "variables", "record", "rest"), WRONG_LETTER)
def test_a_move_never_takes_somebody_else_for_the_person(
    service: str, variables: dict[str, t.Any], record: dict[str, t.Any], rest: dict[str, t.Any]
) -> None:
    part = plan("move", variables, [service])[service]
    settled = settle_part(part, service, [record])
    assert settled["items"] == []
    assert settled["reason"].startswith("nobody has the ")
    assert settled["reason"].endswith(
        f"is somebody's already. If both are the same person, say so with 'person_{service}_id'."
    )
    moved = settle_part(part, service, [{**record, **rest}])
    assert [(item["id"], moved["reason"]) for item in moved["items"]] == [("a", "")]


def test_a_move_creates_nobody() -> None:
    part = plan("move", {**MEERA, "new_name": "Meera Rao"}, ["exotel"])["exotel"]
    assert part["changes"] == {"first_name": "Meera", "last_name": "Rao"}
    assert settle_part(part, "exotel", [])["items"] == []
    assert settle_part(part, "exotel", [{"id": "x", "email": "meera@example.com"}])["items"] == [
        {"email": "meera@example.com", "first_name": "Meera", "last_name": "Rao"}
    ]


def test_a_move_by_address_finds_the_extension() -> None:
    part = plan("move", {"person_email": "meera@example.com", "new_simotel_context": "x"}, ["simotel"])["simotel"]
    assert settle_part(part, "simotel", EXTENSIONS)["items"] == [{"id": "a", "context": "x"}]


def test_a_move_to_a_department_takes_only_what_that_says() -> None:
    parts = plan(
        "move",
        {**MEERA, "new_department": "Sales"},
        USERS,
        defaults={"simotel": {"port": "5070"}},
        departments={"Sales": {"simotel": {"context": "sales"}}},
    )
    assert parts["simotel"]["changes"] == {"context": "sales"}
    assert parts["exotel"] == {"items": [], "ask": None, "reason": "", "told": "", "found": ""}


def test_half_a_name_is_none_for_simotel() -> None:
    variables = {"person_simotel_number": "1001", "new_last_name": "Rao"}
    assert problems("move", variables, ["simotel"]) == [
        "new_last_name: Simotel knows whole names only. Give 'new_name', too, or 'person_name'."
    ]
    parts = plan("move", {"person_email": "m@example.com", "new_last_name": "Rao"}, ["exotel", "sunbird"])
    assert [part["changes"] for part in parts.values()] == [{"last_name": "Rao"}] * 2


def test_a_new_telephone_number_is_not_sunbirds_where_there_is_an_address() -> None:
    variables = {"person_email": "m@example.com", "new_phone": "+919800000002"}
    assert plan("move", variables, ["sunbird"])["sunbird"]["items"] == []
    explicit = plan("move", {**variables, "new_sunbird_phone": "9800000002"}, ["sunbird"])["sunbird"]
    assert explicit["changes"] == {"phone": "9800000002"}


@pytest.mark.parametrize(
    ("purpose", "variables", "items"),
    [
        ("onboard", {"person_autodialer_groups": "Other"}, [("Other", ["0912", "+919800000001"])]),
        ("onboard", {}, []),
        ("offboard", {}, [("Day", ["0912"]), ("Night", [])]),
        ("offboard", {"person_phone": ""}, [("Day", ["0912"]), ("Night", [])]),
        ("move", {"new_phone": "0921"}, [("Day", ["0912", "0921"]), ("Night", ["0921"])]),
        (
            "move",
            {"new_autodialer_groups": ["Night", "Other"]},
            [("Day", ["0912"]), ("Night", ["+919800000001"]), ("Other", ["0912", "+919800000001"])],
        ),
        ("move", {"new_email": "m@example.com"}, []),
    ],
)
def test_groups_are_written_whole(purpose: str, variables: dict[str, t.Any], items: list[t.Any]) -> None:
    part = plan(purpose, {**MEERA, "person_name": "Meera Nair", **variables}, ["autodialer"], roster=ROSTER)[
        "autodialer"
    ]
    assert [(item["name"], item["numbers"]) for item in part["items"]] == items
    assert part["reason"] == ""


def test_groups_of_somebody_whom_the_roster_calls_absent() -> None:
    """The file says it already, and the server may not have heard of it."""
    parts = plan("offboard", {"person_email": "lena@example.com"}, ["autodialer"], roster=ROSTER)
    numbers = ["+919800000001", "0912"]
    assert parts["autodialer"]["items"] == [{"name": "Day", "numbers": numbers}]


def test_groups_that_do_not_exist_are_not_made_for_somebody_who_leaves() -> None:
    part = plan("offboard", MEERA, ["autodialer"], roster=ROSTER)["autodialer"]
    assert part["ask"] == {"name": ["Day", "Night"]}
    assert settle_part(part, "autodialer", [{"id": "1", "name": "Day"}])["items"] == part["items"][:1]
    assert settle_part(part, "autodialer", [])["told"] == "none of the groups exists"


def test_somebody_without_a_number_leaves_where_there_are_no_groups() -> None:
    roster = good("r.yml", "people: [{name: A B, email: a@example.com, sunbird: true}]")
    part = plan("offboard", {"person_email": "a@example.com"}, ["autodialer"], roster=roster)["autodialer"]
    assert (part["items"], part["ask"], part["reason"]) == ([], None, "")
    assert part["told"] == "left out, since the roster names no group"


def test_a_number_that_is_in_no_group() -> None:
    part = plan("offboard", {"person_phone": "0999"}, ["autodialer"], roster=ROSTER)["autodialer"]
    assert (part["items"], part["told"]) == ([], "no group to take the number 0999 out of")


@pytest.mark.parametrize("purpose", ["onboard", "offboard", "move"])
def test_groups_need_the_roster(purpose: str) -> None:
    variables = {**MEERA, "person_name": "M N", "person_autodialer_groups": "Day", "new_phone": "0921"}
    assert "'roster_file'" in plan(purpose, variables, ["autodialer"])["autodialer"]["reason"]


def test_a_group_that_the_roster_does_not_have() -> None:
    variables = {**MEERA, "person_name": "Meera Nair", "person_autodialer_groups": "Nigth"}
    assert problems("onboard", variables, ["autodialer"], roster=ROSTER) == [
        "person_autodialer_groups: 'Nigth' is no autodialer group of the roster. Did you mean 'Night'?"
    ]


@pytest.mark.parametrize(
    ("purpose", "address", "note"),
    [
        ("onboard", "new@example.com", "The roster does not name the person."),
        ("onboard", "meera@example.com", ""),
        ("offboard", "meera@example.com", "Line 3 of the roster still names the person"),
        ("offboard", "lena@example.com", ""),
        ("offboard", "new@example.com", ""),
        ("move", "meera@example.com", "Change line 3 of the roster, too"),
        ("move", "new@example.com", ""),
    ],
)
def test_notes_on_the_roster(purpose: str, address: str, note: str) -> None:
    variables = {"person_email": address, "person_name": "M N", "new_phone": "0921", "person_phone": "0900"}
    notes = plan_person(purpose, variables, ["autodialer"], roster=ROSTER)["notes"]
    assert "".join(notes).startswith(note) and bool(notes) == bool(note)


def test_every_purpose_serves_every_service() -> None:
    for purpose in ("onboard", "offboard", "move"):
        variables = {**MEERA, "person_name": "Meera Nair", "new_phone": "+919800000002"}
        assert list(plan(purpose, variables, ALL, roster=ROSTER)) == ALL


DESK = good(
    "roster.yml",
    """
people:
  - {name: Ali Rad, email: ali@example.com, phone: '0911', autodialer: {groups: [Night], number: '22 00'}}
  - {name: Reza Karimi, email: reza@example.com, phone: '0912', autodialer: {groups: [Day, Night], number: '7'}}
  - {name: Mina Rad, email: mina@example.com, phone: '0913', autodialer: {groups: [Night], number: '7'}}
  - {name: Lena Gone, email: lena@example.com, state: absent, autodialer: {groups: [Day], number: '2'}}
""",
)


@pytest.mark.parametrize(
    ("purpose", "variables", "items"),
    [
        # The own number, and not the telephone's.
        ("offboard", {"person_email": "ali@example.com"}, [("Night", ["7"])]),
        ("offboard", {"person_email": "ali@example.com", "person_phone": "0911"}, [("Night", ["7"])]),
        ("offboard", {"person_phone": "0911"}, [("Night", ["7"])]),
        ("offboard", {"person_autodialer_number": "2200"}, [("Night", ["7"])]),
        ("move", {"person_email": "ali@example.com", "new_phone": "09"}, [("Night", ["7", "09"])]),
        ("onboard", {"person_email": "ali@example.com", "person_autodialer_groups": "Day"}, [("Day", ["7", "2200"])]),
        # A number that somebody else has in the same group stays there.
        ("offboard", {"person_email": "reza@example.com"}, [("Day", [])]),
        ("offboard", {"person_email": "mina@example.com"}, []),
        (
            "move",
            {"person_email": "reza@example.com", "new_autodialer_number": "8"},
            [("Night", ["2200", "7", "8"]), ("Day", ["8"])],
        ),
        # Another run after the roster was changed.
        ("move", {"person_autodialer_number": "22", "person_email": "ali@example.com", "new_phone": "2200"}, None),
    ],
)
def test_own_and_shared_numbers(purpose: str, variables: dict[str, t.Any], items: list[t.Any] | None) -> None:
    part = plan(purpose, {"person_name": "A B", **variables}, ["autodialer"], roster=DESK)["autodialer"]
    wanted = [("Night", ["7", "2200"])] if items is None else items
    assert [(item["name"], item["numbers"]) for item in part["items"]] == wanted
    assert part["reason"] == ""


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"person_phone": "7"}, "several people of the roster have the number 7. Give 'person_email'."),
        (
            {"person_email": "ali@example.com", "person_autodialer_number": "2201"},
            "the roster has the person in Night, and not with 2201. Correct 'person_autodialer_number', or leave it "
            "out.",
        ),
        ({"person_name": "A B"}, "the number is not known. Give 'person_phone' or 'person_autodialer_number'."),
    ],
)
def test_numbers_that_nothing_can_be_done_with(variables: dict[str, t.Any], reason: str) -> None:
    for purpose in ("offboard", "move"):
        part = plan(purpose, {**variables, "new_phone": "09"}, ["autodialer"], roster=DESK)["autodialer"]
        assert (part["items"], part["reason"]) == ([], reason)


def test_a_number_of_people_without_an_address() -> None:
    """Whoever the roster gives another address is somebody else."""
    roster = good("r.yml", "people: [{name: A B, phone: '07', autodialer: {groups: [Day]}}]")
    variables = {"person_email": "a@example.com", "person_phone": "07"}
    assert plan("offboard", variables, ["autodialer"], roster=roster)["autodialer"]["items"][0]["numbers"] == []
    other = good("r.yml", "people: [{name: A B, email: b@example.com, phone: '07', autodialer: {groups: [Day]}}]")
    assert plan("offboard", variables, ["autodialer"], roster=other)["autodialer"]["items"] == []


def test_the_number_in_the_groups_is_told() -> None:
    assert [one["autodialer_number"] for one in DESK["people"]] == ["2200", "7", "7", "2"]
    assert good("r.yml", "people: [{name: A B, phone: 7}]")["people"][0]["autodialer_number"] is None
