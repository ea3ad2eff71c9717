"""Forecasters: the next values of a series.

``_windows.py`` trains on the windows of a series, ``_base.py`` forecasts and scores,
``_recurrent.py`` names the network, and two files hold the estimators. The reader of series is in
``skseq.readers.series``, the codec of the values to forecast in ``skseq.targets.horizon``. Users
call the estimators; no other folder does.
"""

from ._gru import GRUForecaster
from ._lstm import LSTMForecaster

__all__ = ["GRUForecaster", "LSTMForecaster"]
