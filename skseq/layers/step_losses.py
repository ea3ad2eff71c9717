"""Losses with one value for each step, for batches of padded label sequences."""

from __future__ import annotations

import numpy as np

from ..decoding._log_probabilities import IMPOSSIBLE
from ..runtime.backend import keras, tf
from .embedding import rows_of

ops = keras.ops


class CRFLoss(keras.losses.Loss):
    """The negative log-likelihood of label sequences in a CRF, split over their steps.

    Takes ``y_true`` (B, T), int with -1 on padding, and ``y_pred`` (B, T, K), the emissions that
    the layer returns. The loss of a step is minus the logarithm of the probability of its
    label given all labels before and the whole input: at least 0, 0 on padding, and over a
    sequence the sum is its negative log-likelihood. ``sample_weight`` (B, T) weighs the steps.

    The loss holds the layer, whose weights it trains, and is not restored with a saved model: load
    the model with ``compile=False`` and compile it again.

    Parameters
    ----------
    crf : CRF
        A layer of the model that is trained.
    **kwargs
        Arguments of ``keras.losses.Loss``: ``name``, ``reduction``.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers.crf import CRF
    >>> from skseq.layers.step_losses import CRFLoss
    >>> crf = CRF()
    >>> emissions = crf(np.zeros((1, 3, 2), "float32"))  # two labels, equally likely
    >>> loss = CRFLoss(crf, reduction="none")
    >>> np.asarray(loss(np.array([[0, 1, -1]]), emissions)).round(4)
    array([[0.6931, 0.6931, 0.    ]], dtype=float32)
    """

    def __init__(self, crf, name="crf_loss", **kwargs) -> None:
        super().__init__(name=name, **kwargs)
        self.crf = crf

    def call(self, y_true, y_pred):
        return self.crf.step_losses(y_true, y_pred)


@keras.saving.register_keras_serializable(package="skseq")
class StepCrossentropy(keras.losses.Loss):
    """Cross-entropy of each step, 0 on padding.

    Takes ``y_true`` (B, T), int with -1 on padding, and ``y_pred`` (B, T, K); the losses are
    (B, T), and ``sample_weight`` (B, T) weighs them.

    Parameters
    ----------
    from_logits : bool, default=True
        Whether ``y_pred`` holds logits rather than probabilities.
    label_smoothing : float, default=0.0
        Share of the target probability that is spread evenly over all possible tokens, in [0, 1).
        Tokens whose logit is about as low as ``IMPOSSIBLE`` are not possible.
    **kwargs
        Arguments of ``keras.losses.Loss``: ``name``, ``reduction``.

    References
    ----------
    Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016
    (``label_smoothing``).

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers.step_losses import StepCrossentropy
    >>> loss = StepCrossentropy(from_logits=False, reduction="none")
    >>> probabilities = np.array([[[0.5, 0.5], [0.1, 0.9], [0.5, 0.5]]])
    >>> np.asarray(loss(np.array([[0, 1, -1]]), probabilities)).round(4)
    array([[0.6931, 0.1054, 0.    ]], dtype=float32)
    """

    def __init__(
        self, from_logits=True, label_smoothing=0.0, name="step_crossentropy", **kwargs
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.from_logits, self.label_smoothing = from_logits, label_smoothing

    def call(self, y_true, y_pred):
        tags = tf.cast(y_true, tf.int32)  # Keras converts them to float
        losses = ops.sparse_categorical_crossentropy(
            tf.maximum(tags, 0), y_pred, from_logits=self.from_logits
        )
        if self.label_smoothing:
            even = self._evenly(y_pred)
            losses = (1.0 - self.label_smoothing) * losses + self.label_smoothing * even
        return tf.where(tags >= 0, losses, tf.zeros_like(losses))

    def _evenly(self, y_pred):
        """Return the mean loss over all possible tokens as targets, (B, T)."""
        logits = y_pred if self.from_logits else tf.math.log(y_pred)
        is_possible = logits > IMPOSSIBLE / 10
        found = tf.where(is_possible, tf.nn.log_softmax(logits), tf.zeros_like(logits))
        n_possible = tf.reduce_sum(tf.cast(is_possible, logits.dtype), axis=-1)
        return -tf.reduce_sum(found, axis=-1) / n_possible

    def get_config(self):
        own = {"from_logits": self.from_logits, "label_smoothing": self.label_smoothing}
        return {**super().get_config(), **own}


class SampledCrossentropy(keras.losses.Loss):
    """Cross-entropy of each step over a sample of the tokens (sampled softmax), 0 on padding.

    Takes ``y_true`` (B, T), int with -1 on padding, and ``y_pred`` (B, T, F), the features that a
    :class:`~skseq.layers.TokenOutput` with ``n_sampled`` returns in training; the losses are
    (B, T). All steps of a batch share one sample of tokens, drawn with replacement by Zipf's law,
    which is close to the frequencies of words. Logits are corrected by how often each token is
    expected in the sample. So with more and more samples the loss approaches the full
    cross-entropy.

    Parameters
    ----------
    output : TokenOutput
        A layer of the model that is trained; the loss holds it and is not restored with a saved
        model.
    **kwargs
        Arguments of ``keras.losses.Loss``: ``name``, ``reduction``.

    References
    ----------
    Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation", ACL 2015.
    """

    def __init__(self, output, name="sampled_crossentropy", **kwargs) -> None:
        super().__init__(name=name, **kwargs)
        self.output = output

    def call(self, y_true, y_pred):
        output, n_features = self.output, y_pred.shape[-1]
        tags = tf.reshape(tf.cast(y_true, tf.int32), (-1,))
        features = tf.reshape(y_pred, (-1, n_features))
        right = tf.maximum(tags, 0)
        sampled = self._sample()
        ids = tf.concat([right, sampled], 0)
        rows = rows_of(tf.convert_to_tensor(output.table), ids)
        offsets = tf.gather(tf.convert_to_tensor(output.bias) + output.penalty, ids)
        offsets -= self._log_expected(ids)
        n_right = tf.shape(right)[0]
        of_right = tf.reduce_sum(features * rows[:n_right], 1) + offsets[:n_right]
        of_sampled = tf.matmul(features, rows[n_right:], transpose_b=True) + offsets[n_right:]
        is_hit = right[:, None] == sampled[None, :]
        of_sampled = tf.where(is_hit, IMPOSSIBLE, of_sampled)
        logits = tf.concat([of_right[:, None], of_sampled], 1)
        losses = tf.reduce_logsumexp(logits, 1) - of_right
        return tf.reshape(tf.where(tags >= 0, losses, tf.zeros_like(losses)), tf.shape(y_true))

    def _sample(self):
        """Draw tokens by Zipf's law: k with probability log((k + 2) / (k + 1)) / log(n + 1)."""
        n_tokens = self.output.n_tokens
        uniform = keras.random.uniform((self.output.n_sampled,), seed=self.output.seed_generator)
        ids = tf.cast(tf.exp(uniform * np.log(n_tokens + 1.0)), tf.int32) - 1
        return tf.clip_by_value(ids, 0, n_tokens - 1)

    def _log_expected(self, ids):
        k = tf.cast(ids, tf.float32)
        share = tf.math.log1p(1.0 / (k + 1.0)) / np.log(self.output.n_tokens + 1.0)
        return tf.math.log(share * self.output.n_sampled)
