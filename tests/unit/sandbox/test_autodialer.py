# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated autodialer behaves as the vendor's material says."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import requests

from ansible_collections.vox.roster.tests.unit.sandbox.simotel_hand import FAILED, UNKNOWN_ID, Simotel

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "golden" / "autodialer"
NUMBERS = ["02155500001", "02155500002", "02155500003"]
GROUP = {"name": "Renewals", "numbers": NUMBERS, "description": "spring"}


@pytest.fixture
def groups(sandbox: t.Any) -> Simotel:
    return Simotel(sandbox, "autodialer/groups")


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_golden(
    replay: t.Callable[[str], requests.Response], golden_message: t.Callable[[str], str], name: str
) -> None:
    answer = replay("autodialer/" + name)
    assert answer.json()["message"] == golden_message("autodialer/" + name)


def members(groups: Simotel) -> list[list[str]]:
    return [record["numbers"] for record in groups.sandbox.records("autodialer")]


def upload(groups: Simotel, name: str = "book 1.csv", content: str = "02155500001\n02155500009\n") -> t.Any:
    return groups.raw("autodialer/groups/upload", files={"file": (name, content)}).json()


def test_life_of_a_group(groups: Simotel) -> None:
    identity = groups.done("add", GROUP)["_id"]
    (record,) = groups.search()
    assert record.pop("date")
    assert record == {"_id": identity, "name": "Renewals", "description": "spring", "count": 3}
    echo = groups.done("update", {"_id": identity, "numbers": NUMBERS[:2], "description": ""})
    assert int(echo.pop("date")["$date"]["$numberLong"]) > 10**12
    assert echo == {"numbers": NUMBERS[:2], "description": "", "count": 2}
    assert [found["count"] for found in groups.search(name="Renewals")] == [2]
    assert groups.done("remove", {"_id": identity}) == ""
    assert groups.search() == []


def test_bad_calls(groups: Simotel) -> None:
    assert groups.reason("add", {"numbers": NUMBERS}) == "Field 'name':value is missing"
    assert groups.reason("add", {"name": ["x"]}) == FAILED
    for numbers in ("02155500001", [{"number": "1"}], [None], [True]):
        assert groups.reason("add", {"name": "x", "numbers": numbers}) == FAILED
    assert groups.reason("add", {"name": "x", "filename": "never-uploaded.csv"}) == FAILED
    assert groups.reason("update", {"_id": UNKNOWN_ID, "name": ""}) == "Field 'name':value is missing"
    assert groups.reason("update", {"name": "x"}) == "Field '_id':value is missing"
    assert groups.reason("search", {"alike": False, "pagination": {"start": -1}}) == FAILED
    groups.done("add", {"name": "x", "numbers": ["no number"]})
    groups.dialect(number_check="digits")
    assert groups.reason("add", {"name": "y", "numbers": ["no number"]}) == FAILED
    groups.done("add", {"name": "y", "numbers": ["+982155500001", 110]})
    assert members(groups)[1] == ["+982155500001", "110"]


def test_unknown_id(groups: Simotel) -> None:
    assert groups.done("update", {"_id": UNKNOWN_ID, "numbers": NUMBERS})["count"] == 3
    groups.sandbox.dialect(**{"simotel.unknown_id": "failure"})
    assert groups.reason("update", {"_id": UNKNOWN_ID, "numbers": NUMBERS}) == FAILED
    assert groups.reason("remove", {"_id": UNKNOWN_ID}) == FAILED
    assert groups.search() == []


def test_update_without_numbers(groups: Simotel) -> None:
    identity = groups.done("add", GROUP)["_id"]
    assert groups.done("update", {"_id": identity, "name": "Kept"})["count"] == 3
    groups.dialect(group_update_without_numbers="clears")
    echo = groups.done("update", {"_id": identity, "name": "Cleared"})
    assert echo["count"] == 0 and "numbers" not in echo
    assert members(groups) == [[]]


