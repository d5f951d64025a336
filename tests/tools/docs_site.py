# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site: the guides in docs/ and a page for each plugin, without warnings and without network.

usage: python -m tests.tools.docs_site [--build DIR]

antsibull-docs writes the pages of the plugins, and MyST reads the Markdown of the guides as it is. docs/README.md is
the start page: its headings and links become the tree of contents, so every page has to be linked there. Links to
files outside docs/ lead to the page of a module, or to the repository. The site ends up in BUILD/docs/site.
Runs in the nox session "docs", which installs docs/docsite/requirements.txt.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import ansible.modules
import yaml

from . import workspace

DOCS = workspace.ROOT / "docs"
START = "README.md"
COLLECTION = "vox.roster"
# From [text](target "title") to the target; images count, too.
LINK = re.compile(r"(\]\()([^)\s]+)")
HEADING = re.compile(r"## +(.+)")
FENCE = re.compile(r"^( *)(```+).*?^\1\2", re.DOTALL | re.MULTILINE)

PAGE_CONTENTS = re.compile(r"^\.\. contents::.*\n(?: +:.*\n)*", re.MULTILINE)

# Places of Ansible's own documentation that the pages of plugins refer to. Written down here, so that building the site
# takes no download of its whole inventory.
ANSIBLE_DOCUMENTATION = "https://docs.ansible.com/projects/ansible/latest/"
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
ANSIBLE_VARIABLES = ("ANSIBLE_DEBUG",)

# Added to what antsibull-docs writes.
CONFIGURATION = f"""
from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

lexers["csv"] = TextLexer()
extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {{"ansible": ("{ANSIBLE_DOCUMENTATION}", "ansible.inv")}}
myst_heading_anchors = 4
antsibull_ext_color_scheme = "none"
html_static_path = ["static"]
html_css_files = ["colours.css"]
"""


class SiteError(Exception):
    """The guides do not fit together; the message says where."""


def pages() -> list[Path]:
    """Every guide, relative to docs/."""
    return sorted(path.relative_to(DOCS) for path in DOCS.rglob("*.md"))


def outside_fences(text: str, change: re.Pattern[str], function: object) -> str:
    """The text with a substitution made everywhere but in code blocks."""
    parts, position = [], 0
    for fence in FENCE.finditer(text):
        parts += [change.sub(function, text[position : fence.start()]), fence.group()]  # type: ignore[call-overload]
        position = fence.end()
    return "".join([*parts, change.sub(function, text[position:])])  # type: ignore[call-overload]


def target_in_site(page: Path, target: str, repository: str) -> str:
    """Where a link of a page leads to in the site; SiteError when it leads nowhere.

    page: relative to docs/. repository: address of the web page of the repository.
    """
    path, hash_sign, anchor = target.partition("#")
    if not path or "://" in path or path.startswith("mailto:"):
        return target
    place = (DOCS / page.parent / path).resolve()
    if not place.exists():
        raise SiteError(f"docs/{page} links to {target}, which does not exist")
    if place == DOCS / START:
        return os.path.relpath("index.md", page.parent) + hash_sign + anchor
    if place.is_relative_to(DOCS) and place.is_file():
        return target
    inside = place.relative_to(workspace.ROOT)
    if inside.parent == Path("plugins", "modules"):
        return os.path.relpath(f"collections/{COLLECTION.replace('.', '/')}/{inside.stem}_module.rst", page.parent)
    return f"{repository}/{'tree' if place.is_dir() else 'blob'}/main/{inside}{hash_sign}{anchor}"


