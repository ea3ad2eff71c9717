"""The loss of predicted numbers."""

from __future__ import annotations

from .._tables import LOSSES
from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class NumberLoss(keras.losses.Loss):
    """Loss of predicted numbers; true numbers may be missing.

    Takes ``y_true`` (…, K), NaN where unknown, and ``y_pred`` (…, K), or (…, K × Q) with Q
    quantiles of each number side by side. The losses are (…): the mean over the numbers that are
    known, 0 where none is.

    Parameters
    ----------
    kind : {"squared_error", "absolute_error", "huber", "quantile"}, default="squared_error"
        ``"huber"`` is half the square of errors up to 1 and linear beyond. ``"quantile"`` is the
        pinball loss, the mean over ``quantiles``.
    quantiles : sequence of float, default=()
        Between 0 and 1; for ``kind="quantile"`` only.
    **kwargs
        Arguments of ``keras.losses.Loss``: ``name``, ``reduction``.

    Raises
    ------
    ValueError
        For an unknown kind, quantiles that do not match it, and predictions with more or fewer
        axes than the true numbers.

    References
    ----------
    Koenker and Bassett, "Regression Quantiles", Econometrica 46 (1), 1978.
    Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35 (1),
    1964.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers import NumberLoss
    >>> loss = NumberLoss("absolute_error", reduction="none")
    >>> np.asarray(loss(np.array([[1.0, np.nan], [2.0, 4.0]]), np.array([[3.0, 0.0], [2.0, 5.0]])))
    array([2. , 0.5], dtype=float32)
    """

    def __init__(self, kind="squared_error", quantiles=(), name="number_loss", **kwargs) -> None:
        super().__init__(name=name, **kwargs)
        self.kind, self.quantiles = kind, tuple(quantiles)
        if kind not in (*LOSSES, "quantile"):
            raise ValueError(f"kind={kind!r} must be one of {[*LOSSES, 'quantile']}.")
        if bool(self.quantiles) != (kind == "quantile"):
            raise ValueError(
                f"quantiles={self.quantiles} do not go with kind={kind!r}; kind='quantile' needs "
                "at least one, and the others take none."
            )

    def call(self, y_true, y_pred):
        if len(y_true.shape) != len(y_pred.shape):
            raise ValueError(
                f"Predictions of shape {tuple(y_pred.shape)} do not go with true numbers of shape "
                f"{tuple(y_true.shape)}: a network for numbers of sequences must not return an "
                "axis of steps (return_sequences=False in the last recurrent layer), one for "
                "numbers of steps must."
            )
        known = ops.logical_not(ops.isnan(y_true))
        y_true = ops.where(known, y_true, 0.0)
        if self.kind == "quantile":
            shape = (*ops.shape(y_true), len(self.quantiles))
            error = ops.expand_dims(y_true, -1) - ops.reshape(y_pred, shape)
            levels = ops.convert_to_tensor(self.quantiles, error.dtype)
            losses = ops.mean(ops.maximum(levels * error, (levels - 1.0) * error), -1)
        else:
            losses = LOSSES[self.kind](y_true - y_pred, ops)
        known = ops.cast(known, losses.dtype)
        return ops.sum(losses * known, -1) / ops.maximum(ops.sum(known, -1), 1.0)

    def get_config(self):
        return {**super().get_config(), "kind": self.kind, "quantiles": list(self.quantiles)}
