# The few verbs of this project. `make` alone lists them; CONTRIBUTING.md says more.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# The first Python that starts and is 3.11 or newer; `make setup PYTHON=…` names another.
PYTHON ?= $(shell for p in .venv/bin/python python3.13 python3.12 python3.11 python3 python3.14; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv/bin
# Two workers suit two cores; browsers and servers in the tests need the rest.
JOBS ?= 2
QUICK := tests/domain tests/planner tests/wiring
ARGS ?=

# `make -C DIR …` says where it is before and after the output, on standard output, whatever MAKEFLAGS says
# (GNU make before 4.4). Of these commands other programs read the last line: a parallel make that keeps
# outputs apart is silent, and lines with + are not held back. With -n nothing must run.
TALKS_TO_PROGRAMS := demo bench drill
ifneq (,$(filter $(TALKS_TO_PROGRAMS),$(MAKECMDGOALS)))
NOW := $(if $(findstring n,$(filter-out -%,$(firstword $(MAKEFLAGS)))),,+)
MAKEFLAGS += $(if $(filter output-sync,$(.FEATURES)),-j2 --output-sync=target)
endif

.PHONY: help setup setup-dev setup-lock demo test check format docs bench bench-planner drill screens lock clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: ## make .venv with the tanfang command, and fetch the browser assets
	$(NOW)@$(if $(PYTHON),,$(error Python 3.11 or newer is needed: install it, or name one with PYTHON=…))$(PYTHON) tools/setup.py

setup-dev:
	$(NOW)@$(if $(PYTHON),,$(error Python 3.11 or newer is needed: install it, or name one with PYTHON=…))$(PYTHON) tools/setup.py --dev

demo: setup ## run the whole way with a sample city; ARGS="--days 30 --exit --json" for figures only
	$(NOW)@$(VENV)/tanfang demo $(ARGS)

test: setup-dev ## run the tests; ARGS="tests/domain -k name" for a part
	@$(VENV)/python -m tools.system
ifeq ($(strip $(ARGS)),)
	@$(VENV)/python -m pytest -q -x -m "not slow" --no-header -n $(JOBS) --dist worksteal $(wildcard $(QUICK))
	@$(VENV)/python -m pytest -q -n $(JOBS) --dist worksteal --durations 15
else
	@$(VENV)/python -m pytest $(ARGS)
endif

check: setup-dev ## format, lint, types, import rules, texts, documentation
	@$(VENV)/ruff format --check --quiet . || { echo 'check: not formatted; run make format' >&2; exit 1; }
	@$(VENV)/ruff check --quiet --no-cache . # a remembered import order outlives the files that changed it
	@$(VENV)/mypy
	@$(VENV)/mypy -p tools -p tests.servers
	@$(VENV)/lint-imports
	@$(VENV)/python -m tools.texts
	@$(VENV)/python -m tools.pages_of_settings --check

format: setup-dev ## format the code and mend what ruff can mend
	@$(VENV)/ruff check --quiet --no-cache --fix .; $(VENV)/ruff format --quiet .

docs: setup-dev ## write docs/settings.md anew from the settings class
	@$(VENV)/python -m tools.pages_of_settings

bench: setup-dev ## measure; figures as JSON lines
	$(NOW)@$(VENV)/python -m bench $(ARGS)

bench-planner: setup-dev ## the planner beside its peers; ARGS="day-3000-* --out var/bench" for a part
	@$(VENV)/python -c 'import highspy, matplotlib, ortools, pyvrp, vroom' 2>/dev/null || \
		$(VENV)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements/bench.txt
	@$(VENV)/python -m bench plans $(ARGS)

drill: setup-dev ## break things on purpose and check that nothing is lost
	$(NOW)@$(VENV)/python -m bench.drill $(ARGS)

screens: setup-dev ## screenshots of every page, desktop and 360 px, into var/screens
	@$(VENV)/python -m tools.system
	@$(VENV)/python -m tools.screens $(ARGS)

setup-lock:
	$(NOW)@$(if $(PYTHON),,$(error Python 3.11 or newer is needed: install it, or name one with PYTHON=…))$(PYTHON) tools/setup.py --lock

lock: setup-lock ## resolve the lock files again, with hashes and without addresses; ARGS=--upgrade for newer versions
	@$(VENV)/python -m tools.lock $(ARGS)

clean: ## remove what setup and tests made (not var/)
	rm -rf .venv node_modules api/static/vendor build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
