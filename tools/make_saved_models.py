"""Write tests/data/saved: one small fitted model of every family, and what it predicts.

Run it with the version of skseq whose files later versions shall be able to read:

    python tools/make_saved_models.py tests/data/saved/0.1

A later version's test loads the files and compares predictions. Do not write a folder anew when the
code changes: what is tested is that files of that day can still be read. Add a folder instead.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.pipeline import make_pipeline

import skseq

SMALL = {"units": 3, "epochs": 1, "random_state": 0}
TEXTS = ["good, not bad", "bad, not good"] * 6
LABELS = ["positive", "negative"] * 6
TOKENS = [["Ana", "saw", "Rio"], ["Rio", "is", "far-off"]] * 6
TAGS = [["B-PER", "O", "B-LOC"], ["B-LOC", "O", "O"]] * 6
SOURCES, ANSWERS = ["12", "21", "11"] * 4, ["21", "12", "11"] * 4
NUMBERS = np.sin(np.arange(60.0)).reshape(12, 5)
SERIES = np.sin(np.arange(40.0) / 3)
WAVES = [np.sin(np.arange(800 + 100 * i) / (2 + i % 3)) for i in range(6)]
VECTORS = {"good": [1.0, 0.0], "bad": [0.0, 1.0], "not": [0.5, 0.5]}


def models() -> dict[str, tuple[Any, str, Any]]:
    """Return, by name, a fitted model, the method to ask and what to ask it."""
    small_vocabulary = skseq.WordLanguageModel(cell="gru", **SMALL).fit(TEXTS)
    return {
        "classifier": (
            make_pipeline(
                skseq.Tokenizer(), skseq.Padder(maxlen=6), skseq.LSTMClassifier(**SMALL)
            ).fit(TEXTS, LABELS),
            "predict_proba",
            TEXTS[:2],
        ),
        "classifier_vectors": (
            make_pipeline(
                skseq.Tokenizer(), skseq.EmbeddingLookup(VECTORS), skseq.GRUClassifier(**SMALL)
            ).fit(TEXTS, LABELS),
            "predict_proba",
            TEXTS[:2],
        ),
        "classifier_encoder": (
            skseq.GRUClassifier(encoder=small_vocabulary, **SMALL).fit(TEXTS, LABELS),
            "predict_proba",
            TEXTS[:2],
        ),
        "tagger": (
            skseq.GRUTagger(crf=True, char_features="cnn", shape_features=True, **SMALL).fit(
                TOKENS, TAGS
            ),
            "predict_proba",
            TOKENS[:2],
        ),
        "language_model": (
            skseq.CharLanguageModel(**SMALL).fit(TEXTS, LABELS),
            "score_samples",
            (TEXTS[:2], LABELS[:2]),
        ),
        "language_model_symbols": (
            skseq.TokenLanguageModel(mode="windows", n_steps=3, **SMALL).fit([[1, 2, 3, 1]] * 4),
            "score_samples",
            [[1, 2], [3, 3, 1]],
        ),
        "seq2seq": (
            skseq.Seq2Seq(attention="dot", **SMALL).fit(SOURCES, ANSWERS),
            "score_samples",
            (SOURCES[:3], ANSWERS[:3]),
        ),
        "seq2seq_repeat": (
            skseq.Seq2Seq(decoder="repeat", **SMALL).fit(SOURCES, ANSWERS),
            "score_samples",
            (SOURCES[:3], ANSWERS[:3]),
        ),
        "regressor": (
            skseq.LSTMRegressor(quantiles=(0.1, 0.9), **SMALL).fit(NUMBERS, NUMBERS.sum(axis=1)),
            "predict",
            NUMBERS[:3].tolist(),
        ),
        "regressor_steps": (
            skseq.GRURegressor(return_sequences=True, **SMALL).fit(NUMBERS, NUMBERS**2),
            "predict",
            NUMBERS[:3].tolist(),
        ),
        "forecaster": (
            skseq.GRUForecaster(6, 2, **SMALL).fit(SERIES),
            "predict",
            SERIES[:10].tolist(),
        ),
        "recognizer": (
            make_pipeline(skseq.MelSpectrogram(8000, n_mels=8), skseq.CTCRecognizer(**SMALL)).fit(
                WAVES, ["a", "b", "ab", "a", "b", "ab"]
            ),
            "predict_log_proba",
            [WAVES[0].round(6).tolist()],
        ),
    }


def answer(model: Any, method: str, question: Any) -> list[Any]:
    """Return what a model says, as lists."""
    arguments = question if isinstance(question, tuple) else (question,)
    arguments = [np.asarray(a) if _is_table(a) else a for a in arguments]
    found = getattr(model, method)(*arguments)
    return [np.asarray(row, np.float64).round(6).tolist() for row in found]


def _is_table(value: Any) -> bool:
    return isinstance(value[0], float) or (
        isinstance(value[0], list) and isinstance(value[0][0], float) and len(value) > 1
    )


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True)
    answers = {}
    for name, (model, method, question) in models().items():
        skseq.save(model, path / f"{name}.skseq")
        joblib.dump(model, path / f"{name}.joblib", compress=3)
        answers[name] = [method, question, answer(model, method, question)]
        answers[name].append(isinstance(question, tuple))
    (path / "answers.json").write_text(json.dumps(answers), encoding="utf8")


if __name__ == "__main__":
    main(sys.argv[1])
