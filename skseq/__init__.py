"""skseq: scikit-learn-compatible learning on sequences, with Keras networks underneath.

Names are loaded on first use, so that ``import skseq`` is quick and a pipeline of transformers
never starts TensorFlow.
"""

import importlib as _importlib
import typing as _typing

from . import _old_names as _old_names

__version__ = "0.1.0"

_HOMES = {
    "Sequences": "sequences",
    "Vocabulary": "vocabulary",
    "Tokenizer": "preprocessing",
    "Padder": "preprocessing",
    "SequenceScaler": "preprocessing",
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


if _typing.TYPE_CHECKING:  # what `__getattr__` finds, for type checkers and editors
    from . import classification as classification
    from . import datasets as datasets
    from . import decoding as decoding
    from . import estimator_checks as estimator_checks
    from . import forecasting as forecasting
    from . import inspection as inspection
    from . import language_model as language_model
    from . import metrics as metrics
    from . import model_selection as model_selection
    from . import preprocessing as preprocessing
    from . import regression as regression
    from . import seq2seq as seq2seq
    from . import speech as speech
    from . import tagging as tagging
    from .classification import GRUClassifier as GRUClassifier
    from .classification import LSTMClassifier as LSTMClassifier
    from .classification import RNNClassifier as RNNClassifier
    from .classification import SelfAttentionClassifier as SelfAttentionClassifier
    from .classification import TransformerClassifier as TransformerClassifier
    from .forecasting import GRUForecaster as GRUForecaster
    from .forecasting import LSTMForecaster as LSTMForecaster
    from .language_model import CharLanguageModel as CharLanguageModel
    from .language_model import TokenLanguageModel as TokenLanguageModel
    from .language_model import WordLanguageModel as WordLanguageModel
    from .persistence import load as load
    from .persistence import save as save
    from .preprocessing import EmbeddingLookup as EmbeddingLookup
    from .preprocessing import Padder as Padder
    from .preprocessing import SequenceScaler as SequenceScaler
    from .preprocessing import Tokenizer as Tokenizer
    from .regression import GRURegressor as GRURegressor
    from .regression import LSTMRegressor as LSTMRegressor
    from .regression import RNNRegressor as RNNRegressor
    from .seq2seq import Seq2Seq as Seq2Seq
    from .seq2seq import TransformerSeq2Seq as TransformerSeq2Seq
    from .sequences import Sequences as Sequences
    from .speech import CTCRecognizer as CTCRecognizer
    from .speech import MelSpectrogram as MelSpectrogram
    from .tagging import GRUTagger as GRUTagger
    from .tagging import LSTMTagger as LSTMTagger
    from .tagging import RNNTagger as RNNTagger
    from .tagging import TransformerTagger as TransformerTagger
    from .vocabulary import Vocabulary as Vocabulary
else:

    def __getattr__(name: str) -> _typing.Any:
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
