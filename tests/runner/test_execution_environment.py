# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-builder takes the definition of the execution environment, and finds what the collection needs in it.

Building the image needs a container engine, and is left to whoever has one.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from ansible_collections.vox.roster.tests.awx import data
from ansible_collections.vox.roster.tests.runner.awx_job import program

DEFINITION = data.DIRECTORY / "execution-environment.yml"


def test_the_definition_is_taken(tmp_path: Path) -> None:
    options = ["--file", str(DEFINITION), "--context", str(tmp_path), "--output-filename", "Containerfile"]
    subprocess.run([program("ansible-builder"), "create", *options], check=True, stdout=subprocess.DEVNULL)
    instructions = (tmp_path / "Containerfile").read_text(encoding="utf-8")
    definition = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    assert f'ARG EE_BASE_IMAGE="{definition["images"]["base_image"]["name"]}"' in instructions
    requirements = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in requirements["collections"]] == ["vox.roster"]


def test_the_requirements_of_the_collection_are_found(collections: Path) -> None:
    """What ansible-builder would install for an image that holds the collection."""
    answer = subprocess.run(
        [program("ansible-builder"), "introspect", "--sanitize", str(collections)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = yaml.safe_load(answer.stdout)
    assert {line.partition(">")[0] for line in found["python"]} == {"requests", "jmespath"}
    assert found["system"] == []
