# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What info modules do with records, shown with a made-up resource."""

from __future__ import annotations

import tracemalloc
import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.info import Info, told
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Record, decode
from ansible_collections.vox.roster.plugins.module_utils._http.paging import Page, collect
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Cleaned, Redactor
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import forgetting
from ansible_collections.vox.roster.tests.unit.made_up import FIELDS, PERSON, Service, person


class Reader(Service):
    """The made-up service, with a way to read all of it."""

    def select(self, filters: t.Mapping[str, t.Any], keep: t.Callable[[Record], t.Any]) -> list[t.Any]:
        """Everybody, or whose name has the text."""
        records = [raw for raw in self.records.values() if filters.get("name", "") in str(raw["name"])]
        return [keep(Record(decode(FIELDS, raw), raw)) for raw in records]


INFO = Info(
    resource=PERSON,
    connect=lambda params, redactor: params["service"],
    order="name",
    fields=(Field("unknown"),),
    filters={"name": {"type": "str"}},
    remarks=lambda missing, records: [f"{len(missing)} missing among {len(records)}"] if missing else [],
)


def ask(service: Reader, redactor: Redactor | None = None, **params: t.Any) -> dict[str, t.Any]:
    """The result, with its parts as they reach the person."""
    given = {"service": service, **dict.fromkeys(("id", "email", "phone", "query", "filters")), **params}
    result = told(INFO, given, redactor or Redactor(), hidden=False)
    return {name: value.value if isinstance(value, Cleaned) else value for name, value in result.items()}


def named(*names: t.Any) -> Reader:
    """A service with people of these names, in this order."""
    records = [person(_id=str(number), mail=f"p{number}@example.com", name=name) for number, name in enumerate(names)]
    return Reader(*records)


def test_the_order_is_the_same_whatever_the_service_says() -> None:
    names = ["ada", "10", None, "Bea", "9", "009", "Ada", "١", "0"]
    forwards = [one["name"] for one in ask(named(*names))["persons"]]
    assert forwards == ["0", "9", "009", "10", "ada", "Ada", "Bea", "١", None]
    assert [one["name"] for one in ask(named(*names[::-1]))["persons"]][-1] is None
    ids = [one["id"] for one in ask(named("x", "x", "x"))["persons"]]
    assert ids == ["0", "1", "2"]


def test_what_is_shown() -> None:
    (shown,) = ask(Reader(person()))["persons"]
    assert shown["name"] == "Sara" and shown["unknown"] == 7
    assert not {"secret", "pin", "numbers"} & set(shown)
    result = ask(Reader(person(pin="4711")), include_secrets=True)
    assert result["persons"][0]["pin"] == "4711" and result["persons"][0]["secret"] is None
    assert result["secrets_included"] is True
    assert [warning.split(",")[0] for warning in result["warnings"]] == [
        "The result holds secrets",
        "The service masks 'secret'",
    ]


def test_secrets_of_the_task_are_hidden_and_wanted_ones_are_not() -> None:
    redactor = Redactor()
    redactor.add("4711")
    service = Reader(person(pin="47110", note="It is 4711", unknown={"deep": ["4711"]}))
    (shown,) = ask(service, redactor, include_secrets=True)["persons"]
    assert (shown["pin"], shown["note"], shown["unknown"]) == ("47110", "It is ********", {"deep": ["********"]})
    assert ask(service, redactor, include_secrets=True, query="[].pin")["query_result"] == ["47110"]


def test_keys_filters_and_remarks() -> None:
    service = named("Ava", "Bardia", "Clara")
    assert ask(service, filters={"name": "a", "other": ""})["count"] == 3
    assert ask(service, filters={"name": "Bar"})["count"] == 1
    result = ask(service, email=["P1@example.com", "p1@example.com", "p7@example.com"], id=["2"])
    assert [one["name"] for one in result["persons"]] == ["Bardia", "Clara"]
    assert result["warnings"] == ["1 missing among 3"]
    service.calls.clear()
    assert ask(service, id=[])["persons"] == [] and service.calls == []


def test_options_of_the_module() -> None:
    spec = INFO.arguments()
    assert spec.arguments["email"] == {"type": "list", "elements": "str"}
    assert spec.arguments["include_secrets"]["default"] is False
    assert ("phone", "filters") in spec.mutually_exclusive


def test_a_listing_is_not_held_twice() -> None:
    """Each record is ten kilobytes of which ten bytes are kept; all of them at once would be twenty megabytes."""
    pages = 40

    def fetch(start: int) -> Page:
        return Page([{"id": start + number, "bulk": "x" * 10_000} for number in range(50)], pages * 50)

    tracemalloc.start()
    try:
        kept = collect(fetch, lambda raw: raw["id"], 50, keep=lambda raw: raw["id"])
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept == list(range(pages * 50))
    assert peak < 3_000_000


def test_a_list_that_comes_at_once_is_let_go_of_record_by_record() -> None:
    records: list[dict[str, t.Any]] = [{"id": number} for number in range(4)]
    left = []
    for raw in forgetting(records):
        left.append((raw["id"], len(records)))
    assert left == [(0, 3), (1, 2), (2, 1), (3, 0)]


@pytest.mark.parametrize("expression", ["[?nmae]", "lenght(@)", "[?"])
def test_a_mistaken_query_reads_nothing(expression: str) -> None:
    service = named("Ava")
    with pytest.raises(Exception, match="query"):
        ask(service, query=expression)
    assert service.calls == []
