# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in nothing that Ansible writes: real runs, at their most talkative, whose every byte is searched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import typing as t
from pathlib import Path
from urllib.parse import quote

import ansible
import pytest

from ansible_collections.vox.roster.tests.trust.leaks import (
    CUT_PASSWORD,
    PROXY_PASSWORD,
    URL_PASSWORD,
    Places,
    places,
    secret_options,
    secrets_in,
    ways_to_leak,
)
from ansible_collections.vox.roster.tests.trust.markers import files_below, found_in
from ansible_collections.vox.roster.tests.trust.measured import COLLECTIONS
from ansible_collections.vox.roster.tests.trust.subjects import (
    AGENTS,
    EXTENSIONS,
    GROUPS,
    PUPILS,
    PUPILS_FROM_OUTSIDE,
    Subject,
)

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Task = dict[str, t.Any]

AREA = "secrets"
MANNER = {True: "in process", False: "own process"}
SUBJECTS = (EXTENSIONS, GROUPS, AGENTS, PUPILS, PUPILS_FROM_OUTSIDE)
CALLBACKS = Path(__file__).parent / "callbacks"
SWITCH = "vox_roster_in_process"

# How Ansible is made to talk: what it writes to the terminal, and how much.
WAYS: dict[str, tuple[dict[str, str], list[str]]] = {
    "default": ({"ANSIBLE_CALLBACKS_ENABLED": "junit,tree,everything"}, ["-vvvv", "--diff"]),
    "debug": ({"ANSIBLE_DEBUG": "1", "ANSIBLE_LOG_VERBOSITY": "4"}, ["-vvvv", "--diff"]),
    "yaml": ({"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml", "ANSIBLE_DISPLAY_TRACEBACK": "always"}, ["-vvv"]),
    "minimal": ({"ANSIBLE_STDOUT_CALLBACK": "minimal"}, ["-vvv", "--diff"]),
    "oneline": ({"ANSIBLE_STDOUT_CALLBACK": "oneline"}, ["-vvv"]),
    "check": ({}, ["-vvvv", "--diff", "--check"]),
    "ansible.posix.json": ({"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}, ["-vvvv", "--diff"]),
    "ansible.posix.jsonl": ({"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.jsonl"}, ["-vvvv", "--diff"]),
}
# The tasks that are tried where each takes a process of its own.
A_FEW = (
    *("made", "changed", "wrong credentials", "echoed", "secret where none belongs", "many compared", "many changed"),
    *("many echoed", "made in the background", "search echoed"),
)
CLEARED = 20  # seconds
AT_EACH_CHANGE = ("default", "debug", "ansible.posix.json")


class Surroundings:
    """A directory that holds whatever a run of Ansible writes, and nothing else."""

    def __init__(self, directory: Path) -> None:
        self.inputs, self.written = directory / "inputs", directory / "written"
        self.inputs.mkdir()
        self.written.mkdir()

    def environment(self, **more: str) -> dict[str, str]:
        """The environment for Ansible: all that it writes lands in ``written``, and nothing of ours is in it."""
        ours = ("SIMOTEL_", "EXOTEL_", "SUNBIRD_", "ANSIBLE_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        places = {
            "HOME": "home",
            "ANSIBLE_HOME": "home/.ansible",
            "ANSIBLE_LOCAL_TEMP": "local",
            "ANSIBLE_REMOTE_TMP": "remote",
            "ANSIBLE_ASYNC_DIR": "async",
            "ANSIBLE_LOG_PATH": "ansible.log",
            "ANSIBLE_CALLBACK_TREE_DIR": "tree",
            "JUNIT_OUTPUT_DIR": "junit",
            "EVERYTHING_FILE": "everything.jsonl",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": "facts",
        }
        (self.written / "home").mkdir(exist_ok=True)
        settings = {name: str(self.written / place) for name, place in places.items()}
        paths = [str(COLLECTIONS), *filter(None, [os.environ.get("ANSIBLE_COLLECTIONS_PATH")])]
        settings["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(paths)
        settings.update(ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS), ANSIBLE_CACHE_PLUGIN="jsonfile")
        settings.update(ANSIBLE_DEPRECATION_WARNINGS="0", ANSIBLE_LOCALHOST_WARNING="0", ANSIBLE_NOCOLOR="1")
        settings.update(ANSIBLE_INJECT_INVOCATION="1")
        return {**kept, **settings, "ANSIBLE_STDOUT_CALLBACK": "default", **more}

    def everything(self) -> bytes:
        """All that was written, once Ansible has cleared away the modules of tasks in the background, a second late."""
        deadline = time.monotonic() + CLEARED
        while files_below(self.written / "remote") and time.monotonic() < deadline:
            time.sleep(0.1)
        return b"\n".join(path.read_bytes() for path in files_below(self.written))


def playbook(tasks: list[tuple[str, Task, Task]], in_process: bool) -> tuple[str, str]:
    """A playbook of these tasks, each of which may fail, and each of whose results is shown; and its variables.

    Secrets stand in variables. Where a playbook holds them itself, some callbacks show them before any module runs.
    """
    steps: list[Task] = []
    variables: dict[str, str] = {}
    for number, (name, beside, module) in enumerate(tasks):
        module = in_variables(module, variables)
        steps.append({"name": name, **module, **beside, "register": "told", "ignore_errors": True})
        steps.append({"name": f"The result of task {number}", "ansible.builtin.debug": {"var": "told"}})
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars_files": ["secrets.json"],
        "vars": {SWITCH: in_process, "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": steps,
    }
    return json.dumps([play]), json.dumps({"site": {name: value for value, name in variables.items()}})


def in_variables(value: t.Any, variables: dict[str, str]) -> t.Any:
    """The same with each text that may hold a secret replaced by a variable; notes the names of the variables."""
    if isinstance(value, dict):
        return {name: in_variables(one, variables) for name, one in value.items()}
    if isinstance(value, list):
        return [in_variables(one, variables) for one in value]
    if isinstance(value, str):
        name = variables.setdefault(value, f"text_{len(variables)}")
        return "{{ site." + name + " }}"
    return value


def tasks_of(subject: Subject, at: Places) -> tuple[list[tuple[str, Task, Task]], set[str]]:
    """All tasks of a subject, and the secrets in them."""
    tasks: list[tuple[str, Task, Task]] = []
    names, secrets = secret_options(subject), {URL_PASSWORD, CUT_PASSWORD}
    for name, beside, options in ways_to_leak(subject, at):
        module = subject.module + ("s" if subject.items in options else "")
        tasks.append((name, beside, {f"vox.roster.{module}": options}))
        secrets |= {secret for secret in secrets_in(options, names) if secret.strip("*")}
    search = {**subject.connection(at.sandbox), "retries": 0}
    tasks.append(("searched", {}, {f"vox.roster.{subject.module}_info": search}))
    tasks.append(
        ("search echoed", {}, {f"vox.roster.{subject.module}_info": {**search, **subject.connection(at.echo)}})
    )
    return [(f"{subject.title}: {name}", beside, module) for name, beside, module in tasks], secrets


def all_tasks(at: Places, everything: bool) -> tuple[list[tuple[str, Task, Task]], set[str]]:
    """The tasks of all subjects, or a few of each, and the secrets in them."""
    tasks: list[tuple[str, Task, Task]] = []
    secrets: set[str] = set()
    for subject in SUBJECTS:
        some, known = tasks_of(subject, at)
        tasks, secrets = [*tasks, *some], secrets | known
    return [task for task in tasks if everything or task[0].partition(": ")[2] in A_FEW], secrets


def play(surroundings: Surroundings, texts: tuple[str, str], extra: dict[str, str], options: list[str]) -> bytes:
    """What ``ansible-playbook`` writes to the terminal and to files."""
    path = surroundings.inputs / "site.yml"
    path.write_text(texts[0], encoding="utf-8")
    path.with_name("secrets.json").write_text(texts[1], encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", *options, str(path)]
    done = subprocess.run(
        command,
        cwd=surroundings.written,
        env=surroundings.environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]
    return done.stdout + surroundings.everything()


def assert_silent(content: bytes, secrets: set[str], tally: Tally, case: str, tasks: int) -> None:
    """No form of any secret in what so many tasks wrote."""
    leaks = found_in(content, sorted(secrets))
    tally.count(AREA, case, tasks, max(0, tasks - len(leaks)))
    assert leaks == [], f"{len(leaks)} leaks\n" + "\n".join(leaks[:5])


def posix_is_installed() -> bool:
    """Whether Ansible finds the collection ``ansible.posix``: beside Ansible, or where it is told to look."""
    beside_ansible = str(Path(ansible.__file__).parents[1])
    places = [beside_ansible, *os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)]
    return any((Path(place) / "ansible_collections" / "ansible" / "posix").is_dir() for place in places)


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "own process"])
@pytest.mark.parametrize("way", WAYS)
def test_playbooks(way: str, in_process: bool, sandbox: Sandbox, tally: Tally, tmp_path: Path, full: bool) -> None:
    if not full and (way not in AT_EACH_CHANGE or (way != "default" and not in_process)):
        pytest.skip("at each change only the most talkative ways are tried; all of them in full")
    if way.startswith("ansible.posix.") and not posix_is_installed():
        pytest.skip("the collection ansible.posix, which has this callback, is not installed")
    extra, options = WAYS[way]
    with places(sandbox.url) as at:
        tasks, secrets = all_tasks(at, in_process or full)
        content = play(Surroundings(tmp_path), playbook(tasks, in_process), extra, options)
        assert at.tokens, "Sunbird gave out tokens"
    for name, _beside, _module in tasks:
        assert name.encode() in content or way in ("oneline", "minimal"), f"{name} has not been tried"
    assert_silent(content, secrets | at.tokens, tally, f"{way}, {MANNER[in_process]}", len(tasks))


