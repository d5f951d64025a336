# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where rosters are wrong: line and column of every fault, and never a secret."""

from __future__ import annotations

import re

import pytest

from ansible_collections.vox.roster.tests.unit.rosters import SECRET, good, person, wrong

YAML_FAULTS = [
    ("", ["1:1: the file is empty."]),
    ("[]", ["1:1: a roster has to be key and value pairs."]),
    ("peple: []", ["1:1: 'peple' is no key of a roster. Did you mean 'people'?"]),
    ("people: {}", ["1:9: 'people' has to be a list."]),
    ("people:\n\t- name: x", ["2:1: is no YAML: found character that cannot start any token."]),
    ("people: [\n7", ["3:1: is no YAML: did not find expected ',' or ']'."]),
    ("people: []\n---\npeople: []", ["2:1: is no YAML: it has more than one document."]),
    ("people: *Hidden", ["1:9: is no YAML: a text that begins with * needs quotes."]),
    ("people: [\x07]", ["1:10: holds the character U+0007, which YAML does not allow."]),
    ("people: &a [*a]", ["1:9: a person has", "1:9: a person needs", "1:9: contains itself."]),
    ("people: !!set {a}", ["1:9: has a tag that is not known here."]),
    ("people:\n  - 7", ["2:5: a person has to be key and value pairs.", "2:5: a person needs a 'name'"]),
    (person("emial: x"), ["3:5: 'emial' is no key of a person. Did you mean 'email'?"]),
    (person("simotle: {}"), ["3:5: 'simotle' is no key of a person. Did you mean 'simotel'?"]),
    (person("zzz: {}"), ["3:5: 'zzz' is no key of a person."]),
    (person("name: Reza"), ["3:5: this key stands on line 2 already."]),
    (person("? [a]\n    : b"), ["3:7: a key has to be a text."]),
    (person("<<: 7"), ["3:5: '<<' needs an alias of key and value pairs."]),
    (person("email: !Odd x"), ["3:12: has a tag that is not known here."]),
    (person("email: sara@example"), ["3:12: 'email' is 'sara@example', which is no e-mail address."]),
    (person("email: [a]"), ["3:12: 'email' has to be a text."]),
    (person("phone: 12a"), ["3:12: 'phone' is '12a', which is no telephone number."]),
    (person("state: gone"), ["3:12: 'state' is 'gone', which is none of present, absent."]),
    (person("state: abesnt"), ["3:12: 'state' is 'abesnt', which is none of present, absent. Did you mean 'absent'?"]),
    (person("state: absent"), ["2:5: this person is to be absent, and no service is named."]),
    (person("x_list: [a]"), ["3:13: 'x_list' has to be a text."]),
    (person("department: Sales"), ["3:17: 'Sales' is no department of 'departments'."]),
    (person("simotel: {}"), ["3:14: simotel needs one of 'id', 'number' to know who is meant."]),
    (person("simotel:"), ["3:13: the value of 'simotel' does not say whether the person has it."]),
    (person("simotel: maybe"), ["3:14: 'simotel' is 'maybe', which does not say whether the person has it. Write"]),
    (
        person("simotel: flase"),
        ["3:14: 'simotel' is 'flase', which does not say whether the person has it. Did you mean 'false'?"],
    ),
    (
        person("simotel: {numbr: 7}"),
        [
            "3:14: simotel needs one of 'id', 'number' to know who is meant.",
            "3:15: 'numbr' is no key of 'simotel'. Did you mean 'number'?",
        ],
    ),
    (
        person("simotel: {number: 1e3}"),
        ["3:23: 'simotel.number' is '1e3', which is not made of digits only. Write it like '1001', in quotes."],
    ),
    (
        person("simotel: {number: 7, active: maybe}"),
        ["3:34: 'simotel.active' is 'maybe', which is neither yes nor no."],
    ),
    (person("simotel: {number: 7, nat: on}"), ["3:31: 'simotel.nat' is 'on', which is none of no, yes,"]),
    (person(f"simotel: {{number: 7, secret: [{SECRET}]}}"), ["3:34: 'simotel.secret' has to be a text."]),
    (person("sunbird: {username: s, password: '  '}"), ["3:38: the value of 'sunbird.password' is empty."]),
    (
        person("simotel: {number: 7, forward_policy: {bussy: 8}}"),
        ["3:43: 'bussy' is no key of 'simotel.forward_policy'. Did you mean 'busy'?"],
    ),
    (
        person("simotel: {number: 7, forward_policy: x}"),
        ["3:42: 'simotel.forward_policy' has to be key and value pairs."],
    ),
    (
        person("exotel: {email: s@example.com, device_contact_uri: 0912}"),
        ["3:56: 'exotel.device_contact_uri' is '0912', which is no number in international form."],
    ),
    (person("sunbird: {username: sara, roles: [{organisation_id: 7}]}"), ["3:39: 'sunbird.roles' needs 'role'."]),
    (person("sunbird: {username: sara, roles: [~]}"), ["3:39: 'sunbird.roles' has an entry that is empty."]),
    (
        person("sunbird: {username: sara, framework: {id: [{}]}}"),
        ["3:48: 'sunbird.framework' takes texts and lists of texts."],
    ),
    (
        person("sunbird: {username: sara, user_sub_type: x, phone: '+977980'}"),
        ["3:14: 'phone' is '+977980', which does not begin with the country code +91."],
    ),
    (
        person("autodialer: true"),
        ["3:17: the autodialer needs 'groups'.", "3:17: the autodialer needs 'number', or a 'phone' of the person."],
    ),
    (person("autodialer: {groups: [A], number: ''}"), ["3:39: 'autodialer.number' is empty."]),
    ("people:\n  - email: s@example.com", ["2:5: a person needs a 'name'"]),
    (
        "people:\n  - name: Maria de la Cruz\n    email: m@example.com\n    exotel: true",
        ["2:11: exotel needs 'first_name' and 'last_name': the name is not made of two words."],
    ),
    (
        "people:\n  - name: Al Bo\n    email: m@example.com\n    exotel: true",
        [
            "2:11: 'exotel.first_name' is 'Al', which has 2 characters.",
            "2:11: 'exotel.last_name' is 'Bo', which has 2 characters.",
        ],
    ),
    (
        "defaults: {simotel: {number: 7}}\npeople: []",
        ["1:22: 'number' is no key that can be the same for all of simotel."],
    ),
    ("defaults: {simotl: {}}\npeople: []", ["1:12: 'simotl' is no service. Did you mean 'simotel'?"]),
    (
        "defaults: {simotel: {port: x}}\npeople: []",
        ["1:28: 'simotel.port' is 'x', which is not made of digits only. Write it like '1001', in quotes."],
    ),
    ("departments: []\npeople: []", ["1:14: 'departments' has to be key and value pairs."]),
    ("autodialer_groups:\n  - {numbers: [7]}", ["2:5: a group needs a 'name'."]),
    (
        "autodialer_groups:\n  - {name: A, id: 7}\n  - {name: A}\n  - {name: B, id: 7}",
        ["3:12: the group of line 2 has this name, too.", "4:19: the group of line 2 has this id, too."],
    ),
    (
        "autodialer_groups:\n  - {name: A, numbers: [7, x1]}",
        ["2:28: 'autodialer.number' is 'x1', which is no telephone number."],
    ),
    (
        "autodialer_groups: [{name: Night}]\n" + person("autodialer: {groups: [Nigth], number: 7}"),
        ["4:27: 'Nigth' is no name in 'autodialer_groups'. Did you mean 'Night'?"],
    ),
    (
        "autodialer_groups: [{name: A, state: absent}]\n" + person("autodialer: {groups: [A], number: 7}"),
        ["4:26: 'autodialer.groups' is 'A', which is a group that is to be absent."],
    ),
]


