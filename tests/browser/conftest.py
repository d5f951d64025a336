# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Chromium and one sandbox for all tests of pages; each of the sandbox's begins with it empty and a fresh page."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from ansible_collections.vox.roster.tests.browser.sandbox_page import SandboxPage
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--window-size=1280,900",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Containers tend to have a small /dev/shm.
    "--disable-dev-shm-usage",
    # Nothing but this machine can be reached, whatever the browser wants to fetch for itself.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# Selenium neither looks for a driver on the network, nor reports its use, nor asks a proxy for this machine.
ENVIRONMENT = {"SE_OFFLINE": "true", "SE_AVOID_STATS": "true", "NO_PROXY": "127.0.0.1,localhost"}


def program(name: str) -> str:
    """The path of a program that these tests cannot do without."""
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"{name} is not on PATH; Debian has it in the packages chromium and chromium-driver", pytrace=False)
    return path


@contextlib.contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """Chromium without a window, with an empty profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="vox-roster-chromium-", ignore_cleanup_errors=True) as profile:
        for option in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        os.environ.update(ENVIRONMENT, no_proxy=ENVIRONMENT["NO_PROXY"])
        driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
        try:
            yield driver
        finally:
            driver.quit()


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    """One Chromium for all tests."""
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxProcess]:
    """The sandbox's process."""
    process = SandboxProcess()
    yield process
    process.stop()


@pytest.fixture
def sandbox(server: SandboxProcess) -> Sandbox:
    """The sandbox as after its start."""
    client = Sandbox(server.url)
    client.reset()
    return client


@pytest.fixture
def page(browser: webdriver.Chrome, sandbox: Sandbox) -> Iterator[SandboxPage]:
    """The sandbox's page, not opened yet. Whatever a test leaves on the browser's console makes it fail."""
    shown = SandboxPage(browser, sandbox.url)
    shown.console()
    yield shown
    complaints = shown.console()
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    # The page asks the sandbox every second, also while nobody looks.
    browser.get("about:blank")
    assert complaints == []
