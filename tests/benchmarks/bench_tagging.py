"""Entities and parts of speech on real text: our taggers beside a CRF on word windows.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_tagging.py [conll] [ewt] [wnut] [speed]

Each line of a task is one model: the score on test data and the seconds for fitting and predicting.
With ``ablation`` the tasks run ours with one part left out each time instead. ``speed`` compares
tokens a second in prediction with a torch BiLSTM of the same size.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import time
from dataclasses import astuple
from pathlib import Path

import numpy as np
from _ratios import SMOKE, Rival, compare, in_turn, report
from sklearn.pipeline import make_pipeline

from skseq import EmbeddingLookup, LSTMTagger, Tokenizer
from skseq.datasets import fetch_conll2002_es, fetch_ud_english_ewt, fetch_wnut17
from skseq.decoding import LinearChain
from skseq.inspection.baselines.taggers import MostFrequentTag, WindowCRF
from skseq.metrics import span_f1, token_accuracy
from skseq.runtime.backend import keras


def show(name: str, score: str, seconds: float) -> None:
    print(f"{name:60} {score:>18}   {seconds:7.0f} s", flush=True)


# ------------------------------------------------------------------------------ ours
class Ours:
    """Vectors learned without labels → LSTM in both directions over words, letters and shapes.

    Trained with a learning rate that falls to zero; the best of the epochs on the validation part
    is kept. With ``n_taggers`` the probabilities of several with different seeds are averaged.
    """

    def __init__(
        self,
        validation,
        *,
        vectors=(),
        n_taggers=1,
        epochs,
        batch_size,
        learning_rate,
        **settings,
    ):
        self.validation, self.sentences, self.n_taggers = validation, vectors, n_taggers
        self.epochs, self.batch_size, self.learning_rate = epochs, batch_size, learning_rate
        self.settings = {
            "units": 100,
            "embedding_dim": 100,
            "char_features": "cnn",
            "shape_features": True,
            "crf": True,
            "dropout": 0.5,
            **settings,
        }

    def fit(self, X, y):
        steps = [Tokenizer(lowercase=False)]
        if self.sentences is not None:
            learned = fasttext_vectors([*X, *self.sentences])
            steps.append(EmbeddingLookup(learned, trainable=True))
        self.before = make_pipeline(*steps)
        X, X_val = self.before.fit_transform(X), self.before.transform(self.validation.data)
        n_steps = self.epochs * -(-len(X) // self.batch_size)
        self.taggers = [
            LSTMTagger(
                epochs=self.epochs,
                batch_size=self.batch_size,
                learning_rate=keras.optimizers.schedules.CosineDecay(self.learning_rate, n_steps),
                early_stopping=True,
                n_iter_no_change=self.epochs,
                random_state=seed,
                **self.settings,
            ).fit(X, y, X_val=X_val, y_val=self.validation.target)
            for seed in range(self.n_taggers)
        ]
        return self

    def predict_each(self, X):
        """Return the labels that each of the taggers gives."""
        X = self.before.transform(X)
        return [tagger.predict(X) for tagger in self.taggers]

    def predict(self, X):
        if self.n_taggers == 1:
            return self.predict_each(X)[0]
        X, first = self.before.transform(X), self.taggers[0]
        votes = zip(*(tagger.predict_proba(X) for tagger in self.taggers), strict=True)
        chain = first.engine_.linear_chain()  # with all its weights at zero it only forbids
        forbids = [np.where(np.isfinite(part), 0.0, part) for part in astuple(chain)]
        chain = LinearChain(*forbids)
        found = []
        for vote in votes:
            scores = np.log(np.maximum(sum(vote), 1e-12))[None]
            best, _ = chain.viterbi(scores, [scores.shape[1]])
            found.append(first.classes_[best[0]].tolist())
        return found


def fasttext_vectors(sentences):
    """Return vectors that know words by their parts, learned from sentences without labels."""
    from gensim.models import FastText

    options = {"vector_size": 100, "window": 3, "sg": 1, "epochs": 8}
    return FastText(sentences, min_count=1, workers=1, seed=0, **options).wv


def spanish_sentences():
    """Return the Spanish half of Tatoeba's sentence pairs, about 950,000 words."""
    path = Path(os.environ["SKSEQ_DATA"]) / "translation_tatoeba" / "spa.txt.gz"
    with gzip.open(path, "rt", encoding="utf8") as lines:
        return [re.findall(r"\w+|[^\w\s]", line.split("\t")[1]) for line in lines]


def load(fetch):
    parts = [fetch(subset=part) for part in ("train", "validation", "test")]
    if SMOKE:
        for part in parts:
            part.data, part.target = part.data[:200], part.target[:200]
    return parts


def compare_models(parts, models: dict, metric, label: str) -> None:
    train, _, test = parts
    for name, model in models.items():
        start = time.perf_counter()
        predicted = model.fit(train.data, train.target).predict(test.data)
        score = metric(test.target, predicted)
        show(name, f"{label} {score:.4f}", time.perf_counter() - start)
        if getattr(model, "n_taggers", 1) > 1:
            each = [f"{metric(test.target, tags):.4f}" for tags in model.predict_each(test.data)]
            print(f"    each of them: {', '.join(each)}", flush=True)


