"""Attention of the steps of a decoder to those of an encoder."""

from __future__ import annotations

from ..decoding._log_probabilities import IMPOSSIBLE
from ..runtime.backend import keras
from .heads import is_within

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class StepAttention(keras.layers.Layer):
    """Attention of every step of a decoder to all steps of a source.

    Takes steps (B, T, F), keys (B, S, K), values (B, S, W) and the lengths of the sources (B,).
    Returns the attention outputs (B, T, W) and the weights (B, T, S), whose rows sum to 1 over the
    real steps of the source. Keys must be projected already, so that this is done once for each
    source and not at every step of the decoder.

    Parameters
    ----------
    score : {"product", "additive"}
        How a step h and a key k are compared: h · k, which needs K = F, or
        v · tanh(W h + k) with learned v and W.

    References
    ----------
    Luong et al., "Effective Approaches to Attention-based Neural Machine Translation", EMNLP 2015
    (products); Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and
    Translate", ICLR 2015 (additive).
    """

    def __init__(self, score, **kwargs) -> None:
        super().__init__(**kwargs)
        self.score = score

    def build(self, steps_shape, keys_shape, values_shape, lengths_shape):
        if self.score == "additive":
            width = keys_shape[-1]
            self.query = self.add_weight(
                shape=(steps_shape[-1], width), initializer="glorot_uniform", name="query"
            )
            self.vector = self.add_weight(
                shape=(width,), initializer=keras.initializers.VarianceScaling(), name="vector"
            )

    num_heads = 1

    @property
    def score_width(self):
        """Number of values that are computed for each pair of a step and a key."""
        return self.vector.shape[0] if self.score == "additive" else 1

    def call(self, steps, keys, values, lengths):
        if self.score == "additive":
            queries = ops.matmul(steps, self.query)[:, :, None]
            scores = ops.sum(ops.tanh(queries + keys[:, None]) * self.vector, axis=-1)
        else:
            scores = ops.matmul(steps, ops.transpose(keys, (0, 2, 1)))
        weights = ops.softmax(scores + (1.0 - is_within(keys, lengths)) * IMPOSSIBLE, axis=-1)
        return ops.matmul(weights, values), weights

    def compute_output_spec(self, steps, keys, values, lengths):
        (n_rows, n_steps, _), n_source = steps.shape, keys.shape[1]
        kind = self.compute_dtype
        return (
            keras.KerasTensor((n_rows, n_steps, values.shape[-1]), dtype=kind),
            keras.KerasTensor((n_rows, n_steps, n_source), dtype=kind),
        )

    def get_config(self):
        return {**super().get_config(), "score": self.score}
