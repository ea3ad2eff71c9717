"""The loss of several labels a sample, each with weights for its two classes."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class LabelCrossentropy(keras.losses.Loss):
    """Binary cross-entropy of several labels, whose weights come with them.

    Takes ``y_true`` (B, L), the weight of each label, negative where the sample lacks the label,
    and ``y_pred`` (B, L). The losses are (B,): the mean over labels.

    Parameters
    ----------
    from_logits : bool, default=False
        Whether ``y_pred`` holds logits rather than probabilities.
    **kwargs
        Arguments of ``keras.losses.Loss``: ``name``, ``reduction``.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers import LabelCrossentropy
    >>> loss = LabelCrossentropy(reduction="none")
    >>> np.asarray(loss(np.array([[2.0, -1.0]]), np.array([[0.5, 0.5]]))).round(3)
    array([1.04], dtype=float32)
    """

    def __init__(self, from_logits=False, name="label_crossentropy", **kwargs) -> None:
        super().__init__(name=name, **kwargs)
        self.from_logits = from_logits

    def call(self, y_true, y_pred):
        y_true = ops.cast(y_true, y_pred.dtype)
        has_label = ops.cast(y_true > 0, y_pred.dtype)
        losses = ops.binary_crossentropy(has_label, y_pred, from_logits=self.from_logits)
        return ops.mean(ops.abs(y_true) * losses, axis=-1)

    def get_config(self):
        return {**super().get_config(), "from_logits": self.from_logits}
