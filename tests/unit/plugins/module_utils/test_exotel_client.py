# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of Exotel's users where the sandbox is too well behaved: scripted answers, and many users at once."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, UPDATE, Change
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.exotel import Payload
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._services import exotel_client
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_client import UserClient
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import records_of

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

CREATION = Change(CREATE, "user x", {}, after={"first_name": "Meera", "last_name": "Nair", "email": "m@example.com"})


def page(first: int, last: int, **metadata: int) -> Payload:
    users = [{"id": str(number), "email": f"{number}@example.com", "devices": []} for number in range(first, last)]
    return Payload(users, metadata)


class Script:
    """Stands for a connection: answers with what it is given, one after the other."""

    def __init__(self, *answers: Payload) -> None:
        self.answers = list(answers)
        self.queries: list[t.Any] = []

    def call(self, operation: Operation, path: str = "", query: t.Any = None, body: t.Any = None) -> Payload:
        self.queries.append(query)
        return self.answers.pop(0)


def client_of(*answers: Payload) -> tuple[UserClient, Script]:
    script = Script(*answers)
    return UserClient(t.cast(t.Any, script)), script


def found(client: UserClient, *emails: str) -> list[str]:
    return [record.values["id"] for record in client.candidates([{"email": email} for email in emails])]


def test_pages_of_a_server_with_a_smaller_limit() -> None:
    client, script = client_of(page(0, 20), Payload([], {}), page(20, 40), page(40, 45))
    assert len(found(client, "nobody@example.com")) == 45
    assert [query["offset"] for query in script.queries] == [0, 0, 20, 40]


def test_a_short_first_page_settles_it() -> None:
    for first in (page(0, 19), page(0, 49, limit=50), page(0, 50, total=50), page(0, 50, total=50, limit=50)):
        client, script = client_of(first)
        assert found(client, "nobody@example.com")
        assert len(script.queries) == 1


def test_a_list_that_never_holds_still() -> None:
    pages = [page(0, 50, total=70), page(50, 69, total=69), page(69, 69, total=69)]
    client, _script = client_of(*pages, page(0, 50, total=69), page(50, 70, total=70))
    with pytest.raises(Failure, match="does not add up") as raised:
        client.candidates([{"email": "nobody@example.com"}])
    assert raised.value.kind == BROKEN
    assert raised.value.retryable


def test_an_empty_page_of_a_full_account_is_no_absence() -> None:
    client, _script = client_of(*[page(0, 0, total=45) for dummy in range(3)])
    with pytest.raises(Failure):
        client.candidates([{"email": "nobody@example.com"}])


def test_a_server_that_does_not_look_at_the_offset() -> None:
    client, script = client_of(*[page(0, 50) for dummy in range(6)])
    with pytest.raises(Failure):
        client.candidates([{"email": "nobody@example.com"}])
    assert len(script.queries) == 5


@pytest.mark.parametrize("odd", [None, "x", {}, {"id": ""}])
def test_a_list_with_something_else_in_it(odd: t.Any) -> None:
    client, _script = client_of(Payload([odd], {"total": 1}))
    with pytest.raises(Failure, match="no user"):
        client.candidates([{"email": "nobody@example.com"}])


def test_another_user_than_the_one_asked_for() -> None:
    client, _script = client_of(page(0, 50, total=200), page(7, 8))
    with pytest.raises(Failure, match="not the user 99"):
        client.candidates([{"id": "99"}])


@pytest.mark.parametrize("answer", [Payload([], {}), Payload([None], {}), Payload([{"first_name": "Meera"}], {})])
def test_a_creation_that_proves_nothing(answer: Payload) -> None:
    client, _script = client_of(answer)
    with pytest.raises(Failure) as raised:
        client.create(CREATION)
    assert raised.value.acted is None


