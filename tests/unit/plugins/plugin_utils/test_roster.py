# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rosters as YAML and CSV: what they mean, and where they are wrong."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import typing as t
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_read import read_file
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import columns

ROOT = Path(__file__).resolve().parents[4]
SECRET = "Marker-secret-1"


def undecipherable(text: str) -> str:
    raise ValueError("cannot be decrypted.")


def read(
    name: str, content: str | bytes, confidential: bool = False, **more: t.Any
) -> tuple[dict[str, t.Any], list[str]]:
    """The roster, and what is wrong with it."""
    problems = Problems(confidential)
    data = content.encode("utf-8") if isinstance(content, str) else content
    roster = read_file(name, data, problems, decrypt=more.pop("decrypt", undecipherable), **more)
    return roster, problems.texts(name)


def good(name: str, content: str | bytes, **more: t.Any) -> dict[str, t.Any]:
    roster, problems = read(name, content, **more)
    assert problems == []
    return roster


def wrong(name: str, content: str | bytes, **more: t.Any) -> list[str]:
    return read(name, content, **more)[1]


def without_lines(roster: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {**roster, "people": [{**person, "line": None} for person in roster["people"]]}


EXAMPLE = good("roster.example.yml", (ROOT / "playbooks/files/roster.example.yml").read_bytes())


def test_the_example_says_what_its_comments_say() -> None:
    assert EXAMPLE["simotel_users"] == [
        {
            "context": "main_routing",
            "pickupgroup": "7",
            "name": "Sara Ahmadi",
            "email": "sara.ahmadi@example.com",
            "number": "1001",
            "secret": "Example-Secret-1001",
        },
        {"number": "1003", "state": "absent"},
    ]
    assert EXAMPLE["autodialer_groups"] == [
        {
            "name": "Night shift",
            "description": "Called after nine",
            "numbers": ["02155500199", "+982155500101", "+919800000001"],
        },
        {"name": "Managers", "numbers": ["+919800000001"]},
    ]
    assert EXAMPLE["exotel_users"] == [
        {
            "first_name": "Meera",
            "last_name": "Nair",
            "email": "meera.nair@example.com",
            "device_contact_uri": "+919800000001",
        }
    ]
    assert EXAMPLE["sunbird_users"] == [
        {
            "channel": "sandbox",
            "first_name": "Sara",
            "last_name": "Ahmadi",
            "email": "sara.ahmadi@example.com",
            "roles": [{"role": "CONTENT_CREATOR"}],
        }
    ]
    assert [(one["name"], one["state"], one["services"], one["groups"]) for one in EXAMPLE["people"]] == [
        ("Sara Ahmadi", "present", ["simotel", "autodialer", "sunbird"], ["Night shift"]),
        ("Meera Nair", "present", ["autodialer", "exotel"], ["Night shift", "Managers"]),
        ("Reza Karimi", "absent", [], []),
    ]


def test_people_carry_no_secrets() -> None:
    assert "Example-Secret" not in json.dumps(EXAMPLE["people"])


def test_the_guide_shows_the_examples() -> None:
    guide = (ROOT / "docs/guides/roster.md").read_text(encoding="utf-8")
    shown = re.findall(r"```(?:yaml|csv)\n(.*?)```", guide, re.DOTALL)
    in_yaml = (ROOT / "playbooks/files/roster.example.yml").read_text(encoding="utf-8").partition("\n\n")[2]
    in_csv = (ROOT / "playbooks/files/roster.example.csv").read_text(encoding="utf-8")
    assert shown[:2] == [in_yaml, in_csv]


def test_the_example_in_csv() -> None:
    roster = good("roster.example.csv", (ROOT / "playbooks/files/roster.example.csv").read_bytes())
    assert roster["simotel_users"][0]["forward_policy"] == {"no_answer": "1002"}
    assert roster["simotel_users"][1] == {"number": "1003", "state": "absent"}
    assert roster["exotel_users"][0]["role"] == "user"
    assert roster["sunbird_users"][0]["roles"] == [{"role": "CONTENT_CREATOR"}]
    assert [group["name"] for group in roster["autodialer_groups"]] == ["Night shift", "Managers"]


def person(text: str) -> str:
    return f"people:\n  - name: Sara Ahmadi\n    {text}\n"


@pytest.mark.parametrize("number", ["0912", "0123", "007", "1_000", "12e3", "0x1F", "1:30", "+98912", "1001.0", "00"])
def test_numbers_keep_their_text(number: str) -> None:
    """Other readers of YAML make integers, octal numbers, fractions and minutes of some of these."""
    roster, _problems = read("roster.yml", person(f"phone: {number}"))
    kept = number if re.fullmatch(r"\+?[0-9.]+", number) else None
    assert roster["people"][0]["phone"] == kept
    assert good("roster.yml", person(f"x_number: {number}"))["people"][0]["x_number"] == number


@pytest.mark.parametrize("word", ["no", "yes"])
def test_words_stay_words_where_text_is_wanted(word: str) -> None:
    roster = good("roster.yml", person(f"simotel: {{number: 1001, nat: {word}, call_record: {word}}}"))
    assert roster["simotel_users"][0]["nat"] == word
    assert roster["simotel_users"][0]["call_record"] is (word == "yes")


def test_nobody_is_lost_for_being_called_null() -> None:
    roster = good("roster.yml", "people:\n  - first_name: Rosa\n    last_name: Null\n")
    assert roster["people"][0]["name"] == "Rosa Null"


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_is_not_given(nothing: str) -> None:
    roster = good(
        "roster.yml", person(f"simotel: {{number: 1001, cid_number: {nothing or '~'}}}\n    email: {nothing}")
    )
    assert roster["simotel_users"] == [{"name": "Sara Ahmadi", "number": "1001"}]


def test_an_empty_text_clears() -> None:
    roster = good("roster.yml", person("simotel: {number: 1001, cid_number: ''}"))
    assert roster["simotel_users"][0]["cid_number"] == ""


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("true", [{"first_name": "Sara", "last_name": "Ahmadi", "email": "sara@example.com"}]),
        ("{}", [{"first_name": "Sara", "last_name": "Ahmadi", "email": "sara@example.com"}]),
        ("false", []),
        ("absent", [{"email": "sara@example.com", "state": "absent"}]),
        ("{state: absent}", [{"email": "sara@example.com", "state": "absent"}]),
    ],
)
def test_what_may_stand_in_place_of_values(said: str, items: list[dict[str, str]]) -> None:
    assert good("roster.yml", person(f"email: sara@example.com\n    exotel: {said}"))["exotel_users"] == items


