"""The dense layer from features to a logit for each token: tied weights, impossible tokens."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class TokenOutput(keras.layers.Layer):
    """Dense layer from features (…, F) to a logit for each token (…, n_tokens).

    Its weight matrix ``table`` (n_tokens, F) has a row for each token. It may be that of an
    embedding (tied weights), which halves the weights of a model with a large vocabulary. A
    weight that is not trained, ``penalty``, is added to the logits: 0 for possible tokens, at first
    all of them, and ``IMPOSSIBLE`` for the others. It is a weight and not a setting, so that it may
    differ between models that share one compiled network. With ``n_sampled`` the layer returns the
    features in training, from which a :class:`SampledCrossentropy` computes the few logits that it
    needs.

    Parameters
    ----------
    n_tokens : int
        Number of tokens, the most frequent first if ``n_sampled`` is given.
    embedding : keras.layers.Embedding or None, default=None
        The layer whose table is used; None adds a table.
    n_sampled : int or None, default=None
        Number of tokens that the true one is compared with in training; None: all tokens.

    References
    ----------
    Press and Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017.
    """

    def __init__(self, n_tokens, embedding=None, n_sampled=None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.n_tokens = n_tokens
        self.embedding = embedding
        self.n_sampled = n_sampled
        if n_sampled is not None:
            self.seed_generator = keras.random.SeedGenerator()

    def build(self, shape):
        if self.embedding is None:
            self.own_table = self.add_weight(
                shape=(self.n_tokens, shape[-1]), initializer="glorot_uniform", name="table"
            )
        self.bias = self.add_weight(shape=(self.n_tokens,), initializer="zeros", name="bias")
        self.penalty = self.add_weight(
            shape=(self.n_tokens,), initializer="zeros", trainable=False, name="penalty"
        )

    @property
    def table(self):
        """The weight matrix of the layer, (n_tokens, F)."""
        return self.own_table if self.embedding is None else self.embedding.embeddings

    def call(self, features, training=False):
        if training and self.n_sampled is not None:
            return features
        flat = ops.reshape(features, (-1, features.shape[-1]))
        logits = ops.matmul(flat, ops.transpose(ops.convert_to_tensor(self.table)))
        logits = logits + (self.bias + self.penalty)
        return ops.reshape(logits, (*ops.shape(features)[:-1], self.n_tokens))

    def compute_output_spec(self, features, training=False):
        return keras.KerasTensor((*features.shape[:-1], self.n_tokens), dtype=self.compute_dtype)

    def get_config(self):
        embedding = self.embedding and keras.saving.serialize_keras_object(self.embedding)
        own = {"n_tokens": self.n_tokens, "embedding": embedding, "n_sampled": self.n_sampled}
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config):
        if config["embedding"] is not None:
            config["embedding"] = keras.saving.deserialize_keras_object(config["embedding"])
        return cls(**config)
