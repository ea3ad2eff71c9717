"""25,000 IMDB reviews to ids: time beside ``CountVectorizer``, and how time and memory grow.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_tokenizer.py

Memory is the highest resident memory while ``fit_transform`` runs, above what was there before and
above the ids that it returns; each measurement starts a new process.
"""

from __future__ import annotations

from _memory import Peak
from _ratios import SMOKE, Fresh, Rival, compare, in_turn, report
from sklearn.feature_extraction.text import CountVectorizer

from skseq import Tokenizer
from skseq.datasets import fetch_imdb

N_REVIEWS = 2_000 if SMOKE else 25_000


class Counting:
    """The peer: counts of words in documents."""

    def __init__(self, texts: list[str]):
        self.texts = texts

    def run(self) -> None:
        CountVectorizer().fit_transform(self.texts)


class Tokenizing:
    """Documents to ids by ``fit_transform``, or by ``transform`` of a fitted tokenizer."""

    def __init__(self, texts: list[str], n_jobs: int | None = None, fitted: bool = False):
        self.texts = texts
        self.tokenizer = Tokenizer(max_tokens=20_000, n_jobs=n_jobs).fit(
            texts if fitted else texts[:100]
        )
        self.work = self.tokenizer.transform if fitted else self.tokenizer.fit_transform

    def run(self) -> None:
        self.work(self.texts)

    def peak_mb(self) -> float:
        with Peak() as peak:
            X = self.work(self.texts)
        return peak.mb - X.nbytes / 2**20


def main() -> None:
    texts = fetch_imdb().data[:N_REVIEWS]
    rivals = {
        "CountVectorizer.fit_transform": Rival(Counting, texts),
        "fit_transform": Rival(Tokenizing, texts),
        "transform": Rival(Tokenizing, texts, None, True),
        "fit_transform, n_jobs=2": Rival(Tokenizing, texts, 2),
        "fit_transform, twice the reviews": Rival(Tokenizing, texts + texts),
    }
    seconds = in_turn(rivals, "run")
    for rival in rivals.values():
        rival.close()
    rows = []
    for work in ("fit_transform", "transform", "fit_transform, n_jobs=2"):
        rows += compare(work, seconds, {"CountVectorizer.fit_transform": "1.00"}, ours=work)
    twice = "fit_transform, twice the reviews"
    rows += compare(twice, seconds, {"fit_transform": "2.10"}, ours=twice)

    once, twice = "memory above the ids", "memory above the ids, twice the reviews"
    processes = {once: Fresh(Tokenizing, texts), twice: Fresh(Tokenizing, texts + texts)}
    mb = in_turn(processes, "peak_mb", warm_up=0, measure="value")
    rows += compare(twice, mb, {once: "1.10"}, ours=twice, unit="MB")
    report("tokenizer", rows)


if __name__ == "__main__":
    main()
