# Two verbs for a newcomer: `make demo` and `make test`. Everything lands in .venv and workspace/, beside this file.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
WORKSPACE ?= workspace
PORT ?= 8080
SIZES ?= 10k 100k 1m
PUBLIC ?= ../shared/data
MINUTES ?= 5

AIRFLOW_HOME := $(CURDIR)/.airflow
AIRFLOW = AIRFLOW_HOME=$(AIRFLOW_HOME) \
	AIRFLOW__API__BASE_URL=http://127.0.0.1:$(PORT) \
	AIRFLOW__API__HOST=127.0.0.1 \
	AIRFLOW__API__PORT=$(PORT) \
	AIRFLOW__API__WORKERS=1 \
	AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION=False \
	AIRFLOW__CORE__DAGS_FOLDER=$(CURDIR)/dags \
	AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:$(PORT)/execution/ \
	AIRFLOW__CORE__LOAD_EXAMPLES=False \
	AIRFLOW__CORE__PARALLELISM=4 \
	AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE=$(AIRFLOW_HOME)/passwords.json \
	AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
	PATH="$(abspath $(BIN)):$$PATH" \
	RECONCILE_WORKSPACE="$(abspath $(WORKSPACE))"

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format airflow bench bench-10m bench-bars bench-intake bench-facts bench-reports bench-review fuzz-intake lock clean

help: ## list the verbs
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /\1\t/' | expand -t 12

setup: $(VENV)/.ready ## virtual environment, hashed lock, package

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer with venv is needed (on Debian: apt install python3-venv); or say PYTHON=python3.12" >&2; exit 2; }
	@echo "setting up .venv: about 1.2 GB from the package index, a minute or two"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## a synthetic national scenario through the whole cycle to a release
	@$(BIN)/reconcile demo --workspace $(WORKSPACE)

test: setup ## every test, in two processes
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup ## format, lint, types and the fast tests, in under two minutes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

format: setup ## format and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

airflow: setup ## Airflow on the demo workspace, on loopback, until Ctrl-C
	@test -f $(WORKSPACE)/reconcile.toml || $(BIN)/reconcile demo --workspace $(WORKSPACE)
	@mkdir -p $(AIRFLOW_HOME)
	@test -s $(AIRFLOW_HOME)/passwords.json || (umask 077; $(BIN)/python -c \
		'import json, secrets; print(json.dumps({"admin": secrets.token_urlsafe(12)}))' >$(AIRFLOW_HOME)/passwords.json)
	@echo "http://127.0.0.1:$(PORT)/dags/national_reconciliation in half a minute, with Review in its navigation; Ctrl-C stops it"
	@$(BIN)/python -c 'import json, sys; print("user admin, password", json.load(open(sys.argv[1]))["admin"])' \
		$(AIRFLOW_HOME)/passwords.json
	@# A group of its own, stopped as one: Airflow leaves processes behind when only its parent is told to stop.
	@$(AIRFLOW) setsid $(BIN)/airflow standalone >$(AIRFLOW_HOME)/standalone.log 2>&1 & group=$$!; \
	trap 'kill -TERM -$$group; for second in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1; \
		kill -0 -$$group 2>/dev/null || exit 0; done; kill -KILL -$$group; exit 0' INT TERM; \
	wait $$group; tail -n 5 $(AIRFLOW_HOME)/standalone.log >&2; exit 2

bench: setup .bench/venv/.ready ## this engine and Splink on the same files, into BENCHMARKS.md (SIZES="10k 100k 1m")
	@$(BIN)/python -m tests.bench.compare --sizes $(SIZES) --public $(PUBLIC)

bench-10m: setup ## this engine alone on 100k, 1m and 10m records, into BENCHMARKS.md
	@$(BIN)/python -m tests.bench.growth --sizes 100k 1m 10m

bench-bars: setup ## the shipped model against its bars on registers nobody built with, into BENCHMARKS.md
	@$(BIN)/python -m tests.bench.bars

bench-intake: setup ## reading and standardising extracts: rows a second, memory, 45 forces, into BENCHMARKS.md
	@$(BIN)/python -m tests.bench.intake

bench-facts: setup ## every fact of a register of a million records, into BENCHMARKS.md
	@$(BIN)/python -m tests.bench.facts

bench-reports: setup ## 45 forces' reports of 120,000 records: compiled, rendered, sealed and delivered, into BENCHMARKS.md
	@$(BIN)/python -m tests.bench.reports

bench-review: setup ## the review pages at 100,000 open items, then 20 reviewers at once, into BENCHMARKS.md (MINUTES=5)
	@$(BIN)/python -m tests.bench.review --minutes $(MINUTES)

fuzz-intake: setup ## damaged extracts of every kind for five minutes, and ten thousand drawn: none may crash, hang or lose a row
	@$(BIN)/python -m tests.production.fuzz_intake --minutes 5
	@RECONCILE_MALFORMED=10000 $(BIN)/python -m pytest tests/property/test_intake_conservation.py -k many_malformed

.bench/venv/.ready: tests/bench/requirements.lock
	@echo "setting up Splink in .bench/venv, for the benchmark alone"
	@$(PYTHON) -m venv .bench/venv
	@.bench/venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r tests/bench/requirements.lock
	@touch $@

lock: ## resolve pyproject.toml again into requirements.lock (needs uv)
	uv pip compile --universal --generate-hashes --no-header --upgrade --extra test --extra postgres pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --upgrade --python-version 3.11 tests/bench/requirements.in -o tests/bench/requirements.lock

clean: ## remove the virtual environment and the demo workspace
	rm -rf $(VENV) $(WORKSPACE) .airflow .bench
