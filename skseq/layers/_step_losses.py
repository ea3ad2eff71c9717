"""Losses with one value a step, for batches of padded label sequences. Floor 2."""

from __future__ import annotations

from .._backend import keras, tf

ops = keras.ops


class CRFLoss(keras.losses.Loss):
    """The negative log-likelihood of label sequences in a CRF, split over their steps.

    Takes ``y_true`` (B, T), int with -1 on padding, and ``y_pred`` (B, T, K), the emissions that
    the layer has passed on. The loss of a step is minus the logarithm of the probability of its
    label given all labels before and the whole input: at least 0, 0 on padding, and over a
    sequence the sum is its negative log-likelihood. ``sample_weight`` (B, T) weighs the steps.

    The loss holds the layer, whose weights it trains, and is not restored with a saved model: load
    it with ``compile=False`` and compile it again.

    Parameters
    ----------
    crf : CRF
        A layer of the model that is trained.
    **kwargs
        Of ``keras.losses.Loss``: ``name``, ``reduction``.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers._crf import CRF
    >>> from skseq.layers._step_losses import CRFLoss
    >>> crf = CRF()
    >>> emissions = crf(np.zeros((1, 3, 2), "float32"))  # two labels, equally likely
    >>> loss = CRFLoss(crf, reduction="none")
    >>> np.asarray(loss(np.array([[0, 1, -1]]), emissions)).round(4)
    array([[0.6931, 0.6931, 0.    ]], dtype=float32)
    """

    def __init__(self, crf, name="crf_loss", **kwargs):
        super().__init__(name=name, **kwargs)
        self.crf = crf

    def call(self, y_true, y_pred):
        return self.crf.step_losses(y_true, y_pred)


@keras.saving.register_keras_serializable(package="skseq")
class StepCrossentropy(keras.losses.Loss):
    """Cross-entropy of every step by itself, 0 on padding.

    Takes ``y_true`` (B, T), int with -1 on padding, and ``y_pred`` (B, T, K); the losses are
    (B, T), and ``sample_weight`` (B, T) weighs them.

    Parameters
    ----------
    from_logits : bool, default=True
        Whether ``y_pred`` holds logits rather than probabilities.
    **kwargs
        Of ``keras.losses.Loss``: ``name``, ``reduction``.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers._step_losses import StepCrossentropy
    >>> loss = StepCrossentropy(from_logits=False, reduction="none")
    >>> probabilities = np.array([[[0.5, 0.5], [0.1, 0.9], [0.5, 0.5]]])
    >>> np.asarray(loss(np.array([[0, 1, -1]]), probabilities)).round(4)
    array([[0.6931, 0.1054, 0.    ]], dtype=float32)
    """

    def __init__(self, from_logits=True, name="step_crossentropy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.from_logits = from_logits

    def call(self, y_true, y_pred):
        tags = tf.cast(y_true, tf.int32)  # Keras has made them floats
        losses = ops.sparse_categorical_crossentropy(
            tf.maximum(tags, 0), y_pred, from_logits=self.from_logits
        )
        return tf.where(tags >= 0, losses, tf.zeros_like(losses))

    def get_config(self):
        return {**super().get_config(), "from_logits": self.from_logits}
