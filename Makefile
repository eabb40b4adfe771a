# `make` sets up .venv and runs the main job; `make test` sets up what it needs and runs the tests.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: all test bench format

all: $(READY)
	$(BIN)/snakemake --cores all

test: $(READY)
	$(BIN)/python -m pytest

bench: $(READY)
	$(BIN)/snakemake --cores all bench --forcerun time_task

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile rules

$(READY): envs/requirements.txt
	test -d .venv || $(PYTHON) envs/machine.py .
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement envs/requirements.txt
	touch $(READY)
