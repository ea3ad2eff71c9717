"""Regressors: numbers of whole sequences, or of each of their steps."""

from ._gru import GRURegressor
from ._lstm import LSTMRegressor
from ._rnn import RNNRegressor

__all__ = ["GRURegressor", "LSTMRegressor", "RNNRegressor"]
