"""Sentiment on real reviews: our pipelines beside TF-IDF with logistic regression and fastText.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_sentiment.py [imdb] [attention] [clothing]

Each prints one line a model: the score on test data and the seconds for fitting and predicting.
``attention`` is IMDB again, for classifiers without recurrence and an LSTM.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from skseq import (
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    Padder,
    SelfAttentionClassifier,
    Tokenizer,
    TransformerClassifier,
)
from skseq.datasets import fetch_clothing_reviews, fetch_imdb
from skseq.runtime.backend import keras

BATCH_SIZE = 64


def tfidf_regression():
    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=1000),
    )


def show(name: str, score: str, seconds: float) -> None:
    print(f"{name:55} {score:>22}   {seconds:7.0f} s", flush=True)


def with_vectors(classifier, n_samples: int, max_tokens: int, maxlen: int, rate: float = 2e-3):
    """Vectors learned from the training texts, trained on by a classifier, ever more slowly."""
    steps = classifier.epochs * -(-n_samples // BATCH_SIZE)
    classifier.set_params(
        batch_size=BATCH_SIZE,
        learning_rate=keras.optimizers.schedules.CosineDecay(rate, steps),
        random_state=0,
    )
    return make_pipeline(
        Tokenizer(max_tokens=max_tokens),
        Padder(maxlen=maxlen),
        EmbeddingLookup(
            "word2vec",
            trainable=True,
            train_params={"sg": 1, "vector_size": 64, "epochs": 4},
            random_state=0,
        ),
        classifier,
    )


def recurrent(n_samples: int, max_tokens: int, maxlen: int):
    """A bidirectional GRU."""
    classifier = GRUClassifier(
        units=32, bidirectional=True, pooling="mean_max", dropout=0.4, epochs=3
    )
    return with_vectors(classifier, n_samples, max_tokens, maxlen)


def imdb() -> None:
    """25,000 training and 25,000 test reviews; accuracy on the test half."""
    train, test = fetch_imdb(subset="train"), fetch_imdb(subset="test")
    models = {
        "word2vec → GRUClassifier": recurrent(len(train.data), 20_000, 400),
        "TF-IDF 1–2-grams + logistic regression": tfidf_regression(),
    }
    accuracies(models, train, test)
    start = time.perf_counter()
    show("fastText, bigrams", f"accuracy {fasttext(train, test):.4f}", time.perf_counter() - start)


def accuracies(models, train, test) -> None:
    for name, model in models.items():
        start = time.perf_counter()
        score = model.fit(train.data, train.target).score(test.data, test.target)
        show(name, f"accuracy {score:.4f}", time.perf_counter() - start)


def attention() -> None:
    """25,000 training and 25,000 test reviews; accuracy on the test half."""
    train, test = fetch_imdb(subset="train"), fetch_imdb(subset="test")
    transformer = TransformerClassifier(
        units=64,
        num_heads=1,
        feed_forward_dim=64,
        positions=None,
        dropout=0.3,
        word_dropout=0.3,
        epochs=2,
    )
    classifiers = {
        "word2vec → TransformerClassifier": transformer,
        "word2vec → SelfAttentionClassifier": SelfAttentionClassifier(
            units=32, dropout=0.3, word_dropout=0.2, epochs=3
        ),
        "word2vec → LSTMClassifier": LSTMClassifier(
            units=64, pooling="mean_max", dropout=0.4, epochs=3
        ),
    }
    rates = {"word2vec → TransformerClassifier": 1e-3}
    models = {
        name: with_vectors(classifier, len(train.data), 20_000, 400, rates.get(name, 2e-3))
        for name, classifier in classifiers.items()
    }
    models["TF-IDF 1–2-grams + logistic regression"] = tfidf_regression()
    accuracies(models, train, test)


def fasttext(train, test) -> float:
    """Accuracy of the fastText library's classifier, with its own words for parameters."""
    import fasttext as library

    split = CountVectorizer(token_pattern=r"(?u)\w+|[^\w\s]").build_analyzer()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        with path.open("w", encoding="utf8") as file:
            for text, label in zip(train.data, train.target, strict=True):
                file.write(f"__label__{label} {' '.join(split(text))}\n")
        model = library.train_supervised(
            str(path), wordNgrams=2, epoch=10, lr=0.5, dim=50, thread=2, verbose=0
        )
    right = 0
    for text, label in zip(test.data, test.target, strict=True):
        # The library's public predict breaks on NumPy 2; the function beneath it does not.
        [(_, predicted)] = model.f.predict(" ".join(split(text)) + "\n", 1, 0.0, "strict")
        right += predicted == f"__label__{label}"
    return right / len(test.data)


def clothing() -> None:
    """22,641 reviews, recommended or not; ROC AUC by 5-fold cross-validation."""
    data = fetch_clothing_reviews()
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    models = {
        "word2vec → GRUClassifier": recurrent(len(data.data) * 4 // 5, 10_000, 150),
        "TF-IDF 1–2-grams + logistic regression": tfidf_regression(),
    }
    for name, model in models.items():
        start = time.perf_counter()
        scores = cross_val_score(model, data.data, data.target, cv=folds, scoring="roc_auc")
        show(name, f"ROC AUC {scores.mean():.4f} ± {scores.std():.4f}", time.perf_counter() - start)


if __name__ == "__main__":
    for part in sys.argv[1:] or ["imdb", "attention", "clothing"]:
        print(f"--- {part}")
        {"imdb": imdb, "attention": attention, "clothing": clothing}[part]()
