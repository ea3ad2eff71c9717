"""From a new Python process to a saved pipeline's first prediction, beside importing TensorFlow.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_cold_start.py

A Tokenizer, a Padder and an ``LSTMClassifier(units=64)``, fitted on 400 IMDB reviews and dumped
with joblib. Files and compiled bytecode are in the caches; medians of nine rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import joblib
from _ratios import SMOKE, Rival, compare, in_turn, report
from sklearn.pipeline import make_pipeline

from skseq import LSTMClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb

PREDICT = "import joblib, sys; joblib.load(sys.argv[1]).predict([sys.argv[2]])"
TEXT = "A quiet film, beautifully acted, and not a minute too long."


class Command:
    """A Python program that runs in a new process every time."""

    def __init__(self, *arguments: str):
        self.command = [sys.executable, "-c", *arguments]
        # An installed package has its bytecode; a source tree gets it in the round to warm up.
        self.environment = dict(os.environ)
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(self) -> None:
        subprocess.run(self.command, check=True, env=self.environment, stderr=subprocess.DEVNULL)


class Pipelines:
    """Fits a pipeline and dumps it."""

    def __init__(self, path: str):
        self.path = path

    def run(self) -> None:
        reviews = fetch_imdb()
        model = make_pipeline(
            Tokenizer(max_tokens=10_000),
            Padder(maxlen=200),
            LSTMClassifier(units=64, epochs=1, random_state=0),
        )
        n_reviews = 64 if SMOKE else 400
        joblib.dump(model.fit(reviews.data[:n_reviews], reviews.target[:n_reviews]), self.path)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "pipeline.joblib")
        maker = Rival(Pipelines, path)
        maker.value("run")
        maker.close()
        rivals = {
            "skseq": Rival(Command, PREDICT, path, TEXT),
            "import tensorflow": Rival(Command, "import tensorflow"),
        }
        seconds = in_turn(rivals, "run", rounds=9)
        for rival in rivals.values():
            rival.close()
    rows = compare("load a pipeline, predict one text", seconds, {"import tensorflow": "1.50"})
    report("cold-start", rows)


if __name__ == "__main__":
    main()
