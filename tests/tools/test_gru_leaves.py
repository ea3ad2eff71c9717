"""The GRU estimators are what their tool makes of the LSTM ones."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "make_gru_leaves.py"))


@pytest.mark.parametrize("family", TOOL["CLASSES"])
def test_gru_leaf_is_made_from_the_lstm_leaf(family):
    folder = ROOT / "skseq" / family
    made = TOOL["gru_leaf"]((folder / "_lstm.py").read_text(), TOOL["CLASSES"][family])
    assert (folder / "_gru.py").read_text() == made, "run tools/make_gru_leaves.py"


def test_words_that_are_missing_are_named():
    with pytest.raises(ValueError, match=r"LSTMTagger lacks 'GRUTagger : "):
        TOOL["gru_leaf"]('_cell = "lstm"', "Tagger")
