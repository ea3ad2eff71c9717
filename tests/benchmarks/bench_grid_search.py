"""A grid search of 12 fits on 2,000 IMDB reviews, beside scikeras and skorch, and on two workers.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_grid_search.py [peers] [workers]

2 unit counts × 2 learning rates × 3 folds of 3 epochs; 100 tokens a review, 10,000 words, an
embedding of 64 dimensions, batches of 32, Adam. All are given the same padded ids, so that only
searching is compared: fits, scores and what each library does around them.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from typing import Any

import numpy as np
from _ratios import SMOKE, Rival, compare, in_turn, report
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV

from skseq import LSTMClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb

N_REVIEWS, EPOCHS = (90, 1) if SMOKE else (2_000, 3)
N_TOKENS, MAXLEN, EMBEDDING_DIM, BATCH = 10_000, 100, 64, 32
UNITS, RATES = ([8], [1e-3]) if SMOKE else ([32, 64], [1e-3, 3e-3])


class Search:
    """What the rivals share: the search, over an estimator and the names of its parameters."""

    def __init__(self, ids: np.ndarray, y: np.ndarray, *, backend: str | None = None):
        self.ids, self.y, self.backend, self.client = ids, y, backend, None
        self.model, units, rate = self.estimator()
        self.grid = {units: UNITS, rate: RATES}
        if backend == "dask":
            from distributed import Client

            self.client = Client(n_workers=2, threads_per_worker=1, dashboard_address=":0")

    def estimator(self) -> tuple[Any, str, str]:
        raise NotImplementedError

    def run(self) -> None:
        n_jobs = 2 if self.backend else None
        search = GridSearchCV(
            self.model, self.grid, cv=3, scoring="roc_auc", refit=False, n_jobs=n_jobs
        )
        with parallel_config(self.backend or "loky"):
            self.search = search.fit(self.ids, self.y)

    def close(self) -> None:
        if self.client:
            self.client.close()

    def result(self) -> str:
        scores = self.search.cv_results_["mean_test_score"].round(3).tolist()
        return f"mean ROC AUC of the candidates {scores}"


class Ours(Search):
    def estimator(self):
        model = LSTMClassifier(
            embedding_dim=EMBEDDING_DIM,
            n_tokens=N_TOKENS,
            epochs=EPOCHS,
            batch_size=BATCH,
            clipnorm=None,
            random_state=0,
        )
        return model, "units", "learning_rate"


class Scikeras(Search):
    def estimator(self):
        from scikeras.wrappers import KerasClassifier
        from sklearn.utils import ClassifierTags

        class Classifier(KerasClassifier):
            """scikeras 0.13 tells scikit-learn 1.6 and later nothing about its kind.

            Its tags are a method that scikit-learn no longer calls. Taken for no classifier, it
            gets folds that are not stratified, and ``scoring="roc_auc"`` fails.
            """

            def __sklearn_tags__(self):
                tags = super().__sklearn_tags__()
                tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
                return tags

        model = Classifier(
            keras_lstm,
            model__units=UNITS[0],
            loss="binary_crossentropy",
            optimizer="adam",
            optimizer__learning_rate=RATES[0],
            epochs=EPOCHS,
            batch_size=BATCH,
            verbose=0,
        )
        return model, "model__units", "optimizer__learning_rate"

    def run(self) -> None:
        import keras

        keras.utils.clear_session()  # or each search would be slower than the one before
        super().run()


def keras_lstm(units: int):
    import keras

    return keras.Sequential(
        [
            keras.Input((None,)),  # scikeras wants to know the outputs before the first batch
            keras.layers.Embedding(N_TOKENS, EMBEDDING_DIM, mask_zero=True),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


class Skorch(Search):
    def estimator(self):
        import torch
        from skorch import NeuralNetBinaryClassifier

        class LastStep(torch.nn.Module):
            """An LSTM of which the state after the last real step is classified."""

            def __init__(self, units: int = 32):
                super().__init__()
                self.embedding = torch.nn.Embedding(N_TOKENS, EMBEDDING_DIM, padding_idx=0)
                self.lstm = torch.nn.LSTM(EMBEDDING_DIM, units, batch_first=True)
                self.out = torch.nn.Linear(units, 1)

            def forward(self, ids):
                states, _ = self.lstm(self.embedding(ids))
                last = (ids != 0).sum(1) - 1
                return self.out(states[torch.arange(len(ids)), last])[:, 0]

        self.y = self.y.astype(np.float32)
        model = NeuralNetBinaryClassifier(
            LastStep,
            optimizer=torch.optim.Adam,
            lr=RATES[0],
            max_epochs=EPOCHS,
            batch_size=BATCH,
            iterator_train__shuffle=True,
            train_split=None,  # skorch would set a fifth of the samples aside
            verbose=0,
        )
        return model, "module__units", "lr"


def peers(ids: np.ndarray, y: np.ndarray) -> None:
    rivals = {name: Rival(make, ids, y) for name, make in _PEERS.items()}
    seconds = in_turn(rivals, "run")
    finish(rivals)
    targets = {"scikeras": "0.20", "skorch": "1.00"}
    report("grid-search-peers", compare("grid search", seconds, targets))


_PEERS = {"skseq": Ours, "scikeras": Scikeras, "skorch": Skorch}


def workers(ids: np.ndarray, y: np.ndarray) -> None:
    ways = {"one process": Ours, "two workers, loky": functools.partial(Ours, backend="loky")}
    if importlib.util.find_spec("distributed"):
        ways["two workers, Dask"] = functools.partial(Ours, backend="dask")
    rivals = {name: Rival(make, ids, y) for name, make in ways.items()}
    seconds = in_turn(rivals, "run")
    finish(rivals)
    targets = {"one process": "—"}
    rows = [compare(way, seconds, targets, ours=way)[0] for way in ways if way not in targets]
    report("grid-search-workers", rows)


def finish(rivals: dict[str, Rival]) -> None:
    for name, rival in rivals.items():
        print(f"{name}: {rival.value('result')}", flush=True)
        rival.close()


def main(names: list[str]) -> None:
    reviews = fetch_imdb()
    texts, y = reviews.data[:N_REVIEWS], reviews.target[:N_REVIEWS] == "positive"
    ids = Tokenizer(max_tokens=N_TOKENS).fit_transform(texts)
    ids = np.asarray(Padder(maxlen=MAXLEN, padding="post").fit_transform(ids), np.int64)
    for name in names:
        {"peers": peers, "workers": workers}[name](ids, y.astype(np.int64))


if __name__ == "__main__":
    main(sys.argv[1:] or ["peers", "workers"])
