"""Letting a decoder read its own words in training."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class ScheduledSampling(keras.layers.Layer):
    """Put the model's own tokens in the place of some right ones, in training only.

    Takes the tokens a decoder is given, (B, T), from ``<s>`` on, and the logits (B, T, n_tokens) it
    gives when it has read them; returns tokens (B, T), of which a share is what the logits hold
    most probable after the token before. The share rises with the number of batches trained on,
    from 0 to ``share`` after ``ramp`` batches; the first token stays. No gradient goes through the
    tokens put in.

    Parameters
    ----------
    share : float
        The share at the end, in (0, 1].

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
