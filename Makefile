# `make` sets up .venv and runs the main job; `make test` sets up what it needs and runs the tests.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# What the user's shell says of other Pythons and of other programs' figures, and to pip, of which
# only this is kept: where packages come from, and how.
FROM := INDEX_URL EXTRA_INDEX_URL NO_INDEX FIND_LINKS TRUSTED_HOST PROXY CERT CLIENT_CERT \
    KEYRING_PROVIDER CONFIG_FILE CACHE_DIR NO_CACHE_DIR TIMEOUT DEFAULT_TIMEOUT RETRIES
KEPT := $(addprefix PIP_,$(FROM)) PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX
unexport $(filter-out $(KEPT),$(filter PIP_% PYTHON%,$(.VARIABLES)))
unexport MPLBACKEND MATPLOTLIBRC VIRTUAL_ENV
export PIP_USER = 0
export PYTHONNOUSERSITE = 1

# Python compiles what is imported, a third of what pip would compile, unless it may not write.
COMPILE := $(if $(PYTHONDONTWRITEBYTECODE),,--no-compile)

.PHONY: all test faults bench format

all: $(READY)
	$(BIN)/snakemake --cores all

test: $(READY)
	$(BIN)/python -m pytest

# Tries so many configs of which one thing is another, and kills the workflow so many times, in every
# way, and compares what it makes in the end; takes long.
faults: export KILLS ?= 100
faults: export MUTANTS ?= 2500
faults: $(READY)
	$(BIN)/python -m pytest -n 0 -s tests/workflow/test_mutants.py tests/workflow/test_kills.py

bench: $(READY)
	$(BIN)/snakemake --cores all bench --forcerun time_task

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile rules

$(READY): envs/requirements.txt envs/own.pth
	test -d .venv || $(PYTHON) envs/machine.py .
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $(COMPILE) --requirement envs/requirements.txt
	@# A pip.conf may have had it all put elsewhere, by `target`, `prefix` or `root`.
	@$(BIN)/pip install --quiet --dry-run --no-index --requirement envs/requirements.txt 2> /dev/null || \
	    { echo ".venv: found packages missing, allowed is a pip that installs there ($(BIN)/pip config list)" >&2; exit 1; }
	cp envs/own.pth "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	touch $(READY)