def test_who_leaves_is_known_by_one_key_alone() -> None:
    """The telephone may belong to somebody else by now."""
    text = person("email: sara@example.com\n    phone: '+919800000001'\n    state: absent\n    exotel: true")
    assert good("roster.yml", text)["exotel_users"] == [{"email": "sara@example.com", "state": "absent"}]


def test_the_country_of_a_number_stays_with_it() -> None:
    text = "people:\n  - state: absent\n    sunbird: {phone: 9800000001, country_code: '+977', first_name: Sara}\n"
    item = {"phone": "9800000001", "country_code": "+977", "state": "absent"}
    assert good("roster.yml", text)["sunbird_users"] == [item]


@pytest.mark.parametrize(("email", "phone"), [("", "9800000001"), ("email: sara@example.com", None)])
def test_sunbird_gets_the_telephone_number_of_those_without_an_address(email: str, phone: str | None) -> None:
    text = person(f"phone: '9800000001'\n    sunbird: true\n    {email}")
    assert good("roster.yml", text)["sunbird_users"][0].get("phone") == phone


def test_what_counts_more() -> None:
    text = """
defaults: {simotel: {context: file, type: friend, port: 5070}}
departments:
  Sales: {simotel: {type: peer, dtmfmode: info}}
people:
  - {name: Sara Ahmadi, department: Sales, simotel: {number: 1001, dtmfmode: inband}}
  - {name: Reza Karimi, simotel: {number: 1002}}
"""
    outer = {"simotel": {"context": "outer", "host": "192.0.2.1"}}
    roster = good("roster.yml", text, defaults=outer, departments={"Sales": {"simotel": {"qualify": True}}})
    common = {"context": "file", "port": "5070", "host": "192.0.2.1"}
    sara = {"name": "Sara Ahmadi", "number": "1001", "type": "peer", "dtmfmode": "inband", "qualify": True}
    reza = {"name": "Reza Karimi", "number": "1002", "type": "friend"}
    assert roster["simotel_users"] == [{**common, **sara}, {**common, **reza}]


