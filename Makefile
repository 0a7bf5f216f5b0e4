# Two verbs for a newcomer: `make demo` and `make test`. Everything lands in .venv and workspace/, beside this file.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
WORKSPACE ?= workspace
PORT ?= 8080

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench airflow lock clean

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 12

setup: $(VENV)/.ready ## virtual environment, hashed lock, package

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer with venv is needed (on Debian: apt install python3-venv); or say PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## a synthetic national scenario through the whole cycle to a release
	@$(BIN)/reconcile demo --workspace $(WORKSPACE)

test: setup ## every test
	@$(BIN)/python -m pytest

check: setup ## format, lint, types and the fast tests, in under two minutes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -m "not slow"

format: setup ## format and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: ## resolve pyproject.toml again into requirements.lock (needs uv)
	uv pip compile --universal --generate-hashes --no-header --upgrade --extra test --extra postgres pyproject.toml -o requirements.lock

clean: ## remove the virtual environment and the demo workspace
	rm -rf $(VENV) $(WORKSPACE) .airflow
