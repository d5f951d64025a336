# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page at ``/`` shows the sandbox to a person: live, complete, and usable with any eyes and hands."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable
from functools import partial

import pytest
import requests
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from ansible_collections.vox.roster.tests.browser.sandbox_page import SandboxPage, wait_for
from ansible_collections.vox.roster.tests.unit.sandbox.simotel_hand import ADMINISTRATOR, Simotel
from ansible_collections.vox.roster.tests.unit.sandbox.sunbird_tester import Sunbird
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess

# Each service, the name of its table, and a field that the table must show.
SERVICES = {
    "simotel": ("Records of Simotel users", "number"),
    "autodialer": ("Records of Simotel autodialer groups", "name"),
    "exotel": ("Records of Exotel users", "email"),
    "sunbird": ("Records of Sunbird users", "userName"),
}
REQUESTS, OPERATIONS, FAULTS = "Newest requests", "Requests by operation", "Faults that wait"

Removal = Callable[[], object]


def add_simotel_user(sandbox: Sandbox) -> tuple[str, Removal]:
    users = Simotel(sandbox, "pbx/users")
    identity = users.done("add", {"name": "Parisa Vaziri", "number": "7301", "secret": "made-up-secret"})["_id"]
    return "Parisa Vaziri", lambda: users.done("remove", {"_id": identity})


def add_autodialer_group(sandbox: Sandbox) -> tuple[str, Removal]:
    groups = Simotel(sandbox, "autodialer/groups")
    identity = groups.done("add", {"name": "Late payers", "numbers": ["02155500001"], "description": "autumn"})["_id"]
    return "Late payers", lambda: groups.done("remove", {"_id": identity})


def add_exotel_user(sandbox: Sandbox) -> tuple[str, Removal]:
    users = f"{sandbox.url}/exotel/v2/accounts/sandbox/users"
    session = requests.Session()
    # The environment's proxies are for the world outside.
    session.trust_env = False
    session.auth = ("sandbox-key", "sandbox-token")
    person = {"first_name": "Zoya", "last_name": "Rao", "email": "zoya@mail.example"}
    answer = session.post(users, json={**person, "device_contact_uri": "+919800000001"}, timeout=10).json()
    identity = answer["response"]["data"]["id"]
    return "zoya@mail.example", lambda: session.delete(f"{users}/{identity}", timeout=10)


def add_sunbird_user(sandbox: Sandbox) -> tuple[str, Removal]:
    users = Sunbird(sandbox)
    identity = users.create(email="tara@mail.example", firstName="Tara")
    # The service keeps a row of a deleted user, without the address.
    return "tara@mail.example", lambda: users.delete(identity)


def shows(page: SandboxPage, table: str, text: str, expected: bool = True) -> bool:
    return any(text in row for row in page.table(table)) is expected


def test_the_records_of_all_four_services_are_shown(page: SandboxPage, sandbox: Sandbox) -> None:
    for service in SERVICES:
        sandbox.seed(service, 3)
    page.open()
    for service, (table, field) in SERVICES.items():
        records = sandbox.records(service)
        assert len(page.table(table)) == len(records) >= 3
        for row, record in zip(page.table(table), records, strict=True):
            assert record[field] in row
        assert f"{len(records)} records" in page.text(page.card(service))


def test_nothing_to_show_is_said(page: SandboxPage) -> None:
    page.open()
    assert "0 records" in page.text(page.card("simotel"))
    assert "No records yet." in page.text(page.card("simotel"))
    page.find("[aria-label='Filter Sunbird users']").send_keys("nobody")
    wait_for("nobody found", lambda: "No record contains this text." in page.text(page.card("sunbird")))


def test_a_record_opens_and_stays_open(page: SandboxPage, sandbox: Sandbox) -> None:
    _name, _remove = add_simotel_user(sandbox)
    page.open()
    page.button("More", page.card("simotel")).click()
    assert json.loads(page.text("td.whole")) == sandbox.records("simotel")[0]
    assert "made-up-secret" not in page.browser.page_source
    sandbox.seed("simotel", 1)
    wait_for("a second record", lambda: "2 records" in page.text(page.card("simotel")))
    assert page.button("Less", page.card("simotel")).get_attribute("aria-expanded") == "true"


def test_records_come_and_go_live(page: SandboxPage, sandbox: Sandbox) -> None:
    page.open()
    before = {table: len(page.table(table)) for table, _field in SERVICES.values()}
    added = [
        (SERVICES["simotel"][0], *add_simotel_user(sandbox)),
        (SERVICES["autodialer"][0], *add_autodialer_group(sandbox)),
        (SERVICES["exotel"][0], *add_exotel_user(sandbox)),
        (SERVICES["sunbird"][0], *add_sunbird_user(sandbox)),
    ]
    for table, text, _remove in added:
        wait_for(f"{text} appears", partial(shows, page, table, text))
        assert len(page.table(table)) == before[table] + 1
    for _table, _text, remove in added:
        remove()
    for table, text, _remove in added:
        wait_for(f"{text} vanishes", partial(shows, page, table, text, False))
    assert not page.was_reloaded()


