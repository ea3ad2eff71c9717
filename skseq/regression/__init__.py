"""Regressors: numbers of whole sequences, or of each of their steps.

``_base.py`` holds the base of all regressors, with predictions in the unit of y and R²,
``_recurrent.py`` that of recurrent ones, and every other file one estimator. Scaling and quantiles
are in ``skseq.targets``. Users call the estimators; no other folder does.
"""

from ._gru import GRURegressor
from ._lstm import LSTMRegressor
from ._rnn import RNNRegressor

__all__ = ["GRURegressor", "LSTMRegressor", "RNNRegressor"]