def test_writes_whose_answers_tell_nothing() -> None:
    phone = {"id": 1, "contact_uri": "+919800000001", "type": "tel", "available": False}
    (record,) = records_of([{"id": "7", "first_name": "Meera", "devices": [phone]}], [])
    after = {**record.values, "first_name": "Leela", "available": True}
    client, _script = client_of(Payload([None], {}), Payload([None], {}))
    told = client.update(Change(UPDATE, "user 7", {}, record.values, after, ("first_name", "available"), record))
    assert (told["first_name"], told["available"]) == ("Leela", True)


def real_client(sandbox: Sandbox) -> UserClient:
    params = {name: argument.get("default") for name, argument in USER.connection.arguments.items()}
    params.update(url=sandbox.url + "/exotel", account_sid="sandbox", api_key="sandbox-key", api_token="sandbox-token")
    return t.cast(UserClient, USER.connect(params, True, Redactor()))


@pytest.mark.parametrize(
    "wanted, unknown, requests",
    [
        (3, 0, 1 + 1),  # one filter for all
        (90, 0, 1 + 3),  # three filters
        (400, 0, 1 + 10),
        (850, 0, 20),  # the rest of the listing is shorter than so many filters
        (3, 1, 1 + 1 + 19),  # the listing proves the absence
    ],
)
def test_many_users_at_once(sandbox: Sandbox, wanted: int, unknown: int, requests: int) -> None:
    sandbox.seed("exotel", 1000)
    users = sandbox.records("exotel")[-wanted:]
    states = [{"email": user["email"].upper(), "first_name": "Same"} for user in users]
    states += [{"email": f"nobody{number}@example.com"} for number in range(unknown)]
    sandbox.reset_requests()
    ids = {record.values["id"] for record in real_client(sandbox).candidates(states)}
    assert {user["id"] for user in users} <= ids
    assert sandbox.requests()["total"] == requests


def rival(identifier: str, date: str, email: str = "M@example.com") -> dict[str, t.Any]:
    return {"id": identifier, "email": email, "date_created": date}


# What the account holds beside the new user with id 5 of second 2, at the first and a second look; who makes it go.
RIVALS: dict[str, tuple[list[list[dict[str, t.Any]]], str | None]] = {
    "nobody": ([[]], None),
    "somebody else": ([[rival("1", "1", "other@example.com")]], None),
    "older": ([[rival("9", "1")]], "9"),
    "younger": ([[rival("1", "3")]], None),
    "same second, smaller id": ([[rival("1", "2")]], "1"),
    "same second, larger id, gives way itself": ([[rival("9", "2")], []], None),
    "same second, larger id, stays": ([[rival("9", "2")], [rival("9", "2")]], "9"),
    "older and younger": ([[rival("1", "3"), rival("9", "1")]], "9"),
}
NEW = {"id": "5", "devices": []}


@pytest.mark.parametrize("case", RIVALS)
def test_of_two_users_made_at_once_one_goes(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.setattr(exotel_client, "SECOND_LOOK", 0.01)
    looks, winner = RIVALS[case]
    own = rival("5", "2", "m@example.com")
    pages = [Payload([own, *others], {"total": 1 + len(others)}) for others in looks]
    client, script = client_of(Payload([NEW], {}), *pages, Payload([None], {}))
    if winner is None:
        assert client.create(CREATION)["id"] == "5"
        assert len(script.answers) == 1
        return
    with pytest.raises(Failure, match=f"with id {winner}; the one of this task was deleted again") as raised:
        client.create(CREATION)
    assert script.answers == []
    assert raised.value.done == ["created the user with id 5", "deleted the user with id 5 again"]
    assert raised.value.retryable


def test_a_new_user_that_no_listing_shows_gives_way() -> None:
    others = Payload([rival("9", "3")], {"total": 1})
    client, _script = client_of(Payload([NEW], {}), others, others, Payload([None], {}))
    with pytest.raises(Failure, match="deleted again"):
        client.create(CREATION)
