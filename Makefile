# Everything starts here: `make up` to try Relais, `make test` and `make check` before a change is handed in.
# Needs Python 3.11 or newer and nothing else; the environment lives in .venv and is set up when first needed.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
UV = $(firstword $(wildcard $(BIN)/uv) $(shell command -v uv))
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

DATASETS ?= ../shared/datasets

.DEFAULT_GOAL := help
.PHONY: help venv up test check models models-report bench workforce queue-report queue-check chaos soak \
	broken lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(VENV)/.ready-dev ## Set up .venv with all that tests and checks need

up: $(VENV)/.ready ## Start everything on this machine, play a scenario, stay up until Ctrl-C
	@$(BIN)/relais up --scenario

test: $(VENV)/.ready-dev ## Run every test this machine can run; says at the end what ran against what
	@$(BIN)/python -m pytest -q tests

check: $(VENV)/.ready-dev ## Style, types and borders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict shared services
	$(BIN)/lint-imports

models: $(VENV)/.ready-dev ## Train the shipped models on the corpus: same corpus, same bytes
	@$(BIN)/relais train

models-report: $(VENV)/.ready-dev ## Judge the models; writes docs/models-report.md (DATASETS=folder of the data)
	@$(BIN)/python -m services.cli.models.exam $(DATASETS)

bench: $(VENV)/.ready ## Measure what Relais costs against its baselines, on real servers
	@$(BIN)/relais bench

queue-report: $(VENV)/.ready-dev ## The shipped policy on a simulated day; writes docs/queue-simulation.md
	@$(BIN)/python -m services.cli.queue.page

queue-check: $(VENV)/.ready ## Hold the simulation of the queue against queueing theory; a few minutes
	@$(BIN)/relais queue check --customers 50000

workforce: $(VENV)/.ready-dev ## 20 agents, 2,000 conversations, dispatchers killed and Redis wiped; some ten minutes
	@$(BIN)/python -m tests.workforce

chaos: $(VENV)/.ready-dev ## Attack two of each service with every fault for MINUTES (10), SEED (0); judge them from outside
	@$(BIN)/relais chaos --minutes $(or $(MINUTES),10) --seed $(or $(SEED),0)

soak: $(VENV)/.ready-dev ## Two hours (MINUTES) of faults that kill nobody: memory and open files must stay flat
	@$(BIN)/relais chaos --soak --minutes $(or $(MINUTES),120) --seed $(or $(SEED),0)

broken: $(VENV)/.ready-dev ## Attack every deliberately broken build (or NAMES): the judge must catch each
	@$(BIN)/python -m tests.chaos.broken $(NAMES)

lock: ## Pin the requirements of pyproject.toml again, with hashes
	@test -n "$(UV)" || { echo "make lock needs uv: install it (pip install uv)." >&2; exit 1; }
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment and every cache
	rm -rf $(VENV) build dist *.egg-info .cache .coverage .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

define install
	@echo "Installing $(1) into $(VENV) (once; again when it changes) ..."
	@$(PIP) --require-hashes -r $(1)
	@$(BIN)/python -c 'import hatchling' 2>/dev/null || \
		{ echo "$(1) lacks hatchling, which installs Relais itself: add it and run make again." >&2; exit 1; }
	@$(PIP) --no-deps --no-build-isolation -e .
endef

$(VENV)/.ready: requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.ready

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Relais needs Python 3.11 or newer; here is $$(python3 --version 2>&1)." \
		"Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$(PYTHON) cannot make an environment: its venv package is missing." \
			"On Debian and Ubuntu: apt-get install python3-venv (or python$$version-venv)" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
