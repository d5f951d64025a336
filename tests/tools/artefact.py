# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the collection so that the same sources give the same bytes, wherever and whenever.

usage: python -m tests.tools.artefact [--output DIR]

What ansible-galaxy builds holds the times of files and of the building, and the files in the order in which the disk
returned them. Here all times are that of the last commit, or SOURCE_DATE_EPOCH, and the order is that of the names.
Only the compression may still differ between Pythons with different zlibs; the archive in it does not.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from . import workspace

HEAD = ("MANIFEST.json", "FILES.json")


def build(source: Path, output: Path, moment: int) -> Path:
    """Build the collection whose sources are in a directory; return the archive. moment: seconds since the epoch."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "ansible", "galaxy", "collection", "build", str(source)]
        subprocess.run([*command, "--output-path", directory], check=True, stdout=subprocess.DEVNULL)
        (built,) = Path(directory).glob("*.tar.gz")
        target = output / built.name
        target.write_bytes(_settled(built, moment))
    return target


def _settled(archive: Path, moment: int) -> bytes:
    """The same archive with everything in it that depends on time and place put right."""
    with tarfile.open(archive) as opened:
        members = {member.name: member for member in opened.getmembers()}
        contents = {name: opened.extractfile(one).read() for name, one in members.items() if one.isfile()}  # type: ignore[union-attr]
    files = json.loads(contents["FILES.json"])
    files["files"].sort(key=lambda entry: entry["name"])
    contents["FILES.json"] = _json(files)
    manifest = json.loads(contents["MANIFEST.json"])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents["FILES.json"]).hexdigest()
    contents["MANIFEST.json"] = _json(manifest)
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as closed:
        for name in [*HEAD, *sorted(set(members) - set(HEAD))]:
            closed.addfile(*_member(members[name], contents.get(name), moment))
    return gzip.compress(written.getvalue(), mtime=0)


def _member(member: tarfile.TarInfo, content: bytes | None, moment: int) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    settled = tarfile.TarInfo(member.name)
    settled.type, settled.mtime, settled.mode = member.type, moment, member.mode
    settled.linkname = member.linkname
    settled.size = len(content or b"")
    return settled, None if content is None else io.BytesIO(content)


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode("utf-8")


def moment_of_sources() -> int:
    """The time of the last commit, unless SOURCE_DATE_EPOCH says another."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    command = ["git", "log", "-1", "--format=%ct"]
    return int(given or subprocess.run(command, cwd=workspace.ROOT, check=True, stdout=subprocess.PIPE).stdout)


def main() -> None:
    """Build the checkout's collection and print the archive's path and checksum."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    parser.add_argument("--output", type=Path, help="directory for the archive (default: BUILD/artefact)")
    options = parser.parse_args()
    output = options.output or options.build / "artefact"
    archive = build(workspace.refresh_tree(options.build.resolve()), output, moment_of_sources())
    print(f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive}")


if __name__ == "__main__":
    main()
