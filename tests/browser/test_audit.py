# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that the playbook audit makes: complete, harmless, quick, and usable with any eyes, hands and paper."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from ansible_collections.vox.roster.tests.browser.audit_report import PARTS, ReportPage, Row, audited, drawn
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess

NASTY = "</script><script>window.caught = 1</script><img src=x onerror='window.caught = 1'> & \"Ümit\" سارا {{ 7 * 7 }}"
ROSTER = """
defaults:
  sunbird: {channel: sandbox}
people:
  - name: SEEDED
    simotel: {number: "1000"}
  - name: NASTY
    simotel: {number: "1001", forward_policy: {no_answer: "1000"}}
  - name: Nina Neu
    email: nina.neu@example.com
    phone: "+919800000099"
    simotel: {number: "4711", secret: Marker-secret-1}
    autodialer: {groups: [New group]}
    exotel: true
    sunbird: {password: Marker-Secret-1}
  - name: Not a number
    simotel: {number: "1002", forward_policy: {no_answer: "1000"}, id: unknown}
"""
LOAD, REACTION = 10.0, 1.5  # seconds, on a slow machine with other things to do
MANY = 10_000


@pytest.fixture(scope="module")
def small(server: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the playbook itself, with findings of every kind."""
    sandbox = Sandbox(server.url)
    sandbox.reset()
    for service in PARTS:
        sandbox.seed(service, 70)
    nasty = NASTY.replace("'", "''")
    roster = ROSTER.replace("SEEDED", sandbox.records("simotel")[0]["name"]).replace("NASTY", f"'{nasty}'")
    return audited(server.url, tmp_path_factory.mktemp("small"), roster)


@pytest.fixture(scope="module")
def partial(server: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of services of which one cannot be listed, and one not be read at all."""
    Sandbox(server.url).reset()
    nobody = {"url": f"{server.url}/sunbird", "api_key": "sandbox-api-key"}
    nowhere = {"url": f"{server.url}/exotel", "account_sid": "<b>x", "api_key": "wrong-key", "api_token": "wrong-token"}
    more = {"sunbird_connection": nobody, "exotel_connection": nowhere}
    return audited(
        server.url, tmp_path_factory.mktemp("partial"), ROSTER.replace("NASTY", "Sara").replace("SEEDED", "Pat"), **more
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of ten thousand findings in each of the four services."""
    kinds = ("missing", "different", "different", "extra", "refused")

    def row(number: int) -> Row:
        kind = kinds[number % len(kinds)]
        changed = {"before": f"Sales {number}", "after": f"Support {number}"}
        made: Row = {
            "kind": kind,
            "item": f"user {number}@example.com",
            "name": f"Person {number}",
            "id": f"{number:032x}",
            "listed": kind != "extra",
            "fields": {"department": changed, "name": {"after": f"Person {number}"}} if kind != "refused" else {},
            "warnings": [],
        }
        return {**made, "failure": {"message": "There are two.", "hint": "Give 'id'."}} if kind == "refused" else made

    return drawn(
        tmp_path_factory.mktemp("large"), {service: [row(number) for number in range(MANY)] for service in PARTS}
    )


@pytest.fixture
def page(browser: webdriver.Chrome) -> Iterator[ReportPage]:
    """A page without a report yet. Complaints on the console, and requests of any kind, make a test fail."""
    shown = ReportPage(browser)
    shown.console()
    yield shown
    complaints = shown.console()
    fetched = shown.script("return performance.getEntriesByType('resource').map(({ name }) => name)")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.get("about:blank")
    assert complaints == []
    assert [name for name in fetched if not name.startswith("data:")] == []


def number_of(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_counts_are_those_of_the_findings(page: ReportPage, small: Path) -> None:
    page.show(small)
    services = {one["service"]: one for one in page.data()["services"]}
    assert list(services) == list(PARTS)
    shown = {
        total.find_element(By.TAG_NAME, "dt").text.partition(":")[0]: number_of(
            total.find_element(By.TAG_NAME, "dd").text
        )
        for total in page.browser.find_elements(By.CSS_SELECTOR, ".totals div")
    }
    kinds = ("agreeing", "missing", "different", "extra", "refused")
    sums = [sum(one["drift"][kind] for one in services.values()) for kind in kinds]
    assert list(shown.values()) == sums
    assert all(sums)
    findings = sum(sums[1:])
    assert f"{findings} findings in 4 of 4 services." in page.text(".verdict")
    for service, (title, _key) in PARTS.items():
        rows = services[service]["rows"]
        assert page.status(service).endswith(f"of {len(rows)}")
        assert len(page.rows(service)) == min(50, len(rows))
        assert title in page.text("main")
    header = page.text("header")
    assert "roster.yml, 4 people" in header and "UTC" in header and "Nothing was changed." in header


def test_each_kind_is_explained(page: ReportPage, small: Path) -> None:
    page.show(small)
    rows = {row[1]: row for row in page.rows("simotel")}
    assert rows["1001"][0] == "Different"
    assert "forward policy" in rows["1001"][3] and "no answer 1000" in rows["1001"][3]
    assert rows["4711"][0] == "Missing"
    assert rows["1003"][0] == "Extra" and rows["1003"][3] == "In the service, not in the roster"
    unclear = [row for row in rows.values() if row[0] == "Unclear"]
    assert len(unclear) == 1 and "no user has the id 'unknown'" in unclear[0][3]
    assert "Some entries of the roster are unclear." in page.text("[aria-labelledby=simotel]")
    assert page.rows("sunbird")[-1][0] in ("Extra", "To know")


def test_names_are_text_and_nothing_else(page: ReportPage, small: Path) -> None:
    page.show(small)
    assert any(NASTY in cell for row in page.rows("simotel") for cell in row)
    assert page.script("return window.caught") is None
    assert page.script("return document.images.length") == 0
    assert page.script("return document.scripts.length") == 2


def test_no_secret_is_in_it(small: Path) -> None:
    text = small.read_text(encoding="utf-8") + small.with_suffix(".json").read_text(encoding="utf-8")
    for secret in ("Marker", "sandbox-password", "sandbox-token", "sandbox-api-key", "Sandbox-Admin-1", "eyJ"):
        assert secret not in text


def test_what_could_not_be_looked_at_is_said(page: ReportPage, partial: Path) -> None:
    page.show(partial)
    verdict = page.text(".verdict")
    assert "Not compared: Exotel users." in verdict
    assert "Who is extra is not known of: Sunbird users." in verdict
    assert "as far as known" in page.text(".totals")
    assert "Could not be compared." in page.text("[aria-labelledby=exotel]")
    assert "401" in page.text("[aria-labelledby=exotel]") or "Authentication" in page.text("[aria-labelledby=exotel]")
    assert "not known: extra" in page.text(".chart")
    assert "user token" in page.text("[aria-labelledby=sunbird]")
    assert "wrong-token" not in page.browser.page_source


def test_search_and_kind_filter_the_table(page: ReportPage, small: Path) -> None:
    page.show(small)
    search = page.find("[data-service=simotel] input")
    search.send_keys("no answer")
    assert [row[1] for row in page.rows("simotel")] == ["1001"]
    assert page.status("simotel").startswith("Findings 1 to 1 of 1, filtered from ")
    search.clear()
    search.send_keys("NEU nina")
    assert [row[1] for row in page.rows("simotel")] == ["4711"]
    search.send_keys(" nowhere")
    assert page.rows("simotel") == []
    assert page.status("simotel").startswith("No finding matches")
    search.send_keys(Keys.CONTROL, "a", Keys.DELETE)
    Select(page.find("[data-service=simotel] select")).select_by_value("extra")
    assert {row[0] for row in page.rows("simotel")} == {"Extra"}
    # The others are left alone.
    assert "filtered" not in page.status("exotel")


def test_columns_sort_both_ways(page: ReportPage, small: Path) -> None:
    page.show(small)
    kind, key = page.browser.find_elements(By.CSS_SELECTOR, "[data-service=simotel] thead button")[:2]
    head = key.find_element(By.XPATH, "..")
    key.click()
    numbers = [row[1] for row in page.rows("simotel")]
    assert head.get_attribute("aria-sort") == "ascending"
    assert numbers[0] == "1001"
    key.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert [row[1] for row in page.rows("simotel")][:2] == ["with id unknown", "4711"]
    kind.click()
    assert head.get_attribute("aria-sort") == "none"
    assert [row[0] for row in page.rows("simotel")][:2] == ["Missing", "Different"]


def test_pages_turn(page: ReportPage, small: Path) -> None:
    page.show(small)
    previous, following = page.browser.find_elements(By.CSS_SELECTOR, "[data-service=simotel] .pages button")
    first = page.rows("simotel")
    total = len(page.data()["services"][0]["rows"])
    assert previous.get_attribute("aria-disabled") == "true"
    following.click()
    second = page.rows("simotel")
    assert page.status("simotel") == f"Findings 51 to {total} of {total}"
    assert len(second) == total - 50 and not {row[1] for row in first} & {row[1] for row in second}
    assert following.get_attribute("aria-disabled") == "true"
    following.click()
    assert page.rows("simotel") == second
    previous.click()
    assert page.rows("simotel") == first


def test_the_keyboard_suffices(page: ReportPage, small: Path) -> None:
    page.show(small)
    keyboard = ActionChains(page.browser)

    def tab_to(description: str) -> None:
        for _step in range(40):
            if page.script("return focused()")["description"].startswith(description):
                return
            keyboard.send_keys(Keys.TAB).perform()
        pytest.fail(f"{description} was not reached")

    seen = []
    for _step in range(12):
        keyboard.send_keys(Keys.TAB).perform()
        seen.append(page.script("return focused()"))
    assert seen[0]["description"] == "a Skip to the findings"
    assert [one for one in seen if not one["seen"] or one["ring"] < 3] == []

    tab_to("button Extension")
    keyboard.send_keys(Keys.ENTER, Keys.ENTER).perform()
    assert page.rows("simotel")[1][1] == "4711"
    # What is given for somebody who is missing opens and closes.
    tab_to("summary")
    keyboard.send_keys(Keys.ENTER).perform()
    assert "(hidden, new value)" in page.rows("simotel")[1][3]
    page.script("document.querySelector('[data-service=simotel] input').focus()")
    keyboard.send_keys("alert", Keys.TAB).perform()
    assert page.rows("simotel") == []
    page.script("document.querySelector('[data-service=simotel] input').focus()")
    keyboard.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE, Keys.TAB).perform()
    tab_to("button Next page of Simotel extensions")
    keyboard.send_keys(Keys.ENTER).perform()
    assert page.status("simotel").startswith("Findings 51 to")
    assert page.script("return focused()")["description"] == "button Next page of Simotel extensions"


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
@pytest.mark.parametrize("report", ["small", "partial", "large"])
def test_nothing_sticks_out_sideways(page: ReportPage, request: pytest.FixtureRequest, report: str, width: int) -> None:
    page.resize(width, 800)
    page.show(request.getfixturevalue(report))
    assert page.script("return document.documentElement.scrollWidth") <= width
    assert page.script("return sidewaysOut()") == []


def test_a_phone_gets_cards_that_are_still_tables(page: ReportPage, small: Path) -> None:
    page.resize(375, 800)
    page.show(small)
    cells = page.script(
        "return [...document.querySelector('tbody tr').cells].map((one) => one.getBoundingClientRect())"
    )
    assert len({round(cell["x"]) for cell in cells}) == 1
    for role in ("table", "rowgroup", "row", "columnheader", "rowheader", "cell"):
        assert page.browser.find_elements(By.CSS_SELECTOR, f"[role={role}]")
    heights = page.script(
        """
        const used = [...document.querySelectorAll("button, input, select")].filter(visible);
        return used.map((one) => one.getBoundingClientRect().height);
        """
    )
    assert min(heights) >= 36


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", ["small", "partial"])
def test_text_stands_out(page: ReportPage, request: pytest.FixtureRequest, report: str, scheme: str) -> None:
    page.prefer(scheme)
    page.show(request.getfixturevalue(report))
    page.script("for (const one of document.querySelectorAll('details')) one.open = true")
    lightness = page.script("return luminance(backgroundOf(document.body))")
    assert lightness > 0.5 if scheme == "light" else lightness < 0.1
    found = page.script("return contrasts()")
    assert {"Roster audit", "Different", "Missing", "Overview"} <= {piece["text"] for piece in found}
    assert [piece for piece in found if piece["ratio"] < 4.5] == []
    bars = page.script(
        """
        const bars = [...document.querySelectorAll("rect")];
        return bars.map((one) => contrast(getComputedStyle(one).fill, one.closest(".card")));
        """
    )
    assert bars and min(bars) >= 3


def test_a_screen_reader_finds_its_way(page: ReportPage, small: Path) -> None:
    page.show(small)
    assert page.script("return document.documentElement.lang") == "en"
    assert page.script("return document.title") == "Roster audit"
    levels = page.script("return [...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.localName[1]))")
    assert levels == [1, 2, 2, 2, 2, 2]
    tables = page.browser.find_elements(By.CSS_SELECTOR, "table")
    captions = [table.find_element(By.TAG_NAME, "caption").get_property("textContent") for table in tables]
    assert captions == [f"Findings: {title}" for title, _key in PARTS.values()]
    for control in page.browser.find_elements(By.CSS_SELECTOR, "input, select, button"):
        assert control.accessible_name
    for chart in page.browser.find_elements(By.CSS_SELECTOR, "svg"):
        assert chart.get_attribute("role") == "img" and "missing" in (chart.get_attribute("aria-label") or "")
    for status in page.browser.find_elements(By.CSS_SELECTOR, ".status"):
        assert status.get_attribute("aria-live") == "polite"
    assert page.script("return document.querySelectorAll('del .unseen').length") > 0


def test_without_scripts_the_counts_are_there(page: ReportPage, small: Path) -> None:
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.show(small)
        source = page.find("body").text
    finally:
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "findings in 4 of 4 services." in source
    assert "Without scripts they can be read in audit.json." in source


def test_paper_gets_more_rows_and_says_how_many(page: ReportPage, large: Path) -> None:
    page.show(large)
    page.script("dispatchEvent(new Event('beforeprint'))")
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert len(page.rows("exotel")) == 200
    assert page.status("exotel") == "Findings 1 to 200 of 10,000"
    controls = page.browser.find_elements(By.CSS_SELECTOR, ".tools, .pages button")
    assert controls and not any(control.is_displayed() for control in controls)
    page.script("dispatchEvent(new Event('afterprint'))")
    assert len(page.rows("exotel")) == 50


def test_ten_thousand_people_in_four_services_are_quick(page: ReportPage, large: Path) -> None:
    page.show(large)
    assert page.script("return performance.getEntriesByType('navigation')[0].loadEventEnd") < LOAD * 1000
    for service in PARTS:
        assert page.status(service) == "Findings 1 to 50 of 10,000"
    assert page.script("return document.querySelectorAll('*').length") < 5000
    measured: dict[str, t.Any] = page.script(
        """
        const place = document.querySelector("[data-service=sunbird]"), input = place.querySelector("input");
        const taken = {};
        const measure = (name, act) => {
          const start = performance.now();
          act();
          document.body.getBoundingClientRect();
          taken[name] = (performance.now() - start) / 1000;
        };
        const type = (text) => { input.value = text; input.dispatchEvent(new Event("input")); };
        measure("first search", () => type("person 99"));
        measure("second search", () => type("person 999"));
        measure("nothing found", () => type("nobody at all"));
        measure("all again", () => type(""));
        for (const head of place.querySelectorAll("thead button")) measure(head.textContent, () => head.click());
        measure("next page", () => place.querySelector(".pages button:last-child").click());
        return taken;
        """
    )
    assert len(measured) == 8
    assert {name: seconds for name, seconds in measured.items() if seconds > REACTION} == {}
