"""25,000 reviews to ids beside ``CountVectorizer.fit_transform``, in turn, medians of five.

SKSEQ_DATA=<folder> python tests/benchmarks/bench_tokenizer.py
"""

from __future__ import annotations

import statistics
import time

from sklearn.feature_extraction.text import CountVectorizer

from skseq import Tokenizer
from skseq.datasets import fetch_imdb


def main() -> None:
    texts = fetch_imdb().data
    tokenizer = Tokenizer(max_tokens=20_000)
    ways = {
        "CountVectorizer.fit_transform": lambda: CountVectorizer().fit_transform(texts),
        "Tokenizer.fit_transform": lambda: tokenizer.fit_transform(texts),
        "Tokenizer.transform": lambda: tokenizer.transform(texts),
        "Tokenizer.fit_transform, twice the texts": lambda: tokenizer.fit_transform(texts + texts),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(5):
        for name, work in ways.items():
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
    peer = statistics.median(seconds["CountVectorizer.fit_transform"])
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"{name:42} {median:6.2f} s   ratio {median / peer:.2f}")


if __name__ == "__main__":
    main()
