"""skseq: scikit-learn-compatible learning on sequences, with Keras networks underneath.

Names are loaded on first use, so that ``import skseq`` is quick and a pipeline of transformers
never starts TensorFlow.
"""

import importlib as _importlib
from typing import Any as _Any

from . import _old_names as _old_names

__version__ = "0.1.0"

_HOMES = {
    "Sequences": "sequences",
    "Vocabulary": "vocabulary",
    "Tokenizer": "preprocessing",
    "Padder": "preprocessing",
    "EmbeddingLookup": "preprocessing",
    "RNNClassifier": "classification",
    "LSTMClassifier": "classification",
    "GRUClassifier": "classification",
    "SelfAttentionClassifier": "classification",
    "TransformerClassifier": "classification",
    "RNNTagger": "tagging",
    "LSTMTagger": "tagging",
    "GRUTagger": "tagging",
    "TransformerTagger": "tagging",
    "CharLanguageModel": "language_model",
    "WordLanguageModel": "language_model",
    "TokenLanguageModel": "language_model",
    "Seq2Seq": "seq2seq",
    "TransformerSeq2Seq": "seq2seq",
    "RNNRegressor": "regression",
    "LSTMRegressor": "regression",
    "GRURegressor": "regression",
    "LSTMForecaster": "forecasting",
    "GRUForecaster": "forecasting",
    "CTCRecognizer": "speech",
    "MelSpectrogram": "speech",
    "save": "persistence",
    "load": "persistence",
}
_MODULES = (
    "classification",
    "datasets",
    "decoding",
    "estimator_checks",
    "forecasting",
    "inspection",
    "language_model",
    "metrics",
    "model_selection",
    "preprocessing",
    "regression",
    "seq2seq",
    "speech",
    "tagging",
)

__all__ = [*_HOMES, *_MODULES]


def __getattr__(name: str) -> _Any:
    if name in _HOMES:
        value = getattr(_importlib.import_module(f".{_HOMES[name]}", __name__), name)
    elif name in _MODULES:
        value = _importlib.import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*sorted(__all__), "__version__"]
