# Everything needs Python >= 3.11 and make, nothing else; the first call of a target installs what it needs into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.hammerscale

# One thread per process: the workflow runs several processes, and oversubscribed cores cost a factor of ten.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
export NUMBA_NUM_THREADS ?= 1
# Rules call `python` and `snakemake` by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Tests share all cores; a process that has finished its part takes over tests of another. ARGS="-m fast" is a quick look.
PYTEST := python -m pytest --numprocesses logical --dist worksteal --durations 15

# Rounds of the faults that are drawn by chance: each kills 19 processes at random, so eleven kill more than 200.
ROUNDS ?= 11

.PHONY: campaign test fault-test slurm-test lint format bench docs setup generate constraints clean

campaign: setup
	snakemake $(ARGS)

test: setup
	$(PYTEST) $(ARGS)

fault-test: setup
	HAMMERSCALE_FAULT_ROUNDS=$(ROUNDS) $(PYTEST) tests/faults $(ARGS)

# A real Slurm of three nodes on this machine; needs root, and stops without it.
slurm-test: setup
	slurm/testbed/test $(ARGS)

lint: setup
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile workflow
	mypy
	lint-imports
	typos
	python -m hammerscale.config.generate --check
	snakemake --lint

format: setup
	ruff check --fix .
	ruff format .
	snakefmt Snakefile workflow

bench: setup
	python bench/rev.py $(ARGS)

# The site of all pages, in docs/_build.
docs: setup
	sphinx-build -q -W --keep-going -c docs . docs/_build $(ARGS)

# Files that are made from the config models.
generate: setup
	python -m hammerscale.config.generate

# uv asks the index for the hashes of all files of a version; nothing else needs it.
constraints: setup
	python -m pip install --quiet uv
	python envs/freeze.py

setup: $(STAMP)/packages

$(STAMP)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python >= 3.11 is needed, this is " + sys.version) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	mkdir -p $(STAMP)
	touch $@

$(STAMP)/torch: $(STAMP)/python
	python -m pip install --quiet torch==2.13.0
	touch $@

$(STAMP)/packages: $(STAMP)/torch pyproject.toml envs/constraints.txt
	python -m pip install --quiet --require-hashes --requirement envs/constraints.txt
	python -m pip install --quiet --no-deps --editable .
	touch $@

clean:
	rm -rf $(VENV) .snakemake .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