def test_a_group_of_those_who_left_is_emptied() -> None:
    text = person("phone: '0912'\n    state: absent\n    autodialer: {groups: [Night shift]}")
    assert good("roster.yml", text)["autodialer_groups"] == [{"name": "Night shift", "numbers": []}]


def test_groups_of_their_own() -> None:
    text = """
autodialer_groups:
  - {name: Night shift, id: 5a, description: '', numbers: [0912, 0912]}
  - {name: Gone, numbers: [0913], state: absent}
people:
  - {name: Sara Ahmadi, phone: 0912, autodialer: {groups: [Night shift], number: 0921 (12)}}
"""
    assert good("roster.yml", text)["autodialer_groups"] == [
        {"name": "Night shift", "id": "5a", "description": "", "numbers": ["0912", "092112"]},
        {"name": "Gone", "state": "absent"},
    ]


def test_references_and_merges() -> None:
    text = """
people:
  - &sara {name: Sara Ahmadi, simotel: &phone {number: 1001, context: one}}
  - <<: *sara
    name: Reza Karimi
    simotel: {<<: [*phone, {port: 5070}], number: 1002}
"""
    assert good("roster.yml", text)["simotel_users"] == [
        {"name": "Sara Ahmadi", "number": "1001", "context": "one"},
        {"name": "Reza Karimi", "number": "1002", "context": "one", "port": "5070"},
    ]


def test_json_is_yaml() -> None:
    text = json.dumps({"people": [{"name": "Sara Ahmadi", "simotel": {"number": "1001", "active": False}}]})
    assert good("roster.json", text)["simotel_users"] == [{"name": "Sara Ahmadi", "number": "1001", "active": False}]


def test_encrypted_values() -> None:
    text = person("simotel:\n      number: 1001\n      secret: !vault |\n        $ANSIBLE_VAULT;1.1\n        61")
    roster = good("roster.yml", text, decrypt=lambda found: found.replace("\n", "/"))
    assert roster["simotel_users"][0]["secret"] == "$ANSIBLE_VAULT;1.1/61/"
    assert wrong("roster.yml", text) == ["roster.yml:5:15: this encrypted value cannot be decrypted."]


