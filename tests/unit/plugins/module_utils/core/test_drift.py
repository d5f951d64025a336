# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a service has drifted from a list: the findings, their counts and the file."""

from __future__ import annotations

import json
import os
import stat
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.drift import compare, result_of_comparison
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Record, Resource
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    AUTHENTICATION,
    PERMISSION,
    TIMEOUT,
    TLS,
    UNREACHABLE,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.redact import MASK, Redactor
from ansible_collections.vox.roster.tests.unit.made_up import PERSON, Service, failing, person

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy

    Item = dict[str, t.Any]

LOOKED_UP = PERSON._replace(listed=False)


def wanted(email: str, **more: t.Any) -> Item:
    return {"state": PRESENT, "email": email, **more}


def held(*emails: str) -> list[Item]:
    return [person(_id=str(number), mail=email, name=email[0].upper()) for number, email in enumerate(emails, 1)]


def params_of(service: Service, items: list[Item], **more: t.Any) -> dict[str, t.Any]:
    common = {"append": False, "update_secret": "on_create", "purge_filter": None, "drift_file": None}
    return {**common, "service": service, "persons": items, **more}


def found(service: Service, items: list[Item], resource: Resource = PERSON, **more: t.Any) -> list[tuple[str, str]]:
    """Kind and item of every finding."""
    rows = compare(resource, params_of(service, items, **more), Redactor()).rows
    return [(row["kind"], row["item"].rpartition(" ")[2]) for row in rows]


def written(path: Path, service: Service, items: list[Item], redactor: Redactor | None = None, **more: t.Any) -> t.Any:
    """What the file holds."""
    params = params_of(service, items, drift_file=str(path / "drift.json"), **more)
    result_of_comparison(PERSON, params, True, redactor or Redactor())
    return json.loads((path / "drift.json").read_text(encoding="utf-8"))


def test_every_kind_of_finding() -> None:
    service = Service(*held("a@x.org", "b@x.org", "c@x.org", "d@x.org"))
    items = [
        wanted("a@x.org"),
        wanted("b@x.org", note="new", colour="red"),
        wanted("e@x.org", name="E"),
        wanted("c@x.org", state=ABSENT),
        wanted("g@x.org", state=ABSENT),
        wanted("nobody"),
        wanted("f@x.org"),
    ]
    drift = compare(PERSON, params_of(service, items), Redactor())
    assert [(row["kind"], row["item"], row["id"], row["listed"]) for row in drift.rows] == [
        ("different", "person b@x.org", "2", True),
        ("missing", "person e@x.org", None, True),
        ("extra", "person c@x.org", "3", True),
        ("refused", "person nobody", None, True),
        ("refused", "person f@x.org", None, True),
        ("extra", "person d@x.org", "4", False),
    ]
    assert drift.counts() == {
        "findings": 6,
        "missing": 1,
        "different": 1,
        "extra": 2,
        "refused": 2,
        "note": 0,
        "agreeing": 2,
    }
    assert drift.unlisted is None
    assert service.calls == ["read"]


def test_the_fields_of_a_finding() -> None:
    service = Service(*held("a@x.org", "b@x.org"))
    items = [wanted("a@x.org", note="new", tags=["t"], badge=""), wanted("c@x.org", name="C", pin="1", note="")]
    different, missing, extra = compare(PERSON, params_of(service, items), Redactor()).rows
    assert different["fields"] == {"note": {"after": "new"}, "tags": {"after": ["t"]}}
    assert missing["fields"] == {
        "email": {"after": "c@x.org"},
        "name": {"after": "C"},
        "pin": {"after": "(hidden, new value)"},
    }
    assert extra["fields"] == {"email": {"before": "b@x.org"}}
    assert [row["name"] for row in (different, missing, extra)] == ["A", "C", "B"]


@pytest.mark.parametrize(
    "values, name",
    [
        ({"name": "Sara"}, "Sara"),
        ({"first_name": "Sara", "last_name": "Ahmadi"}, "Sara Ahmadi"),
        ({"first_name": "Sara", "last_name": None}, "Sara"),
        ({"name": "", "first_name": ""}, None),
        ({"name": 7}, None),
    ],
)
def test_what_a_person_is_called(values: Mapping[str, t.Any], name: str | None) -> None:
    service = Service()
    service.everything = lambda scope: [Record({"id": "1", "email": "a@x.org", **values})]  # type: ignore[method-assign]
    (row,) = compare(PERSON, params_of(service, []), Redactor()).rows
    assert row["name"] == name


def test_an_empty_list_and_many_surplus_records_are_no_reason_to_refuse() -> None:
    service = Service(*held(*(f"p{number}@x.org" for number in range(300))))
    assert len(found(service, [])) == 300


