# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module simotel_user against the sandbox: the cycle for every field and every dialect."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.cycle import BUDGET, Cycle
from ansible_collections.vox.roster.tests.unit.simotel_tasks import USER, task_for

SECRET = "Marker-extension-1"
OTHER_SECRET = "Marker-extension-2"
NEEDED = {"number": "1001", "name": "Sara", "secret": SECRET}
READ_BACK = dict(BUDGET, create=3, change=3)

# field: the values it gets one after the other, the first at the creation
FIELDS: dict[str, list[t.Any]] = {
    "name": ["Sara Ahmadi", "سارا احمدی"],
    "user_type": ["SIP", "IAX2"],
    "active": [True, False],
    "cid_number": ["1001", "2001", ""],
    "call_record": [True, False],
    "push_notification": [False, True],
    "deny": ["0.0.0.0/0.0.0.0", "10.0.0.0/255.0.0.0"],
    "permit": ["192.0.2.0/255.255.255.0", "0.0.0.0/0.0.0.0"],
    "dtmfmode": ["inband", "rfc2833"],
    "context": ["main_routing", "sales"],
    "host": ["dynamic", "192.0.2.7"],
    "type": ["user", "peer", "friend"],
    "port": ["5060", "5070"],
    "qualify": [True, False],
    "email": ["sara@example.com", "sara.ahmadi@example.com", ""],
    "forward_policy": [
        {"busy": "1002", "no_answer": "", "unavailable": "1003", "all": ""},
        {"busy": "", "no_answer": "1004", "unavailable": "1003", "all": "1005"},
        {"busy": "", "no_answer": "", "unavailable": "", "all": ""},
    ],
    "more_options": ["encryption=yes\nlanguage=fa", "language=en", ""],
    "description": ["Front desk", "Back office", ""],
    "canreinvite": [True, False],
    "directmedia": [False, True],
    "nat": ["no", "force_rport,comedia", "yes"],
    "callgroup": ["1", "1, 3-5", ""],
    "pickupgroup": ["1,2", "4", ""],
    "callcounter": [True, False],
    "faxdetect": [False, True],
    "call_limit": ["2", "4", ""],
    "trunk": [True, False],
    "transfer": ["no", "mediaonly", "yes"],
}

