"""Peak memory of 25,000 reviews × 400 steps through a frozen 50-dimension ``EmbeddingLookup``.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_memory.py

Materialised, the vectors would take 2,000 MB. A thread samples the resident memory of the process
every 5 ms; what is shown is the highest sample above what was held with the ids alone.
"""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import psutil

from skseq import EmbeddingLookup, GRUClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb
from skseq.datasets._home import get_data_home


class Peak:
    """Samples resident memory while a ``with`` block runs; ``mb`` is the highest rise."""

    def __enter__(self) -> Peak:
        gc.collect()
        self._process = psutil.Process()
        self._base = self._process.memory_info().rss
        self.mb, self._done = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def _sample(self) -> None:
        while not self._done.wait(0.005):
            self.mb = max(self.mb, (self._process.memory_info().rss - self._base) / 2**20)

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()


def main() -> None:
    reviews = fetch_imdb()
    vectors = next(Path(get_data_home()).glob("glove/*.txt"))
    # TensorFlow starts and traces first, so that only what the data needs is counted below.
    model = GRUClassifier(units=8, pooling="max", epochs=1, batch_size=256, random_state=0)
    small = Tokenizer(max_tokens=20_000).fit_transform(reviews.data[:512])
    small = EmbeddingLookup(vectors).fit_transform(Padder(maxlen=400).fit_transform(small))
    model.fit(small, reviews.target[:512]).predict(small)

    ids = Padder(maxlen=400).fit_transform(Tokenizer(max_tokens=20_000).fit_transform(reviews.data))
    lookup = EmbeddingLookup(vectors)
    start = time.perf_counter()
    with Peak() as peak:
        X = lookup.fit_transform(ids)
    print(f"{X!r}, coverage {lookup.coverage_:.3f}")
    print(f"EmbeddingLookup, fit and transform: {peak.mb:.0f} MB above the ids")
    with Peak() as peak:
        model.fit(X, reviews.target)
    print(f"one epoch of training: {peak.mb:.0f} MB above the ids")
    with Peak() as peak:
        accuracy = model.score(X, reviews.target)
    print(f"prediction: {peak.mb:.0f} MB above the ids")
    print(f"({time.perf_counter() - start:.0f} s, training accuracy {accuracy:.3f})")


if __name__ == "__main__":
    main()