@pytest.mark.parametrize(("text", "problems"), YAML_FAULTS, ids=[case[1][0] for case in YAML_FAULTS])
def test_faults_in_yaml(text: str, problems: list[str]) -> None:
    told = wrong("r.yml", text)
    assert len(told) == len(problems)
    for line, problem in zip(told, problems, strict=True):
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
    message = "'simotel.port' is 'x', which is not made of digits only. Write it like '1001', in quotes."
    assert told == [f"defaults.simotel.port: {message}"]


CSV_FAULTS = [
    ("", ["1:1: the file is empty."]),
    (f"Sara Ahmadi,{SECRET}\n", ["1:1: the first row is no header: none of its cells is the name of a column."]),
    ("name,emial\nSara Ahmadi,\n", ["1:2: 'emial' is no column of a roster. Did you mean 'email'?"]),
    ("name,email,Email\nSara Ahmadi,,\n", ["1:3: this column has the same name as column 2."]),
    ("name,\nSara Ahmadi,x\n", ["2:2: this cell stands in a column without a name."]),
    ("name\nSara Ahmadi,x\n", ["2:2: this cell stands in a column without a name."]),
    ('name,phone\nSara,"12\n\n', ["2:1: is no CSV: unexpected end of data."]),
    ('name,phone\n"Sara "Ahmadi,12\n', ["2:1: is no CSV: ',' expected after '\"'."]),
    ("name,email\n\nSara Ahmadi,sara@x\n", ["3:2 (email): 'email' is 'sara@x', which is no e-mail address."]),
    ('name,email\n"Sara\nAhmadi",\nReza Karimi,r@x\n', ["4:2 (email): 'email' is 'r@x', which is no e-mail address."]),
    (
        "name,phone\nSara Ahmadi,9.12E+11\n",
        ["2:2 (phone): 'phone' is '9.12E+11', which is a number that the spreadsheet has rounded."],
    ),
    (
        "name,phone\nSara Ahmadi,=B2+1\n",
        ["2:2 (phone): 'phone' is '=B2+1', which is a formula. Put its result in its place."],
    ),
    ("name,phone\nSara Ahmadi,#REF!\n", ["2:2 (phone): 'phone' is '#REF!', which is an error of the spreadsheet."]),
    (
        "name,exotel\nSara Ahmadi,abset\n",
        ["2:2 (exotel): 'exotel' is 'abset', which is none of yes, no and absent. Did you mean 'absent'?"],
    ),
    ("name,exotel\nSara Ahmadi,maybe\n", ["2:2 (exotel): 'exotel' is 'maybe', which is none of yes, no and absent."]),
    ("name,simotel\nSara Ahmadi,yes\n", ["2:2 (simotel): simotel needs one of 'id', 'number' to know who is meant."]),
    (
        "name,simotel_number,simotel_active\nSara Ahmadi,7,perhaps\n",
        ["2:3 (simotel_active): 'simotel.active' is 'perhaps', which is neither yes nor no."],
    ),
    (
        "name,simotel_number,simotel_active\nSara Ahmadi,7,ture\n",
        ["2:3 (simotel_active): 'simotel.active' is 'ture', which is neither yes nor no. Did you mean 'true'?"],
    ),
    (
        "name,simotel_number\nSara Ahmadi,7\nReza Karimi,7\n",
        ["3:2 (simotel_number): 'simotel.number' is '7', which line 2"],
    ),
    (
        f"name,simotel_secret,simotel_numbr\nSara Ahmadi,{SECRET},7\n",
        [
            "1:3: 'simotel_numbr' is no column of a roster. Did you mean 'simotel_number'?",
            "2:2 (simotel_secret): simotel needs one of 'id', 'number' to know who is meant.",
        ],
    ),
    (
        "name,autodialer_groups,phone\nSara Ahmadi,A|B,1x\n",
        [
            "2:2 (autodialer_groups): the autodialer needs 'number', or a 'phone' of the person.",
            "2:3 (phone): 'phone' is '1x', which is no telephone number.",
        ],
    ),
    ("sep=;\nname;emial\n", ["2:2: 'emial' is no column of a roster. Did you mean 'email'?"]),
]


