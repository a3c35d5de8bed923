# Two commands matter: `make run` and `make test`. Everything else is a part of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
TOOLS := $(VENV)/.tools-installed
PYTEST := $(BIN)/python -m pytest --dist worksteal
# The bot's processes in the tests read compiled modules, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=
# What fails when something new is named in one place and not in the others; beside the units and the contract, in `make check`.
COMPLETE := every_command keys_rotation personal_register samples_unasked walls_repositories

.DEFAULT_GOAL := help
.PHONY: help install run test check lint types layers audit fuzz faults attack eval bench pictures chromium emulate-slack emulate-teams requirements clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Entrain needs Python 3.11 or newer; say which with: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

# `entrain` runs from this folder: a path file and a command of two lines, what an editable installation would write.
$(BIN)/entrain: | $(VENV)/bin/python
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' | xargs -I{} sh -c 'echo "$(CURDIR)" > {}/entrain.pth'
	@printf '#!%s/$(BIN)/python\nfrom bot.cli import main\nmain()\n' "$(CURDIR)" > $@
	@chmod +x $@

$(RUNTIME): requirements.txt $(BIN)/entrain | $(VENV)/bin/python
	@echo "Installing what the bot needs (a minute, once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(BIN)/entrain | $(VENV)/bin/python
	@echo "Installing what the tests need (a minute, once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(RUNTIME)

install: $(TOOLS)  ## set up .venv with everything, tests included

run: $(RUNTIME)  ## start the bot with the demo organisation and the playground
	@$(BIN)/python -m bot run --demo

test: $(TOOLS) lint types layers  ## lint, types, layer contracts and every test, on both databases
	$(PYTEST) -n 3

check: $(TOOLS) lint types layers  ## the quick part of the tests: units, the contract of the adapters, completeness (a minute)
	$(PYTEST) -n 2 -m "not slow and not browser and not postgres" tests/unit tests/contract $(COMPLETE:%=tests/integration/test_%.py)

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

layers: $(TOOLS)
	$(BIN)/lint-imports

# Whoever cannot reach a database of vulnerabilities reads so, and goes on; a vulnerability that is found is printed.
audit: $(VENV)/bin/python  ## known vulnerabilities in what the bot needs (no failure where nobody can be asked)
	@test -x var/audit/bin/pip-audit || { $(PYTHON) -m venv var/audit && timeout 60 var/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1; } || true
	@timeout 90 var/audit/bin/pip-audit --require-hashes --disable-pip --progress-spinner off -r requirements.txt || echo "audit: something was found above, or no database of vulnerabilities could be reached"

fuzz: $(TOOLS)  ## hostile input to every reader, for some minutes
	ENTRAIN_TEST_FUZZ=1000 $(PYTEST) -n 2 tests/unit/test_fuzz.py tests/integration/test_fuzz_http.py tests/unit/test_surveys_scripts.py

faults: $(TOOLS)  ## everything that goes wrong, as often as docs/faults.md says (some minutes)
	ENTRAIN_TEST_FAULTS=1 $(PYTEST) -n 2 tests/faults tests/integration/test_delivery_budget.py tests/integration/test_delivery_rush.py tests/integration/test_samples_half_year.py

eval: $(TOOLS)  ## measure the reading of free text on voices and authors left out (some minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.reading

attack: $(TOOLS)  ## attack the digest's figures on thousands of made-up organisations, and say what was found (long)
	ENTRAIN_TEST_ATTACK=1 $(PYTEST) -n 2 tests/unit/test_digests_attack.py
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.attack

pictures: $(TOOLS)  ## photograph a year's last digest as web page, PDF and message, and let axe look at it (needs Node and Chromium)
	$(BIN)/python -m benchmarks.pictures

bench: $(TOOLS)  ## measure delivery beside its peers, in one run (a quarter of an hour or more; on a quiet machine)
	$(BIN)/python -m benchmarks.run

emulate-slack: $(TOOLS)  ## play the loop against a Slack emulator from npm (needs Node)
	npm install --prefix var/emulators --no-audit --no-fund --ignore-scripts local-slack-linux-x64@0.1.8
	$(BIN)/python tests/e2e/emulator_slack.py var/emulators

emulate-teams: $(TOOLS)  ## play the loop against the Microsoft 365 Agents Playground from npm (needs Node)
	npm install --prefix var/emulators --no-audit --no-fund @microsoft/m365agentsplayground@0.2.28
	$(BIN)/python tests/e2e/emulator_teams.py var/emulators

requirements:  ## pin requirements again after a change in pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --extra pdf --extra postgres --extra wakes pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --extra pdf --extra postgres --extra wakes --group dev pyproject.toml -o requirements-dev.txt

clean:  ## remove the environment and what the bot keeps here
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
