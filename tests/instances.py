"""The smallest legal instance of every public estimator, and what is known to fail.

A new estimator starts as a row here; the contract suite and scikit-learn's checks run over all.
"""

from __future__ import annotations

from typing import Any

from skseq import (
    CharLanguageModel,
    CTCRecognizer,
    EmbeddingLookup,
    GRUClassifier,
    GRUForecaster,
    GRURegressor,
    GRUTagger,
    LSTMClassifier,
    LSTMForecaster,
    LSTMRegressor,
    LSTMTagger,
    MelSpectrogram,
    Padder,
    RNNClassifier,
    RNNRegressor,
    RNNTagger,
    SelfAttentionClassifier,
    Seq2Seq,
    SequenceScaler,
    Tokenizer,
    TokenLanguageModel,
    TransformerClassifier,
    TransformerSeq2Seq,
    TransformerTagger,
    WordLanguageModel,
)

# Few epochs of large steps reach the accuracy that scikit-learn's checks demand of a classifier.
_SMALL = {"units": 8, "learning_rate": 0.1, "epochs": 6, "random_state": 0}
# Numbers are learned to the R² that they demand by more and smaller ones.
_SLOW = {**_SMALL, "units": 16, "learning_rate": 0.05, "epochs": 25}

# Two directions take twice as long to compile; the siblings and DEEP_CLASSIFIERS have them.
_ONE_WAY = {"bidirectional": False}

CLASSIFIERS = [
    LSTMClassifier(**_SMALL, **_ONE_WAY),
    GRUClassifier(**_SMALL),
    RNNClassifier("simple", **_SMALL),
    SelfAttentionClassifier(**_SMALL),
    TransformerClassifier(**{**_SMALL, "learning_rate": 0.01, "dropout": 0.0, "num_heads": 2}),
]
REGRESSORS = [
    LSTMRegressor(**_SLOW, **_ONE_WAY),
    GRURegressor(**_SLOW),
    RNNRegressor("simple", **_SLOW),
]
TRANSFORMERS = [
    Tokenizer(),
    Padder(),
    SequenceScaler(),
    EmbeddingLookup({"good": [1.0, 0.0], "bad": [0.0, 1.0]}),
]
LANGUAGE_MODELS = [
    CharLanguageModel(**_SMALL),
    WordLanguageModel(cell="gru", tie_weights=True, **_SMALL),
    TokenLanguageModel(mode="windows", n_steps=3, **_SMALL),
]
SEQ2SEQ = [
    Seq2Seq(**_SMALL, **_ONE_WAY),
    Seq2Seq(decoder="repeat", cell="gru", **_SMALL),
    TransformerSeq2Seq(**{**_SMALL, "learning_rate": 0.01, "dropout": 0.0, "layers": 1}),
]
INSTANCES = [*CLASSIFIERS, *REGRESSORS, *TRANSFORMERS, *LANGUAGE_MODELS, *SEQ2SEQ]

# Apart, as scikit-learn's checks know no series, whose rows belong together, and no transcripts.
FORECASTERS = [
    LSTMForecaster(2, 1, **_SMALL),
    GRUForecaster(2, 1, **_SMALL),
    GRUForecaster(4, 2, strategy="recursive", **_SMALL),
]
SPEECH = [
    MelSpectrogram(8000, n_mels=12),
    CTCRecognizer(**_SMALL),
]

# Of classes that differ in their network, their tokens or their loss only, one is checked in every
# run, the others in slow ones; what a network may break is checked of DEEP_CLASSIFIERS besides.
_SIBLINGS = (
    RNNClassifier,
    GRUClassifier,
    SelfAttentionClassifier,
    RNNRegressor,
    GRURegressor,
    GRUForecaster,
    RNNTagger,
    GRUTagger,
    WordLanguageModel,
    TokenLanguageModel,
    TransformerClassifier,
    TransformerTagger,
    TransformerSeq2Seq,
)


def is_sibling(estimator: Any) -> bool:
    """Whether another class, of the same code, stands for an estimator in quick runs."""
    return isinstance(estimator, _SIBLINGS) or getattr(estimator, "decoder", None) == "repeat"


# Apart, as scikit-learn's checks know no labels of steps.
TAGGERS = [
    LSTMTagger(char_features=None, shape_features=False, crf=False, **_SMALL),
    GRUTagger(crf=True, **_SMALL),
    RNNTagger("simple", word_dropout=0.0, score_metric="span_f1", **_SMALL),
    TransformerTagger(**{**_SMALL, "learning_rate": 0.01, "dropout": 0.0, "num_heads": 2}),
]

# Networks in which padding or a neighbour has more, or other, ways to leak in.
DEEP_CLASSIFIERS = [
    SelfAttentionClassifier(units=8, positions="learned"),
    LSTMClassifier(units=4, layers=2, bidirectional=True, pooling="attention"),
    GRUClassifier(units=4, bidirectional=True, pooling="mean_max", dropout=0.2),
]

_MINI_BATCHES = (
    "Shuffled mini-batches hold other samples together when rows are repeated or left out; weights "
    "equal repetition exactly only in one full batch, see check_weight_two_equals_two_rows."
)

_ROWS_ARE_STEPS = "Rows are steps in time: those before a row are what is known of it."
_SERIES = {
    "check_sample_weight_equivalence_on_dense_data": _ROWS_ARE_STEPS,
    "check_methods_sample_order_invariance": _ROWS_ARE_STEPS,
    "check_methods_subset_invariance": _ROWS_ARE_STEPS,
    "check_fit1d": "A one-dimensional array is a series.",
}

_COLUMNS_ARE_STEPS = "The columns of a 2-D array are steps, and their number may differ."
_TABLES_OF_STEPS = {
    "check_n_features_in": _COLUMNS_ARE_STEPS,
    "check_n_features_in_after_fitting": _COLUMNS_ARE_STEPS,
    "check_transformer_general": _COLUMNS_ARE_STEPS,
}

# Class name → name of a check, scikit-learn's or ours → why it fails. Nothing else may fail.
EXPECTED_FAILURES: dict[str, dict[str, str]] = {
    "LSTMClassifier": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "GRUClassifier": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "RNNClassifier": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "TransformerClassifier": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "LSTMRegressor": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "GRURegressor": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "RNNRegressor": {"check_sample_weight_equivalence_on_dense_data": _MINI_BATCHES},
    "LSTMForecaster": _SERIES,
    "GRUForecaster": _SERIES,
    "TokenLanguageModel": {
        "check_empty_collection_raises": "An empty list is one sequence without symbols.",
    },
    "Padder": _TABLES_OF_STEPS,
    "SequenceScaler": _TABLES_OF_STEPS,
}


def expected_failures(estimator: Any) -> dict[str, str]:
    """Return the checks that an estimator is known to fail, with the reasons."""
    return EXPECTED_FAILURES.get(type(estimator).__name__, {})
