# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the playbooks: slips in their names, and values that make no sense."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.plugin_utils._roster_slips import did_you_mean, distance, mistyped
from ansible_collections.vox.roster.plugins.plugin_utils._roster_variables import PLAYBOOKS, problems, slips

FILE = {"roster_file": "roster.yml"}


@pytest.mark.parametrize(
    ("first", "second", "letters"),
    [
        ("email", "email", 0),
        ("emial", "email", 1),
        ("mail", "email", 1),
        ("emaill", "email", 1),
        ("", "ab", 2),
        ("ba", "abc", 2),
    ],
)
def test_distance(first: str, second: str, letters: int) -> None:
    assert distance(first, second) == distance(second, first) == letters


def test_short_words_need_to_be_nearer() -> None:
    assert mistyped("nmae", ["name"]) == "name"
    assert mistyped("home", ["name"]) == ""
    assert mistyped("Departmnt", ["department"]) == "department"
    assert mistyped("deprtmnt", ["department"]) == "department"
    assert mistyped("dprtmnt", ["department"]) == ""


def test_a_question_is_asked_where_something_is_near() -> None:
    assert did_you_mean("simotl", ["simotel", "exotel"]) == " Did you mean 'simotel'?"
    assert did_you_mean("whatever", ["simotel", "exotel"]) == ""


@pytest.mark.parametrize(
    ("playbook", "name", "meant"),
    [
        ("roster_sync", "roster_purge_limt", "roster_purge_limit"),
        ("roster_sync", "rostr_file", "roster_file"),
        ("roster_sync", "roster_fiel", "roster_file"),
        ("roster_sync", "simotl_connection", "simotel_connection"),
        ("roster_sync", "exotel_conection", "exotel_connection"),
        ("roster_sync", "roster_sunbird_connection", "sunbird_connection"),
        ("audit", "audit_direktory", "audit_directory"),
        ("audit", "roster_option", "roster_options"),
        ("onboard", "roster_person_emial", "person_email"),
        ("offboard", "offboard_forse", "offboard_force"),
        ("offboard", "persn_email", "person_email"),
        ("move", "roster_new_phone", "new_phone"),
    ],
)
def test_a_slip_is_told(playbook: str, name: str, meant: str) -> None:
    assert slips(playbook, ["roster_file", name]) == [
        f"'{name}' is no variable of vox.roster.{playbook}, so it does not count. Did you mean '{meant}'?"
    ]


FOREIGN = [
    "roster_owner",
    "roster_region",
    "audit_log",
    "ansible_connection",
    "inventory_hostname",
    "names",
    "_",
    "person_count",
]


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_variables_of_others_are_none_of_our_business(playbook: str) -> None:
    every = [name for names in PLAYBOOKS.values() for name in names]
    assert slips(playbook, [*FOREIGN, *every]) == []


def told(values: dict[str, t.Any], playbook: str = "roster_sync") -> list[str]:
    return problems(playbook, {**FILE, **values})


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"roster_file": " "}, "'roster_file' is not set. Give the path of the roster."),
        (
            {"roster_services": "simotel, sunbrd"},
            "'roster_services' names 'sunbrd', which is no service. Did you mean 'sunbird'?",
        ),
        ({"roster_services": True}, "'roster_services' names 'True', which is no service. The services are simotel,"),
        ({"roster_purge": ["exotle"]}, "'roster_purge' names 'exotle', which is no service. Did you mean 'exotel'?"),
        ({"roster_purge_limit": "many"}, "'roster_purge_limit' is 'many'. Give a number, 0 or more."),
        ({"roster_purge_limit": -1}, "'roster_purge_limit' is '-1'."),
        ({"roster_options": "simotel"}, "'roster_options' has to be key and value pairs"),
        (
            {"roster_options": {"simotl": {}}},
            "'roster_options' names 'simotl', which is no service. Did you mean 'simotel'?",
        ),
        (
            {"roster_options": {"simotel": "x"}},
            "'roster_options.simotel' has to be key and value pairs, the options of vox",
        ),
        (
            {"roster_options": {"exotel": {"concurency": 4}}},
            "'roster_options.exotel.concurency' is no option of vox.roster.exotel_users. Did you mean 'concurrency'?",
        ),
        (
            {"roster_options": {"exotel": {"zzz": 4}}},
            "'roster_options.exotel.zzz' is no option of vox.roster.exotel_users. Options are",
        ),
        (
            {"roster_options": {"simotel": {"concurrency": "many"}}},
            "'roster_options.simotel.concurrency' has a value of another kind. Give a whole number.",
        ),
        ({"roster_options": {"simotel": {"timeout": "30s"}}}, "'roster_options.simotel.timeout' is '30s'. Give a numb"),
        (
            {"roster_options": {"simotel": {"concurrency": 0}}},
            "'roster_options.simotel': 'concurrency' is 0. Give 1 or more.",
        ),
        ({"roster_options": {"simotel": {"timeout": 0}}}, "'roster_options.simotel': 'timeout' is 0"),
        (
            {"roster_options": {"simotel": {"update_secret": "alwyas"}}},
            "'roster_options.simotel.update_secret' is 'alwyas'. It is one of on_create, always. Did",
        ),
        (
            {"roster_options": {"sunbird": {"force": "perhaps"}}},
            "'roster_options.sunbird.force' has a value of another kind. Give yes or no.",
        ),
        (
            {"roster_options": {"simotel": {"purge": True}}},
            "'roster_options.simotel.purge' is for the playbook to set. Name",
        ),
        (
            {"roster_options": {"autodialer": {"purge_filter": {"nam": "x"}}}},
            "'roster_options.autodialer': 'purge_filter' names 'nam', which is no field that is returned. Fields",
        ),
        (
            {"simotel_connection": {"api_pasword": "x"}},
            "'simotel_connection.api_pasword' is no option of vox.roster.simotel_users.",
        ),
        ({"simotel_connection": ["x"]}, "'simotel_connection' has to be key and value pairs"),
    ],
)
def test_values_that_make_no_sense(values: dict[str, t.Any], line: str) -> None:
    found = told(values)
    assert len(found) == 1
    assert found[0].startswith(line), found


