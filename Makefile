# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs git and a Python >= 3.11 with venv; everything else goes to .venv/ and .nox/.

PYTHON ?= python3

.PHONY: help test test-matrix soak demo docs returns bench pictures release clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile

test: .venv/dev/ready ## check a change, in a quarter of an hour (with CI=true: report bad formatting instead of fixing it)
	.venv/dev/bin/python -m tests.checks

test-matrix: .venv/dev/ready ## run what make test leaves out: older versions of ansible-core and Python, and more
	.venv/dev/bin/python -m tests.checks --tags matrix

soak: .venv/soak/ready ## run long random tests, for half an hour (with ARGS="mutations --runs 100": some of them)
	.venv/soak/bin/python -m tests.soak $(ARGS)

demo: .venv/demo/ready ## watch the collection drive a simulated BlueKing Job
	.venv/demo/bin/python -m tests.demo.run

docs: .venv/dev/ready ## build the pages of the modules and the guides: docs/build/index.html
	.venv/dev/bin/nox -s docs

returns: ## write the RETURN blocks of the modules, from tests/docs/returns.yml
	$(PYTHON) -m tests.docs.returns

bench: .venv/bench/ready ## measure performance, for twelve minutes (with QUICK=1: only check that it works)
	.venv/bench/bin/python -m benchmarks $(if $(QUICK),--quick)

pictures: .venv/dev/ready ## update the pictures of the documentation
	.venv/dev/bin/nox --session pictures

release: .venv/release/ready ## create a release locally, without pushing: make release VERSION=1.2.3
	.venv/release/bin/python -m tests.release.run $(VERSION)

clean: ## remove the environments and what the checks left behind
	rm -rf .venv .nox .ansible .mypy_cache .pytest_cache .ruff_cache docs/build tests/output

.venv/dev/ready: test-requirements.txt
.venv/demo/ready: tests/demo/requirements.txt meta/ee-requirements.txt
.venv/soak/ready: tests/soak/requirements.txt tests/unit/requirements.txt meta/ee-requirements.txt
.venv/release/ready: tests/release/requirements.txt tests/demo/requirements.txt meta/ee-requirements.txt
.venv/bench/ready: benchmarks/requirements.txt meta/ee-requirements.txt
# The file `ready` comes last, so that an interrupted installation is repeated.
.venv/%/ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv/$*
	.venv/$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@