def test_a_filter_limits_what_is_extra_and_nothing_else() -> None:
    service = Service(*held("a@x.org", "b@x.org", "c@x.org"))
    items = [wanted("a@x.org", note="n"), wanted("c@x.org")]
    assert found(service, items, purge_filter={"email": "[bc]@.*"}) == [
        ("different", "a@x.org"),
        ("extra", "b@x.org"),
    ]


def test_what_a_purge_leaves_alone_is_told_and_not_counted() -> None:
    class Careful(Service):
        def is_own(self, record: Record) -> bool:
            return bool(record.values["email"] == "b@x.org")

    drift = compare(PERSON, params_of(Careful(*held("b@x.org", "c@x.org")), []), Redactor())
    assert [(row["kind"], row["item"]) for row in drift.rows] == [
        ("note", "person b@x.org"),
        ("extra", "person c@x.org"),
    ]
    assert "leaves it alone" in drift.rows[0]["warnings"][0]
    assert drift.counts()["findings"] == 1


def test_a_warning_of_an_item_that_agrees_is_a_note() -> None:
    def review(change: Change, policy: Policy) -> Change:
        return replace(change, warnings=("Look at it.",))

    resource = PERSON._replace(review=review)
    drift = compare(resource, params_of(Service(*held("a@x.org")), [wanted("a@x.org")]), Redactor())
    assert [(row["kind"], row["warnings"]) for row in drift.rows] == [("note", ["Look at it."])]
    assert (drift.counts()["findings"], drift.counts()["agreeing"]) == (0, 1)


def unlistable(service: Service, failure: Failure) -> Service:
    def everything(scope: Mapping[str, t.Any]) -> list[Record]:
        raise failure

    service.everything = everything  # type: ignore[method-assign]
    return service


@pytest.mark.parametrize("kind", [PERMISSION, AUTHENTICATION])
def test_without_a_listing_the_items_are_compared_and_the_reason_is_told(kind: str) -> None:
    service = unlistable(Service(*held("a@x.org", "b@x.org")), Failure(kind, "no listing for you"))
    drift = compare(
        LOOKED_UP, params_of(service, [wanted("a@x.org", note="n"), wanted("e@x.org", name="E")]), Redactor()
    )
    assert [row["kind"] for row in drift.rows] == ["different", "missing"]
    assert drift.counts()["extra"] is None
    assert drift.unlisted is not None
    assert (drift.unlisted.message, drift.unlisted.service) == ("no listing for you", "demo")


def test_without_a_listing_what_the_list_calls_absent_still_counts_as_extra() -> None:
    service = unlistable(Service(*held("a@x.org", "b@x.org")), Failure(PERMISSION, "no"))
    drift = compare(LOOKED_UP, params_of(service, [wanted("a@x.org", state=ABSENT)]), Redactor())
    assert drift.counts()["extra"] == 1
    assert drift.unlisted is not None


def test_a_log_in_that_fails_while_surplus_is_sorted_out_does_not_hide_the_rest() -> None:
    class Strange(Service):
        def is_own(self, record: Record) -> bool:
            raise Failure(AUTHENTICATION, "who are you?")

    drift = compare(PERSON, params_of(Strange(*held("a@x.org", "b@x.org")), [wanted("a@x.org", note="n")]), Redactor())
    assert [row["kind"] for row in drift.rows] == ["different"]
    assert drift.unlisted is not None and drift.counts()["extra"] is None


@pytest.mark.parametrize("kind", [UNREACHABLE, TLS, TIMEOUT])
def test_where_nothing_answers_nothing_else_is_asked(kind: str) -> None:
    service = unlistable(Service(), Failure(kind, "nothing there"))
    with pytest.raises(Failure, match="nothing there"):
        compare(LOOKED_UP, params_of(service, [wanted("a@x.org")]), Redactor())
    assert service.calls == []


def test_a_service_that_cannot_be_read_at_all() -> None:
    service = Service()
    service.before["read"] = [failing(Failure(PERMISSION, "first")), failing(Failure(PERMISSION, "second"))]
    with pytest.raises(Failure, match="second"):
        compare(PERSON, params_of(service, [wanted("a@x.org")]), Redactor())


def test_the_file(tmp_path: Path) -> None:
    content = written(tmp_path, Service(*held("a@x.org", "b@x.org")), [wanted("a@x.org", note="n")])
    rows = content.pop("rows")
    assert content == {
        "version": 1,
        "service": "demo",
        "resource": "person",
        "scope": {},
        "address": "memory:demo",
        "drift": {
            "findings": 2,
            "missing": 0,
            "different": 1,
            "extra": 1,
            "refused": 0,
            "note": 0,
            "agreeing": 0,
        },
        "unlisted": None,
    }
    assert [row["kind"] for row in rows] == ["different", "extra"]
    path = tmp_path / "drift.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["drift.json"]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(rows) + 1