def test_everything_is_told_at_once_and_no_secret() -> None:
    found = told({"roster_purge": "simotl", "exotel_connection": {"api_tokn": "Marker-secret-1", "retries": "x"}})
    assert len(found) == 3
    assert "Marker-secret-1" not in "".join(found)


@pytest.mark.parametrize(("value", "hint"), [("nop", " Did you mean 'no'?"), ("perhaps", " Give yes or no.")])
def test_a_switch_that_is_neither_yes_nor_no(value: str, hint: str) -> None:
    line = f"'{{0}}' is '{value}', which is neither yes nor no.{hint}"
    assert problems("offboard", {"offboard_force": value}) == [line.format("offboard_force")]
    assert told({"audit_fail_on_drift": value}, "audit") == [line.format("audit_fail_on_drift")]


@pytest.mark.parametrize("value", ["yes", "No", True, False, "1", 0, "", None, " TRUE "])
def test_a_switch(value: t.Any) -> None:
    assert problems("offboard", {"offboard_force": value}) == []


def test_what_is_right_or_empty_passes() -> None:
    right = {
        "roster_services": "simotel,\nexotel sunbird",
        "roster_purge": ["simotel"],
        "roster_purge_limit": 0,
        "roster_options": {"simotel": {"purge_filter": {"number": "1[0-9]*"}, "concurrency": "4"}, "exotel": None},
        "simotel_connection": {"url": "https://pbx.example.com", "api_user": "x", "api_password": "y", "timeout": 2.5},
    }
    assert told(right) == []
    assert told(dict.fromkeys(right, "")) == []
    assert told(dict.fromkeys(right)) == []


@pytest.mark.parametrize("playbook", ["onboard", "offboard", "move"])
@pytest.mark.parametrize(
    ("name", "option", "module"),
    [
        ("simotel_connection", {"update_secret": "always"}, "simotel_users"),
        ("autodialer_connection", {"concurrency": 2}, "autodialer_groups"),
        ("exotel_connection", {"concurrency": 20}, "exotel_users"),
        ("sunbird_connection", {"on_error": "stop"}, "sunbird_users"),
    ],
)
def test_a_connection_of_a_person_has_no_options_that_the_info_module_lacks(
    playbook: str, name: str, option: dict[str, t.Any], module: str
) -> None:
    service = name.partition("_")[0]
    assert problems(playbook, {name: {"timeout": 5, **option}}) == [
        f"'{name}.{next(iter(option))}' is an option of vox.roster.{module} alone. "
        f"Give it in 'roster_options.{service}' instead."
    ]
    assert problems(playbook, {"roster_options": {service: option}}) == []
    assert told({name: {"timeout": 5, **option}}) == []


@pytest.mark.parametrize("playbook", ["onboard", "offboard", "move"])
def test_a_connection_of_a_person_has_what_both_modules_know(playbook: str) -> None:
    assert problems(playbook, {"exotel_connection": {"requests_per_minute": 20}}) == []
    assert problems(playbook, {"sunbird_connection": {"concurrency": 2}}) == []
    (line,) = problems(playbook, {"simotel_connection": {"concurency": 2}})
    assert line.endswith("is no option of vox.roster.simotel_users. Did you mean 'concurrency'?")
    (line,) = problems(playbook, {"simotel_connection": {"purge": True}})
    assert line.startswith("'simotel_connection.purge' is for the playbook to set.")


SECRET = "Marker-secret-1"


@pytest.mark.parametrize(
    "connection",
    [
        {"api_key": SECRET, "retries": SECRET},
        {"api_key": SECRET, "retries": f"a longer text with {SECRET} in it, of which only the beginning is shown"},
        {"api_key": SECRET, "timeout": ["x", SECRET]},
        {"api_key": SECRET, "update_secret": SECRET},
        {"api_kee": SECRET, "retries": SECRET},
        {"api_key": "30", "timeout": SECRET},
        {"api_key": "yes", "validate_certs": SECRET},
        {"api_key": "always", "update_secret": SECRET},
    ],
)
def test_a_secret_in_the_wrong_place_is_not_told(connection: dict[str, t.Any]) -> None:
    found = told({"simotel_connection": connection})
    assert found
    assert SECRET[:6] not in "".join(found)


class _OmitType:
    """As Ansible calls that of its own object."""


@pytest.mark.parametrize("nothing", [None, "__omit_place_holder__0123456789abcdef", _OmitType()])
def test_options_that_are_left_out(nothing: t.Any) -> None:
    connection = dict.fromkeys(["timeout", "retries", "validate_certs", "api_key"], nothing)
    assert problems("offboard", {"simotel_connection": connection}) == []
    assert told({"roster_options": {"exotel": {"concurrency": nothing, "on_error": nothing}}}) == []


def test_services_in_lists_of_lists() -> None:
    assert told({"roster_services": [["simotel"], "exotel", [["sunbird,autodialer"]]]}) == []
    assert told({"roster_services": [["simotl"]]})[0].startswith("'roster_services' names 'simotl', which is no ser")
