"""Scheduled sampling: in training a decoder reads some of its own tokens."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class ScheduledSampling(keras.layers.Layer):
    """Replace some true tokens by tokens that the model predicts, in training only.

    Takes the input tokens of a decoder (B, T), from ``<s>`` on, and its logits (B, T, n_tokens) for
    them. Returns tokens (B, T), a share of which is replaced by the most probable token according
    to the logits of the previous step. The share rises with the number of training batches, from 0
    to ``share`` after ``ramp`` batches. The first token is never replaced. No gradient flows
    through the replacements.

    Parameters
    ----------
    share : float
        The final share, in (0, 1].

    References
    ----------
    Bengio et al., "Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks",
    NeurIPS 2015; all steps at once as in Mihaylova and Martins, "Scheduled Sampling for
    Transformers", ACL 2019 (student research workshop).
    """

    def __init__(self, share, **kwargs) -> None:
        super().__init__(**kwargs)
        self.share = share
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, tokens_shape, logits_shape):
        settings = {"shape": (), "trainable": False}
        self.n_batches = self.add_weight(initializer="zeros", name="n_batches", **settings)
        self.ramp = self.add_weight(initializer="ones", name="ramp", **settings)

    def call(self, tokens, logits, training=False):
        if not training:
            return tokens
        share = self.share * ops.minimum(self.n_batches / self.ramp, 1.0)
        self.n_batches.assign(self.n_batches + 1.0)
        own = ops.cast(ops.argmax(ops.stop_gradient(logits), axis=-1), tokens.dtype)
        own = ops.concatenate([tokens[:, :1], own[:, :-1]], axis=1)
        drawn = keras.random.uniform(ops.shape(tokens), seed=self.seed_generator)
        is_own = ops.logical_and(drawn < share, ops.arange(ops.shape(tokens)[1])[None, :] > 0)
        return ops.where(is_own, own, tokens)

    def compute_output_spec(self, tokens, logits, training=False):
        return keras.KerasTensor(tokens.shape, dtype=tokens.dtype)

    def get_config(self):
        return {**super().get_config(), "share": self.share}