def contents(start: str) -> str:
    """The hidden trees of contents that the headings and links of the start page stand for."""
    trees, caption, linked = [], "", set()
    for line in start.splitlines():
        heading = HEADING.fullmatch(line.strip())
        if heading:
            caption = heading.group(1)
            trees.append(f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n")
        for _bracket, target in LINK.findall(line):
            if target.endswith(".md") and "://" not in target and not target.startswith("../"):
                if not trees:
                    raise SiteError(f"docs/{START} links to {target} before its first heading")
                if target not in linked:
                    trees[-1] += f"{target.removesuffix('.md')}\n"
                linked.add(target)
    missing = [str(page) for page in pages() if str(page) not in linked | {START}]
    if missing:
        raise SiteError(f"docs/{START} does not link to {', '.join(missing)}")
    trees.append(
        "\n```{toctree}\n:hidden:\n:caption: Reference\ncollections/vox/roster/index\n"
        "collections/environment_variables\nchangelog\n"
    )
    return "".join(f"{tree}```\n" for tree in trees if tree.count("\n") > 4)


def write_guides(source: Path) -> None:
    """Copy the guides into the source directory of the site, their links made to fit there."""
    galaxy = yaml.safe_load((workspace.ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    for page in pages():
        text = (DOCS / page).read_text(encoding="utf-8")

        def adapted(link: re.Match[str], page: Path = page) -> str:
            return link.group(1) + target_in_site(page, link.group(2), galaxy["repository"])

        written = outside_fences(text, LINK, adapted)
        if str(page) == START:
            written += contents(text)
        place = source / ("index.md" if str(page) == START else page)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(written, encoding="utf-8")
    shutil.copy(workspace.ROOT / "CHANGELOG.rst", source / "changelog.rst")
    if (DOCS / "images").is_dir():
        shutil.copytree(DOCS / "images", source / "images")


def inventory() -> bytes:
    """The inventory of Ansible's documentation, as far as it is needed, in the second version of Sphinx's format."""
    builtin = [name for _finder, name, _package in pkgutil.iter_modules(ansible.modules.__path__)]
    modules = {f"ansible_collections.ansible.builtin.{name}_module": name for name in builtin}
    lines = [f"{label} std:label -1 {place} {label}" for label, place in ANSIBLE_LABELS.items()]
    lines += [
        f"{label} std:label -1 collections/ansible/builtin/{name}_module.html ansible.builtin.{name}"
        for label, name in modules.items()
    ]
    lines += [f"{name} std:envvar 1 reference_appendices/config.html#envvar-$ -" for name in ANSIBLE_VARIABLES]
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n# compressed with zlib\n"
    return head.encode() + zlib.compress("\n".join(lines).encode())


def build(build_directory: Path) -> None:
    """Build the site anew; CalledProcessError when a tool finds fault, SiteError when the guides do not fit."""
    place = build_directory / "docs"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    workspace.refresh_tree(build_directory)
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(build_directory / "tree"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }

    def run(*command: str) -> None:
        print(f"$ {' '.join(command)}", flush=True)
        subprocess.run(command, cwd=place, env=environment, check=True)

    run(
        *("antsibull-docs", "sphinx-init", "--use-current", "--fail-on-error", "--dest-dir", str(place)),
        *("--sphinx-theme", "furo", "--project", COLLECTION, "--title", f"{COLLECTION} documentation"),
        *("--html-short-title", COLLECTION, "--copyright", f"{COLLECTION} contributors", COLLECTION),
    )
    with (place / "conf.py").open("a", encoding="utf-8") as stream:
        stream.write(CONFIGURATION)
    (place / "static").mkdir()
    shutil.copy(DOCS / "docsite" / "colours.css", place / "static")
    source = place / "rst"
    (source / "ansible.inv").write_bytes(inventory())
    (source / "index.rst").unlink()
    write_guides(source)
    source.chmod(0o755)
    run(
        *("antsibull-docs", "--config-file", "antsibull-docs.cfg", "collection", "--cleanup", "similar-files"),
        *("--use-current", "--fail-on-error", "--dest-dir", "rst", COLLECTION),
    )
    for page in source.rglob("*.rst"):
        # The theme shows one beside every page, and an error in the place of another.
        page.write_text(PAGE_CONTENTS.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
    # -W turns warnings into errors, -n reports every reference that leads nowhere.
    run("sphinx-build", "-b", "html", "-c", ".", "-W", "--keep-going", "-n", "-q", "rst", "site")


def main() -> int:
    """Build the site; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    options = parser.parse_args()
    try:
        build(options.build.resolve())
    except SiteError as error:
        print(f"ERROR: {error}.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"ERROR: {error.cmd[0]} found fault.", file=sys.stderr)
        return 1
    print(f"The site is at {options.build}/docs/site/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
