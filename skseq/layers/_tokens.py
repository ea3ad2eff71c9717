"""Layers from ids to ids: one-hot input, tied and restricted output. Floor 2: Keras only."""

from __future__ import annotations

from .._backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class OneHot(keras.layers.Layer):
    """Turn ids (B, T) into vectors (B, T, n_tokens) with a single 1.

    Parameters
    ----------
    n_tokens : int
        Number of ids.
    """

    def __init__(self, n_tokens, **kwargs):
        super().__init__(**kwargs)
        self.n_tokens = n_tokens

    def call(self, ids):
        return ops.one_hot(ids, self.n_tokens, dtype=self.compute_dtype)

    def compute_output_spec(self, ids):
        return keras.KerasTensor((*ids.shape, self.n_tokens), dtype=self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "n_tokens": self.n_tokens}


@keras.saving.register_keras_serializable(package="skseq")
class TiedDense(keras.layers.Layer):
    """A dense layer onto tokens whose kernel is the transposed table of an embedding.

    Takes (…, embedding_dim), returns (…, n_tokens). Half of the weights of a model of many words
    are saved, and a rare word's vector learns from every step at which the word does not come.

    Parameters
    ----------
    embedding : keras.layers.Embedding
        The layer whose table is used.

    References
    ----------
    Press and Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017.
    """

    def __init__(self, embedding, **kwargs):
        super().__init__(**kwargs)
        self.embedding = embedding

    def build(self, shape):
        self.bias = self.add_weight(
            shape=(self.embedding.input_dim,), initializer="zeros", name="bias"
        )

    def call(self, x):
        table = ops.transpose(ops.convert_to_tensor(self.embedding.embeddings))
        return ops.matmul(x, table) + self.bias

    def get_config(self):
        embedding = keras.saving.serialize_keras_object(self.embedding)
        return {**super().get_config(), "embedding": embedding}

    @classmethod
    def from_config(cls, config):
        embedding = keras.saving.deserialize_keras_object(config.pop("embedding"))
        return cls(embedding, **config)


@keras.saving.register_keras_serializable(package="skseq")
class PossibleOutputs(keras.layers.Layer):
    """Take away all probability from some outputs.

    Adds a weight that is not trained to logits (…, n_outputs): 0 for what is possible, which all
    outputs are at first, and ``IMPOSSIBLE`` for the others. As a weight and not a setting, it may
    differ between models that share one compiled network.
    """

    IMPOSSIBLE = -1e9  # an infinity would turn a gradient of zero into NaN

    def build(self, shape):
        self.penalty = self.add_weight(
            shape=(shape[-1],), initializer="zeros", trainable=False, name="penalty"
        )

    def call(self, logits):
        return logits + self.penalty