# ----------------------------------------------------------------------------- tasks
def conll(ablation: bool) -> None:
    """Spanish news (CoNLL-2002): people, places, organisations and the rest; span F1 on testb."""
    parts = load(fetch_conll2002_es)
    settings = {
        "vectors": spanish_sentences(),
        "word_dropout": 0.4,
        "epochs": 14,
        "batch_size": 16,
        "learning_rate": 1.5e-3,
        "score_metric": "span_f1",
    }
    models = {
        "CRF on word windows": WindowCRF(),
        "fastText → 3 × LSTMTagger, letters, CRF": Ours(parts[1], n_taggers=3, **settings),
    }
    if ablation:
        models = {
            f"without {what}": Ours(parts[1], **{**settings, **changes})
            for what, changes in {
                "letters": {"char_features": None},
                "CRF": {"crf": False},
                "pretrained vectors": {"vectors": None},
            }.items()
        }
    compare_models(parts, models, span_f1, "span F1")


def ewt(ablation: bool) -> None:
    """English web text (Universal Dependencies EWT): parts of speech; accuracy on the test part."""
    parts = load(fetch_ud_english_ewt)
    settings = {"word_dropout": 0.2, "epochs": 10, "batch_size": 32, "learning_rate": 3e-3}
    models = {
        "most frequent tag": MostFrequentTag(),
        "fastText → LSTMTagger, letters": Ours(parts[1], crf=False, **settings),
        "CRF on word windows": WindowCRF(),
    }
    if ablation:
        models = {
            "with CRF": Ours(parts[1], **settings),
            "without letters": Ours(parts[1], crf=False, char_features=None, **settings),
            "without pretrained vectors": Ours(parts[1], crf=False, vectors=None, **settings),
        }
    compare_models(parts, models, token_accuracy, "accuracy")


def wnut(ablation: bool) -> None:
    """English posts with rare and new names (WNUT17); span F1 on the test part."""
    parts = load(fetch_wnut17)
    settings = {
        "word_dropout": 0.3,
        "epochs": 12,
        "batch_size": 16,
        "learning_rate": 2e-3,
        "score_metric": "span_f1",
    }
    models = {
        "CRF on word windows": WindowCRF(),
        "fastText → LSTMTagger, letters, CRF": Ours(parts[1], **settings),
    }
    compare_models(parts, models, span_f1, "span F1")


# ----------------------------------------------------------------------------- speed
class OurTagger:
    """Prediction by a bidirectional LSTM with an output for each step."""

    def __init__(self, ids, tags):
        n_warm = 320
        self.model = LSTMTagger(
            units=64, embedding_dim=64, word_dropout=0.0, n_tokens=20_000, epochs=1, random_state=0
        ).fit(ids[:n_warm], tags[:n_warm])
        self.ids = ids

    def predict(self):
        self.model.predict(self.ids)


class TorchTagger:
    """The same network in torch, its batches of similar length."""

    def __init__(self, ids, n_tags):
        import torch

        self.torch = torch
        self.embedding = torch.nn.Embedding(20_000, 64)
        self.rnn = torch.nn.LSTM(64, 64, batch_first=True, bidirectional=True)
        self.out = torch.nn.Linear(128, n_tags)
        self.ids = [torch.as_tensor(np.asarray(row, np.int64)) for row in ids]
        self.order = np.argsort([len(row) for row in ids], kind="stable")

    def predict(self):
        torch = self.torch
        found = [None] * len(self.ids)
        with torch.no_grad():
            for start in range(0, len(self.order), 64):
                rows = self.order[start : start + 64]
                batch = [self.ids[i] for i in rows]
                x = torch.nn.utils.rnn.pad_sequence(batch, batch_first=True)
                lengths = torch.as_tensor([len(row) for row in batch])
                packed = torch.nn.utils.rnn.pack_padded_sequence(
                    self.embedding(x), lengths, batch_first=True, enforce_sorted=False
                )
                states, _ = self.rnn(packed)
                states, _ = torch.nn.utils.rnn.pad_packed_sequence(states, batch_first=True)
                best = self.out(states).argmax(-1)
                for i, row, length in zip(rows, best, lengths, strict=True):
                    found[i] = row[:length].tolist()
        return found


def speed(ablation: bool) -> None:
    """Tokens a second in prediction: English web text, 64 units in each direction."""
    train, _, _ = load(fetch_ud_english_ewt)
    sentences = [words for words in train.data if words]
    ids = [row.tolist() for row in Tokenizer(max_tokens=20_000).fit_transform(sentences)]
    tags = [tags for words, tags in zip(train.data, train.target, strict=True) if words]
    n_tags = len({tag for row in tags for tag in row})
    rivals = {"skseq": Rival(OurTagger, ids, tags), "torch": Rival(TorchTagger, ids, n_tags)}
    seconds = in_turn(rivals, "predict")
    for rival in rivals.values():
        rival.close()
    n_tokens = sum(map(len, ids))
    print(f"{n_tokens / np.median(seconds['skseq']):,.0f} tokens a second")
    report("tagging-speed", compare("tag 12,544 sentences", seconds, {"torch": "1.00"}))


TASKS = {"conll": conll, "ewt": ewt, "wnut": wnut, "speed": speed}

if __name__ == "__main__":
    for part in [name for name in sys.argv[1:] if name != "ablation"] or TASKS:
        print(f"--- {part}")
        TASKS[part]("ablation" in sys.argv)
