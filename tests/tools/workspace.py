# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the make targets need around the checkout: the collection's tree and a home directory, both below .build."""

from __future__ import annotations

import argparse
import ast
import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PIP_BOOTSTRAP_URL = "https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
PIP_BOOTSTRAP_TIMEOUT = 5  # seconds

# Runs inside the virtual environments that ansible-test makes, in the place of get-pip.
PIP_BOOTSTRAP_SUBSTITUTE = """\
import subprocess
import sys

sys.exit(subprocess.call([sys.executable, "-m", "ensurepip", "--default-pip"]))
"""


def tree_path(build: Path) -> Path:
    """Return the place of the collection's tree below the build directory."""
    return build / "tree" / "ansible_collections" / "vox" / "roster"


def refresh_tree(build: Path) -> Path:
    """Make BUILD/tree/ansible_collections/vox/roster equal to the checkout and return its path.

    ansible-test insists on such a directory, and copies serve it better than links. Only files that git tracks or
    would track are copied, so virtual environments and caches stay out. tests/output, where ansible-test writes,
    is kept.
    """
    tree = tree_path(build)
    wanted = sources()
    if tree.is_dir():
        for path in _files_of_the_tree(tree):
            if path not in wanted:
                (tree / path).unlink()
        _remove_empty_directories(tree)
    for path in wanted:
        _copy_if_changed(ROOT / path, tree / path)
    return tree


def sources() -> set[Path]:
    """Return the paths of all source files; in a tree, where there is no git, those are all files of the tree."""
    if not (ROOT / ".git").exists():
        return set(_files_of_the_tree(ROOT))
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    paths = {Path(os.fsdecode(name)) for name in listing.split(b"\0") if name}
    return {path for path in paths if os.path.lexists(ROOT / path)}


def _files_of_the_tree(tree: Path) -> list[Path]:
    found: list[Path] = []
    for directory, subdirectories, files in os.walk(tree):
        here = Path(directory).relative_to(tree)
        subdirectories[:] = [name for name in subdirectories if name != "__pycache__" and here / name != _OUTPUT]
        found.extend(here / name for name in files)
        found.extend(here / name for name in subdirectories if (tree / here / name).is_symlink())
    return found


_OUTPUT = Path("tests", "output")


def _remove_empty_directories(tree: Path) -> None:
    for directory, _subdirectories, _files in os.walk(tree, topdown=False):
        path = Path(directory)
        if path == tree or _OUTPUT in (path.relative_to(tree), *path.relative_to(tree).parents):
            continue
        remaining = os.listdir(path)
        if not remaining or remaining == ["__pycache__"]:
            shutil.rmtree(path)


def _copy_if_changed(source: Path, target: Path) -> None:
    if os.path.lexists(target):
        before, after = target.lstat(), source.lstat()
        same = (before.st_mode, before.st_size, before.st_mtime_ns) == (after.st_mode, after.st_size, after.st_mtime_ns)
        if same:
            return
        target.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def test_environment(build: Path, home: Path) -> dict[str, str]:
    """Return the environment for ansible-test, nox and ansible-playbook, with a home directory of their own.

    ansible-test hands only HOME and PATH on to the programs it runs. So whatever pip knows from its configuration
    and from the environment (a mirror, certificates, a proxy) goes to a pip.conf in that home, and every Python
    that really runs goes to the front of PATH, before the programs installed beside the Python that runs this.
    """
    home.mkdir(parents=True, exist_ok=True)
    _write_pip_configuration(home)
    _link_netrc(home)
    pythons = home / "pythons"
    _write_python_launchers(pythons)
    environment = dict(os.environ)
    environment["HOME"] = str(home)
    environment["PIP_CACHE_DIR"] = str(_pip_cache(home))
    beside_python = Path(sys.executable).parent
    environment["PATH"] = os.pathsep.join([str(pythons), str(beside_python), environment.get("PATH", os.defpath)])
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(build / "tree")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ANSIBLE_HOME", "ANSIBLE_CONFIG", "PYTHONPATH"):
        environment.pop(name, None)
    return environment


def _pip_cache(home: Path) -> Path:
    return home / ".cache" / "pip"


def _write_pip_configuration(home: Path) -> None:
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    configuration = configparser.RawConfigParser()
    from_environment: dict[str, str] = {}
    for line in listing.splitlines():
        key, _equals, text = line.partition("=")
        section, _dot, option = key.rpartition(".")
        value = ast.literal_eval(text)
        if section == ":env:":
            from_environment[option] = value
        else:
            if not configuration.has_section(section):
                configuration.add_section(section)
            configuration.set(section, option, value)
    if not configuration.has_section("global"):
        configuration.add_section("global")
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if proxy and not configuration.has_option("global", "proxy"):
        configuration.set("global", "proxy", proxy)
    for option, value in from_environment.items():
        configuration.set("global", option, value)
    configuration.set("global", "cache-dir", str(_pip_cache(home)))
    configuration.set("global", "quiet", "2")
    target = home / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w", encoding="utf-8", opener=_open_for_owner_only) as stream:
        configuration.write(stream)


def _open_for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _link_netrc(home: Path) -> None:
    netrc = Path.home() / ".netrc"
    link = home / ".netrc"
    if netrc.is_file() and not link.is_symlink():
        link.symlink_to(netrc)


def _write_python_launchers(directory: Path) -> None:
    """Write a launcher for each usable Python: a launcher, as a link would hide where that Python lives."""
    directory.mkdir(parents=True, exist_ok=True)
    listing = subprocess.run(
        [str(ROOT / "tests" / "tools" / "find-pythons")], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    for line in listing.splitlines():
        version, _space, path = line.partition(" ")
        launcher = directory / f"python{version}"
        content = f'#!/bin/sh\nexec "{path}" "$@"\n'
        if not launcher.exists() or launcher.read_text(encoding="utf-8") != content:
            launcher.write_text(content, encoding="utf-8")
            launcher.chmod(0o755)


def provide_pip_bootstrap(home: Path) -> None:
    """Put the pip bootstrap scripts of ansible-test into its cache, or a substitute where their host is out of reach.

    The virtual environments of ansible-test begin without pip. The script that installs it is the only download
    which does not come from a package index. The substitute installs the pip that comes with Python instead.
    """
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in _pip_bootstrap_versions():
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if script.exists():
            continue
        url = PIP_BOOTSTRAP_URL.format(version=version)
        try:
            with urllib.request.urlopen(url, timeout=PIP_BOOTSTRAP_TIMEOUT) as answer:
                content = answer.read().decode()
        except OSError as error:
            print(f"Cannot download {url} ({error}); using the pip that comes with Python.", flush=True)
            content = PIP_BOOTSTRAP_SUBSTITUTE
        script.write_text(content, encoding="utf-8")


def _pip_bootstrap_versions() -> list[str]:
    specification = importlib.util.find_spec("ansible_test")
    if specification is None or not specification.submodule_search_locations:
        raise SystemExit("ansible-test is not installed beside the Python that runs this; use make.")
    source = Path(specification.submodule_search_locations[0], "_internal", "python_requirements.py")
    return sorted(set(re.findall(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8"))))


def main() -> None:
    """Refresh the tree and print the directory to put into ANSIBLE_COLLECTIONS_PATH."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / ".build", help="directory for everything made")
    print(refresh_tree(parser.parse_args().build.resolve()).parents[2])


if __name__ == "__main__":
    main()
