# Needs only Python >= 3.11 with pip, make and a C++ compiler; installs the rest.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
EXTENSION_SOURCES := $(shell find extension/src -type f) extension/tsconfig.json extension/extension.config.js
# `make test ARTEFACTS=folder` keeps logs and screenshots in that folder.
PYTEST := $(RUN) pytest $(if $(ARTEFACTS),--artefacts $(ARTEFACTS))
# How many test modules, or parts of the matrix, run at the same time. Each starts its own stack and
# often waits, so two cores run three of them.
AT_ONCE ?= 3
# Test modules whose results may differ between versions and databases.
MATRIX := migration runs kept awkward settings system system_kept system_options updates
GENERATED := $(PYTEST) tests/databases/test_generated.py
PARTS := $(addprefix matrix-,databases generated directions versions 11.1.2 12-postgres 11-postgres 11.17.4 mariadb)
COMPILE := $(BIN)/uv pip compile --upgrade --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url
# One part of the matrix: the modules $(1) that CI runs. With FULL=1: all of MATRIX and $(2).
part = $(PYTEST) $(if $(FULL),--full) $(patsubst %,tests/integration/test_%.py,\
	$(if $(FULL),$(MATRIX) $(2),$(1)))

.PHONY: help setup extension wheel lock sbom types browser directus lint audit test demo matrix matrix-full databases \
	bench soak screenshots clean $(PARTS)

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

setup: .venv/ready  ## Install the sidecar and its tools into .venv
extension: extension/dist/app.js  ## Build the extension
directus: .venv/ready  ## Install Directus into the cache outside the checkout
	@$(RUN) tests.stack.directus_install $(or $(VERSIONS),12.4.0)

.venv/ready: pyproject.toml
	@echo "Setting up Python in .venv (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

extension/node_modules/ready: extension/package-lock.json .venv/ready
	@echo "Installing the extension's tools from npm (once; about a minute)"
	@$(RUN) tests.stack.extension_build "ci --no-audit --no-fund --loglevel=error"
	@touch $@

extension/dist/app.js: extension/node_modules/ready $(EXTENSION_SOURCES)
	@echo "Building the extension"
	@$(RUN) tests.stack.extension_build "run --silent build"
	@touch $@

wheel: extension  ## Build dist/*.whl, which holds the sidecar and the built extension
	@$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

lock: .venv/ready  ## Pin what the image installs, with hashes, to the newest versions that fit
	$(COMPILE) pyproject.toml --output-file requirements.lock
	echo 'hatchling' | $(COMPILE) - --output-file requirements-build.lock

types: extension/node_modules/ready  ## Generate the extension's types from the sidecar's OpenAPI document
	@$(RUN) tests.stack.openapi_types

browser: .venv/ready
	@$(RUN) tests.stack.browser

lint: .venv/ready extension/node_modules/ready  ## Check style, imports, types and generated types of all code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy
	@$(RUN) tests.stack.openapi_types --check
	@$(RUN) tests.stack.extension_build "run typecheck"

audit: .venv/ready extension/node_modules/ready  ## Look for known vulnerabilities in what the project ships
	@$(RUN) tests.stack.audit

sbom: .venv/ready extension/node_modules/ready  ## List what is shipped, as CycloneDX documents in $(or $(ARTEFACTS),dist)
	@$(RUN) tests.stack.sbom $(or $(ARTEFACTS),dist)

test: lint extension browser directus  ## Run lint and all tests except the matrix, in a real browser too
	@$(RUN) tests.stack.extension_build "test"
	$(PYTEST) --numprocesses=$(AT_ONCE) --dist=loadfile --no-loadscope-reorder \
		$(addprefix tests/,resilience integration e2e unit)

demo: extension directus  ## Start two Directus and migrate one to the other (ONCE=1 stops afterwards)
	@$(RUN) tests.stack.demo $(if $(ONCE),--once)

matrix: extension browser  ## Test the versions and databases that CI checks, in each direction
	@$(MAKE) directus VERSIONS="11.1.2 11.17.4 12.4.0"
	@$(MAKE) --no-print-directory --jobs=$(AT_ONCE) --output-sync $(PARTS)

matrix-full:  ## Test the whole matrix of versions and databases (half an hour on two cores)
	@$(MAKE) --no-print-directory matrix FULL=1

matrix-11.1.2:
	$(call part,migration awkward settings system system_kept extensions,extensions) \
		tests/e2e$(if $(FULL),,/test_browser.py) --directus 11.1.2
matrix-11.17.4:
	$(call part,settings extensions,extensions) tests/e2e/test_browser.py --directus 11.17.4
matrix-12-postgres:
	$(call part,migration kept awkward system) --directus 12.4.0 --database postgres
matrix-11-postgres:
	$(call part,migration system system_options updates values,values) --directus 11.17.4 --database postgres
matrix-mariadb:
	$(PYTEST) tests/integration/test_migration.py tests/matrix/test_geometry.py --directus 11.17.4 --database mariadb
# Databases as people have them, written by hand. `make databases` draws others at random.
matrix-databases:
	$(PYTEST) $(if $(FULL),--full) tests/databases --ignore tests/databases/test_generated.py \
		--directus 11.17.4 --database postgres
# For two minutes; with FULL=1 for two minutes on each of more databases.
matrix-generated:
	$(GENERATED) --directus 11.17.4 --database postgres
ifdef FULL
	$(GENERATED) --directus 12.4.0 --database postgres
	$(GENERATED) --directus 11.17.4 --database sqlite
	$(GENERATED) --directus 11.17.4 --database mariadb
endif
matrix-directions:
	$(PYTEST) $(if $(FULL),--full) tests/matrix/directions
matrix-versions:
	$(PYTEST) $(if $(FULL),--full) tests/matrix --ignore tests/matrix/directions \
		--ignore tests/matrix/test_geometry.py

databases: .venv/ready  ## Draw databases at random and migrate them (MINUTES=60 DIRECTUS=12.4.0 DATABASE=sqlite)
	@$(MAKE) --no-print-directory directus VERSIONS=$(or $(DIRECTUS),11.17.4)
	$(GENERATED) --directus $(or $(DIRECTUS),11.17.4) --database $(or $(DATABASE),postgres) $(if $(MINUTES),--minutes $(MINUTES))

bench: .venv/ready  ## Measure speed and memory against the limits (RUNS=1 ONLY=rows,small SCALE=0.1)
	@$(MAKE) --no-print-directory directus VERSIONS=11.17.4
	@$(RUN) tests.bench $(if $(RUNS),--runs $(RUNS)) $(if $(ONLY),--only $(ONLY)) $(if $(SCALE),--scale $(SCALE))

soak: extension  ## Have a sidecar checked and used for many minutes, and print what its processes hold
	@$(MAKE) --no-print-directory directus VERSIONS=11.17.4
	SOAK_HEALTH_CALLS=2000 SOAK_CHECKS=200 SOAK_RUNS=50 $(PYTEST) -s -k hold_no_more \
		tests/integration/test_two_sources.py --directus 11.17.4

screenshots: extension browser directus  ## Take the README's pictures again
	@$(RUN) tests.e2e.screenshots

clean:  ## Remove what was built, but not the cache outside the checkout
	rm -rf .venv dist extension/dist extension/node_modules
