# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's page in a browser, as tests read and use it."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

PATIENCE = 20.0  # seconds; the page asks the sandbox every second
MEASURES = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")

Result = t.TypeVar("Result")


def wait_for(what: str, question: Callable[[], Result]) -> Result:
    """The first true answer to a question; AssertionError with the last answer if there is none in time."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE:.0f} s, but {answer!r}"
        time.sleep(0.05)
    return answer


class SandboxPage:
    """The page at ``/`` of the sandbox with this address."""

    def __init__(self, browser: webdriver.Chrome, url: str) -> None:
        self.browser = browser
        self.url = url

    def open(self) -> None:
        """Load the page and wait until the records of all services are there."""
        self.browser.get(self.url + "/")
        self.script("window.neverReloaded = true")
        wait_for("four services with records", lambda: self.script("return state.changes !== null"))

    def was_reloaded(self) -> bool:
        """Whether the page was loaded anew since it was opened."""
        return not self.script("return window.neverReloaded === true")

    def script(self, code: str, *arguments: t.Any) -> t.Any:
        """What a script returns; it can use the functions of measures.js."""
        return self.browser.execute_script(f"{MEASURES}\n{code}", *arguments)

    def find(self, selector: str) -> WebElement:
        """The one element that a CSS selector finds."""
        (found,) = self.browser.find_elements(By.CSS_SELECTOR, selector)
        return found

    def table(self, name: str) -> list[list[str]]:
        """The cells of the visible rows of the table with this name, without its head; [] if there is none."""
        return t.cast("list[list[str]]", self.script("return rowsOf(arguments[0])", name))

    def text(self, selector: str) -> str:
        """The visible text of the one element that a CSS selector finds."""
        return str(self.script("return document.querySelector(arguments[0]).innerText", selector))

    def card(self, service: str) -> str:
        """The CSS selector of the part of the page that shows a service."""
        return f"section[aria-labelledby=service-{service}]"

    def button(self, name: str, within: str = "body") -> WebElement:
        """The one visible button with this text."""
        found = [
            button
            for button in self.browser.find_elements(By.CSS_SELECTOR, f"{within} button")
            if button.is_displayed() and button.text == name
        ]
        assert len(found) == 1, f"{len(found)} buttons {name!r}"
        return found[0]

    def console(self) -> list[str]:
        """What the browser wrote to its console since the last call, network errors and violated policies included."""
        # Selenium does not say what this returns.
        entries = t.cast(t.Any, self.browser).get_log("browser")
        return [f"{entry['level']}: {entry['message']}" for entry in entries]

    def resize(self, width: int, height: int) -> None:
        """Show the page in a window of another size, in CSS pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def prefer(self, colour_scheme: str) -> None:
        """Let the person prefer ``light`` or ``dark``."""
        features = [{"name": "prefers-color-scheme", "value": colour_scheme}]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def disconnect(self, disconnected: bool) -> None:
        """Cut the browser off from every server, or connect it again."""
        conditions = {"offline": disconnected, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)