def test_dialects_are_shown_and_switched(page: SandboxPage, sandbox: Sandbox) -> None:
    sandbox.dialect(**{"exotel.error_data": sandbox.dialects()["exotel.error_data"]["values"][-1]})
    page.open()
    for summary in page.browser.find_elements(By.CSS_SELECTOR, "#dialects summary"):
        summary.click()
    dialects = sandbox.dialects()
    shown = {
        select.get_attribute("id"): select.get_property("value")
        for select in page.browser.find_elements(By.CSS_SELECTOR, "#dialects select")
    }
    assert shown == {f"dialect-{name}": dialect["value"] for name, dialect in dialects.items()}
    for dialect in dialects.values():
        assert dialect["meaning"] in page.text("#dialects")
    switched = f"exotel.error_data = {dialects['exotel.error_data']['value']}"
    assert page.text("#switched").strip() == switched

    Select(page.find("[id='dialect-simotel.secret']")).select_by_value("masked")
    wait_for("the sandbox switches", lambda: sandbox.dialects()["simotel.secret"]["value"] == "masked")
    wait_for("the page says so", lambda: "simotel.secret = masked" in page.text("#switched"))

    # The page leaves a list alone that somebody is choosing from.
    page.browser.switch_to.active_element.send_keys(Keys.TAB)
    sandbox.reset()
    wait_for("all back", lambda: page.text("#switched") == "All are at their most likely value.")
    assert Select(page.find("[id='dialect-simotel.secret']")).first_selected_option.text == "clear"


def test_requests_are_counted_and_the_newest_comes_first(page: SandboxPage, sandbox: Sandbox) -> None:
    page.open()
    users = Simotel(sandbox, "pbx/users")
    for _time in range(3):
        users.search()
    users.session.auth = (ADMINISTRATOR[0], "not the password")
    status = str(users.raw("pbx/users/add", json={}).status_code)
    wait_for("4 requests", lambda: page.text("#total") == "4")
    assert page.table(OPERATIONS) == [["simotel.user.add", "1"], ["simotel.user.search", "3"]]
    search = ["simotel.user.search", "POST", "200"]
    assert page.table(REQUESTS) == [["simotel.user.add", "POST", status], search, search, search]

    page.button("Count anew").click()
    wait_for("nothing counted", lambda: page.text("#total") == "0")
    assert page.table(OPERATIONS) == page.table(REQUESTS) == []
    assert sandbox.requests()["total"] == 0


def test_faults_are_shown_and_removed(page: SandboxPage, sandbox: Sandbox) -> None:
    sandbox.fault("simotel.user.search", "html")
    sandbox.fault("exotel.user.*", "status", status=503, times=None)
    page.open()
    assert page.table(FAULTS) == [["simotel.user.search", "html", "1"], ["exotel.user.*", "status", "always"]]
    Simotel(sandbox, "pbx/users").raw("pbx/users/search", json={})
    wait_for("the spoilt request", lambda: page.table(REQUESTS))
    assert page.table(REQUESTS)[0][0] == "simotel.user.search html"
    page.button("Remove all").click()
    wait_for("no faults", lambda: page.text("#faults") == "None is waiting.")
    assert sandbox.control("GET", "faults")["rules"] == []


def test_buttons_add_and_remove_records(page: SandboxPage, sandbox: Sandbox) -> None:
    page.open()
    page.button("Add 10", page.card("autodialer")).click()
    wait_for("10 groups", lambda: len(page.table(SERVICES["autodialer"][0])) == 10)
    page.button("Reset").click()
    page.browser.switch_to.alert.dismiss()
    assert len(sandbox.records("autodialer")) == 10
    page.button("Reset").click()
    page.browser.switch_to.alert.accept()
    wait_for("none again", lambda: page.table(SERVICES["autodialer"][0]) == [])
    assert sandbox.records("autodialer") == []


def test_ten_thousand_records_leave_the_page_usable(page: SandboxPage, sandbox: Sandbox) -> None:
    for service in SERVICES:
        sandbox.seed(service, 10_000)
    page.open()
    table = SERVICES["simotel"][0]
    for service, (name, _field) in SERVICES.items():
        # Sunbird begins with two people.
        total = "10,002" if service == "sunbird" else "10,000"
        assert len(page.table(name)) == 50
        assert f"{total} records" in page.text(page.card(service))
        assert f"The first 50 of {total} are shown" in page.text(page.card(service))
    assert page.script("return document.getElementsByTagName('*').length") < 5000

    page.find("[aria-label='Filter Simotel users']").send_keys("10999")
    wait_for("the one found", lambda: [row[0] for row in page.table(table)] == ["10999"])
    assert "are shown" not in page.text(page.card("simotel"))
    name, _remove = add_autodialer_group(sandbox)
    wait_for("one more", lambda: "10,001 records" in page.text(page.card("autodialer")))
    page.find("[aria-label='Filter Simotel autodialer groups']").send_keys(name)
    wait_for("the new group", lambda: [row[0] for row in page.table(SERVICES["autodialer"][0])] == [name])


