"""Adam in one pass over memory."""

from __future__ import annotations

from typing import Any

from ..runtime.backend import keras, tf


class FusedAdam(keras.optimizers.Adam):
    """``keras.optimizers.Adam``, each variable updated by one TensorFlow kernel.

    What is the same for all variables is computed once a step, and the norm of a gradient that
    ``clipnorm`` bounds by five operations instead of seventeen: with a small network these cost as
    much as its layers. The formula and the variables are Keras'; its dozen passes over an embedding
    and its two moments become one, which is what keeps a large vocabulary cheap. Every row moves in
    every step, as Adam says: a "lazy" Adam that leaves untouched rows alone would be cheaper still,
    but takes away the momentum that rare words live on.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """

    # What every variable's update needs, while a step is taken.
    _of_step: dict[str, Any] | None = None

    def apply(self, grads, trainable_variables=None):
        self._of_step = self._shared_by_variables()
        try:
            return super().apply(grads, trainable_variables)
        finally:
            self._of_step = None

    def _shared_by_variables(self) -> dict[str, Any]:
        """Return the decay rates, their powers that correct the bias, and epsilon."""
        step = tf.cast(self.iterations.value, tf.float32) + 1.0
        beta1, beta2, epsilon = (
            tf.constant(value, tf.float32) for value in (self.beta_1, self.beta_2, self.epsilon)
        )
        powers = {"beta1_power": tf.pow(beta1, step), "beta2_power": tf.pow(beta2, step)}
        return {"beta1": beta1, "beta2": beta2, "epsilon": epsilon, **powers}

    def update_step(self, gradient, variable, learning_rate):
        is_plain = isinstance(gradient, tf.Tensor) and variable.dtype == "float32"
        if not is_plain or self.amsgrad or tf.config.list_logical_devices("GPU"):
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            lr=tf.cast(learning_rate, tf.float32),
            grad=gradient,
            **(self._of_step or self._shared_by_variables()),
        )

    def _clip_by_norm(self, values, axes=None):
        if not isinstance(values, tf.Tensor) or axes is not None:
            return super()._clip_by_norm(values, axes)
        # A gradient of zeros stays one: the lesser of 1 and infinity is 1. l2_loss halves the sum.
        scale = self.clipnorm / 2**0.5 * tf.math.rsqrt(tf.nn.l2_loss(values))
        return values * tf.minimum(scale, 1.0)


def _handle(variable):
    """Return the handle of a TensorFlow variable, or of the one inside a Keras variable."""
    return (variable if isinstance(variable, tf.Variable) else variable.value).handle
