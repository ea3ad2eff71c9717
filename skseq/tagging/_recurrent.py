"""The base of recurrent taggers; subclasses choose the cell."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Real
from typing import Any

from ..inputs.validation import Interval, StrOptions
from ..training.mixins.encoder import EncoderMixin
from ..training.mixins.network_params import NetworkParamsMixin
from ._base import SequenceTagger


class RecurrentTagger(EncoderMixin, NetworkParamsMixin, SequenceTagger):
    """Abstract base of recurrent taggers; subclasses set the cell."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceTagger._parameter_constraints,
        **EncoderMixin._encoder_constraints,
        "bidirectional": ["boolean", StrOptions({"auto"})],
        "merge_mode": [StrOptions({"concat", "sum", "mul", "ave"})],
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
        dropout="auto",
        recurrent_dropout=0.0,
        word_dropout="auto",
        embedding_dim="auto",
        n_tokens=None,
        standardize="auto",
        char_features="auto",
        shape_features="auto",
        crf="auto",
        constraints="auto",
        score_metric="token_accuracy",
        encoder=None,
        encoder_learning_rate=None,
        network=None,
        optimizer="adam",
        learning_rate="auto",
        clipnorm=1.0,
        epochs="auto",
        max_time=None,
        batch_size="auto",
        class_weight=None,
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
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.word_dropout = word_dropout
        self.embedding_dim = embedding_dim
        self.n_tokens = n_tokens
        self.standardize = standardize
        self.char_features = char_features
        self.shape_features = shape_features
        self.crf = crf
        self.constraints = constraints
        self.score_metric = score_metric
        self.encoder = encoder
        self.encoder_learning_rate = encoder_learning_rate
        self.network = network
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.max_time = max_time
        self.batch_size = batch_size
        self.class_weight = class_weight
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

    def _usual(self, *args: Any) -> dict[str, Any]:
        encoder = self._pretrained
        # What comes after a word matters as much; see _ask_encoder for several layers.
        reads_both_ways = encoder is None or len(encoder.recurrent) == 1
        return {**super()._usual(*args), "bidirectional": reads_both_ways}

    @property
    def _wants_crf(self) -> bool | str:
        return self.crf if self.network is None else False

    def _reading(self) -> dict[str, Any]:
        reading = super()._reading()
        if self.network is not None:
            self._check_own_network()
            return {**reading, "characters": False, "casing": False}
        if self.encoder is None:
            return reading
        if self.char_features not in ("auto", None) or self.shape_features is True:
            raise ValueError(
                "char_features and shape_features change the input size of the recurrent layers, "
                "which is fixed by encoder; leave them or encoder out."
            )
        return {**reading, "characters": False, "casing": False, **self._encoder_reading()}

    def _network(self) -> tuple[Any, dict[str, Any]]:
        if self.network is not None:
            return self._user_network()
        return "tagging", {
            "cell": self._cell,
            "units": self.units,
            "layers": self.layers,
            "bidirectional": self.bidirectional,
            "merge_mode": self.merge_mode,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "word_dropout": self.word_dropout,
            "char_features": self.char_features,
            "crf": self.crf,
            **self._encoder_network(),
        }

    def _check_own_network(self) -> None:
        wanted = {
            "crf": self.crf is True,
            "char_features": self.char_features not in ("auto", None),
            "shape_features": self.shape_features is True,
        }
        refused = [name for name, is_set in wanted.items() if is_set]
        if refused:
            raise ValueError(
                f"With network=, the built-in network's settings {refused} have no effect; leave "
                "them at their defaults, or leave network out."
            )
