"""Estimators that start from a fitted language model."""

from __future__ import annotations

from numbers import Real
from typing import Any

from sklearn.utils.validation import check_is_fitted

from ...inputs.validation import Interval
from ...readers.encoder import Encoder


class EncoderMixin:
    """Adds ``encoder`` and ``encoder_learning_rate`` to a recurrent estimator."""

    _shared_parameters: tuple[str, ...] = ("encoder",)

    _encoder_constraints: dict[str, list[Any] | str] = {
        "encoder": "no_validation",  # checked by _ask_encoder
        "encoder_learning_rate": [Interval(Real, 0, None, closed="neither"), None],
    }

    encoder: Any
    encoder_learning_rate: float | None
    bidirectional: bool | str
    _pretrained: Encoder | None
    _cell: Any  # a property of the leaf: the name of its cell

    def _fit(self, *args: Any, **options: Any) -> None:
        self._pretrained = self._ask_encoder()  # once per fit; the hooks below use it
        try:
            super()._fit(*args, **options)  # type: ignore[misc]
        finally:
            del self._pretrained

    def _ask_encoder(self) -> Encoder | None:
        """Return the encoder of the language model, after checking that it can be used here."""
        if self.encoder is None:
            if self.encoder_learning_rate is not None:
                raise ValueError(
                    "encoder_learning_rate was given without encoder; pass a fitted language model "
                    "as encoder, or leave it out."
                )
            return None
        if getattr(self, "network", None) is not None:
            raise ValueError(
                "encoder goes with the built-in network only; leave encoder or network out."
            )
        model = getattr(self.encoder, "estimator", self.encoder)  # may be a FrozenEstimator
        if not hasattr(model, "as_encoder"):
            raise TypeError(
                f"encoder is {type(model).__name__}; expected a fitted language model, such as "
                "CharLanguageModel or WordLanguageModel."
            )
        check_is_fitted(model, "network_state_")
        found = model.as_encoder()
        if found.cell != self._cell:
            raise ValueError(
                f"encoder has cell={found.cell!r}, but {type(self).__name__} has {self._cell!r}; "
                "use the estimator of the same cell."
            )
        if self.bidirectional is True and len(found.recurrent) > 1:
            raise ValueError(
                f"encoder has {len(found.recurrent)} layers that read forwards, and the second of "
                "a bidirectional network reads both directions; set bidirectional=False, or fit "
                "the language model with layers=1."
            )
        return found

    def _usual(self, *args: Any) -> dict[str, Any]:
        # A direction that was not pretrained would begin at random beside one that knows a lot.
        return {**super()._usual(*args), "bidirectional": self._pretrained is None}  # type: ignore[misc]

    def _encoder_reading(self) -> dict[str, Any]:
        """Return the options of reading X that the encoder determines."""
        encoder = self._pretrained
        return {} if encoder is None else {"encoder": encoder.reader, "table": encoder.table.shape}

    def _encoder_network(self) -> dict[str, Any]:
        """Return the arguments of the network that the encoder determines."""
        encoder = self._pretrained
        if encoder is None:
            return {}
        return {"units": encoder.units, "layers": len(encoder.recurrent)}

    def _initial_weights(self, reader: Any, codec: Any, X: Any) -> dict[str, Any]:
        initial_weights = super()._initial_weights(reader, codec, X)  # type: ignore[misc]
        encoder = self._pretrained
        return (
            initial_weights
            if encoder is None
            else {**initial_weights, **encoder.initial_weights(self.bidirectional is True)}
        )

    def _learning_rates(self) -> dict[str, float]:
        """Return the learning rate of the encoder's layers, 0 if they are frozen."""
        encoder = self._pretrained
        if encoder is None:
            return {}
        initial_weights = encoder.initial_weights(self.bidirectional is True)
        rates = dict.fromkeys(initial_weights, float(self.encoder_learning_rate or 0.0))
        return {**rates, "embedding": 0.0} if encoder.keeps_table else rates
