# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the blocks of one page as a reader would: one after the other, in one checkout, shell and sandbox."""

from __future__ import annotations

import ast
import configparser
import contextlib
import csv
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import typing as t
from pathlib import Path

import yaml
from ansible.parsing.dataloader import DataLoader

from ansible_collections.vox.roster.tests.guides import blocks
from ansible_collections.vox.roster.tests.guides.blocks import ANSWER, FAILS, FILE, NOT_RUN, PREPARE, Block
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

LONGEST = 180  # seconds for a block
SEEDED = 8  # records of each service, as the option --demo-data of the sandbox adds
SERVICES = ("simotel", "autodialer", "exotel", "sunbird")
ELLIPSIS = "…"

# The values that the guides say are kept in a vault. Those of the sandbox, where a service has to know them.
VAULT = {
    "simotel_api_key": "sandbox-simotel-key",
    "exotel_api_key": "sandbox-key",
    "exotel_api_token": "sandbox-token",
    "sunbird_api_key": "sandbox-api-key",
    "sunbird_client_secret": "sandbox-client-secret",
    "sunbird_admin_password": "Sandbox-Admin-1",
    "extension_secret": "Example-Secret-1",
    "initial_password": "Example-Secret-1",
    "sara_secret": "Example-Secret-1",
}
CREDENTIALS = {
    "SIMOTEL_API_USER": "sandbox",
    "SIMOTEL_API_PASSWORD": "sandbox-password",
    "SIMOTEL_API_KEY": "sandbox-simotel-key",
    "EXOTEL_ACCOUNT_SID": "sandbox",
    "EXOTEL_API_KEY": "sandbox-key",
    "EXOTEL_API_TOKEN": "sandbox-token",
    "SUNBIRD_API_KEY": "sandbox-api-key",
    "SUNBIRD_AUTH_USERNAME": "admin@sandbox.example",
    "SUNBIRD_AUTH_PASSWORD": "Sandbox-Admin-1",
    "SUNBIRD_CLIENT_SECRET": "sandbox-client-secret",
}
PIP_SETTINGS = (".config/pip", ".pip", ".netrc")  # whatever else the home directory holds stays out
PREFIXES = ("SIMOTEL_", "EXOTEL_", "SUNBIRD_", "ANSIBLE_")


