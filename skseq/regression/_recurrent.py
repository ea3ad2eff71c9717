"""The base of recurrent regressors; subclasses choose the cell."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral, Real
from typing import Any

from .._tables import POOLINGS
from ..inputs.validation import Interval, StrOptions
from ..training.mixins.attention_weights import PoolingAttentionMixin
from ..training.mixins.encoder import EncoderMixin
from ..training.mixins.network_params import NetworkParamsMixin
from ._base import SequenceRegressor


class RecurrentRegressor(
    PoolingAttentionMixin, EncoderMixin, NetworkParamsMixin, SequenceRegressor
):
    """Abstract base of recurrent regressors; subclasses set the cell."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceRegressor._parameter_constraints,
        **EncoderMixin._encoder_constraints,
        "layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean", StrOptions({"auto"})],
        "merge_mode": [StrOptions({"concat", "sum", "mul", "ave"})],
        "pooling": [StrOptions({"auto", *POOLINGS})],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
        "network": [callable, None],
    }

    def __init__(
        self,
        *,
        units=64,
        layers=1,
        bidirectional="auto",
        merge_mode="concat",
        pooling="auto",
        return_sequences="auto",
        dropout="auto",
        recurrent_dropout=0.0,
        word_dropout="auto",
        embedding_dim="auto",
        n_tokens=None,
        standardize="auto",
        encoder=None,
        encoder_learning_rate=None,
        network=None,
        optimizer="adam",
        learning_rate="auto",
        clipnorm=1.0,
        epochs="auto",
        max_time=None,
        batch_size="auto",
        loss="auto",
        quantiles=None,
        early_stopping="auto",
        validation_fraction=0.1,
        n_iter_no_change="auto",
        tol=1e-4,
        callbacks=None,
        verbose=0,
        warm_start=False,
        random_state=None,
    ) -> None:
        self.units = units
        self.layers = layers
        self.bidirectional = bidirectional
        self.merge_mode = merge_mode
        self.pooling = pooling
        self.return_sequences = return_sequences
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.word_dropout = word_dropout
        self.embedding_dim = embedding_dim
        self.n_tokens = n_tokens
        self.standardize = standardize
        self.encoder = encoder
        self.encoder_learning_rate = encoder_learning_rate
        self.network = network
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.max_time = max_time
        self.batch_size = batch_size
        self.loss = loss
        self.quantiles = quantiles
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.callbacks = callbacks
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state

    @property
    @abstractmethod
    def _cell(self) -> str:
        """Name of the recurrent cell."""

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        usual = super()._usual(reader, codec, samples)
        if codec.is_per_step:  # a number may be wanted before the next step has come
            usual["bidirectional"] = False
        return {**usual, "pooling": "mean_max"}

    def _network(self) -> tuple[Any, dict[str, Any]]:
        if self.network is not None:
            return self._user_network()
        arguments = {
            "cell": self._cell,
            "units": self.units,
            "layers": self.layers,
            "bidirectional": self.bidirectional,
            "merge_mode": self.merge_mode,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "word_dropout": self.word_dropout,
            **self._encoder_network(),
        }
        if self.return_sequences:
            return "tagging", arguments
        return "recurrent", {**arguments, "pooling": self.pooling}

    def _reading(self) -> dict[str, Any]:
        return {**super()._reading(), **self._encoder_reading()}
