# make demo     install into a virtual environment and run the main job on embedded data
# make test     install and run the tests (warnings are errors, doctests included)
# make lint     formatting, types, imports between floors, spelling
# make bench    benchmarks against peers on real data (SKSEQ_DATA names the folder)
# make test-slow  slow and real-data tests
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.PHONY: demo test test-slow lint bench docs clean

$(STAMP): pyproject.toml
	@echo "Installing into $(VENV); TensorFlow is large, this takes some minutes the first time."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python examples/demo.py

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

test-slow: $(STAMP)
	$(BIN)/python -m pytest -q -m "slow or real_data"

lint: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check ".[dev]"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check ".[bench]"
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

docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check ".[docs]"
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html

clean:
	rm -rf $(VENV) build docs/_build *.egg-info
