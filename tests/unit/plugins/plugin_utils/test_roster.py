# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rosters as YAML and CSV: what they mean."""

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

from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import columns
from ansible_collections.vox.roster.tests.unit.rosters import good, person, read, wrong

ROOT = Path(__file__).resolve().parents[4]


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


# Text without blanks, and without what only spreadsheets write.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp", "Zs")), min_size=1, max_size=12
).filter(lambda text: not re.match(r"[=#]|[+-]?[0-9]+([.,][0-9]+)?[eE]", text))
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"name": st.tuples(WORDS, WORDS).map(" ".join), "simotel_number": st.from_regex(r"[0-9]{1,6}", fullmatch=True)},
        optional={
            # Asterisks only are what a server shows in place of a secret.
            "simotel_secret": WORDS.filter(lambda text: text.strip("*")),
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
        words = {name: {True: "yes", False: "no"}.get(value, value) for name, value in row.items()}
        writer.writerow([words.get(name, "") for name in header])
        about: dict[str, t.Any] = {name: row[name] for name in ("name", "phone", "x_note") if name in row}
        below = {name.partition("_")[2]: value for name, value in row.items() if name.startswith("simotel_")}
        people.append({**about, "simotel": below})
    in_yaml = good("r.yml", yaml.safe_dump({"people": people}, allow_unicode=True))
    in_csv = good("r.csv", stream.getvalue())
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
