"""Classifiers: one label, or one set of labels, for each whole sequence. Floor 4."""

from ._gru import GRUClassifier
from ._lstm import LSTMClassifier
from ._rnn import RNNClassifier

__all__ = ["GRUClassifier", "LSTMClassifier", "RNNClassifier"]
