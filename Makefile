# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything made here lands in two directories of the checkout, .venv and .build.
#   PYTHON=...   the Python (3.11 or newer) to build .venv with; by default the best one found
#   ARGS=...     arguments for ansible-test, for example ARGS=tests/unit/plugins/module_utils/test_plan.py,
#                or for pytest in make guides and make browser, for example ARGS="-k dark"
#   RESULTS=...  a file that gets one line per finished step
#   KEEP=1       make demo keeps its sandbox running until Ctrl-C
#   QUICK=1      make bench takes some minutes instead of most of an hour, and leaves docs/ alone
#   FULL=1       make trust tries everything and not only what each change has to pass; ARGS=--figures=write puts the
#                figures into docs/reliability.md

VENV := .venv
BUILD := .build
ARGS :=
RESULTS :=
KEEP :=
QUICK :=
FULL :=

ifeq ($(origin PYTHON), undefined)
PYTHON = $(word 2,$(shell tests/tools/find-pythons --first 3.13 3.12 3.14 3.11))
endif

export PIP_CACHE_DIR := $(abspath $(BUILD))/home/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

REQUIREMENTS := requirements.txt tests/requirements.txt tests/sandbox/requirements.txt tests/browser/requirements.txt \
  tests/guides/requirements.txt tests/runner/requirements.txt tests/trust/requirements.txt
READY := $(VENV)/.ready
CHECK = $(VENV)/bin/python -m tests.tools.check --build $(BUILD) $(if $(RESULTS),--results $(RESULTS))

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs-check docs picture guides browser runner trust sanity units integration coverage sandbox bench mutation build format changelog tree clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Show what the collection does, against a sandbox server on this machine
	@$(VENV)/bin/python -m tests.tools.demo --build $(BUILD) $(if $(KEEP),--keep)

test: $(READY) ## Run every test: lint, docs-check, docs, guides, browser, package, runner, trust, sanity, units, integration, coverage
	@$(CHECK) lint docs-check docs guides browser package runner trust sanity units integration coverage

lint: $(READY) ## Check style, types, licences and the collection's frame
	@$(CHECK) lint

docs-check: $(READY) ## Check the documentation of the modules and the guides
	@$(CHECK) docs-check

docs: $(READY) ## Build the documentation site, .build/docs/site/index.html, without a warning
	@$(CHECK) docs

picture: $(READY) ## Run the demo and draw its terminal, docs/images/demo.svg
	@$(VENV)/bin/python -m tests.tools.picture --build $(BUILD)

guides: $(READY) ## Run every code block of README and guides
	@$(CHECK) guides -- $(ARGS)

browser: $(READY) ## Test the pages in Chromium; left out where Chromium or its driver is missing
	@$(CHECK) browser -- $(ARGS)

runner: $(READY) ## Run the playbooks as AWX does, through ansible-runner, and set up a stand-in for AWX
	@$(CHECK) runner -- $(ARGS)

package: $(READY) ## Build the collection, install it into an empty place, and use it from there
	@$(CHECK) package -- $(ARGS)

trust: $(READY) ## Try everything that can go wrong, and print what was tried and what held
	@$(CHECK) trust -- $(if $(FULL),--full) $(ARGS)

sanity: $(READY) ## Run ansible-test sanity
	@$(CHECK) sanity -- $(ARGS)

units: $(READY) ## Run the unit tests
	@$(CHECK) units -- $(ARGS)

integration: $(READY) ## Run the integration tests
	@$(CHECK) integration -- $(ARGS)

coverage: $(READY) ## Run units and integration and check how much of plugins/ they covered
	@$(CHECK) units integration coverage

sandbox: $(READY) ## Start the sandbox server and keep it running until Ctrl-C
	@exec env PYTHONPATH=tests $(VENV)/bin/python -m sandbox --demo-data $(ARGS)

bench: $(READY) ## Measure the speed, say which promises are held, and write docs/benchmarks.md and its chart
	@$(VENV)/bin/python -m tests.benchmark --build $(BUILD) $(if $(QUICK),--quick)

mutation: $(READY) ## Change the core in a thousand small ways, and show which changes no unit test notices
	@$(VENV)/bin/python -m tests.tools.mutation --build $(BUILD) $(ARGS)

build: $(READY) ## Build the collection: the same bytes from the same sources
	@$(VENV)/bin/python -m tests.tools.artefact --build $(BUILD)

format: $(READY) ## Rewrite the Python code in the project's format
	@$(VENV)/bin/nox --reuse-existing-virtualenvs --envdir $(BUILD)/nox --sessions formatters

changelog: $(READY) ## Turn the fragments into the release notes of the version in galaxy.yml
	@PATH="$(abspath $(VENV))/bin:$$PATH" antsibull-changelog release

tree: $(READY) ## Copy the checkout to a place where Ansible finds the collection, and print that place
	@$(VENV)/bin/python -m tests.tools.workspace --build $(BUILD)

clean: ## Remove everything that make made
	rm -rf $(VENV) $(BUILD)

$(READY): $(REQUIREMENTS)
	@if [ -z "$(PYTHON)" ]; then \
	  echo "No Python 3.11 or newer with venv and ensurepip was found; install one or say make PYTHON=/path/to/python." >&2; \
	  exit 1; \
	fi
	@"$(PYTHON)" -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) with $(PYTHON)"
	@[ -x $(VENV)/bin/pip ] || "$(PYTHON)" -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --requirement tests/requirements.txt
	@touch $@