@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "own process"])
def test_the_environment(in_process: bool, sandbox: Sandbox, tally: Tally, tmp_path: Path) -> None:
    """Credentials from the environment of Ansible itself; those of a proxy, too."""
    names = {"made", "changed", "many made", "echoed", "many echoed", "wrong token", "removed"}
    with places(sandbox.url) as at:
        environment: dict[str, str] = {"HTTP_PROXY": f"http://clerk:{quote(PROXY_PASSWORD, safe='')}@{at.proxy[7:]}"}
        tasks: list[tuple[str, Task, Task]] = []
        secrets: set[str] = {PROXY_PASSWORD, CUT_PASSWORD}
        for subject in (EXTENSIONS, AGENTS, PUPILS):
            known = secret_options(subject)
            arguments = subject.resource.connection.arguments
            right = subject.connection(at.sandbox)
            for option in sorted(known & set(right)):
                # Those of Exotel's account are asked for where they are used, and so have no fallback to show.
                environment[f"{subject.service}_{option}".upper()] = str(right[option])
                secrets.add(str(right[option]))
            for name, beside, options in ways_to_leak(subject, at):
                if name in names:
                    module = f"vox.roster.{subject.module}" + ("s" if subject.items in options else "")
                    own = {key: value for key, value in options.items() if key not in known or key not in arguments}
                    tasks.append((f"{subject.title}: {name}", beside, {module: own}))
                    secrets |= {secret for secret in secrets_in(own, known) if secret.strip("*")}
        texts = playbook(tasks, in_process)
        content = play(Surroundings(tmp_path), texts, {**WAYS["debug"][0], **environment}, WAYS["debug"][1])
        assert len(at.tokens) > 0
    assert content.count(b'"changed": true') >= 6, "the credentials were of use"
    assert_silent(content, secrets | at.tokens, tally, f"environment, {MANNER[in_process]}", len(tasks))


