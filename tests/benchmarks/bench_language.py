"""Language models on real text, and how fast text is made.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_language.py [shakespeare] [nietzsche] [imdb]
                                                                  [speed]

``shakespeare`` and ``nietzsche`` are bits per character of the last tenth of a text after learning
the others, beside an interpolated n-gram model. ``imdb`` is the accuracy of a classifier with few
labels that starts from a language model of the reviews without labels, beside the same classifier
from scratch and TF-IDF with logistic regression. ``speed`` compares with the textbook's loop around
``predict``.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from _ratios import SMOKE
from gensim.models import Word2Vec
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skseq import CharLanguageModel, GRUClassifier, Tokenizer, WordLanguageModel
from skseq.datasets import fetch_imdb, fetch_nietzsche, fetch_shakespeare, make_tales
from skseq.inspection.baselines.ngram import InterpolatedNgram
from skseq.runtime.backend import keras


def show(name: str, score: str, seconds: float) -> None:
    print(f"{name:60} {score:>18}   {seconds:7.0f} s", flush=True)


def falling_rate(first: float, n_tokens: int, settings: dict):
    """A learning rate that falls to nearly nothing over the whole training."""
    n_steps = -(-n_tokens // (settings["batch_size"] * settings["tbptt_steps"]))
    return keras.optimizers.schedules.CosineDecay(first, n_steps * settings["epochs"], alpha=0.02)


# ------------------------------------------------------------------- characters
CHARACTERS = {
    "cell": "gru",
    "units": 400,
    "embedding_dim": 32,
    "dropout": 0.1,
    "batch_size": 32,
    "tbptt_steps": 64,
    "epochs": 1 if SMOKE else 10,
    "random_state": 0,
}


def characters(fetch, **changes) -> None:
    train, test = fetch(subset="train").data, fetch(subset="test").data
    if SMOKE:
        train, test = [train[0][:20_000]], [test[0][:2_000]]
    for order in range(5, 9):
        start = time.perf_counter()
        bits = InterpolatedNgram(order=order).fit(train).bits_per_token(test)
        show(
            f"n-gram of order {order}, Kneser-Ney", f"{bits:.3f} bits", time.perf_counter() - start
        )
    settings = {**CHARACTERS, **changes}
    rate = falling_rate(3e-3, len(train[0]), settings)
    start = time.perf_counter()
    model = CharLanguageModel(learning_rate=rate, **settings).fit(train)
    fitted = time.perf_counter() - start
    show(f"{settings['cell']} of {settings['units']} units, fit", "", fitted)
    start = time.perf_counter()
    bits = model.bits_per_character(test)
    show(
        "the same, scored on the text it has not seen",
        f"{bits:.3f} bits",
        time.perf_counter() - start,
    )
    print(model.generate("\n", max_new_tokens=300, temperature=0.8, random_state=0))


def shakespeare() -> None:
    characters(fetch_shakespeare)


def nietzsche() -> None:
    characters(fetch_nietzsche)


# -------------------------------------------------------------------- few labels
N_LABELS, N_DRAWS = 500, 3
WORDS = {
    "cell": "gru",
    "units": 64,
    "lowercase": True,
    "max_tokens": 20_000,
    "n_sampled": 1000,
    "train_vectors": False,
    "batch_size": 64,
    "tbptt_steps": 64,
    "epochs": 2,
    "random_state": 0,
}
CLASSIFIER = {
    "bidirectional": True,
    "pooling": "mean",
    "dropout": 0.3,
    "word_dropout": 0.1,
    "learning_rate": 5e-3,
    "batch_size": 16,
    "epochs": 10,
}


def imdb() -> None:
    train, test = (fetch_imdb(subset=s) for s in ("train", "test"))
    texts, test_texts = (_shortened(part.data) for part in (train, test))
    start = time.perf_counter()
    words = Tokenizer()
    sentences = words.inverse_transform(words.fit_transform(texts))
    vectors = Word2Vec(sentences, vector_size=100, sg=1, epochs=4, workers=2, seed=0).wv
    show("word2vec of 25,000 reviews without labels", "", time.perf_counter() - start)
    start = time.perf_counter()
    shuffled = np.random.default_rng(0).permutation(texts).tolist()
    rate = falling_rate(4e-3, sum(map(len, sentences)), WORDS)
    language_model = WordLanguageModel(vectors=vectors, learning_rate=rate, **WORDS).fit(shuffled)
    show("language model of the same on these vectors", "", time.perf_counter() - start)
    scores: dict[str, list[float]] = {}
    for draw in range(N_DRAWS):
        rows = _draw(train.target, draw)
        some, labels = [texts[i] for i in rows], train.target[rows]
        models = {
            "TF-IDF 1-2-grams + logistic regression": make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10)
            ),
            "GRUClassifier from scratch": make_pipeline(
                Tokenizer(max_tokens=20_000),
                GRUClassifier(units=64, embedding_dim=100, random_state=draw, **CLASSIFIER),
            ),
            "GRUClassifier(encoder=language_model)": GRUClassifier(
                encoder=language_model,
                encoder_learning_rate=5e-3,
                random_state=draw,
                **CLASSIFIER,
            ),
        }
        for name, model in models.items():
            start = time.perf_counter()
            score = model.fit(some, labels).score(test_texts, test.target)
            scores.setdefault(name, []).append(score)
            show(f"draw {draw}: {name}", f"{score:.4f}", time.perf_counter() - start)
    for name, found in scores.items():
        print(f"{name:60} {np.mean(found):.4f} ± {np.std(found):.4f}")


def _shortened(texts: list[str]) -> list[str]:
    return [text.replace("<br />", " ")[:2400] for text in texts]


def _draw(target: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    halves = [
        rng.choice(np.flatnonzero(target == t), N_LABELS // 2, False) for t in np.unique(target)
    ]
    return rng.permutation(np.concatenate(halves))


# ------------------------------------------------------------------------- speed
def speed() -> None:
    """Seconds for a character: our carried state, one prompt and 32, and the textbook's loop."""
    units, window, rounds = 256, 40, 2 if SMOKE else 5
    texts = "\n".join(make_tales(100, random_state=0))  # one document, so that hardly any end comes
    model = CharLanguageModel(cell="lstm", units=units, epochs=20, random_state=0).fit(texts)
    tokens = list(model.classes_[4:])
    n_tokens = len(tokens)
    textbook = keras.Sequential(
        [
            keras.Input((window, n_tokens)),
            keras.layers.LSTM(units),
            keras.layers.Dense(n_tokens, activation="softmax"),
        ]
    )
    rng = np.random.default_rng(0)

    def ours(n_prompts: int, n_characters: int) -> float:
        start = time.perf_counter()
        made = model.generate(["The "] * n_prompts, max_new_tokens=n_characters, random_state=0)
        return (time.perf_counter() - start) / sum(len(text) - 4 for text in made)

    def theirs(n_characters: int) -> float:
        text = rng.integers(0, n_tokens, window).tolist()
        start = time.perf_counter()
        for _ in range(n_characters):
            x = np.eye(n_tokens, dtype="float32")[text[-window:]][None]
            p = textbook.predict(x, verbose=0)[0].astype("float64")
            text.append(int(rng.choice(n_tokens, p=p / p.sum())))
        return (time.perf_counter() - start) / n_characters

    ours(1, 20), ours(32, 20), theirs(5)  # compile
    turns = [(ours(1, 2000), ours(32, 2000), theirs(100)) for _ in range(rounds)]
    one, many, loop = (statistics.median(column) for column in zip(*turns, strict=True))
    print(
        f"one prompt {one * 1e3:.3f} ms, 32 prompts {many * 1e3:.4f} ms, "
        f"predict in a loop {loop * 1e3:.1f} ms a character"
    )
    print(
        f"the loop takes {statistics.median(t / o for o, _, t in turns):.0f} times as long; 32 "
        f"prompts give {statistics.median(o / m for o, m, _ in turns):.1f} times the characters"
    )


if __name__ == "__main__":
    for name in sys.argv[1:] or ("shakespeare", "nietzsche", "imdb", "speed"):
        print(f"--- {name}")
        {"shakespeare": shakespeare, "nietzsche": nietzsche, "imdb": imdb, "speed": speed}[name]()
