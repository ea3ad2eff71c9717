"""The estimator that docs/add_an_estimator.rst shows keeps the contract it is checked by."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from skseq.estimator_checks import check_estimator

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add_an_estimator.rst"


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Return the code of the page as a module, which other processes find too."""
    examples = doctest.DocTestParser().get_examples(PAGE.read_text("utf-8"))
    code = "".join(e.source for e in examples if "import" in e.source or "\n " in e.source)
    (tmp_path / "shown_leaf.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    yield importlib.import_module("shown_leaf")
    monkeypatch.delitem(importlib.sys.modules, "shown_leaf")


@pytest.mark.slow
def test_the_smallest_estimator_keeps_the_contract(shown):
    results = check_estimator(shown.AveragingClassifier(units=8))
    assert len(results) > 40
    assert {result["status"] for result in results} == {"passed"}
