"""Forecasters: how a series goes on."""

from ._gru import GRUForecaster
from ._lstm import LSTMForecaster

__all__ = ["GRUForecaster", "LSTMForecaster"]
