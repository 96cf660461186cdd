# Two commands on a fresh machine: `make run` serves, `make test` proves. `make help` lists the rest.
# They write only below .venv/, var/ and the git-ignored build folders.

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -o cache_dir=var/pytest

.PHONY: help run demo test test-deep test-faults lint bench bench-load lock set-up set-up-dev clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: set-up ## set up and serve the furniture workspace with a small live sample (PORT=8000)
	@$(BIN)/mailuo serve --workspace . --port $(PORT) --sample

SPEED ?= 60

demo: set-up ## the same in a home of its own, a minute a second: shops, carrier, ERP and staff at work (SPEED=60)
	@MAILUO_HOME=var/demo $(BIN)/mailuo serve --workspace . --port $(PORT) --sample --speed $(SPEED)

test: set-up-dev ## every test but the deep ones and those that kill processes
	@$(PYTEST) -m "not deep and not faults" -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/web --ignore tests/faults
	@$(PYTEST) -m "not deep" tests/web

test-faults: set-up-dev ## real processes, killed at random, end as if nothing had happened
	@$(PYTEST) -m faults tests/faults

test-deep: set-up-dev ## the tests that take minutes
	@$(PYTEST) -m deep

lint: set-up-dev ## style, types, floors, scripts, house rules
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir var/import-linter
	@$(BIN)/python web/front_end.py check
	@$(PYTEST) -q tests/house

bench: set-up-dev ## measure against the raw driver, on SQLite and PostgreSQL
	@$(BIN)/python -m bench

bench-load: set-up-dev ## a deployment under the simulation, and what three days away leave to be done
	@$(BIN)/python -m bench.load

lock: set-up-dev ## resolve the dependencies of pyproject.toml and package.json anew
	@UPGRADE=$(UPGRADE) $(BIN)/python .ci/lock.py

set-up:
	@$(PYTHON) .ci/set_up.py run

set-up-dev:
	@$(PYTHON) .ci/set_up.py dev

clean: ## remove everything that was built or stored here
	rm -rf .venv var node_modules dist web/mailuo_web/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
