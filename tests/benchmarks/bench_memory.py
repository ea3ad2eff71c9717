"""Peak memory of 25,000 reviews × 400 steps through a frozen 50-dimension ``EmbeddingLookup``.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_memory.py

Materialised, the vectors would take 2,000 MB. Measured as the process' peak resident memory above
what it holds with the padded ids.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

from skseq import EmbeddingLookup, GRUClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb
from skseq.datasets._home import get_data_home


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    reviews = fetch_imdb()
    vectors = next(Path(get_data_home()).glob("glove/*.txt"))
    # TensorFlow starts and traces first, so that only what the data needs is counted below.
    model = GRUClassifier(units=8, pooling="max", epochs=1, batch_size=256, random_state=0)
    small = Tokenizer(max_tokens=20_000).fit_transform(reviews.data[:512])
    small = EmbeddingLookup(vectors).fit_transform(Padder(maxlen=400).fit_transform(small))
    model.fit(small, reviews.target[:512]).predict(small)

    ids = Padder(maxlen=400).fit_transform(Tokenizer(max_tokens=20_000).fit_transform(reviews.data))
    before = peak_mb()
    lookup = EmbeddingLookup(vectors)
    X = lookup.fit_transform(ids)
    print(f"{X!r}, coverage {lookup.coverage_:.3f}")
    print(f"EmbeddingLookup fit and transform: {peak_mb() - before:.0f} MB above the ids")
    start = time.perf_counter()
    model.fit(X, reviews.target)
    print(f"one epoch of training: {peak_mb() - before:.0f} MB above the ids")
    accuracy = model.score(X, reviews.target)
    print(f"prediction: {peak_mb() - before:.0f} MB above the ids")
    print(f"({time.perf_counter() - start:.0f} s, training accuracy {accuracy:.3f})")


if __name__ == "__main__":
    main()
