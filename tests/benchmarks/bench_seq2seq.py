"""Models from sequence to sequence: sums, dates, translations, and how fast they decode.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_seq2seq.py [addition] [dates] [tatoeba]
                                                                 [speed]

``addition`` is the share of held-out sums that are right throughout, beside the textbook's Keras
network trained for as many epochs. ``dates`` is the same for dates. ``tatoeba`` translates 20,000
short sentences by character and by word, without attention, with it and with a Transformer, beside
the translation of the most similar sentence of the training part. ``speed`` is the time of greedy
decoding against the textbook's loop around ``predict``, which takes turns with it.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from _ratios import SMOKE
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupShuffleSplit, train_test_split
from sklearn.neighbors import NearestNeighbors

from skseq import Seq2Seq, TransformerSeq2Seq
from skseq.datasets import fetch_tatoeba_spa, make_addition, make_dates
from skseq.metrics import bleu, chrf, exact_match
from skseq.runtime.backend import keras

DIGITS = 3
BATCH_SIZE = 64


def show(name: str, score: str, fitting: float, predicting: float = 0.0) -> None:
    print(f"{name:46} {score:>44} {fitting:6.0f} s + {predicting:4.1f} s", flush=True)


def falling_rate(first: float, n_pairs: int, epochs: int):
    """A learning rate that falls to nearly nothing over the whole training."""
    return keras.optimizers.schedules.CosineDecay(first, epochs * -(-n_pairs // BATCH_SIZE))


def run(name: str, model, pairs, scores) -> None:
    """Fit and predict, and print what ``scores`` says of the predictions."""
    X, X_test, y, y_test = pairs
    start = time.perf_counter()
    model.fit(X, y)
    fitted = time.perf_counter()
    found = model.predict(X_test)
    done = time.perf_counter()
    show(name, scores(y_test, found), fitted - start, done - fitted)


def exact(y_true, y_pred) -> str:
    return f"exact {exact_match(y_true, y_pred):.4f}"


def translated(y_true, y_pred) -> str:
    found = chrf(y_true, y_pred), bleu(y_true, y_pred), exact_match(y_true, y_pred)
    return "chrF {:.3f}  BLEU {:.3f}  exact {:.3f}".format(*found)


# --------------------------------------------------------------------- addition
def addition() -> None:
    n_sums = 2_000 if SMOKE else 50_000
    epochs = 1 if SMOKE else 20
    X, y = make_addition(n_sums, digits=DIGITS, random_state=0)
    pairs = train_test_split(X, y, test_size=0.1, random_state=0)
    rate = falling_rate(4e-3, len(pairs[0]), epochs)
    settings = {
        "units": 128,
        "epochs": epochs,
        "batch_size": BATCH_SIZE,
        "learning_rate": rate,
        "random_state": 0,
    }
    run("decoder='repeat'", Seq2Seq(decoder="repeat", one_hot=True, **settings), pairs, exact)
    settings["epochs"] = min(epochs, 12)  # enough, where the decoder may look back
    settings["learning_rate"] = falling_rate(4e-3, len(pairs[0]), settings["epochs"])
    attention = Seq2Seq(attention="general", cell="gru", bidirectional=True, **settings)
    run("attention='general'", attention, pairs, exact)
    textbook_addition(pairs, epochs)


def textbook_addition(pairs, epochs: int) -> None:
    """The network of Keras' addition example, its batch size and learning rate."""
    alphabet = sorted(set("".join(pairs[0])) | set("".join(pairs[2])))
    X, X_test, y, _ = (one_hot(part, alphabet) for part in pairs)
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.layers.Input(X.shape[1:]),
            keras.layers.LSTM(128),
            keras.layers.RepeatVector(y.shape[1]),
            keras.layers.LSTM(128, return_sequences=True),
            keras.layers.Dense(len(alphabet), activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    start = time.perf_counter()
    model.fit(X, y, batch_size=32, epochs=epochs, verbose=0)
    fitted = time.perf_counter()
    best = model.predict(X_test, batch_size=256, verbose=0).argmax(axis=-1)
    found = ["".join(alphabet[i] for i in row) for row in best]
    show(
        "textbook: Keras, batches of 32",
        exact(pairs[3], found),
        fitted - start,
        time.perf_counter() - fitted,
    )


def one_hot(texts, alphabet) -> np.ndarray:
    numbers = {character: i for i, character in enumerate(alphabet)}
    ids = np.array([[numbers[character] for character in text] for text in texts])
    return np.eye(len(alphabet), dtype="float32")[ids]


# ------------------------------------------------------------------------ dates
def dates() -> None:
    n_dates, epochs = (1_000, 1) if SMOKE else (20_000, 6)
    X, y = make_dates(n_dates, random_state=0)
    pairs = train_test_split(X, y, test_size=0.1, random_state=0)
    model = Seq2Seq(
        attention="general",
        cell="gru",
        bidirectional=True,
        units=64,
        epochs=epochs,
        batch_size=BATCH_SIZE,
        learning_rate=falling_rate(4e-3, len(pairs[0]), epochs),
        random_state=0,
    )
    run("attention='general'", model, pairs, exact)


# ---------------------------------------------------------------------- tatoeba
LEVELS = {
    "char": {"epochs": 12, "embedding_dim": 32, "units": 128},
    "word": {"epochs": 12, "embedding_dim": 64, "units": 128, "min_count": 2},
}
TRANSFORMERS = {
    "char": {"epochs": 12, "units": 128, "layers": 2},
    "word": {"epochs": 16, "units": 128, "layers": 2, "min_count": 2},
}


def tatoeba() -> None:
    n_pairs = 500 if SMOKE else 20_000
    X, y = fetch_tatoeba_spa(n_samples=n_pairs, return_X_y=True)
    X, y = np.asarray(X, object), np.asarray(y, object)
    # A sentence with several translations is in one part only.
    split = GroupShuffleSplit(1, test_size=0.1, random_state=0)
    train, test = next(split.split(X, y, X))
    pairs = X[train], X[test], y[train], y[test]
    run("most similar sentence's translation", MostSimilar(), pairs, translated)
    for level, settings in LEVELS.items():
        for attention in (None, "general"):
            model = Seq2Seq(
                cell="gru",
                bidirectional=True,
                attention=attention,
                dropout=0.2,
                **common(level, settings, 3e-3, len(train)),
            )
            run(f"{level}, attention={attention!r}", model, pairs, translated)
        settings = TRANSFORMERS[level]
        model = TransformerSeq2Seq(**common(level, settings, 2e-3, len(train)))
        run(f"{level}, Transformer", model, pairs, translated)


class MostSimilar:
    """Answers with the target of the training source that shares most pieces of words."""

    def fit(self, X, y):
        self.pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
        self.neighbors = NearestNeighbors(n_neighbors=1).fit(self.pieces.fit_transform(X))
        self.y = np.asarray(y, object)
        return self

    def predict(self, X):
        nearest = self.neighbors.kneighbors(self.pieces.transform(X), return_distance=False)
        return self.y[nearest[:, 0]]


def common(level: str, settings: dict, rate: float, n_pairs: int) -> dict:
    epochs = 1 if SMOKE else settings["epochs"]
    return {
        **settings,
        "level": level,
        "epochs": epochs,
        "batch_size": BATCH_SIZE,
        "learning_rate": falling_rate(rate, n_pairs, epochs),
        "random_state": 0,
    }


# ------------------------------------------------------------------------ speed
def speed() -> None:
    """Greedy decoding of 1,000 sentences, against the textbook's loop on a few of them."""
    X, y = fetch_tatoeba_spa(n_samples=3_000, return_X_y=True)
    model = Seq2Seq(units=256, one_hot=True, epochs=2, random_state=0).fit(X, y)
    sentences, n_steps = list(X[:1000]), max(map(len, y))
    textbook = TextbookTranslator(len(model.vocabulary_), len(model.target_vocabulary_), 256)
    model.predict(sentences)
    textbook.translate(len(sentences[0]), 3)
    ours, theirs = [], []
    for turn in range(1 if SMOKE else 5):
        start = time.perf_counter()
        found = model.predict(sentences, max_length=n_steps)
        ours.append((time.perf_counter() - start) / len(sentences))
        start = time.perf_counter()
        few = range(5 * turn, 5 * turn + 5)
        for i in few:  # as many tokens as ours has made, so that no one works for nothing
            textbook.translate(len(sentences[i]), len(found[i]) + 1)
        theirs.append((time.perf_counter() - start) / len(few))
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    print(f"ours, 1,000 at once: {statistics.median(ours) * 1000:.2f} ms a sentence")
    print(f"textbook, one by one: {statistics.median(theirs) * 1000:.0f} ms a sentence")
    print(f"ratio {ratio:.0f}")


class TextbookTranslator:
    """The two inference models of Keras' character-level example, called token by token."""

    def __init__(self, n_source: int, n_target: int, units: int):
        self.n_source, self.n_target = n_source, n_target
        source = keras.Input((None, n_source))
        _, hidden, cell = keras.layers.LSTM(units, return_state=True)(source)
        self.encoder = keras.Model(source, [hidden, cell])
        target = keras.Input((None, n_target))
        before = [keras.Input((units,)), keras.Input((units,))]
        lstm = keras.layers.LSTM(units, return_sequences=True, return_state=True)
        steps, *after = lstm(target, initial_state=before)
        probabilities = keras.layers.Dense(n_target, activation="softmax")(steps)
        self.decoder = keras.Model([target, *before], [probabilities, *after])

    def translate(self, n_source_steps: int, n_steps: int) -> None:
        one_hot = np.zeros((1, n_source_steps, self.n_source), "float32")
        states = self.encoder.predict(one_hot, verbose=0)
        token = np.zeros((1, 1, self.n_target), "float32")
        for _ in range(n_steps):
            found, *states = self.decoder.predict([token, *states], verbose=0)
            token = np.zeros_like(token)
            token[0, 0, found[0, -1].argmax()] = 1.0


if __name__ == "__main__":
    for part in sys.argv[1:] or ["addition", "dates", "tatoeba", "speed"]:
        print(f"--- {part}")
        {"addition": addition, "dates": dates, "tatoeba": tatoeba, "speed": speed}[part]()
