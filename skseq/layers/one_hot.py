"""One-hot vectors of token ids."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class OneHot(keras.layers.Layer):
    """Turn ids (B, T) into vectors (B, T, n_tokens) with a single 1.

    Parameters
    ----------
    n_tokens : int
        Number of ids.
    first_id : int, default=0
        The id of the first entry of the vectors; lower ids have vectors of zeros.
    """

    def __init__(self, n_tokens, first_id=0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.n_tokens, self.first_id = n_tokens, first_id

    def call(self, ids):
        return ops.one_hot(ids - self.first_id, self.n_tokens, dtype=self.compute_dtype)

    def compute_output_spec(self, ids):
        return keras.KerasTensor((*ids.shape, self.n_tokens), dtype=self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "n_tokens": self.n_tokens, "first_id": self.first_id}