DIALECTS = {
    "simotel.secret": ["masked"],
    "simotel.user_update": ["replace"],
    "simotel.unknown_id": ["failure"],
    "simotel.access_denied": ["0"],
    "simotel.failure_code": ["negative"],
    "simotel.failure_status": ["400"],
    "simotel.no_match": ["null", "empty_text"],
    "simotel.conditions": ["ignored"],
    "simotel.user_add_answer": ["null", "odd"],
    "simotel.alike_false": ["substring"],
    "simotel.alike_missing": ["refused"],
    "simotel.alike": ["regex", "substring_any_case"],
    "simotel.dates": ["gregorian"],
    "simotel.record_keys": ["sparse"],
    "simotel.server_defaults": ["panel"],
    "simotel.forward_policy_update": ["merge"],
    "simotel.forward_policy_unset": ["null", "empty_text"],
    "simotel.description_writable": ["no"],
    "simotel.more_options": ["stripped"],
    "simotel.spelling": ["normalised", "panel"],
    "simotel.order": ["newest_first"],
    "simotel.digits": ["numbers"],
    "simotel.user_type_update": ["ignored"],
    "simotel.renumber_duplicate": ["accepted"],
    "simotel.number_conflict": ["generic"],
    "simotel.number_format": ["any"],
    "simotel.secret_rule": ["complicated"],
    "simotel.values": ["any"],
    "simotel.surplus_header": ["refused"],
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def task(sandbox: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    """Runs the module; extension 1001 unless the options say otherwise."""
    return task_for(sandbox, "simotel_user", USER, {"number": "1001"})


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_cycle_of_every_field(sandbox: t.Any, task: t.Any, field: str) -> None:
    values = FIELDS[field]
    cycle = Cycle(sandbox, task, "user", budget=READ_BACK if field in ("description", "user_type") else BUDGET)
    record = cycle.settle("create", **dict(NEEDED, **{field: values[0]}))
    assert record[field] == values[0]
    untouched = {name: value for name, value in record.items() if name != field}
    for value in values[1:]:
        record = cycle.settle("change", **{field: value})
        assert record[field] == value
        assert {name: value for name, value in record.items() if name != field} == untouched
    cycle.remove()


def test_fields_are_all_covered(task: t.Any) -> None:
    from ansible_collections.vox.roster.plugins.module_utils._services.simotel_fields import WRITABLE

    assert {one.name for one in WRITABLE} == set(FIELDS) | {"number", "secret"}


def test_list_of_dialects_is_complete(sandbox: t.Any) -> None:
    known = {name: info["values"][1:] for name, info in sandbox.dialects().items() if name.startswith("simotel.")}
    assert known == DIALECTS


@pytest.mark.parametrize("dialect,value", [(name, value) for name in DIALECTS for value in DIALECTS[name]])
def test_cycle_under_every_dialect(sandbox: t.Any, task: t.Any, dialect: str, value: str) -> None:
    sandbox.dialect(**{dialect: value})
    left_out = {"simotel.description_writable": ["description"], "simotel.user_type_update": ["user_type"]}
    cycle = Cycle(sandbox, task, "user")
    for step in range(3):
        options = {
            name: values[min(step, len(values) - 1)]
            for name, values in FIELDS.items()
            if name not in left_out.get(dialect, [])
        }
        if step == 0:
            cycle.settle("create", **dict(NEEDED, **options))
        else:
            cycle.settle("change", secret=SECRET, **options)
    cycle.remove()


@pytest.mark.parametrize("dialect", ["simotel.description_writable", "simotel.user_type_update"])
def test_what_a_server_does_not_take_fails_clearly(sandbox: t.Any, task: t.Any, dialect: str) -> None:
    sandbox.dialect(**{dialect: DIALECTS[dialect][0]})
    task(**NEEDED)
    field, value = ("description", "Front desk") if "description" in dialect else ("user_type", "IAX2")
    for _round in range(2):
        result = task(**{field: value})
        assert result["failed"]
        assert f"did not take '{field}' of user 1001" in result["msg"]
        assert "leave it out" in result["failure"]["hint"]
    assert not task(name="Sara")["changed"]


def test_a_creation_whose_description_is_lost_says_what_was_done(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.description_writable": "no"})
    result = task(**dict(NEEDED, description="Front desk"))
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["the other fields"]
    assert len(sandbox.records("simotel")) == 1


def test_defaults_of_a_new_extension(task: t.Any) -> None:
    sip = task(**NEEDED)["user"]
    assert (sip["user_type"], sip["port"], sip["nat"], sip["trunk"]) == ("SIP", "5060", "no", None)
    iax = task(**dict(NEEDED, number="1002", user_type="IAX2"))["user"]
    assert (iax["user_type"], iax["port"], iax["nat"], iax["trunk"]) == ("IAX2", "4569", None, False)


@pytest.mark.parametrize("secret", ["clear", "masked"])
def test_secret_never_shows(sandbox: t.Any, task: t.Any, secret: str) -> None:
    sandbox.dialect(**{"simotel.secret": secret})
    outputs = [task(check=True, **NEEDED), task(**NEEDED)]
    outputs += [task(secret=OTHER_SECRET, update_secret="always", check=check) for check in (True, False)]
    outputs.append(task(number="1002", secret=SECRET))
    sandbox.fault("simotel.user.search", "status", status=500)
    outputs.append(task(secret=SECRET))
    outputs.append(task(state="absent"))
    for result in outputs:
        assert "Marker" not in result["output"]
        assert "sandbox-password" not in result["output"]
        assert "secret" not in (result.get("user") or {})


def test_a_changed_secret_shows_in_the_diff_as_hidden(task: t.Any) -> None:
    task(**NEEDED)
    result = task(secret=OTHER_SECRET)
    assert result["changed"]
    assert result["diff"]["before"]["secret"] != result["diff"]["after"]["secret"]


def stored_secret(sandbox: t.Any, task: t.Any, guess: str) -> bool:
    """Whether the server holds this secret, which only a server that shows it can tell."""
    sandbox.dialect(**{"simotel.secret": "clear"})
    same = not task(secret=guess, check=True)["changed"]
    sandbox.dialect(**{"simotel.secret": "masked"})
    return same


def test_update_secret_where_the_server_shows_it(task: t.Any) -> None:
    task(**NEEDED)
    for policy in ("on_create", "always"):
        assert not task(secret=SECRET, update_secret=policy)["changed"]
    assert task(secret=OTHER_SECRET, update_secret="on_create")["changed"]
    assert not task(secret=OTHER_SECRET)["changed"]


def test_update_secret_where_the_server_masks_it(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.secret": "masked"})
    task(**NEEDED)
    assert not task(secret=OTHER_SECRET)["changed"]
    assert task(secret=OTHER_SECRET, name="Sara B", update_secret="on_create")["changed"]
    assert stored_secret(sandbox, task, SECRET)
    for _round in range(2):
        assert task(secret=OTHER_SECRET, update_secret="always")["changed"]
    assert stored_secret(sandbox, task, OTHER_SECRET)
    assert not task(name="Sara B", update_secret="always")["changed"]


def test_a_masked_secret_is_never_written(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.secret": "masked"})
    task(**NEEDED)
    cycle = Cycle(sandbox, task, "user", budget=READ_BACK)
    cycle.settle("change", name="Sara B")
    assert stored_secret(sandbox, task, SECRET)
    result = task(secret="******")
    assert result["failed"] and "asterisks only" in result["msg"]


def test_a_secret_that_a_masking_and_replacing_server_loses(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.secret": "masked", "simotel.user_update": "replace"})
    task(**NEEDED)
    assert task(secret=SECRET, name="Sara B")["changed"]
    assert stored_secret(sandbox, task, SECRET)
    result = task(name="Sara C")
    assert result["failed"] and result["changed"]
    assert "lost its secret" in result["msg"] and result["failure"]["done"] == ["the change"]
    assert task(secret=SECRET)["changed"]
    assert stored_secret(sandbox, task, SECRET)
    assert not task(secret=SECRET, name="Sara C")["changed"]


@pytest.mark.parametrize("update", ["partial", "replace"])
def test_an_update_keeps_everything_else(sandbox: t.Any, task: t.Any, update: str) -> None:
    sandbox.dialect(**{"simotel.user_update": update})
    everything = {name: values[1] for name, values in FIELDS.items()}
    before = task(**dict(NEEDED, **everything))["user"]
    after = task(cid_number="7")["user"]
    assert after == dict(before, cid_number="7")
    assert task(check=True, secret=SECRET, **dict(everything, cid_number="7"))["changed"] is False


@pytest.mark.parametrize("more", [{}, {"call_record": "no"}, {"type": "user", "user_type": "SIP", "email": ""}])
@pytest.mark.parametrize("update", ["partial", "replace"])
def test_an_extension_that_may_be_live_is_switched_off(
    sandbox: t.Any, task: t.Any, update: str, more: dict[str, t.Any]
) -> None:
    """A record without the key may be that of a live extension."""
    sandbox.dialect(**{"simotel.user_update": update})
    sandbox.fault("simotel.user.search", "change", add=dict(NEEDED, **more))
    assert task(check=True, active=False)["changed"]
    assert task(active=False)["changed"]
    assert sandbox.records("simotel")[0]["active"] == "no"
    assert not task(active=False)["changed"]


def test_a_server_that_leaves_out_what_is_off(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.record_keys": "sparse"})
    cycle = Cycle(sandbox, task, "user", budget=BUDGET)
    assert cycle.settle("create", active=False, **NEEDED)["active"] is False
    result = task(active=False)
    assert not result["changed"]
    assert "does not show whether user 1001 is active" in str(result["warnings"])
    assert "warnings" not in task(name="Sara")
    assert cycle.settle("change", active=True)["active"] is True
    cycle.settle("change", active=False)


def test_an_update_keeps_what_we_do_not_know(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.user_update": "replace"})
    unknown = {"voicemail": {"box": 7}, "hot_desk": None, "ring": "30", "voicemail_secret": "****"}
    sandbox.fault("simotel.user.search", "change", add=dict(NEEDED, active="yes", **unknown))
    assert task(cid_number="7")["changed"]
    del unknown["voicemail_secret"]
    stored = sandbox.records("simotel")[0]
    assert {name: stored[name] for name in unknown} == unknown
    assert "voicemail_secret" not in stored
    assert not task(cid_number="7", secret=SECRET)["changed"]


def test_suboptions_of_forward_policy_are_merged(task: t.Any) -> None:
    task(**dict(NEEDED, forward_policy={"busy": "1002"}))
    record = task(forward_policy={"all": "1003"})["user"]
    assert record["forward_policy"] == {"busy": "1002", "no_answer": "", "unavailable": "", "all": "1003"}
    assert task(forward_policy={"busy": ""})["user"]["forward_policy"]["all"] == "1003"


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("field", ["deny", "permit", "dtmfmode", "context", "host", "port"])
def test_what_a_phone_cannot_do_without_is_never_emptied(sandbox: t.Any, task: t.Any, field: str, exists: bool) -> None:
    if exists:
        task(**NEEDED)
    before = sandbox.records("simotel")
    result = task(**NEEDED, **{field: " "})
    assert result["failed"] and f"or leave '{field}' out" in result["msg"]
    assert sandbox.records("simotel") == before


@pytest.mark.parametrize("target", ["abc def", "1002;1003", "sip:1002", "10 02", "1002\n1003"])
def test_targets_that_no_phone_can_dial(sandbox: t.Any, task: t.Any, target: str) -> None:
    result = task(**NEEDED, forward_policy={"busy": "1002", "no_answer": target})
    assert result["failed"] and f"holds {target!r} as 'no_answer'" in result["msg"]
    assert sandbox.records("simotel") == []


def test_targets_that_a_phone_can_dial(task: t.Any) -> None:
    targets = {"busy": "+982155500101", "no_answer": "*72#", "unavailable": " ۱۰۰۲ ", "all": ""}
    result = task(**NEEDED, forward_policy=targets)
    assert result["user"]["forward_policy"] == dict(targets, unavailable="1002")
    assert "warnings" not in result


def test_forwarding_to_the_own_number_gets_a_warning(task: t.Any) -> None:
    own = {"no_answer": "1001", "all": "1001"}
    for check in (True, False, False):
        result = task(check=check, **NEEDED, forward_policy=own)
        assert "forwards calls to its own number 1001: 'no_answer', 'all'" in str(result["warnings"])
    assert "warnings" not in task(name="Sara B")
    identifier = task(forward_policy={"no_answer": "1002", "all": ""})["user"]["id"]
    assert "its own number 1002: 'no_answer'" in str(task(id=identifier, number="1002")["warnings"])
    assert "warnings" not in task(number="1002", state="absent")


def test_renumber_and_rename_by_id(sandbox: t.Any, task: t.Any) -> None:
    identifier = task(**NEEDED)["user"]["id"]
    task(**dict(NEEDED, number="1002"))
    cycle = Cycle(sandbox, task, "user", budget=BUDGET)
    record = cycle.settle("change", id=identifier, number="1101", name="Sara B")
    assert (record["id"], record["number"], record["name"]) == (identifier, "1101", "Sara B")
    assert [one["number"] for one in sandbox.records("simotel")] == ["1101", "1002"]
    result = task(id=identifier, number="1002")
    assert result["failed"] and result["failure"]["code"] == "conflict"
    assert task(id=identifier, state="absent")["changed"]
    assert not task(id=identifier, state="absent")["changed"]
    result = task(id=identifier, name="Nobody")
    assert result["failed"] and "Ids are given by the service" in result["msg"]


def test_ambiguous_number(sandbox: t.Any, task: t.Any) -> None:
    """A server that lets a renumbering take a number in use holds two extensions of one number."""
    task(**NEEDED)
    rival = dict(NEEDED, name="Rival")
    sandbox.fault("simotel.user.search", "change", add=rival)
    result = task(name="Sara B")
    assert result["failed"] and result["failure"]["code"] == "ambiguous"
    assert len(sandbox.records("simotel")) == 2


def test_a_similar_number_is_never_taken_for_the_one_meant(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.alike_false": "substring"})
    task(**dict(NEEDED, number="21001"))
    assert not task(state="absent")["changed"]
    assert task(**NEEDED)["changed"]
    assert task(name="Sara B")["user"]["number"] == "1001"
    assert [one["name"] for one in sandbox.records("simotel")] == ["Sara", "Sara B"]
