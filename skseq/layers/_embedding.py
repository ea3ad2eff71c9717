"""An embedding whose gradient is summed per row. Floor 2: Keras and TensorFlow."""

from __future__ import annotations

from .._backend import keras, tf


@keras.saving.register_keras_serializable(package="skseq")
class TokenEmbedding(keras.layers.Embedding):
    """``keras.layers.Embedding`` with a dense gradient.

    Keras' own gradient lists a row once for each occurrence of its token, and Adam squares the
    entries one by one: a token that occurs twice in a batch gets Σg² where Adam means (Σg)².
    Summing first makes a repeated token the same as a doubled gradient.
    """

    def call(self, ids):
        shape = tf.shape(ids)
        n_rows, width = self.input_dim, self.output_dim

        @tf.custom_gradient
        def look_up(table):
            def gradient(upstream):
                flat = tf.reshape(upstream, (-1, width))
                return tf.math.unsorted_segment_sum(flat, tf.reshape(ids, (-1,)), n_rows)

            found = tf.gather(table, tf.reshape(ids, (-1,)))
            return tf.reshape(found, tf.concat([shape, [width]], axis=0)), gradient

        return look_up(tf.convert_to_tensor(self.embeddings))
