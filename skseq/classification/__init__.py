"""Classifiers: one label, or one set of labels, for each whole sequence."""

from ._gru import GRUClassifier
from ._lstm import LSTMClassifier
from ._rnn import RNNClassifier
from ._self_attention import SelfAttentionClassifier
from ._transformer import TransformerClassifier

__all__ = [
    "GRUClassifier",
    "LSTMClassifier",
    "RNNClassifier",
    "SelfAttentionClassifier",
    "TransformerClassifier",
]
