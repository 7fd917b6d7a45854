# Everything rests on `env`, which needs nothing but Python 3.11 or newer and pip.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help env demo test check bench screenshots kill soak lock

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

env: $(STAMP) ## make .venv from the lock file, and nothing else

$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dibs needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

demo: env ## try Dibs in a local workspace in the browser; no Slack account
	$(BIN)/python app.py demo $(ARGS)

test: env ## the whole suite; what needs PostgreSQL or Chromium is skipped where they are missing
	$(BIN)/python -m pytest $(ARGS)

check: env ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -q tests/test_architecture.py

bench: env ## speed against bare equivalents, measured in the same run
	$(BIN)/python -m bench $(ARGS)

kill: env ## 10,000 kills instead of the suite's 60, and each named point on both databases
	KILLS=10000 $(BIN)/python -m pytest --timeout=7200 tests/scenarios/kill $(ARGS)

soak: env ## a whole simulated year of follow-ups and one of sequences, every round of the claim race, then 10,000 kills
	YEAR=full $(BIN)/python -m pytest -s --timeout=14400 tests/scenarios/year -k whole_year $(ARGS)
	SEQUENCES=full $(BIN)/python -m pytest -s --timeout=14400 tests/scenarios/sequences -k ten_thousand $(ARGS)
	CLAIM_ROUNDS=200 $(BIN)/python -m pytest tests/use_cases/test_claim_race.py $(ARGS)
	$(MAKE) kill

screenshots: env ## take the README's pictures from the running demo, and those of sequences and reports
	$(BIN)/python -m docs.screenshots

lock: ## write requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		pyproject.toml --group dev -o requirements.lock