def test_the_end_of_the_server_is_said(page: SandboxPage) -> None:
    server = SandboxProcess()
    try:
        Sandbox(server.url).seed("simotel", 2)
        other = SandboxPage(page.browser, server.url)
        other.open()
        assert other.text("[role=status]") == "Live"
    finally:
        server.stop()
    wait_for("the end is said", lambda: other.text("[role=status]") == "No answer from the sandbox")
    assert len(other.table(SERVICES["simotel"][0])) == 2
    assert all("/control/" in line and "ERR_CONNECTION_REFUSED" in line for line in other.console())


def test_the_page_recovers(page: SandboxPage, sandbox: Sandbox) -> None:
    page.open()
    page.disconnect(True)
    try:
        wait_for("the loss is said", lambda: page.text("[role=status]") == "No answer from the sandbox")
    finally:
        page.disconnect(False)
    name, _remove = add_simotel_user(sandbox)
    wait_for("live again", lambda: page.text("[role=status]") == "Live")
    wait_for("what happened since", lambda: shows(page, SERVICES["simotel"][0], name))
    assert all("ERR_INTERNET_DISCONNECTED" in line for line in page.console())


def show_everything(page: SandboxPage, sandbox: Sandbox) -> None:
    """Open the page with all that it can show: long values, failed requests, faults, switched dialects, details."""
    for service in SERVICES:
        sandbox.seed(service, 2)
    long_name = "Bartholomew-Montgomery " * 8
    users = Simotel(sandbox, "pbx/users")
    users.done("add", {"name": long_name.strip(), "number": "7399", "secret": "made-up-secret"})
    sandbox.fault("simotel.user.search", "status", status=503)
    sandbox.fault("sunbird.user.search", "timeout_before", seconds=1, times=None)
    users.raw("pbx/users/search", json={})
    sandbox.fault("simotel.user.search", "html", times=None)
    sandbox.dialect(**{name: dialect["values"][-1] for name, dialect in sandbox.dialects().items()})
    page.open()
    page.script("for (const details of document.querySelectorAll('details')) details.open = true")
    page.script(
        "for (const section of document.querySelectorAll('main section')) section.querySelector('td button').click()"
    )


def test_a_narrow_window_needs_no_sideways_scrolling(page: SandboxPage, sandbox: Sandbox) -> None:
    page.resize(390, 844)
    show_everything(page, sandbox)
    assert page.script("return innerWidth") == 390
    width, content = page.script(
        "return [document.documentElement.clientWidth, "
        "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)]"
    )
    assert content <= width
    assert page.script("return sidewaysOut()") == []


def test_every_control_has_a_name(page: SandboxPage, sandbox: Sandbox) -> None:
    show_everything(page, sandbox)
    found = page.script("return controls()")
    assert len(found) > 100
    assert [control.get_attribute("outerHTML") for control in found if not control.accessible_name.strip()] == []


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(page: SandboxPage, sandbox: Sandbox) -> None:
    show_everything(page, sandbox)
    controls = page.script("return controls().map(description)")
    reached: list[dict[str, t.Any]] = []
    for _control in controls:
        ActionChains(page.browser, duration=0).send_keys(Keys.TAB).perform()
        reached.append(page.script("return focused()"))
    assert sorted(place["description"] for place in reached) == sorted(controls)
    assert [place for place in reached if not place["seen"] or place["ring"] < 3] == []


def test_the_keyboard_is_enough(page: SandboxPage, sandbox: Sandbox) -> None:
    sandbox.seed("simotel", 1)
    page.open()
    keyboard = ActionChains(page.browser, duration=0)
    # The skip link, Reset, the filter, Add 10.
    keyboard.send_keys(Keys.TAB * 4, Keys.ENTER).perform()
    wait_for("ten more", lambda: len(page.table(SERVICES["simotel"][0])) == 11)
    # The new records were drawn around the focus.
    assert page.browser.switch_to.active_element.text == "Add 10"
    # The table, which arrow keys scroll, and the first record.
    keyboard.send_keys(Keys.TAB * 2, Keys.SPACE).perform()
    assert json.loads(page.text("td.whole")) == sandbox.records("simotel")[0]


def test_refreshing_leaves_the_focus_alone(page: SandboxPage, sandbox: Sandbox) -> None:
    Simotel(sandbox, "pbx/users").search()
    page.open()
    page.script("document.querySelector('#log [role=region]').focus()")
    rounds = "return performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('overview')).length"
    before = page.script(rounds)
    wait_for("the next refresh but one", lambda: page.script(rounds) >= before + 2)
    assert page.browser.switch_to.active_element.get_attribute("aria-label") == REQUESTS


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(page: SandboxPage, sandbox: Sandbox, scheme: str) -> None:
    page.prefer(scheme)
    show_everything(page, sandbox)
    page.script("tell('No answer from the sandbox', true)")
    lightness = page.script("return luminance(backgroundOf(document.body))")
    assert lightness > 0.5 if scheme == "light" else lightness < 0.1
    found = page.script("return contrasts()")
    assert {"Sandbox", "Reset", "503", "7399", "masked"} <= {piece["text"] for piece in found}
    assert [piece for piece in found if piece["ratio"] < 4.5] == []
