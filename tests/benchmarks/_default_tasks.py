"""The data sets of ``bench_defaults.py``: small and middling, of every family, real and made up.

A set is a function of a seed that returns X, y and the numbers of the rows to train on and to test
on. The rules of "auto" were chosen with the sets of ``CHOSEN_WITH``; those of ``SET_ASIDE`` were
looked at when all was chosen. Only training parts of published data are used, but for the sets that
have no parts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

import skseq
from skseq import datasets


@dataclass(frozen=True)
class Task:
    """One row of the table.

    Attributes
    ----------
    kind : str
        The ``task`` of ``baseline_report``.
    make : callable
        From a seed to an estimator, the plain call.
    load : callable
        From a seed to (X, y, train, test).
    """

    kind: str
    make: Callable[[int], Any]
    load: Callable[[int], tuple[Any, Any, np.ndarray, np.ndarray]]


def plain(name: str, tokenizer: Any = None, **window: int) -> Callable[[int], Any]:
    """Return what makes the plain call; a forecaster is told its window and horizon."""

    def make(seed: int) -> Any:
        estimator = getattr(skseq, name)(random_state=seed, **window)
        return make_pipeline(tokenizer, estimator) if tokenizer is not None else estimator

    return make


def parts(n: int, n_train: int, n_test: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.random.default_rng(seed).permutation(n)
    return order[:n_train], order[n_train : n_train + n_test]


def sampled(
    rows: Callable[[], tuple[list, Any]], n_train: int, n_test: int = 2000
) -> Callable[[int], Any]:
    """Return a loader that draws training and test rows by the seed."""

    def load(seed: int) -> Any:
        X, y = rows()
        train, test = parts(len(X), n_train, n_test, seed)
        kept = np.concatenate([train, test])
        X = [X[i] for i in kept]
        y = np.asarray(y)[kept] if not isinstance(y[0], (list, str)) else [y[i] for i in kept]
        if isinstance(y[0], str):
            y = np.array(y, object)
        return X, y, np.arange(n_train), np.arange(n_train, len(kept))

    return load


# ------------------------------------------------------------------------------ texts
def clothing() -> tuple[list, np.ndarray]:
    bunch = datasets.fetch_clothing_reviews()
    return bunch.data, np.asarray(bunch.target)


def imdb() -> tuple[list, np.ndarray]:
    bunch = datasets.fetch_imdb(subset="train")
    return bunch.data, np.asarray(bunch.target)


def stars() -> tuple[list, np.ndarray]:
    bunch = datasets.fetch_imdb(subset="train")
    return bunch.data, bunch.stars.astype(float)


def _data(*names: str) -> Path:
    return Path(os.environ["SKSEQ_DATA"], *names)


def messages() -> tuple[list, list]:
    lines = _data("sms_spam", "sms.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines]
    return [text for _, text in pairs], [label for label, _ in pairs]


def bases(folder: str, file: str) -> Callable[[], tuple[list, list]]:
    def read() -> tuple[list, list]:
        rows = [line.split(",") for line in _data(folder, file).read_text().splitlines()]
        rows = [[field.strip() for field in row] for row in rows if len(row) == 3]
        return [row[2].upper() for row in rows], [row[0] for row in rows]

    return read


def topics(n_classes: int, noise: float = 0.0) -> Callable[[], tuple[list, np.ndarray]]:
    """Return sentences of made-up words, some of them typical of one of many topics."""

    def make() -> tuple[list, np.ndarray]:
        rng = np.random.default_rng(0)
        y = rng.integers(n_classes, size=6000)
        X = []
        for topic in y:
            typical = rng.random(12) < 0.25
            words = np.where(typical, topic * 20 + rng.zipf(1.5, 12) % 20, 5000 + rng.zipf(1.3, 12))
            X.append(" ".join(f"w{min(word, 20_000)}" for word in words))
        flipped = rng.random(len(y)) < noise
        return X, np.where(flipped, rng.integers(n_classes, size=len(y)), y)

    return make


# ---------------------------------------------------------------------------- numbers
def gestures(
    unit: tuple[Any, Any] = (0.0, 1.0), target: str = "kind", steps: tuple[int, int] = (30, 90)
) -> Callable[[], tuple[list, np.ndarray]]:
    """Return drawn figures: two ways round a circle, a corner, and an eight."""

    def make() -> tuple[list, np.ndarray]:
        rng = np.random.default_rng(0)
        X, kinds, sizes = [], [], []
        for i in range(2400):
            kind, u = i % 4, np.linspace(0, 1, rng.integers(*steps))
            turns, size, phase = rng.uniform(0.8, 1.2), rng.uniform(0.5, 2), rng.uniform(0, 6.3)
            angle = 2 * np.pi * turns * u
            figure = {
                0: (np.cos(angle + phase), np.sin(angle + phase)),
                1: (np.cos(phase - angle), np.sin(phase - angle)),
                2: (2 * u - 1, np.abs(2 * u - 1)),
                3: (np.sin(2 * angle), np.sin(angle)),
            }[kind]
            drawn = size * np.stack(figure, 1) + rng.normal(0, 0.15, (len(u), 2))
            X.append((drawn * unit[1] + unit[0]).astype(np.float32))
            kinds.append(kind)
            sizes.append(10 * size + 3 * turns)
        return X, np.array(kinds if target == "kind" else sizes)

    return make


def rare(share: float) -> Callable[[], tuple[list, np.ndarray]]:
    """Return waves, a share of which have a bump somewhere."""

    def make() -> tuple[list, np.ndarray]:
        rng = np.random.default_rng(0)
        y = (rng.random(6000) < share).astype(int)
        X = []
        for has_bump in y:
            wave = np.sin(np.arange(60) / rng.uniform(3, 8)) + rng.normal(0, 0.3, 60)
            begin = rng.integers(5, 45)
            wave[begin : begin + 8] += has_bump * np.hanning(8) * 2
            X.append(wave[:, None].astype(np.float32))
        return X, y

    return make


def walks() -> tuple[list, np.ndarray]:
    bunch = datasets.fetch_indoor_movement()
    return [np.asarray(x) for x in bunch.data], np.asarray(bunch.target)


def images() -> tuple[list, np.ndarray]:
    bunch = datasets.fetch_mnist(subset="train")
    rows = np.asarray(bunch.data)[:12_000].reshape(-1, 28, 28).astype(np.float32)
    return list(rows), np.asarray(bunch.target)[:12_000]


def spoken() -> tuple[list, np.ndarray]:
    bunch = datasets.fetch_spoken_digits(subset="train")
    features = skseq.MelSpectrogram(bunch.sample_rate).fit_transform(bunch.data)
    return [np.asarray(x) for x in features], np.asarray(bunch.target)


# ------------------------------------------------------------------------------- tags
def tagged(fetch: Callable[..., Any]) -> Callable[[], tuple[list, list]]:
    def read() -> tuple[list, list]:
        bunch = fetch(subset="train")
        return list(bunch.data), list(bunch.target)

    return read


def genes() -> tuple[list, list]:
    X, y = datasets.make_gene_sequences(400, random_state=0)[:2]
    return [list(row) for row in X], [list(row) for row in y]


# ---------------------------------------------------------------------- text to text
def reversals() -> tuple[list, list]:
    rng = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrst"))
    X = ["".join(rng.choice(letters, rng.integers(3, 11))) for _ in range(5000)]
    return X, [text[::-1] for text in X]


def differences() -> tuple[list, list]:
    X, y = [], []
    for i in np.random.default_rng(0).permutation(10_000):
        X.append(f"{i // 100}-{i % 100}")
        y.append(str(i // 100 - i % 100))
    return X, y


def dates() -> tuple[list, list]:
    X, y = datasets.make_dates(5000, random_state=0)[:2]
    return list(X), list(y)


# ----------------------------------------------------------------------------- series
def series(values: Callable[[], np.ndarray], n_train: int, n_test: int) -> Callable[[int], Any]:
    def load(seed: int) -> Any:
        X = np.asarray(values(), float)[seed * 50 :][: n_train + n_test]
        return X, None, np.arange(n_train), np.arange(n_train, len(X))

    return load


def wave() -> np.ndarray:
    t = np.arange(3000)
    swell = 1 + 0.5 * np.sin(2 * np.pi * t / 150)
    noise = np.random.default_rng(0).normal(0, 0.1, len(t))
    return swell * np.sin(2 * np.pi * t / 24) + noise


def transformers() -> np.ndarray:
    bunch = datasets.fetch_etth1()
    return np.asarray(bunch.data)[:, bunch.feature_names.index("OT")]


def temperatures() -> np.ndarray:
    return np.asarray(datasets.fetch_daily_min_temperatures().data).reshape(-1)


def text(fetch: Callable[..., Any], n: int) -> Callable[[int], Any]:
    """Return a loader of pieces of a book, one document each."""

    def load(seed: int) -> Any:
        book = fetch().data
        book = book if isinstance(book, str) else "\n".join(book)
        book = book[seed * 20_000 :][: n + 20_000]
        pieces = [book[i : i + 1000] for i in range(0, len(book) - 999, 1000)]
        return pieces, None, np.arange(n // 1000), np.arange(n // 1000, len(pieces))

    return load


# ------------------------------------------------------------------------ the two lists
def _words() -> Any:
    return skseq.Tokenizer()


def _characters() -> Any:
    return skseq.Tokenizer(level="char")


ODD = (np.array([5000.0, 0.0]), np.array([1000.0, 0.001]))

CHOSEN_WITH: dict[str, Task] = {
    "clothing, 3000, GRU": Task(
        "classification", plain("GRUClassifier", _words()), sampled(clothing, 3000)
    ),
    "clothing, 1000, LSTM": Task(
        "classification", plain("LSTMClassifier", _words()), sampled(clothing, 1000)
    ),
    "clothing, 200, GRU": Task(
        "classification", plain("GRUClassifier", _words()), sampled(clothing, 200)
    ),
    "clothing, 3000, attention": Task(
        "classification", plain("SelfAttentionClassifier", _words()), sampled(clothing, 3000)
    ),
    "imdb, 1000, GRU": Task(
        "classification", plain("GRUClassifier", _words()), sampled(imdb, 1000)
    ),
    "messages, 1000, GRU": Task(
        "classification", plain("GRUClassifier", _words()), sampled(messages, 1000)
    ),
    "splice sites, 1000, LSTM": Task(
        "classification",
        plain("LSTMClassifier", _characters()),
        sampled(bases("dna_splice", "splice.data"), 1000),
    ),
    "gestures, 400, LSTM": Task(
        "classification", plain("LSTMClassifier"), sampled(gestures(), 400)
    ),
    "gestures, 400, attention": Task(
        "classification", plain("SelfAttentionClassifier"), sampled(gestures(), 400)
    ),
    "gestures, odd units, 400, GRU": Task(
        "classification", plain("GRUClassifier"), sampled(gestures(ODD), 400)
    ),
    "walks, 250, LSTM": Task("classification", plain("LSTMClassifier"), sampled(walks, 250, 64)),
    "images, 1000, LSTM": Task("classification", plain("LSTMClassifier"), sampled(images, 1000)),
    "rare bumps, 1:20, 1000, GRU": Task(
        "classification", plain("GRUClassifier"), sampled(rare(0.05), 1000)
    ),
    "size of gestures, 400, GRU": Task(
        "regression", plain("GRURegressor"), sampled(gestures(target="size"), 400)
    ),
    "entities es, 2000, LSTM": Task(
        "tagging", plain("LSTMTagger"), sampled(tagged(datasets.fetch_conll2002_es), 2000, 1000)
    ),
    "entities es, 300, GRU": Task(
        "tagging", plain("GRUTagger"), sampled(tagged(datasets.fetch_conll2002_es), 300, 1000)
    ),
    "genes, 100, GRU": Task("tagging", plain("GRUTagger"), sampled(genes, 100, 200)),
    "reversals, 4000, Transformer": Task(
        "seq2seq", plain("TransformerSeq2Seq"), sampled(reversals, 4000, 500)
    ),
    "a modulated wave, 1200, GRU": Task(
        "forecasting", plain("GRUForecaster", window=48, horizon=12), series(wave, 1200, 400)
    ),
    "nietzsche, 100k characters": Task(
        "language_model", plain("CharLanguageModel"), text(datasets.fetch_nietzsche, 100_000)
    ),
}

SET_ASIDE: dict[str, Task] = {
    "messages, 200, LSTM": Task(
        "classification", plain("LSTMClassifier", _words()), sampled(messages, 200)
    ),
    "promoters, 80, LSTM": Task(
        "classification",
        plain("LSTMClassifier", _characters()),
        sampled(bases("dna_promoters", "promoters.data"), 80, 26),
    ),
    "gestures, 100, Transformer": Task(
        "classification", plain("TransformerClassifier"), sampled(gestures(), 100)
    ),
    "images, 300, GRU": Task("classification", plain("GRUClassifier"), sampled(images, 300)),
    "spoken digits, 500, GRU": Task(
        "classification", plain("GRUClassifier"), sampled(spoken, 500, 1000)
    ),
    "fifty topics, 3000, GRU": Task(
        "classification", plain("GRUClassifier", _words()), sampled(topics(50), 3000)
    ),
    "five topics, a fifth wrong, 1000, LSTM": Task(
        "classification", plain("LSTMClassifier", _words()), sampled(topics(5, 0.2), 1000)
    ),
    "stars of films, 1000, LSTM": Task(
        "regression", plain("LSTMRegressor", _words()), sampled(stars, 1000)
    ),
    "entities en, 1000, LSTM": Task(
        "tagging", plain("LSTMTagger"), sampled(tagged(datasets.fetch_wnut17), 1000, 1000)
    ),
    "differences, 5000, LSTM": Task("seq2seq", plain("Seq2Seq"), sampled(differences, 5000, 1000)),
    "dates, 2000, LSTM": Task("seq2seq", plain("Seq2Seq"), sampled(dates, 2000, 500)),
    "temperatures, 2000, LSTM": Task(
        "forecasting",
        plain("LSTMForecaster", window=30, horizon=7),
        series(temperatures, 2000, 700),
    ),
    "oil temperatures, 3000, GRU": Task(
        "forecasting",
        plain("GRUForecaster", window=48, horizon=24),
        series(transformers, 3000, 1000),
    ),
    "alice, 100k characters": Task(
        "language_model", plain("CharLanguageModel"), text(datasets.fetch_alice, 100_000)
    ),
}