def test_update_replaces(groups: Simotel) -> None:
    identity = groups.done("add", GROUP)["_id"]
    groups.done("update", {"_id": identity, "numbers": NUMBERS})
    assert groups.search()[0]["description"] == "spring"
    groups.dialect(group_update="replace")
    groups.done("update", {"_id": identity, "name": "Renewals", "numbers": NUMBERS})
    assert groups.search()[0]["description"] == ""


def test_names(groups: Simotel) -> None:
    identity = groups.done("add", GROUP)["_id"]
    groups.done("add", GROUP)
    assert len(groups.search(name="Renewals")) == 2
    groups.dialect(group_names="unique")
    assert groups.reason("add", GROUP) == "This group already exists"
    groups.done("update", {"_id": identity, "name": "Other", "numbers": NUMBERS})
    groups.done("update", {"_id": identity, "name": "Other", "numbers": NUMBERS})
    assert groups.reason("update", {"_id": identity, "name": "Renewals"}) == "This group already exists"


def test_count_and_members_shown(groups: Simotel) -> None:
    twice = {"name": "Twice", "numbers": ["1", "1", "2"]}
    groups.done("add", twice)
    groups.dialect(group_count="distinct", group_numbers="returned")
    groups.done("add", twice)
    assert [(record["count"], record["numbers"]) for record in groups.search(True, name="Twice")] == [
        (2, ["1", "1", "2"]),
        (3, ["1", "1", "2"]),
    ]


def test_sparse_records(groups: Simotel) -> None:
    groups.dialect(record_keys="sparse")
    groups.done("add", {"name": "Bare", "description": ""})
    assert set(groups.search()[0]) == {"_id", "name", "date"}


def test_module_absent(groups: Simotel) -> None:
    groups.dialect(module="absent")
    for verb in ("add", "search", "update", "remove"):
        answer = groups.raw("autodialer/groups/" + verb, json={})
        assert (answer.status_code, answer.json()["message"]) == (501, "Requested service dose not exist")
    assert groups.raw("autodialer/groups/upload", files={"file": ("a.csv", "1")}).status_code == 501


def test_module_denied(groups: Simotel) -> None:
    groups.dialect(module="denied")
    for verb in ("add", "search", "update", "remove"):
        answer = groups.raw("autodialer/groups/" + verb, json={})
        assert (answer.status_code, answer.json()["success"]) == (403, -2)
        assert answer.json()["message"] == "Access denied: /autodialer/groups/" + verb
    groups.session.auth = ("sandbox", "other")
    assert groups.raw("autodialer/groups/search", json={}).status_code == 401


class TestPages:
    @pytest.fixture
    def many(self, groups: Simotel) -> Simotel:
        groups.sandbox.seed("autodialer", 45)
        return groups

    @staticmethod
    def page(groups: Simotel, **pagination: t.Any) -> tuple[dict[str, t.Any], list[int]]:
        data = groups.done("search", {"alike": "true", "conditions": {"name": ""}, "pagination": pagination})
        return data["pagination"], [int(record["name"].split()[1]) for record in data["data"]]

    def test_pages(self, many: Simotel) -> None:
        by_name: list[int] = []
        for start in (0, 20, 40, 60):
            paging, found = self.page(many, start=start, count="20", sorting={"name": 1})
            assert paging == {"start": start, "count": 20, "sorting": {"name": 1}, "total": 45}
            by_name.extend(found)
        assert sorted(by_name) == list(range(1, 46))
        assert by_name != sorted(by_name)

    def test_default_order_is_newest_first(self, many: Simotel) -> None:
        many.done("add", {"name": "Latest 99"})
        paging, found = self.page(many, start=0, count=1, sorting=[])
        assert (paging["sorting"], found) == ({"date": -1}, [99])
        many.dialect(order="oldest_first")
        assert self.page(many, start=0, count=2, sorting=[])[1] == [1, 2]

    @pytest.mark.parametrize("limit, shown", [("none", 45), ("20", 20), ("100", 45)])
    def test_limit(self, many: Simotel, limit: str, shown: int) -> None:
        many.dialect(page_limit=limit)
        paging, found = self.page(many, start=0, count=1000)
        assert (len(found), paging["total"]) == (shown, 45)
        assert paging["count"] == {"none": 1000, "20": 20, "100": 100}[limit]

    def test_one_based(self, many: Simotel) -> None:
        many.dialect(page_start="one_based")
        first = self.page(many, start=0, count=10, sorting={"name": 1})[1]
        assert self.page(many, start=1, count=10, sorting={"name": 1})[1] == first
        assert self.page(many, start=2, count=10, sorting={"name": 1})[1][0] == first[1]

    def test_without_paging(self, many: Simotel) -> None:
        data = many.done("search", {"alike": False, "conditions": {}})
        assert (len(data["data"]), data["pagination"]["total"]) == (20, 45)
        many.dialect(unpaginated_search="all")
        assert len(many.done("search", {"alike": False, "conditions": {}})) == 45


