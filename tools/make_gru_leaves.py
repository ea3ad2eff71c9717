"""Write the GRU estimators from the LSTM ones, which differ in the cell only.

``skseq/<family>/_lstm.py`` is written by hand; ``_gru.py`` beside it is that text with the words of
the cell replaced. A test compares them, so change ``_lstm.py`` and run this.

Usage: ``python tools/make_gru_leaves.py [--check]``
"""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "skseq"
CLASSES = {
    "classification": "Classifier",
    "tagging": "Tagger",
    "regression": "Regressor",
    "forecasting": "Forecaster",
}
# Each must stand in every file, or the words have changed here too.
WORDS = {
    "a long short-term memory (LSTM) network": "a gated recurrent unit (GRU) network",
    '_cell = "lstm"': '_cell = "gru"',
}
# The paper of the cell, where a family cites it.
PAPERS = {
    """\
    Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997;
    with the forget gate of Gers, Schmidhuber and Cummins, "Learning to Forget", 2000.
""": """\
    Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation", arXiv 1406.1078.
"""
}


def gru_leaf(text: str, kind: str) -> str:
    """Return the module of ``GRU<kind>`` from the text of the module of ``LSTM<kind>``.

    Raises ValueError where words that are to be replaced are not in the text.
    """
    sibling = f"    GRU{kind} : The same with GRU cells, a quarter cheaper.\n"
    for words in (sibling, *WORDS):
        if words not in text:
            raise ValueError(f"_lstm.py of LSTM{kind} lacks {words.strip()!r}.")
    before, after = text.split(sibling)
    parts = (part.replace(f"LSTM{kind}", f"GRU{kind}") for part in (before, after))
    text = f"    LSTM{kind} : The same with LSTM cells.\n".join(parts)
    for old, new in {**WORDS, **PAPERS}.items():
        text = text.replace(old, new)
    return text


def main(arguments: list[str]) -> int:
    stale = []
    for family, kind in CLASSES.items():
        made = gru_leaf((PACKAGE / family / "_lstm.py").read_text(), kind)
        path = PACKAGE / family / "_gru.py"
        if path.read_text() != made:
            stale.append(str(path.relative_to(PACKAGE.parent)))
            if "--check" not in arguments:
                path.write_text(made)
    if stale:
        print("\n".join(stale))
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
