# The commands of the project. `make help` lists them; each one makes the environment first if it is missing.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Anonymous usage reports of the tools are off, here and in every process they start.
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export PYTHONPATH := $(CURDIR)$(if $(PYTHONPATH),:$(PYTHONPATH))
# What Python compiled is kept, also where a machine says otherwise: a command that starts Airflow or dbt takes twice
# as long to begin without it.
export PYTHONDONTWRITEBYTECODE :=

# Superset has an environment of its own: its versions and ours do not agree.
SUPERSET := .venv-superset
SUPERSET_READY := $(SUPERSET)/.ready

# Where the demo keeps its landing zone and its warehouse; its invented market lies beside it, in $(DEMO)-market.
DEMO ?= data/demo
# More of pytest's own options: make test ARGS="tests/dags -x"
ARGS ?=

.PHONY: help setup demo nightly test check dashboards mutants mutants-at-random lock picture sbom audit clean

help:  ## Show this list
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / {printf "  make %-18s%s\n", $$1, $$2}' Makefile

setup: $(READY)  ## Make the Python environment in .venv and install leadgen

# uv, itself pinned by hash, installs in seconds what takes pip minutes; where uv cannot, pip does it.
$(READY): requirements.lock requirements-bootstrap.txt pyproject.toml
	@python=; \
	for candidate in $(PYTHON) python3.11 python3 python; do \
	  if "$$candidate" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
	    python=$$candidate; break; \
	  fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "setup: no Python 3.11 with venv was found ($(or $(PYTHON),python3.11), python3, python were tried)." >&2; \
	  echo "       Install it, or name it: make setup PYTHON=/path/to/python3.11" >&2; \
	  exit 1; \
	fi; \
	echo "setup: making $(VENV) with $$("$$python" --version)"; \
	[ -x $(BIN)/python ] || "$$python" -m venv $(VENV); \
	pip="$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes"; \
	if $$pip -r requirements-bootstrap.txt \
	   && $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r requirements.lock; then :; else \
	  echo "setup: uv could not install the packages; pip does it now, which takes some minutes" >&2; \
	  $$pip --no-deps -r requirements.lock; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## Invent a market, pull it over HTTP through Airflow, build the warehouse, show what each channel brought
	@$(BIN)/python -m dags.demo --folder $(DEMO)

nightly: $(READY)  ## Pull your accounts and build the warehouse: make nightly FROM=2026-01-01 TO=2026-06-30
	@if [ -z "$(FROM)" ] || [ -z "$(TO)" ]; then \
	  echo "nightly: name the days, both included: make nightly FROM=2026-01-01 TO=2026-06-30" >&2; exit 2; \
	fi
	@$(BIN)/leadgen pull --from $(FROM) --to $(TO) || pulled=$$?; \
	$(BIN)/leadgen build --to $(TO); \
	exit $${pulled:-0}

test: $(READY)  ## Run every test
	@tests/install-system-packages
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(READY)  ## Run the linters, the type checker and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project

$(SUPERSET_READY): requirements-superset.lock | $(READY)
	@echo "dashboards: making $(SUPERSET), some 160 packages"
	@[ -x $(SUPERSET)/bin/python ] || $(BIN)/python -m venv $(SUPERSET)
	@$(BIN)/uv pip install --quiet --system-certs --python $(SUPERSET)/bin/python --require-hashes -r requirements-superset.lock
	@touch $@

dashboards: $(SUPERSET_READY)  ## Run a real Superset: import, ask every chart, look at each dashboard (some minutes)
	@tests/install-system-packages
	@SUPERSET_VENV=$(CURDIR)/$(SUPERSET) $(BIN)/python -m pytest -n 0 tests/bi/superset_whole.py tests/bi/assistant_whole.py $(ARGS)

mutants: $(READY)  ## Plant mistakes in a copy and list those that no test notices: make mutants ARGS="--area models"
	@$(BIN)/python -m tests.mutations $(ARGS)

mutants-at-random: $(READY)  ## Let cosmic-ray make mistakes in the core modules of Python (needs the internet)
	@$(BIN)/python -m tests.mutations.random_mistakes $(ARGS)

lock: $(READY)  ## Resolve pyproject.toml again into requirements.lock, and the locks of sign-in and Superset
	$(BIN)/uv pip compile --quiet --system-certs --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
	  --no-header --upgrade --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --system-certs --python-version 3.11 --extra signin --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --constraint requirements.lock --upgrade --output-file requirements-signin.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --system-certs --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --upgrade --output-file requirements-superset.lock bi/superset/requirements.in
	echo uv | $(BIN)/uv pip compile --quiet --system-certs --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --upgrade --output-file requirements-bootstrap.txt -

picture: $(READY)  ## Take the picture of the report for the README, from make demo's (needs Chromium)
	$(BIN)/python -m benchmarks.report_picture --report $(DEMO)/report/index.html

sbom: $(READY)  ## Write the list of every package of each lock with its hashes: sbom.json, sbom-signin.json … (CycloneDX)
	for lock in "" -signin -superset; do \
	  $(BIN)/uv tool run --quiet --system-certs --from cyclonedx-bom==7.5.0 cyclonedx-py requirements \
	    requirements$$lock.lock --output-format JSON --output-file sbom$$lock.json; \
	done

# Strict: an index that keeps no list of faults answers of no package, which is not that there are none.
audit: $(READY)  ## Ask for known faults of the packages in each lock (needs PyPI itself)
	$(BIN)/uv tool run --quiet --system-certs pip-audit --requirement requirements.lock \
	  --requirement requirements-signin.lock --require-hashes --disable-pip --strict
	$(BIN)/uv tool run --quiet --system-certs pip-audit --requirement requirements-superset.lock --require-hashes \
	  --disable-pip --strict

clean:  ## Remove the environment, the caches and the demo; your own data folder stays
	rm -rf $(VENV) $(SUPERSET) $(DEMO) $(DEMO)-market .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