class TestFiles:
    def test_upload_and_add(self, groups: Simotel) -> None:
        answer = upload(groups)
        assert (answer["success"], answer["message"]) == (1, "")
        filename = answer["data"]["filename"]
        assert filename.startswith("file-") and filename.endswith("-book1csv.csv")
        assert upload(groups)["data"]["filename"] != filename
        assert groups.search() == []
        groups.done("add", {"name": "Imported", "filename": filename})
        assert members(groups) == [["02155500001", "02155500009"]]

    def test_kinds_of_files(self, groups: Simotel) -> None:
        card = "BEGIN:VCARD\r\nTEL;TYPE=cell:021 555-00005\r\nTEL:tel:+982155500006\r\nEND:VCARD\r\n"
        filename = upload(groups, "cards.vcf", card)["data"]["filename"]
        groups.done("add", {"name": "Cards", "filename": filename})
        assert members(groups) == [["02155500005", "+982155500006"]]
        assert upload(groups, "table.xlsx", "1\n")["message"] == FAILED
        answer = groups.raw("autodialer/groups/upload", files={"other": ("a.csv", "1")})
        assert answer.json()["message"] == "Field 'file':value is missing"
        assert groups.raw("autodialer/groups/upload", json={}).status_code == 415
        broken = {"Content-Type": "multipart/form-data"}
        assert groups.raw("autodialer/groups/upload", data=b"x", headers=broken).status_code == 400

    @pytest.mark.parametrize("header, count", [("kept", 2), ("skipped", 1)])
    def test_header(self, groups: Simotel, header: str, count: int) -> None:
        groups.dialect(file_header=header)
        filename = upload(groups, content="\ufeffnumber;\n02155500001;\n")["data"]["filename"]
        groups.done("add", {"name": "Imported", "filename": filename})
        assert groups.search()[0]["count"] == count

    @pytest.mark.parametrize("winner, found", [("union", ["7", "8"]), ("numbers", ["7"]), ("filename", ["8"])])
    def test_both(self, groups: Simotel, winner: str, found: list[str]) -> None:
        groups.dialect(filename_with_numbers=winner)
        filename = upload(groups, content="8\n")["data"]["filename"]
        groups.done("add", {"name": "Both", "filename": filename, "numbers": ["7"]})
        assert members(groups) == [found]

    @pytest.mark.parametrize("manner, found", [("accepted", ["8"]), ("ignored", NUMBERS)])
    def test_update(self, groups: Simotel, manner: str, found: list[str]) -> None:
        groups.dialect(update_filename=manner)
        identity = groups.done("add", GROUP)["_id"]
        filename = upload(groups, content="8\n")["data"]["filename"]
        groups.done("update", {"_id": identity, "filename": filename})
        assert members(groups) == [found]

    def test_large_file(self, groups: Simotel) -> None:
        content = "".join(f"0215{index:07d}\n" for index in range(100_000))
        filename = upload(groups, content=content)["data"]["filename"]
        groups.done("add", {"name": "Large", "filename": filename})
        assert groups.search()[0]["count"] == 100_000
