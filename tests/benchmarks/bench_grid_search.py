"""A grid search of 12 fits on 2,000 reviews, serial and with two workers.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_grid_search.py

The two ways take turns, each with a warm start of its workers; medians of three.
"""

from __future__ import annotations

import statistics
import time

from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import LSTMClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb


def main() -> None:
    reviews = fetch_imdb()
    texts, labels = reviews.data[:2000], reviews.target[:2000]
    pipe = make_pipeline(
        Tokenizer(max_tokens=10_000), Padder(maxlen=100), LSTMClassifier(epochs=3, random_state=0)
    )
    grid = {
        "lstmclassifier__units": [32, 64],
        "lstmclassifier__learning_rate": [1e-3, 3e-3],
    }
    seconds: dict[int, list[float]] = {1: [], 2: []}
    best = {}
    for turn in range(4):
        for n_jobs in (1, 2):
            search = GridSearchCV(pipe, grid, cv=3, scoring="roc_auc", n_jobs=n_jobs, refit=False)
            start = time.perf_counter()
            search.fit(texts, labels)
            if turn:  # the first turn imports TensorFlow here and in the workers
                seconds[n_jobs].append(time.perf_counter() - start)
            best[n_jobs] = (search.best_params_, round(search.best_score_, 4))
    one, two = (statistics.median(seconds[n]) for n in (1, 2))
    print(f"best {best[1]}; the same with two workers: {best[1] == best[2]}")
    print(f"n_jobs=1 {one:.1f} s   n_jobs=2 {two:.1f} s   ratio {two / one:.2f}")


if __name__ == "__main__":
    main()