def test_an_empty_comparison_is_valid_json(tmp_path: Path) -> None:
    assert written(tmp_path, Service(), [])["rows"] == []


def test_the_result_only_counts(tmp_path: Path) -> None:
    service = Service(*held("a@x.org", "b@x.org"))
    params = params_of(service, [wanted("a@x.org")], drift_file=str(tmp_path / "d.json"))
    result = result_of_comparison(PERSON, params, True, Redactor())
    assert result["changed"] is True
    assert set(result) == {"changed", "drift", "address", "unlisted"}
    service.records.pop("2")
    assert result_of_comparison(PERSON, params, True, Redactor())["changed"] is False


def test_nothing_in_the_file_ends_a_script_and_odd_text_survives(tmp_path: Path) -> None:
    name = "</script><!-- & \u2028 سارا \ud800"
    content = written(tmp_path, Service(person(mail="a@x.org")), [wanted("a@x.org", name=name)])
    assert content["rows"][0]["fields"]["name"]["after"] == name
    raw = (tmp_path / "drift.json").read_bytes()
    assert not set(b"<>&") & set(raw)
    assert "\u2028".encode() not in raw
    assert "سارا".encode() in raw


def test_secrets_are_hidden_everywhere_and_our_own_words_are_not(tmp_path: Path) -> None:
    redactor = Redactor()
    for secret in ("Marker-1", "missing", "demo", "1"):
        redactor.add(secret)
    items = [wanted("b@x.org", name="knows Marker-1", secret="Marker-1", note="missing")]
    content = written(tmp_path, Service(), items, redactor)
    assert "Marker" not in json.dumps(content)
    (row,) = content["rows"]
    assert (row["kind"], content["service"], content["drift"]["missing"]) == ("missing", "demo", 1)
    assert (row["name"], row["fields"]["note"]["after"]) == (f"knows {MASK}", MASK)


def test_outside_check_mode_it_is_refused_before_any_request(tmp_path: Path) -> None:
    service = Service()
    params = params_of(service, [], drift_file=str(tmp_path / "d.json"))
    with pytest.raises(Failure, match="this is no check mode"):
        result_of_comparison(PERSON, params, False, Redactor())
    assert service.calls == []


def test_the_file_is_private_whatever_lies_there(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "drift.json", tmp_path / "elsewhere"
    path.write_text("public")
    path.chmod(0o644)
    leftover = tmp_path / "drift.json.unfinished"
    leftover.symlink_to(elsewhere)
    written(tmp_path, Service(), [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and not path.is_symlink()
    assert not elsewhere.exists()
    assert sorted(os.listdir(tmp_path)) == ["drift.json", "drift.json.unfinished"]


def test_two_runs_do_not_write_into_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run finishes while the first is about to put its file in place."""
    replace_file, sources = os.replace, []

    def overtaken(source: str, target: str) -> None:
        sources.append(source)
        if len(sources) == 1:
            written(tmp_path, Service(*held("b@x.org", "c@x.org")), [])
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", overtaken)
    assert len(written(tmp_path, Service(*held("a@x.org")), [])["rows"]) == 1
    assert len(set(sources)) == 2 and os.listdir(tmp_path) == ["drift.json"]


@pytest.mark.parametrize(
    "where, words", [("no/such/d.json", "a directory that does not exist"), ("d", "cannot be written")]
)
def test_a_file_that_cannot_be_written(tmp_path: Path, where: str, words: str) -> None:
    (tmp_path / "d").mkdir()
    params = params_of(Service(), [], drift_file=str(tmp_path / where))
    with pytest.raises(Failure, match=words):
        result_of_comparison(PERSON, params, True, Redactor())
    assert os.listdir(tmp_path) == ["d"]


def test_ten_thousand_findings_come_whole(tmp_path: Path) -> None:
    service = Service(*held(*(f"p{number}@x.org" for number in range(5000))))
    items = [wanted(f"p{number}@x.org", name=f"P {number}", note="n") for number in range(2500, 10000)]
    content = written(tmp_path, service, items)
    assert len(content["rows"]) == 10000
    assert content["drift"] == {
        "findings": 10000,
        "missing": 5000,
        "different": 2500,
        "extra": 2500,
        "refused": 0,
        "note": 0,
        "agreeing": 0,
    }