@pytest.mark.parametrize(("text", "problems"), CSV_FAULTS, ids=[case[1][0] for case in CSV_FAULTS])
def test_faults_in_csv(text: str, problems: list[str]) -> None:
    told = wrong("r.csv", text)
    assert len(told) == len(problems)
    assert all(line.startswith(f"r.csv:{problem}") for line, problem in zip(told, problems, strict=True)), told
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
    assert any(line.startswith("r.yml:4:12: the value of 'email' is no e-mail address.") for line in told)


def test_a_secret_file_shows_no_names_of_its_own() -> None:
    text = f"""
departments: {{{SECRET}: {{}}}}
autodialer_groups: [{{name: {SECRET}, state: absent}}]
people:
  - {{name: Sara Ahmadi, department: {SECRET.lower()}, phone: 7, autodialer: {{groups: [{SECRET}]}}}}
  - {{name: Reza Karimi, phone: 8, autodialer: {{groups: [{SECRET.lower()}]}}}}
"""
    told = wrong("r.yml", text, confidential=True)
    assert len(told) == 3
    assert SECRET.lower() not in "".join(told).lower()


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
@pytest.mark.parametrize("depth", [3000, 100_000])
def test_deep_nesting(opening: str, depth: int) -> None:
    """No exception, and no end of the program, which the parser's own composer would be."""
    assert wrong("r.yml", f"people:\n  {opening * depth}x") == ["r.yml:1:1: is nested too deeply."]