class Story:
    """One page, being followed.

    checkout: a copy of the checkout, in which everything is run. output: of what was run last.
    """

    def __init__(self, page: str, place: Path, sandbox: Sandbox) -> None:
        self.page = page
        self.checkout = place / "ansible_collections" / "vox" / "roster"
        ignored = shutil.ignore_patterns(".git", ".build", ".venv", "__pycache__", ".*_cache", "output", "*.tar.gz")
        shutil.copytree(blocks.ROOT, self.checkout, ignore=ignored)
        self.output = ""
        self._place = place
        self._groups: list[int] = []
        self._addresses = _addresses(sandbox.url)
        sandbox.reset()
        for service in SERVICES:
            sandbox.seed(service, SEEDED)
        (place / "home").mkdir()
        # Otherwise curl takes a refusal for a success.
        (place / "home" / ".curlrc").write_text("fail-with-body\n", encoding="utf-8")
        for name in PIP_SETTINGS:
            if (Path.home() / name).exists():
                (place / "home" / name).parent.mkdir(parents=True, exist_ok=True)
                (place / "home" / name).symlink_to(Path.home() / name)
        # A sandbox that the page itself starts disturbs nobody, and needs nothing installed.
        variables = {**VAULT, "sandbox_port": _free_port(), "sandbox_python": sys.executable}
        # Playbooks of the page find the variables beside themselves, those of the collection beside the inventory.
        for directory in (self.checkout, place / "inventory"):
            (directory / "group_vars").mkdir(parents=True, exist_ok=True)
            (directory / "group_vars" / "all.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
        (place / "inventory" / "hosts").touch()
        (place / "state").write_text("", encoding="utf-8")
        self._environment = self._surroundings(sandbox.url, blocks.is_bare(page))

    def _surroundings(self, url: str, bare: bool) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}
        environment.pop("PYTHONPATH", None)
        environment.update(
            HOME=str(self._place / "home"),
            PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            ANSIBLE_COLLECTIONS_PATH=os.pathsep.join(
                [str(self._place / "home" / ".ansible" / "collections"), str(self._place)]
            ),
            ANSIBLE_ASYNC_DIR=str(self._place / "home" / ".ansible_async"),
            ANSIBLE_INVENTORY=str(self._place / "inventory" / "hosts"),
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            ANSIBLE_NOCOLOR="true",
            NO_PROXY="127.0.0.1",
            no_proxy="127.0.0.1",
        )
        if not bare:
            environment.update(CREDENTIALS)
            environment.update(
                SIMOTEL_URL=f"{url}/simotel",
                EXOTEL_URL=f"{url}/exotel",
                SUNBIRD_URL=f"{url}/sunbird",
                SUNBIRD_SERVICE_URL=f"{url}/sunbird-service",
            )
        return environment

    def run(self, block: Block) -> None:
        """Do with a block what its kind and its marks demand; AssertionError when it does not do what it claims."""
        if NOT_RUN in block.marks:
            return
        if PREPARE in block.marks:
            self._shell(block.marks[PREPARE], "")
        text = self._adapted(block.text)
        if FILE in block.marks:
            self._write(block, text)
            return
        act = {
            "bash": self._bash,
            "console": self._console,
            "json": self._json,
            "python": self._python,
            "sh": self._bash,
            "text": self._shown,
            "yaml": self._yaml,
        }.get(block.kind)
        assert act, f"a block of kind {block.kind!r} has to be a file that a later block uses: mark it with 'file'"
        act(block, text)

    def end(self) -> None:
        """Stop what the blocks left running, a sandbox that a playbook started among it."""
        for ready in (self._place / "home").rglob("ready.json"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(json.loads(ready.read_text(encoding="utf-8"))["pid"], signal.SIGTERM)
        for group in self._groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGTERM)

    def _adapted(self, text: str) -> str:
        for address, real in self._addresses.items():
            text = text.replace(address, real)
        return text

    def _write(self, block: Block, text: str) -> None:
        """Write a file, which has to be what its kind says."""
        path = self.checkout / block.marks[FILE]
        if block.kind == "yaml":
            DataLoader().load(text)
        elif block.kind == "json":
            json.loads(text)
        elif block.kind == "python":
            ast.parse(text)
        elif block.kind == "ini":
            configparser.ConfigParser(allow_no_value=True).read_string(text)
        elif block.kind == "csv":
            rows = list(csv.reader(text.splitlines()))
            assert len({len(row) for row in rows}) == 1, "the rows have different numbers of cells"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _bash(self, block: Block, text: str) -> None:
        self._shell(text, block.marks.get(FAILS, ""))

    def _console(self, block: Block, text: str) -> None:
        """Run the lines behind a dollar sign; what stands below each is what it prints."""
        commands = re.split(r"^\$ ", text, flags=re.MULTILINE)
        assert len(commands) > 1 and not commands[0], "a console block begins with '$ ' and a command"
        for each in commands[1:]:
            continued = re.match(r"(?:.*\\\n)*.*\n?", each)
            command = continued.group() if continued else each
            self._shell(command, block.marks.get(FAILS, ""))
            self._compare(each[len(command) :])

    def _python(self, block: Block, text: str) -> None:
        self._shell(f"python - <<'END-OF-BLOCK'\n{text}\nEND-OF-BLOCK\n", block.marks.get(FAILS, ""))

    def _json(self, block: Block, text: str) -> None:
        """See that JSON is what was printed last, or the golden answer that it says."""
        if ANSWER in block.marks:
            golden = blocks.ROOT / "tests" / "fixtures" / "golden" / f"{block.marks[ANSWER]}.json"
            real = json.loads(golden.read_text(encoding="utf-8"))["answer"]["json"]
            assert _is_like(json.loads(text), real), f"the golden answer is {real}"
            return
        if ELLIPSIS not in text:
            json.loads(text)
        self._compare(text)

    def _shown(self, block: Block, text: str) -> None:
        self._compare(text)

    def _yaml(self, block: Block, text: str) -> None:
        """Run plays, or tasks within a play of their own; without a warning unless they are meant to fail."""
        content = DataLoader().load(text)
        assert isinstance(content, list), "YAML that is neither plays nor tasks has to be a file: mark it with 'file'"
        if not any("hosts" in one or "import_playbook" in one for one in content):
            play = {
                "hosts": "localhost",
                "gather_facts": False,
                "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            }
            lines = yaml.safe_dump([play], sort_keys=False) + "  tasks:\n"
            text = lines + "".join(f"    {line}\n" for line in _dedented(text).splitlines())
        name = f"block-{block.line}.yml"
        (self.checkout / name).write_text(text, encoding="utf-8")
        self._shell(f"ansible-playbook {name}", block.marks.get(FAILS, ""))
        assert FAILS in block.marks or "WARNING" not in self.output, self.output

    def _shell(self, script: str, failure: str) -> None:
        """Run a script with the variables of the scripts before it.

        failure: what it says when it fails, which it then has to; empty when it has to succeed.
        """
        state = shlex.quote(str(self._place / "state"))
        whole = f"set -a; . {state}; set -euo pipefail\n{self._adapted(script)}\nexport -p > {state}\n"
        with (self._place / "output").open("w+", encoding="utf-8") as stream:
            # Not a pipe: a server that the script leaves running would hold it open.
            process = subprocess.Popen(
                ["bash", "-c", whole],
                cwd=self.checkout,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._groups.append(process.pid)
            try:
                status = process.wait(LONGEST)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                status = -1
            stream.seek(0)
            self.output = stream.read()
        if failure:
            assert status > 0, f"this was meant to fail:\n{self.output}"
            assert _flat(failure) in _flat(self.output), self.output
        else:
            assert status == 0, f"status {status}:\n{self.output}"

    def _compare(self, expected: str) -> None:
        """See that the lines of a text were printed last, in this order; an ellipsis stands for anything.

        Other words may stand in front of such a line, and behind it.
        """
        printed = self.output.splitlines()
        position = 0
        for line in filter(None, map(str.strip, self._adapted(expected).splitlines())):
            if line == ELLIPSIS:
                continue
            pattern = re.compile(rf"(?<!\w){'.*'.join(map(re.escape, line.split(ELLIPSIS)))}(?!\w)")
            found = next((at for at in range(position, len(printed)) if pattern.search(printed[at])), None)
            assert found is not None, f"the line {line!r} was not printed, or not in this place:\n{self.output}"
            position = found + 1


def unused_files(page: str) -> list[Block]:
    """The files of a page that no later block names."""
    found = []
    every = blocks.blocks_of(page)
    for position, block in enumerate(every):
        name = block.marks.get(FILE, "")
        later = "".join(one.text + one.marks.get(PREPARE, "") for one in every[position + 1 :])
        # A module or plugin is named without its directory and ending.
        if name and name not in later and Path(name).stem not in later:
            found.append(block)
    return found


def _addresses(url: str) -> dict[str, str]:
    """What stands for the addresses that the guides name."""
    return {
        "http://127.0.0.1:8765": url,
        "https://pbx.example.com": f"{url}/simotel",
        "https://learning.example.com": f"{url}/sunbird",
        "http://userorg-service:9000": f"{url}/sunbird-service",
        "127.0.0.1:8099": f"127.0.0.1:{_free_port()}",
    }


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _is_like(told: t.Any, real: t.Any) -> bool:
    """Whether JSON agrees with other JSON, an ellipsis standing for any text."""
    if isinstance(told, dict) and isinstance(real, dict):
        return told.keys() == real.keys() and all(_is_like(told[name], real[name]) for name in told)
    return bool(told == real) or (told == ELLIPSIS and isinstance(real, str))


def _dedented(text: str) -> str:
    lines = text.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines)


def _flat(text: str) -> str:
    return " ".join(text.split())
