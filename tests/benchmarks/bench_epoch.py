"""One epoch and one prediction of 4,000 IMDB reviews beside hand-written Keras and torch.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_epoch.py [lstm] [gru] [bilstm2]

Embedding of 64 dimensions, 64 units, reviews cut at 400 tokens, batches of 64, Adam with the
gradient clipped at norm 1 in all three.
"""

from __future__ import annotations

import functools
import sys

from _peers import EMBEDDING_DIM, N_TOKENS, KerasPadded, TorchBucketed
from _ratios import Rival, compare, in_turn, report

from skseq import GRUClassifier, LSTMClassifier, Padder, Tokenizer
from skseq.datasets import fetch_imdb

NETWORKS = {
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "bilstm2": {"cell": "lstm", "layers": 2, "bidirectional": True},
}
NAMES = {"lstm": "LSTM(64)", "gru": "GRU(64)", "bilstm2": "bidirectional LSTM(64), 2 layers"}


class Ours:
    """The estimator behind the two verbs that the peers have."""

    def __init__(self, X, y, *, cell, **options):
        leaf = {"lstm": LSTMClassifier, "gru": GRUClassifier}[cell]
        self.model = leaf(
            units=64, embedding_dim=EMBEDDING_DIM, batch_size=64, random_state=0, **options
        )
        self.X, self.y = X, y

    def train(self):
        self.model.partial_fit(self.X, self.y)

    def predict(self):
        self.model.predict_proba(self.X)


def main(names: list[str]) -> None:
    reviews = fetch_imdb()
    texts, y = reviews.data[:4000], reviews.target[:4000] == "positive"
    X = Padder(maxlen=400).fit_transform(Tokenizer(max_tokens=N_TOKENS).fit_transform(texts))
    ids = [x.tolist() for x in X]
    for name in names:
        options = NETWORKS[name]
        rivals = {
            "skseq": Rival(functools.partial(Ours, **options), X, y),
            "torch, bucketed": Rival(functools.partial(TorchBucketed, **options), ids, y),
        }
        targets = {"torch, bucketed": "1.00"}
        if name == "lstm":
            rivals["Keras, padded"] = Rival(functools.partial(KerasPadded, **options), ids, y)
        rows = []
        for work, method, keras_target in (
            ("one epoch", "train", "0.25"),
            ("prediction", "predict", "0.20"),
        ):
            seconds = in_turn(rivals, method)
            targets = {"torch, bucketed": "1.00", "Keras, padded": keras_target}
            targets = {peer: targets[peer] for peer in rivals if peer in targets}
            rows += compare(f"{NAMES[name]}, {work}", seconds, targets)
        report(f"epoch-{name}", rows)
        for rival in rivals.values():
            rival.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(NETWORKS))
