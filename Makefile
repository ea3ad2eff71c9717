# make demo       install into a virtual environment and run the main job on embedded data
# make test       install and run the tests (warnings are errors, doctests included)
# make test-slow  slow and real-data tests
# make check      format, lint, types, imports between folders, spelling, the tests of what changed
#                 since this branch left origin/main (SINCE=HEAD: since the last commit)
# make lint       the same without the tests
# make format     mend what can be mended by itself
# make docs       the pages, into docs/_build/html
# make bench      benchmarks against peers on real data (SKSEQ_DATA names the folder)
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.PHONY: demo test test-slow check lint format bench docs clean

$(STAMP): pyproject.toml
	@echo "Installing into $(VENV); TensorFlow is large, this takes some minutes the first time."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $(STAMP)

# The extras of pyproject.toml that tests do without. Editable like the rest: a copy in their place
# would be tested instead of the working tree.
$(VENV)/.installed-%: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	touch $@

demo: $(STAMP)
	$(BIN)/python examples/demo.py

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

test-slow: $(STAMP)
	$(BIN)/python -m pytest -q -m "slow or real_data"

check: $(VENV)/.installed-dev
	$(BIN)/python tools/check.py $(if $(SINCE),--since $(SINCE))

lint: $(VENV)/.installed-dev
	$(BIN)/python tools/check.py format lint types imports spelling

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-bench
	$(BIN)/python tests/benchmarks/bench_cold_start.py
	$(BIN)/python tests/benchmarks/bench_tokenizer.py
	$(BIN)/python tests/benchmarks/bench_many_fits.py
	$(BIN)/python tests/benchmarks/bench_memory.py
	$(BIN)/python tests/benchmarks/bench_epoch.py
	$(BIN)/python tests/benchmarks/bench_grid_search.py
	$(BIN)/python tests/benchmarks/bench_sentiment.py
	$(BIN)/python tests/benchmarks/bench_tagging.py
	$(BIN)/python tests/benchmarks/bench_language.py
	$(BIN)/python tests/benchmarks/bench_seq2seq.py
	$(BIN)/python tests/benchmarks/bench_numbers.py
	$(BIN)/python tests/benchmarks/bench_defaults.py

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html

clean:
	rm -rf $(VENV) build docs/_build *.egg-info
