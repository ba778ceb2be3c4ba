# The front door: `make` lists what there is. Each target sets up what it needs, from nothing if it must.

# PYTHON=python3.13 picks another interpreter, in an environment of its own.
PYTHON ?= python3
VENV ?= .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
ARGS ?=

PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
GW2MON := $(VENV)/bin/gw2mon
PYTEST := $(PY) -m pytest -n auto --dist worksteal
NODE := tests/grafana/node

# Last, so that what the machine has installed comes first.
export PATH := $(PATH):$(CURDIR)/.tools/debian/usr/bin:$(CURDIR)/.tools/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help generate test check lint format golden docs bench mutants gallery stack prove tools lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

generate: $(VENV)/run.stamp ## write generated/ from specs/*.yaml
	@$(GW2MON) generate $(ARGS)

test: $(VENV)/dev.stamp $(NODE)/node_modules/.stamp ## run the tests, with real servers (ARGS='-k latency' for some)
	@tools/debian
	@$(PYTEST) $(ARGS)

check: lint test ## all that a change must pass: lint, types, tests, no drift
	@$(GW2MON) generate --check

lint: $(VENV)/dev.stamp ## style and types
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy

format: $(VENV)/dev.stamp ## mend what can be mended by itself
	@$(PY) -m ruff check --fix
	@$(PY) -m ruff format

golden: $(VENV)/dev.stamp $(NODE)/node_modules/.stamp ## rewrite the expected files after a wanted change; read the diff
	@$(PY) -m pytest tests/grafana tests/logs --update-golden $(ARGS)

docs: $(VENV)/run.stamp ## rewrite what in docs/ follows from the code: the spec key by key, the findings
	@$(PY) tools/docs.py $(ARGS)

bench: $(VENV)/dev.stamp ## time the commands, each beside a yardstick
	@$(PY) -m bench.run $(ARGS)

mutants: $(VENV)/dev.stamp ## plant every known defect, and see who catches it (ARGS=missing-le for one family)
	@tools/debian
	@$(PY) -m mutants $(ARGS)

gallery: $(VENV)/dev.stamp gallery/node_modules/.stamp ## draw each dashboard as gallery/out/*.png (ARGS=overview for some)
	@tools/debian
	@tools/chromium
	@$(PY) -m gallery $(ARGS)

stack: $(VENV)/run.stamp ## run the generated stack without containers, to look at it (Ctrl-C ends it)
	@tools/debian
	@$(PY) tools/stack.py $(ARGS)

prove: $(VENV)/dev.stamp .tools/stamp .tools/bin/loki ## the long proofs: versions, mutations, real durations (needs Go)
	@tools/debian
	@$(PYTEST) -m prove $(ARGS)

tools: .tools/stamp ## build the newest Prometheus and Alertmanager into .tools/bin (needs Go; minutes at first)

lock: $(VENV)/dev.stamp ## resolve requirements/*.txt after a change of pyproject.toml (ARGS=--upgrade for the newest)
	@$(LOCK) --extra build --output-file requirements/run.txt $(ARGS)
	@$(LOCK) --all-extras --constraint requirements/run.txt --output-file requirements/dev.txt $(ARGS)

LOCK := UV_CUSTOM_COMPILE_COMMAND='make lock' $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url

clean: ## remove environments, built tools and caches
	rm -rf .venv .venv-* .tools .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist $(NODE)/node_modules
	rm -rf gallery/node_modules gallery/out

# One environment, two stamps: `make generate` need not wait for what only the tests use.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml tools/venv
	@echo "setting up $(VENV)"
	@tools/venv $(PYTHON) $(VENV)
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "adding the tools for tests to $(VENV)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# Grafana's own code, which the tests ask and the gallery draws with; npm comes with the tools for tests.
%/node_modules/.stamp: %/package.json %/package-lock.json %/.npmrc | $(VENV)/dev.stamp
	@echo "adding Grafana's own code to $*"
	@cd $* && $(CURDIR)/$(VENV)/bin/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Apart, since it takes longer than all the rest together.
.tools/bin/loki: tools/loki/go.mod tools/loki/go.sum
	@tools/upstream loki
	@touch $@

.tools/stamp: tools/upstream $(wildcard tools/*/go.mod tools/*/go.sum tools/*/*.go)
	@tools/upstream
	@touch $@
