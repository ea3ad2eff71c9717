"""Peak memory of 25,000 reviews × 400 steps through a frozen 50-dimension ``EmbeddingLookup``.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_memory.py

Materialised, the vectors would take 2,000 MB. What is shown is the highest resident memory above
what was held with the ids alone, measured once.
"""

from __future__ import annotations

from pathlib import Path

from _memory import Peak
from _ratios import SMOKE, Number, report

from skseq import EmbeddingLookup, GRUClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb
from skseq.datasets._home import get_data_home


def main() -> None:
    reviews = fetch_imdb()
    vectors = next(Path(get_data_home()).glob("glove/*.txt"))
    # TensorFlow starts and traces first, so that only what the data needs is counted below.
    model = GRUClassifier(units=8, pooling="max", epochs=1, batch_size=256, random_state=0)
    small = Tokenizer(max_tokens=20_000).fit_transform(reviews.data[:512])
    small = EmbeddingLookup(vectors).fit_transform(Padder(maxlen=400).fit_transform(small))
    model.fit(small, reviews.target[:512]).predict(small)

    n_reviews = 2_000 if SMOKE else len(reviews.data)
    texts, y = reviews.data[:n_reviews], reviews.target[:n_reviews]
    ids = Padder(maxlen=400).fit_transform(Tokenizer(max_tokens=20_000).fit_transform(texts))
    rows = []
    with Peak() as peak:
        X = EmbeddingLookup(vectors).fit_transform(ids)
    rows.append(Number("fit and transform", peak.mb, unit="MB"))
    with Peak() as peak:
        model.fit(X, y)
    rows.append(Number("one epoch of training", peak.mb, unit="MB"))
    with Peak() as peak:
        model.predict(X)
    rows.append(Number("prediction", peak.mb, unit="MB"))
    report("memory", rows)


if __name__ == "__main__":
    main()
