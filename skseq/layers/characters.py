"""Encoders of words by their characters."""

from __future__ import annotations

import numpy as np

from ..runtime.backend import keras, tf
from .embedding import TokenEmbedding
from .recurrent import LSTM

ops = keras.ops
_MAX_CHARACTERS = 64
# One odd multiplier for each position in a word, for hashing words.
_MULTIPLIERS = np.random.default_rng(0).integers(2**61, 2**62, _MAX_CHARACTERS) | 1


class _CharacterEncoder(keras.layers.Layer):
    """Abstract base: one vector for each word, from the ids of its characters.

    Takes ids (B, T, W), 0 after the last character; returns (B, T, n_features). The vector of a
    word without characters, such as padding, has no meaning.

    Parameters
    ----------
    n_characters : int
        Number of distinct ids.
    units : int
        Number of filters, or size of the state of the LSTM in each direction.
    embedding_dim : int
        Width of the character embedding.
    """

    def __init__(self, n_characters, units, embedding_dim=24, **kwargs) -> None:
        super().__init__(**kwargs)
        self.n_characters, self.units, self.embedding_dim = n_characters, units, embedding_dim

    def build(self, ids_shape):
        if ids_shape[-1] > _MAX_CHARACTERS:
            raise ValueError(f"A word may have {_MAX_CHARACTERS} characters, got {ids_shape[-1]}.")
        self.embedding = TokenEmbedding(self.n_characters, self.embedding_dim, name="embedding")
        self.embedding.build(ids_shape)

    def call(self, ids):
        shape = ops.shape(ids)
        words = ops.reshape(ids, (-1, ids.shape[-1]))  # (B·T, W)
        # Frequent words, and padding, occur many times in a batch; each is encoded once.
        words, places = _distinct(words)
        encoded = self._encode(words)
        found = tf.gather(encoded, places)
        return ops.reshape(found, (shape[0], shape[1], encoded.shape[-1]))

    def get_config(self):
        own = {"n_characters": self.n_characters, "units": self.units}
        return {**super().get_config(), **own, "embedding_dim": self.embedding_dim}

    def compute_output_shape(self, ids_shape):
        return (*ids_shape[:2], self._n_features)


@keras.saving.register_keras_serializable(package="skseq")
class CharacterCNN(_CharacterEncoder):
    """Encode each word as a vector by a convolution over its characters and max-pooling.

    Takes character ids (B, T, W), returns (B, T, units). ``kernel_size`` is the number of
    characters a filter sees.

    References
    ----------
    Ma and Hovy, "End-to-end Sequence Labeling via Bi-directional LSTM-CNNs-CRF", ACL 2016.
    """

    kernel_size = 3

    def build(self, ids_shape):
        super().build(ids_shape)
        self.kernel = self.add_weight(
            (self.kernel_size * self.embedding_dim, self.units), name="kernel"
        )
        self.bias = self.add_weight((self.units,), initializer="zeros", name="bias")

    @property
    def _n_features(self):
        return self.units

    def _encode(self, words):
        # As one matrix product over neighbouring characters; Keras' convolution is slower.
        before = self.kernel_size // 2
        x = self.embedding(tf.pad(words, [[0, 0], [before, before]]))
        n_places = words.shape[1]
        windows = tf.concat([x[:, i : i + n_places] for i in range(self.kernel_size)], axis=-1)
        flat = tf.reshape(windows, (-1, windows.shape[-1]))
        found = tf.nn.relu(tf.matmul(flat, tf.convert_to_tensor(self.kernel)) + self.bias)
        found = tf.reshape(found, (-1, n_places, self.units))
        real = tf.cast(words != 0, found.dtype)[:, :, None]
        return tf.reduce_max(found * real, axis=1)  # 0 is the minimum after ReLU


@keras.saving.register_keras_serializable(package="skseq")
class CharacterLSTM(_CharacterEncoder):
    """Encode each word as a vector, the last states of a bidirectional LSTM over its characters.

    Takes character ids (B, T, W), returns (B, T, 2 · units).

    References
    ----------
    Lample et al., "Neural Architectures for Named Entity Recognition", NAACL 2016.
    """

    def build(self, ids_shape):
        super().build(ids_shape)
        self.directions = [
            LSTM(self.units, n_beside=2, go_backwards=backwards, name=name)
            for name, backwards in (("forward", False), ("backward", True))
        ]
        for layer in self.directions:
            layer.build((None, None, self.embedding_dim))

    @property
    def _n_features(self):
        return 2 * self.units

    def _encode(self, words):
        lengths = tf.maximum(tf.reduce_sum(tf.cast(words != 0, tf.int32), axis=1), 1)
        steps = self.embedding(words[:, : tf.reduce_max(lengths)])
        return tf.concat([layer(steps, lengths) for layer in self.directions], axis=-1)


def _distinct(words):
    """Return the distinct rows of ids (N, W) and the index of each row among them, (N,)."""
    # By 64-bit hashes: two of a thousand words have the same hash in one of 10^13 batches.
    multipliers = tf.constant(_MULTIPLIERS[: words.shape[1]], tf.int64)
    hashes = tf.reduce_sum(tf.cast(words, tf.int64) * multipliers, axis=1)  # wraps around
    _, places, counts = tf.unique_with_counts(hashes)
    n_distinct = tf.shape(counts)[0]
    n_rows = tf.shape(words)[0]
    first = tf.math.unsorted_segment_min(tf.range(n_rows), places, n_distinct)
    return tf.gather(words, first), places
