"""An embedding whose gradient is summed per row."""

from __future__ import annotations

from ..runtime.backend import keras, tf
from .custom_gradient import custom_gradient


@keras.saving.register_keras_serializable(package="skseq")
class TokenEmbedding(keras.layers.Embedding):
    """``keras.layers.Embedding`` with a dense gradient.

    The gradient of Keras' layer has a row for each occurrence of a token, and Adam squares these
    rows one by one: for a token that occurs twice in a batch it computes Σg² instead of (Σg)².
    Here the rows of a token are summed first.
    """

    def call(self, ids):
        found = rows_of(tf.convert_to_tensor(self.embeddings), tf.reshape(ids, (-1,)))
        return tf.reshape(found, tf.concat([tf.shape(ids), [self.output_dim]], axis=0))


def rows_of(table, ids):
    """Return the rows ``ids`` (n,) of a table, with a dense gradient, summed per row."""

    @custom_gradient
    def gathered(table):
        def gradient(upstream):
            return tf.math.unsorted_segment_sum(upstream, ids, table.shape[0])

        return tf.gather(table, ids), gradient

    return gathered(table)
