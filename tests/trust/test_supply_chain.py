# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection needs, and what it is made of when it is shipped."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import typing as t
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.tools import artefact, workspace
from ansible_collections.vox.roster.tests.trust.measured import COLLECTIONS

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.trust.report import Tally

AREA = "supply chain"
ROOT = Path(__file__).resolve().parents[2]
BOUND = re.compile(r"(?P<name>[a-z-]+) ?>= ?(?P<lowest>[0-9.]+)")

# All that is shipped. A file that is new and is not to be shipped belongs into build_ignore of galaxy.yml.
SHIPPED = (
    r"(CHANGELOG\.rst|CODE_OF_CONDUCT\.md|CONTRIBUTING\.md|FILES\.json|LICENSE|MANIFEST\.json|README\.md|SECURITY\.md)",
    r"LICENSES/GPL-3\.0-or-later\.txt",
    r"requirements\.txt",
    r"changelogs/(changelog\.yaml|config\.yaml|fragments/(\.keep|[0-9a-z-]+\.yml))",
    r"docs/[a-z]+\.md|docs/README\.md|docs/(apis|guides)/[a-z-]+\.md",
    r"docs/docsite/(colours\.css|extra-docs\.yml|links\.yml|requirements\.txt|rst/[a-z_-]+\.rst)",
    r"docs/images/[a-z-]+\.(svg|png)",
    r"meta/(runtime|execution-environment)\.yml",
    r"playbooks/[a-z_]+\.yml|playbooks/(tasks|vars)/[a-z_]+\.yml|playbooks/templates/[a-z_.]+\.j2",
    r"playbooks/files/[a-z._-]+\.(yml|csv)|playbooks/files/(audit|awx)/[a-z0-9._/-]+\.(yml|j2|css|js|html|json|md)",
    r"plugins/(action|doc_fragments|filter|inventory|lookup|modules|plugin_utils)/[a-z_0-9]+\.(py|yml)",
    r"plugins/module_utils/(_start\.py|_(core|http|services)/[a-z_0-9]+\.py)",
    r"tests/sandbox/(README\.md|requirements\.txt|page\.html|[a-z_]+\.py)|tests/sandbox/(services|page)/[a-z_0-9.]+",
)
LINKS = {"LICENSES/GPL-3.0-or-later.txt": "../LICENSE"}
NEVER = (
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    rb"Marker-",
    rb"/(?:root|home|Users)/",
    rb"\x00asm",
    rb"AKIA[0-9A-Z]{16}",
)
LARGEST = 2 * 1024 * 1024  # bytes


