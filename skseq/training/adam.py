"""Adam in one pass over memory."""

from __future__ import annotations

from ..runtime.backend import keras, tf


class FusedAdam(keras.optimizers.Adam):
    """``keras.optimizers.Adam``, each variable updated by one TensorFlow kernel.

    The formula and the variables are Keras'; its dozen passes over an embedding and its two moments
    become one, which is what keeps a large vocabulary cheap. Every row moves in every step, as Adam
    says: a "lazy" Adam that leaves untouched rows alone would be cheaper still, but takes away the
    momentum that rare words live on.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """

    def update_step(self, gradient, variable, learning_rate):
        is_plain = isinstance(gradient, tf.Tensor) and variable.dtype == "float32"
        if not is_plain or self.amsgrad or tf.config.list_logical_devices("GPU"):
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations.value, tf.float32) + 1.0
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


def _handle(variable):
    """Return the handle of a TensorFlow variable, or of the one inside a Keras variable."""
    return (variable if isinstance(variable, tf.Variable) else variable.value).handle
