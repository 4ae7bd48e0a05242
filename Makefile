# Every target works from a clean checkout: what it needs is installed into $(VENV) once, and again when pyproject.toml changes.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
ARGS ?=
PROCESSES ?= 2
SOURCEAD_FUZZ ?= 6000
VERSIONS := 3.10 3.11 3.12 3.13

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-bare lint types golden bench bench-peers fuzz sweep clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

$(PY):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "sourcead needs Python 3.10 or newer; say which: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.examples: pyproject.toml | $(PY)
	$(PIP) --editable '.[examples]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(PY)
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.examples

$(VENV)/.bench: pyproject.toml | $(PY)
	$(PIP) --editable '.[dev,bench]'
	@touch $@ $(VENV)/.dev $(VENV)/.examples

demo: $(VENV)/.examples ## train the digits example with a generated gradient
	$(PY) examples/digits_mlp.py $(ARGS)

test: export OPENBLAS_NUM_THREADS ?= 1
test: $(VENV)/.dev ## run the whole suite (ARGS='-k mlp' to choose)
	$(PY) -m pytest -n $(PROCESSES) $(ARGS)

test-all: ## run the suite on each Python 3.10 to 3.13 that this machine has
	@found=; failed=; \
	for version in $(VERSIONS); do \
	  for python in python$$version "$$HOME"/.pyenv/versions/$$version.*/bin/python; do \
	    "$$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' $$version 2>/dev/null || continue; \
	    found="$$found $$version"; echo "== Python $$version"; \
	    $(MAKE) --no-print-directory test PYTHON="$$python" VENV=$(VENV)-$$version || failed="$$failed $$version"; \
	    break; \
	  done; \
	done; \
	echo "ran on:$${found:- nothing}; failed on:$${failed:- none}"; \
	test -n "$$found" -a -z "$$failed"

test-bare: export OPENBLAS_NUM_THREADS ?= 1
test-bare: export SOURCEAD_WITHOUT ?= all
test-bare: $(VENV)/.dev ## the suite with every optimisation off (SOURCEAD_WITHOUT='one sweep, chunks': with these off)
	$(PY) -m pytest -n $(PROCESSES) $(ARGS)

lint: $(VENV)/.dev ## ruff
	$(PY) -m ruff check .

types: $(VENV)/.dev ## mypy --strict on the package
	$(PY) -m mypy

golden: $(VENV)/.dev ## write the expected generated sources anew, the README's too
	$(PY) -m pytest tests/golden tests/test_readme.py --update-golden $(ARGS)

bench bench-peers: export OPENBLAS_NUM_THREADS ?= 1
bench: $(VENV)/.dev ## measure generated code against hand-written, memory, compiling (ARGS=--quick; --write: into the README)
	$(PY) -m tests.bench.bench $(ARGS)

bench-peers: $(VENV)/.bench ## the same against autograd, PyTorch, JAX and Numba too, which it installs
	$(PY) -m tests.bench.bench $(ARGS)

fuzz: export OPENBLAS_NUM_THREADS ?= 1
fuzz: $(VENV)/.dev ## judge thousands of random programs (SOURCEAD_FUZZ=20000 ARGS='--seed 50000')
	$(PY) -m tests.fuzz.survey --count $(SOURCEAD_FUZZ) --processes $(PROCESSES) --bound 0.01 $(ARGS)

sweep: $(VENV)/.dev ## compile every function of many library modules, and very long ones
	SOURCEAD_SWEEP=1 $(PY) -m pytest tests/sweep --timeout 0 -n $(PROCESSES) $(ARGS)

clean: ## remove what the other targets made
	rm -rf $(VENV) $(addprefix $(VENV)-,$(VERSIONS)) .ci/venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis examples/*.png
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