def test_ansible_runner(sandbox: Sandbox, tally: Tally, tmp_path: Path, full: bool) -> None:
    """What AWX keeps: the events, the output and the facts of a job."""
    pytest.importorskip("ansible_runner", reason="ansible-runner is not installed")
    surroundings = Surroundings(tmp_path)
    project, artifacts = surroundings.inputs / "project", surroundings.written / "artifacts"
    project.mkdir()
    with places(sandbox.url) as at:
        tasks, secrets = all_tasks(at, full)
        text, variables = playbook(tasks, True)
        (project / "site.yml").write_text(text, encoding="utf-8")
        (project / "secrets.json").write_text(variables, encoding="utf-8")
        command = [sys.executable, "-m", "ansible_runner", "run", str(surroundings.inputs), "-p", "site.yml", "-vvvv"]
        done = subprocess.run(
            [*command, "--artifact-dir", str(artifacts), "--cmdline", "--diff -i localhost, -c local"],
            cwd=surroundings.written,
            env=surroundings.environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]
    events = list(artifacts.rglob("job_events/*.json"))
    assert len(events) > 2 * len(tasks)
    assert_silent(done.stdout + surroundings.everything(), secrets | at.tokens, tally, "ansible-runner", len(tasks))


def test_every_secret_option_is_tried(sandbox: Sandbox) -> None:
    with places(sandbox.url) as at:
        for subject in SUBJECTS:
            tried: set[str] = set()
            for _name, _beside, options in ways_to_leak(subject, at):
                tried |= set(options)
                tried |= {name for item in options.get(subject.items, ()) for name in item}
            assert secret_options(subject) <= tried, subject.title


def test_the_system_log(sandbox: Sandbox, tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """What modules write there of their options."""
    logged: list[str] = []
    monkeypatch.setattr("ansible.module_utils.basic.has_journal", False)
    monkeypatch.setattr("syslog.syslog", lambda *args: logged.append(str(args[-1])))
    secrets: set[str] = set()
    for subject in SUBJECTS:
        person = subject.options(0, 0, {})
        subject.run_one(sandbox.url, **person)
        subject.run_many(sandbox.url, [person])
        known = secret_options(subject)
        secrets |= secrets_in(person, known) | secrets_in(subject.connection(sandbox.url), known)
    assert any("Invoked with" in line for line in logged)
    assert_silent("\n".join(logged).encode(), secrets, tally, "the system's log", 2 * len(SUBJECTS))
