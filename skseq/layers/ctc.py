"""Connectionist temporal classification."""

from __future__ import annotations

from ..decoding._log_probabilities import IMPOSSIBLE
from ..runtime.backend import keras, tf


@keras.saving.register_keras_serializable(package="skseq")
class BlankPadding(keras.layers.Layer):
    """Give the blank, class 0, probability 1 on padding: logits (B, T, K) and lengths (B,).

    Then the probability of labels over all steps equals that over the real steps.
    """

    def call(self, logits, lengths):
        is_real = tf.sequence_mask(lengths, tf.shape(logits)[1])[:, :, None]
        certain = tf.constant([0.0] + [IMPOSSIBLE] * (logits.shape[-1] - 1), logits.dtype)
        return tf.where(is_real, logits, certain)

    def compute_output_shape(self, logits_shape, lengths_shape=None):
        return logits_shape


@keras.saving.register_keras_serializable(package="skseq")
class CTCLoss(keras.losses.Loss):
    """CTC loss: the negative log-likelihood of labels, over all their alignments with the steps.

    Takes ``y_true`` (B, L), integers from 1 on, then -1 as padding, and ``y_pred`` (B, T, K),
    logits with the blank first, which has probability 1 on padding, see :class:`BlankPadding`. The
    losses are (B,), in nats.

    Parameters
    ----------
    **kwargs
        Arguments of ``keras.losses.Loss``: ``name``, ``reduction``.

    References
    ----------
    Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with
    Recurrent Neural Networks", ICML 2006.

    Examples
    --------
    Two steps, two equally probable classes: three of the four alignments belong to the label.

    >>> import numpy as np
    >>> from skseq.layers import CTCLoss
    >>> loss = CTCLoss(reduction="none")(np.array([[1, -1]]), np.zeros((1, 2, 2), "float32"))
    >>> float(np.exp(-loss[0]).round(4))
    0.75
    """

    def __init__(self, name="ctc_loss", **kwargs) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true, y_pred):
        y_true = tf.cast(y_true, tf.int32)
        # Without labels there is one alignment, all blanks, which TensorFlow does not accept.
        is_empty = y_true[:, :1] <= 0
        only_blanks = -tf.reduce_sum(tf.nn.log_softmax(y_pred)[:, :, 0], axis=1)
        y_true = tf.concat([tf.where(is_empty, 1, y_true[:, :1]), y_true[:, 1:]], axis=1)
        # TensorFlow has a kernel for sparse labels; for dense labels it builds loops.
        places = tf.where(y_true > 0)
        labels = tf.SparseTensor(
            places, tf.gather_nd(y_true, places), tf.cast(tf.shape(y_true), tf.int64)
        )
        n_steps = tf.fill([tf.shape(y_pred)[0]], tf.shape(y_pred)[1])
        losses = tf.nn.ctc_loss(
            labels,
            y_pred,
            label_length=None,
            logit_length=n_steps,
            logits_time_major=False,
            blank_index=0,
        )
        return tf.where(is_empty[:, 0], only_blanks, losses)