@pytest.fixture(scope="module")
def checkouts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sources in two places, copied at different times in different orders."""
    names = sorted(workspace.sources())
    places = [tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other") / "deeper" / "down"]
    for age, (place, order) in enumerate(zip(places, (names, names[::-1]), strict=True)):
        for name in order:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / name, follow_symlinks=False)
            os.utime(place / name, (10**9 + age, 10**9 + age), follow_symlinks=False)
    return places


@pytest.fixture(scope="module")
def archives(checkouts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [artefact.build(place, tmp_path_factory.mktemp("built"), 1_700_000_000) for place in checkouts]


def test_two_builds_are_the_same_bytes(archives: list[Path], tally: Tally) -> None:
    with tally(AREA, "two builds are the same"):
        first, second = (archive.read_bytes() for archive in archives)
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_the_archive_holds_what_it_says(archives: list[Path], tally: Tally) -> None:
    with tarfile.open(archives[0]) as opened:
        contents = {one.name: opened.extractfile(one).read() for one in opened.getmembers() if one.isfile()}  # type: ignore[union-attr]
    manifest = json.loads(contents["MANIFEST.json"])
    told = manifest["file_manifest_file"]["chksum_sha256"]
    assert hashlib.sha256(contents["FILES.json"]).hexdigest() == told
    entries = json.loads(contents["FILES.json"])["files"]
    listed = {one["name"]: one["chksum_sha256"] for one in entries if one["ftype"] == "file"}
    assert set(contents) == set(listed) - set(LINKS) | {"FILES.json", "MANIFEST.json"}
    with tally(AREA, "all files have the checksums that the manifest tells"):
        for name in sorted(set(contents) & set(listed)):
            assert hashlib.sha256(contents[name]).hexdigest() == listed[name], name


def test_only_what_is_meant_to_be_shipped_is(archives: list[Path], tally: Tally) -> None:
    with tarfile.open(archives[0]) as opened, tally(AREA, "nothing else is shipped, and no secret"):
        for member in opened.getmembers():
            name = member.name
            if member.isdir():
                continue
            assert any(re.fullmatch(pattern, name) for pattern in SHIPPED), f"{name} is not on the list"
            assert member.isreg() or LINKS.get(name) == member.linkname, f"{name} is no plain file"
            assert member.issym() or member.mode & 0o111 == 0, f"{name} can be executed"
            assert member.size < LARGEST, name
            content = opened.extractfile(member).read()  # type: ignore[union-attr]
            found = [pattern for pattern in NEVER if re.search(pattern, content)]
            assert found == [], f"{name} holds {found}"


def test_every_part_is_shipped(archives: list[Path], tally: Tally) -> None:
    with tarfile.open(archives[0]) as opened:
        shipped = set(opened.getnames())
    parts = ("plugins", "meta", "playbooks")
    wanted = {str(path) for path in workspace.sources() if path.parts[0] in parts}
    with tally(AREA, "all plugins and playbooks are shipped"):
        assert wanted - shipped == set()


def bounds(path: Path) -> dict[str, str]:
    """The libraries in a file of requirements, with their lowest versions."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith(("#", "-"))]
    found = [BOUND.fullmatch(line) for line in lines]
    assert all(found), f"{path}: each library needs a lowest version: {lines}"
    return {one["name"]: one["lowest"] for one in found if one}


def test_dependencies_have_lowest_versions_that_agree(tally: Tally) -> None:
    own = bounds(ROOT / "requirements.txt")
    assert set(own) == {"requests", "jmespath"}
    environment = (ROOT / "meta" / "execution-environment.yml").read_text(encoding="utf-8")
    assert "python: requirements.txt" in environment
    for tests in ("unit", "integration"):
        with tally(AREA, "places that tell the same lowest versions"):
            repeated = bounds(ROOT / "tests" / tests / "requirements.txt")
            assert {name: repeated[name] for name in own} == own
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, lowest in own.items():
        with tally(AREA, "places that tell the same lowest versions"):
            assert f"`{name}` {lowest} or newer" in readme, f"README.md says nothing of {name} {lowest}"


def test_the_lowest_and_the_newest_versions_work(tally: Tally, tmp_path: Path, full: bool) -> None:
    """With the oldest Python and ansible-core that run here, in an environment made for it."""
    if not full:
        pytest.skip("making two environments takes minutes; all other tests run with the newest versions")
    own = bounds(ROOT / "requirements.txt")
    others = [
        line
        for line in (ROOT / "tests" / "unit" / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#") and BOUND.match(line) and BOUND.match(line)["name"] not in own  # type: ignore[index]
    ]
    core = subprocess.run(
        [sys.executable, "-c", "import ansible.release; print(ansible.release.__version__)"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    tests = ["module_utils/http", "module_utils/core", "modules/test_entry.py", "module_utils/test_golden_answers.py"]
    here = COLLECTIONS / "ansible_collections" / "vox" / "roster"
    for name, sign in (("lowest", "=="), ("newest", ">=")):
        place = tmp_path / name
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        wanted = [f"{library}{sign}{lowest}" for library, lowest in own.items()]
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--upgrade"]
        subprocess.run([*pip, f"ansible-core=={core}", "pytest", *others, *wanted], check=True)
        with tally(AREA, f"the {name} versions of libraries"):
            subprocess.run(
                [str(place / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
                + [str(here / "tests" / "unit" / "plugins" / test) for test in tests],
                cwd=here,
                env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
                check=True,
            )
