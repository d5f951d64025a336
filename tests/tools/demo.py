# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection at work: run its demo playbook three times against a sandbox server on this machine.

usage: python -m tests.tools.demo [--build DIR] [--keep]

The first run changes records in all four services, the second one changes nothing. Then a person's hand is played:
one extension gets another name and one autodialer group is deleted, through the service's own API. The third run,
with --check --diff, reports both and writes nothing. Exits with 1 if any of this turns out otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import workspace

PLAYBOOK = "vox.roster.demo"
SANDBOX_START = 15  # seconds
SANDBOX_STOP = 10  # seconds
# One of the accounts that the sandbox lists when it is started by hand.
SIMOTEL_KEY = "sandbox-simotel-key"
EVERYTHING: dict[str, Any] = {"alike": True, "conditions": {"name": ""}}


class DemoError(Exception):
    """Something did not happen as the demo promises; the message says what."""


@contextmanager
def running_sandbox(directory: Path) -> Iterator[str]:
    """Start the sandbox on a free port with some records in it, give its address, and stop it in the end."""
    ready_file = directory / "ready.json"
    # It ends with its standard input, and so also when this process is killed.
    options = ["--port", "0", "--demo-data", "--quiet", "--ready-file", str(ready_file), "--stop-with-input"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *options],
        cwd=workspace.ROOT / "tests",
        stdin=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + SANDBOX_START
        while not ready_file.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoError("the sandbox did not start; what it said stands above")
            time.sleep(0.05)
        yield json.loads(ready_file.read_text(encoding="utf-8"))["url"]
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(SANDBOX_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run_playbook(url: str, environment: dict[str, str], options: list[str]) -> int:
    """Run the demo playbook, show what it prints, and return how many tasks changed something."""
    program = str(Path(sys.executable).parent / "ansible-playbook")
    command = [program, PLAYBOOK, "--extra-vars", f"sandbox_url={url}", *options]
    print(f"$ {' '.join(['ansible-playbook', *command[1:]])}", flush=True)
    with subprocess.Popen(
        command, cwd=workspace.ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        lines = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode != 0:
        raise DemoError(f"the playbook failed with status {process.returncode}")
    counts = re.findall(r"changed=(\d+)", "".join(lines).rpartition("PLAY RECAP")[2])
    if not counts:
        raise DemoError("the playbook ended without a recap")
    return sum(map(int, counts))


def call(url: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Send one request to the sandbox, never through a proxy, and return the JSON of the answer."""
    headers = {"X-APIKEY": SIMOTEL_KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(url + path, None if body is None else json.dumps(body).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)


def listing(url: str, resource: str) -> dict[str, dict[str, Any]]:
    """Return all records of a Simotel resource, keyed by id."""
    records = call(url, f"/simotel/api/v4/{resource}/search", EVERYTHING)["data"]
    return {record["_id"]: record for record in (records if isinstance(records, list) else records["data"])}


def first_new(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], what: str) -> dict[str, Any]:
    """Return a record that is in the second listing only."""
    for identity, record in after.items():
        if identity not in before:
            return record
    raise DemoError(f"the playbook created no {what}")


def heading(text: str) -> None:
    """Print a line that stands out."""
    print(f"\n=== {text}\n", flush=True)


def expect(holds: bool, otherwise: str) -> None:
    """Give up with a message unless a promise holds."""
    if not holds:
        raise DemoError(otherwise)


def demonstrate(url: str, environment: dict[str, str], keep: bool) -> None:
    """Run the playbook three times and say in plain words what happened."""
    users, groups = listing(url, "pbx/users"), listing(url, "autodialer/groups")

    heading("First run: the playbook creates, changes and removes records in all four services")
    first = run_playbook(url, environment, [])
    expect(first > 0, "the first run changed nothing")
    user = first_new(users, listing(url, "pbx/users"), "extension")
    group = first_new(groups, listing(url, "autodialer/groups"), "autodialer group")

    heading("Second run: everything is as declared, so nothing changes")
    second = run_playbook(url, environment, [])
    expect(second == 0, f"the second run changed {second} times, although nothing had to change")

    heading("Somebody works by hand, past the playbook")
    renamed = f"{user['name']} (renamed by hand)"
    call(url, "/simotel/api/v4/pbx/users/update", {"_id": user["_id"], "name": renamed})
    call(url, "/simotel/api/v4/autodialer/groups/remove", {"_id": group["_id"]})
    print(f"Extension {user['number']} is now called {renamed!r}.")
    print(f"The autodialer group {group['name']!r} is gone.")

    heading("Third run, with --check --diff: what would be done, without doing it")
    third = run_playbook(url, environment, ["--check", "--diff"])
    expect(third > 0, "the third run did not notice what was changed by hand")
    left = listing(url, "pbx/users")[user["_id"]]["name"]
    expect(left == renamed and group["_id"] not in listing(url, "autodialer/groups"), "check mode wrote to a service")

    heading("What happened")
    print(f"""\
1. A sandbox server that speaks the APIs of Simotel, its autodialer, Exotel and Sunbird started at {url}.
2. The first run made {first} changes in it, over HTTP.
3. The second run found everything as declared: changed=0.
4. Extension {user["number"]} got another name by hand, and the autodialer group {group["name"]!r} was deleted.
5. The third run reported {third} changes to mend that, and wrote nothing: the changes made by hand are still there.
""")
    if keep:
        print(f"The sandbox is still running. Its records and requests are on the page {url}/")
        print("Press Ctrl-C to stop it.", flush=True)
        wait_for_interrupt()
    else:
        print("The sandbox is stopped again. To look at it in a browser:")
        print("  make demo KEEP=1   shows this demo and keeps its sandbox running")
        print("  make sandbox       starts a new one, and prints its address and credentials", flush=True)


def wait_for_interrupt() -> None:
    """Sleep until Ctrl-C."""
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def main() -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    parser.add_argument("--keep", action="store_true", help="keep the sandbox running until Ctrl-C")
    options = parser.parse_args()
    build = options.build.resolve()
    workspace.refresh_tree(build)
    environment = {
        **workspace.test_environment(build, build / "home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        environment["ANSIBLE_FORCE_COLOR"] = "true"
    try:
        with tempfile.TemporaryDirectory(dir=build) as directory, running_sandbox(Path(directory)) as url:
            demonstrate(url, environment, options.keep)
    except DemoError as error:
        print(f"\nERROR: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
