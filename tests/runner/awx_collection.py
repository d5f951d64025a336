# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection awx.awx, taken out of the package of community collections that package indexes have.

That package is large and asks for one version of ansible-core, so it is never installed.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = "ansible==11.9.0"
PART = "ansible_collections/awx/awx/"


def provide(directory: Path) -> Path:
    """Put the collection below a directory, unless it is there, and return what to name in ANSIBLE_COLLECTIONS_PATH."""
    place = directory / PACKAGE.replace("==", "-")
    if not (place / PART / "MANIFEST.json").exists():
        options = ["--no-deps", "--only-binary", ":all:", "--quiet", "--dest", str(directory), PACKAGE]
        subprocess.run([sys.executable, "-m", "pip", "download", *options], check=True)
        [wheel] = directory.glob("ansible-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place, [name for name in archive.namelist() if name.startswith(PART)])
        wheel.unlink()
    return place