YAML_FAULTS = [
    ("", ["1:1: the file is empty."]),
    ("[]", ["1:1: a roster has to be key and value pairs.", "1:1: a roster needs 'people'."]),
    ("peple: []", ["1:1: a roster needs 'people'.", "1:1: 'peple' is no key of a roster. Did you mean 'people'?"]),
    ("people: {}", ["1:9: 'people' has to be a list."]),
    ("people:\n\t- name: x", ["2:1: is no YAML: found character that cannot start any token."]),
    ("people: [", ["1:10: is no YAML: did not find expected node content."]),
    ("people: []\n---\npeople: []", ["2:1: is no YAML: it has more than one document."]),
    ("people: *Hidden", ["1:9: is no YAML: a text that begins with * needs quotes."]),
    ("people: [\x07]", ["1:10: holds the character U+0007, which YAML does not allow."]),
    ("people: &a [*a]", ["1:12: contains itself."]),
    ("people: !!set {a}", ["1:9: has a tag that is not known here. Quote a text that begins with !."]),
    ("people:\n  - 7", ["2:5: a person has to be key and value pairs.", "2:5: a person needs a 'name', or a 'first_name' and a 'last_name'."]),
    (person("emial: x"), ["3:5: 'emial' is no key of a person. Did you mean 'email'?"]),
    (person("simotle: {}"), ["3:5: 'simotle' is no key of a person. Did you mean 'simotel'?"]),
    (person("zzz: {}"), ["3:5: 'zzz' is no key of a person."]),
    (person("name: Reza"), ["3:5: this key stands on line 2 already."]),
    (person("? [a]\n    : b"), ["3:7: a key has to be a text."]),
    (person("<<: 7"), ["3:5: '<<' needs an alias of key and value pairs."]),
    (person("email: !Odd x"), ["3:12: has a tag that is not known here. Quote a text that begins with !."]),
    (person("email: sara@example"), ["3:12: 'email' is 'sara@example', which is no e-mail address. Write it like name@example.com."]),
    (person("email: [a]"), ["3:12: 'email' has to be a text."]),
    (person("phone: 12a"), ["3:12: 'phone' is '12a', which is no telephone number. Write digits, perhaps with a plus sign in front."]),
    (person("state: gone"), ["3:12: 'state' is 'gone', which is none of present, absent."]),
    (person("state: absent"), ["2:5: this person is to be absent, and no service is named."]),
    (person("x_list: [a]"), ["3:13: 'x_list' has to be a text."]),
    (person("department: Sales"), ["3:17: 'Sales' is no department of 'departments'."]),
    (person("simotel: {}"), ["3:14: simotel needs one of 'id', 'number' to know who is meant."]),
    (person("simotel:"), ["3:13: 'simotel' does not say whether the person has it. Write true, false, absent, or key and value pairs."]),
    (person("simotel: maybe"), ["3:14: 'simotel' does not say whether the person has it. Write true, false, absent, or key and value pairs."]),
    (person("simotel: {numbr: 7}"), ["3:14: simotel needs one of 'id', 'number' to know who is meant.", "3:15: 'numbr' is no key of 'simotel'. Did you mean 'number'?"]),
    (person("simotel: {number: 1e3}"), ["3:23: 'simotel.number' is '1e3', which is not made of digits only."]),
    (person("simotel: {number: 7, active: maybe}"), ["3:34: 'simotel.active' is 'maybe', which is neither yes nor no."]),
    (person("simotel: {number: 7, nat: on}"), ["3:31: 'simotel.nat' is 'on', which is none of no, yes, force_rport,comedia."]),
    (person(f"simotel: {{number: 7, secret: [{SECRET}]}}"), ["3:34: 'simotel.secret' has to be a text."]),
    (person("simotel: {number: 7, secret: '  '}"), ["3:34: the value of 'simotel.secret' is empty."]),
    (person("simotel: {number: 7, forward_policy: {bussy: 8}}"), ["3:43: 'bussy' is no key of 'simotel.forward_policy'. Did you mean 'busy'?"]),
    (person("simotel: {number: 7, forward_policy: x}"), ["3:42: 'simotel.forward_policy' has to be key and value pairs."]),
    (person("exotel: {email: s@example.com, device_contact_uri: 0912}"), ["3:56: 'exotel.device_contact_uri' is '0912', which is no number in international form."]),
    (person("sunbird: {username: sara, roles: [{organisation_id: 7}]}"), ["3:39: 'sunbird.roles' needs 'role'."]),
    (person("sunbird: {username: sara, roles: [~]}"), ["3:39: 'sunbird.roles' has an entry that is empty."]),
    (person("sunbird: {username: sara, framework: {id: [{}]}}"), ["3:48: 'sunbird.framework' takes texts and lists of texts."]),
    (person("sunbird: {username: sara, user_sub_type: x, phone: '+977980'}"), ["3:14: 'phone' is '+977980', which does not begin with the country code +91."]),
    (person("autodialer: true"), ["3:17: the autodialer needs 'groups'.", "3:17: the autodialer needs 'number', or a 'phone' of the person."]),
    (person("autodialer: {groups: [A], number: ''}"), ["3:39: 'autodialer.number' is empty."]),
    ("people:\n  - email: s@example.com", ["2:5: a person needs a 'name', or a 'first_name' and a 'last_name'."]),
    ("people:\n  - name: Maria de la Cruz\n    email: m@example.com\n    exotel: true", ["2:11: exotel needs 'first_name' and 'last_name': the name is not made of two words."]),
    ("people:\n  - name: Al Bo\n    email: m@example.com\n    exotel: true", ["2:11: 'exotel.first_name' is 'Al', which has 2 characters.", "2:11: 'exotel.last_name' is 'Bo', which has 2 characters."]),
    ("defaults: {simotel: {number: 7}}\npeople: []", ["1:22: 'number' is no key that can be the same for all of simotel."]),
    ("defaults: {simotl: {}}\npeople: []", ["1:12: 'simotl' is no service. Did you mean 'simotel'?"]),
    ("defaults: {simotel: {port: x}}\npeople: []", ["1:28: 'simotel.port' is 'x', which is not made of digits only."]),
    ("departments: []\npeople: []", ["1:14: 'departments' has to be key and value pairs."]),
    ("autodialer_groups:\n  - {numbers: [7]}", ["2:5: a group needs a 'name'."]),
    ("autodialer_groups:\n  - {name: A, id: 7}\n  - {name: A}\n  - {name: B, id: 7}", ["3:12: the group of line 2 has this name, too.", "4:19: the group of line 2 has this id, too."]),
    ("autodialer_groups:\n  - {name: A, numbers: [7, x1]}", ["2:28: 'autodialer.number' is 'x1', which is no telephone number. Write digits, perhaps with a plus sign in front."]),
    ("autodialer_groups: [{name: Night}]\n" + person("autodialer: {groups: [Nigth], number: 7}"), ["4:27: 'Nigth' is no name in 'autodialer_groups'. Did you mean 'Night'?"]),
    ("autodialer_groups: [{name: A, state: absent}]\n" + person("autodialer: {groups: [A], number: 7}"), ["4:26: the group 'A' is to be absent."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problems"), YAML_FAULTS, ids=[case[1][0] for case in YAML_FAULTS])
def test_faults_in_yaml(text: str, problems: list[str]) -> None:
    told = wrong("r.yml", text)
    assert len(told) == len(problems)
    for line, problem in zip(told, problems):
        assert line.startswith(f"r.yml:{problem}"), line
        assert SECRET not in line


KEYS_GIVEN_TWICE = [
    ("email: s@example.com", "email: S@Example.com", "'email' is 'S@Example.com', which line 3 has, too.", 12),
    (
        "simotel: {number: 1001}",
        "simotel: {number: ' 1001'}",
        "'simotel.number' is ' 1001', which line 3 has, too.",
        23,
    ),
    ("simotel: {id: a, number: 1}", "simotel: {id: a}", "'simotel.id' is 'a', which line 3 has, too.", 19),
    (
        "exotel: {device_contact_uri: '+919800000001'}",
        "exotel: {device_contact_uri: '+91 98 0000 0001'}",
        "'exotel.device_contact_uri' is '+91 98 0000 0001', which line 3 has, too.",
        34,
    ),
    (
        "sunbird: {username: sara}",
        "sunbird: {username: SARA}",
        "'sunbird.username' is 'SARA', which line 3 has, too.",
        25,
    ),
]


@pytest.mark.parametrize(("first", "second", "problem", "column"), KEYS_GIVEN_TWICE)
def test_a_key_that_two_people_have(first: str, second: str, problem: str, column: int) -> None:
    text = f"{person(first)}  - name: Reza Karimi\n    {second}\n"
    assert wrong("r.yml", text) == [f"r.yml:5:{column}: {problem}"]


def test_a_key_that_somebody_has_by_reference() -> None:
    text = "people:\n  - {name: A B, simotel: &same {number: 1}}\n  - {name: C D, simotel: *same}\n"
    assert len(wrong("r.yml", text)) == 1


def test_a_fault_of_a_default_is_told_once() -> None:
    people = "".join(f"  - {{name: Sara Ahmadi, simotel: {{number: {number}}}}}\n" for number in range(50))
    text = f"defaults: {{simotel: {{port: x}}}}\npeople:\n{people}"
    assert len(wrong("r.yml", text)) == 1
    told = wrong("r.yml", f"people:\n{people}", defaults={"simotel": {"port": "x"}})
    assert told == ["roster_defaults.simotel.port: 'simotel.port' is 'x', which is not made of digits only."] or (
        told == ["defaults.simotel.port: 'simotel.port' is 'x', which is not made of digits only."]
    )


CSV_FAULTS = [
    ("", ["1:1: the file is empty."]),
    (f"Sara Ahmadi,{SECRET}\n", ["1:1: the first row is no header: none of its cells is the name of a column."]),
    ("name,emial\nSara Ahmadi,\n", ["1:2: 'emial' is no column of a roster. Did you mean 'email'?"]),
    ("name,email,Email\nSara Ahmadi,,\n", ["1:3: this column has the same name as column 2."]),
    ("name,\nSara Ahmadi,x\n", ["2:2: this cell stands in a column without a name."]),
    ("name\nSara Ahmadi,x\n", ["2:2: this cell stands in a column without a name."]),
    ('name,phone\nSara,"12\n\n', ["2:1: is no CSV: unexpected end of data. Check the quotation marks of this row."]),
    ('name,phone\n"Sara "Ahmadi,12\n', ["2:1: is no CSV: ',' expected after '\"'. Check the quotation marks of this row."]),
    ("name,email\n\nSara Ahmadi,sara@x\n", ["3:2 (email): 'email' is 'sara@x', which is no e-mail address. Write it like name@example.com."]),
    ('name,email\n"Sara\nAhmadi",\nReza Karimi,r@x\n', ["4:2 (email): 'email' is 'r@x', which is no e-mail address. Write it like name@example.com."]),
    ("name,phone\nSara Ahmadi,9.12E+11\n", ["2:2 (phone): 'phone' is '9.12E+11', which is a number that the spreadsheet has rounded. Format the column as text and enter the number again."]),
    ("name,phone\nSara Ahmadi,=B2+1\n", ["2:2 (phone): 'phone' is '=B2+1', which is a formula. Put its result in its place."]),
    ("name,phone\nSara Ahmadi,#REF!\n", ["2:2 (phone): 'phone' is '#REF!', which is an error of the spreadsheet."]),
    ("name,exotel\nSara Ahmadi,maybe\n", ["2:2 (exotel): 'exotel' is 'maybe', which is none of yes, no and absent."]),
    ("name,simotel\nSara Ahmadi,yes\n", ["2:2 (simotel): simotel needs one of 'id', 'number' to know who is meant."]),
    ("name,simotel_number,simotel_active\nSara Ahmadi,7,perhaps\n", ["2:3 (simotel_active): 'simotel.active' is 'perhaps', which is neither yes nor no."]),
    ("name,simotel_number\nSara Ahmadi,7\nReza Karimi,7\n", ["3:2 (simotel_number): 'simotel.number' is '7', which line 2 has, too."]),
    (f"name,simotel_secret,simotel_numbr\nSara Ahmadi,{SECRET},7\n", ["1:3: 'simotel_numbr' is no column of a roster. Did you mean 'simotel_number'?", "2:2 (simotel_secret): simotel needs one of 'id', 'number' to know who is meant."]),
    ("name,autodialer_groups,phone\nSara Ahmadi,A|B,1x\n", ["2:2 (autodialer_groups): the autodialer needs 'number', or a 'phone' of the person.", "2:3 (phone): 'phone' is '1x', which is no telephone number. Write digits, perhaps with a plus sign in front."]),
    ("sep=;\nname;emial\n", ["2:2: 'emial' is no column of a roster. Did you mean 'email'?"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problems"), CSV_FAULTS, ids=[case[1][0] for case in CSV_FAULTS])
def test_faults_in_csv(text: str, problems: list[str]) -> None:
    told = wrong("r.csv", text)
    assert told == [f"r.csv:{problem}" for problem in problems]
    assert SECRET not in "".join(told)


def test_bytes_that_are_no_text() -> None:
    told = wrong("r.csv", "name,phone\nJosé Peña,1".encode("latin-1"))
    assert told == ["r.csv:2:4: this is no text in UTF-8. Save the file as UTF-8; Excel calls it 'CSV UTF-8'."]


def test_a_name_that_does_not_tell_the_format() -> None:
    assert wrong("roster", "people: []")[0].startswith("roster: the name does not tell whether this is YAML or CSV.")
    assert good("roster", "people: []", written="yaml")["people"] == []
    assert good("roster.yml.vault", "people: []")["people"] == []


def test_a_secret_file_shows_no_values() -> None:
    text = f"""
people:
  - name: {SECRET}
    email: {SECRET}
    {SECRET}: x
    simotel: {{number: {SECRET}, nat: {SECRET}}}
  - {{name: Sara Ahmadi, sunbird: {{phone: '+977123'}}}}
"""
    told = wrong("r.yml", text, confidential=True)
    assert len(told) == 5
    assert not re.search(f"{SECRET}|977123", "".join(told))
    assert "r.yml:4:12: the value of 'email' is no e-mail address. Write it like name@example.com." in told


ROWS = [["Name", "E mail", "simotel number"], ["Sara Ahmadi", "", "0701"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("told", [False, True])
def test_what_spreadsheets_write(delimiter: str, encoding: str, ending: str, told: bool) -> None:
    rows = [
        ["Name", "x_note", "Simotel number", "PHONE"],
        ["Sara Ahmadi", "a, b; c", '="0701"', "+98 21 555"],
        [""] * 4,
    ]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=ending).writerows(rows)
    text = f"sep={delimiter}{ending}" * told + stream.getvalue()
    roster = good("r.csv", text.encode(encoding))
    assert roster["simotel_users"] == [{"name": "Sara Ahmadi", "number": "0701"}]
    assert roster["people"][0]["x_note"] == "a, b; c"
    assert roster["people"][0]["line"] == 2 + told


def test_secrets_in_cells_are_left_alone() -> None:
    roster = good("r.csv", "name,simotel_number,simotel_secret\nSara Ahmadi,7,=1E+5 \n")
    assert roster["simotel_users"][0]["secret"] == "=1E+5 "


def test_no_means_that_other_cells_do_not_count() -> None:
    text = "name,simotel,simotel_number\nSara Ahmadi,no,7\nReza Karimi,absent,8\nMina Rad,yes,9\n"
    assert good("r.csv", text)["simotel_users"] == [
        {"number": "8", "state": "absent"},
        {"name": "Mina Rad", "number": "9"},
    ]


def test_roles_in_a_cell() -> None:
    text = "name,email,sunbird_roles\nSara Ahmadi,s@example.com,A | B@0140\n"
    roles = [{"role": "A"}, {"role": "B", "organisation_id": "0140"}]
    assert good("r.csv", text)["sunbird_users"][0]["roles"] == roles


def test_every_option_has_a_column_or_a_reason() -> None:
    names = set(columns())
    assert {"simotel_number", "simotel_forward_policy_busy", "exotel_device_contact_uri", "sunbird_roles"} <= names
    assert "sunbird_framework" not in names


# A cell or value of which no reader makes anything else: text without what spreadsheets or people say nothing by.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp", "Zs")), min_size=1, max_size=12
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"name": st.tuples(WORDS, WORDS).map(" ".join), "simotel_number": st.from_regex(r"[0-9]{1,6}", fullmatch=True)},
        optional={
            "simotel_secret": WORDS,
            "simotel_active": st.booleans(),
            "simotel_description": WORDS,
            "x_note": WORDS,
            "phone": st.from_regex(r"\+?[0-9]{1,12}", fullmatch=True),
        },
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row["simotel_number"],
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(PEOPLE)
def test_both_formats_say_the_same(rows: list[dict[str, t.Any]]) -> None:
    """Whatever is written, by a program that knows nothing of rosters, is read as it was meant."""
    header = sorted({name for row in rows for name in row})
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    people = []
    for row in rows:
        writer.writerow([{True: "yes", False: "no"}.get(row.get(name), row.get(name, "")) for name in header])  # type: ignore[arg-type]
        below = {name.partition("_")[2]: value for name, value in row.items() if name.startswith("simotel_")}
        people.append({**{name: row[name] for name in ("name", "phone", "x_note") if name in row}, "simotel": below})
    in_yaml, yaml_problems = read("r.yml", yaml.safe_dump({"people": people}, allow_unicode=True))
    in_csv, csv_problems = read("r.csv", stream.getvalue())
    formulas = [
        value for row in rows for value in row.values() if isinstance(value, str) and re.match(r"=|#|.*[eE]", value)
    ]
    if not formulas:
        assert yaml_problems == csv_problems == []
        assert without_lines(in_csv) == without_lines(in_yaml)
        assert [one["number"] for one in in_yaml["simotel_users"]] == [row["simotel_number"] for row in rows]
        assert [one.get("secret") for one in in_yaml["simotel_users"]] == [row.get("simotel_secret") for row in rows]


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=80) | st.text(st.sampled_from("ab:-[]{},*&!|>\"'#%@?<= \n\t"), max_size=40))
def test_nothing_breaks_the_readers(text: str) -> None:
    """Whatever a file holds, there are a roster and problems, and never anything else."""
    for name in ("r.yml", "r.csv"):
        for start in ("", "people:\n  - ", "name,email\n"):
            roster, _problems = read(name, (start + text).encode("utf-8", "surrogatepass"))
            assert set(roster) == {"people", "simotel_users", "autodialer_groups", "exotel_users", "sunbird_users"}


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60))
def test_no_bytes_break_the_readers(content: bytes) -> None:
    for name in ("r.yml", "r.csv"):
        read(name, content)


ONE = """  - name: Anna Person{0}x
    email: person{0}@example.com
    phone: "+9821555{0:05d}"
    simotel: {{number: {0}, secret: Secret-{0}, forward_policy: {{no_answer: 1000}}}}
    exotel: true
    sunbird: {{roles: [{{role: CONTENT_CREATOR}}]}}
    autodialer: {{groups: [A, B]}}
"""
SECONDS = 20  # of the processor; some 4 on an ordinary machine


@pytest.mark.parametrize("written", ["yaml", "csv"])
def test_ten_thousand_people(written: str) -> None:
    if written == "yaml":
        text = "people:\n" + "".join(ONE.format(number) for number in range(10000))
    else:
        head = "name,email,phone,simotel_number,simotel_secret,exotel,sunbird_roles,autodialer_groups\n"
        one = "Anna Person{0}x,person{0}@example.com,+9821555{0:05d},{0},Secret-{0},yes,CONTENT_CREATOR,A|B\n"
        text = head + "".join(one.format(number) for number in range(10000))
    started = time.process_time()
    roster = good("roster", text, written=written)
    assert time.process_time() - started < SECONDS
    assert [len(roster[name]) for name in ("people", "simotel_users", "exotel_users", "sunbird_users")] == [10000] * 4
    assert [len(group["numbers"]) for group in roster["autodialer_groups"]] == [10000, 10000]
