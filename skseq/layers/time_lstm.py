"""The time-aware LSTM, which forgets with the time between steps."""

from __future__ import annotations

import math

from ..runtime.backend import keras, tf
from .cells import TimeLSTMCell
from .custom_lstm import CustomLSTM, CustomLSTMCell
from .elapsed_times import reverse_elapsed
from .loop import run_cell
from .reverse import reverse_within

ops = keras.ops


def lost_share(elapsed):
    """Return the share 1 - g(Δ) of the short-term memory that is lost, exactly 0 for Δ = 0."""
    elapsed = ops.maximum(elapsed, 0)  # padding may hold values without a logarithm
    return 1.0 - 1.0 / (1.0 + ops.log1p(elapsed / math.e))  # log(e + Δ) = 1 + log(1 + Δ/e)


class _TimeCell(CustomLSTMCell):
    """The cell for Keras' loop; the last column of its inputs is the elapsed time."""

    def __init__(self, units, decomposition_initializer="glorot_uniform", **kwargs) -> None:
        super().__init__(units, **kwargs)
        self.decomposition_initializer = keras.initializers.get(decomposition_initializer)

    def build(self, input_shape):
        super().build((*input_shape[:-1], input_shape[-1] - 1))
        self.decomposition_kernel = self.add_weight(
            (self.units, self.units), self.decomposition_initializer, name="decomposition_kernel"
        )
        self.decomposition_bias = self.add_weight((self.units,), "zeros", name="decomposition_bias")

    def get_dropout_mask(self, step_input):
        # Keras' loop passes inputs with the elapsed time, which is never dropped, ``sums`` without.
        return super().get_dropout_mask(step_input[:, : self.kernel.shape[0]])

    def call(self, inputs, states, training=False):
        h, c = states
        short = ops.tanh(ops.matmul(c, self.decomposition_kernel) + self.decomposition_bias)
        c = c - short * lost_share(inputs[:, -1:])
        i, f, candidate, o = self.sums(inputs[:, :-1], h, training)
        c = self.recurrent_activation(f) * c
        c = c + self.recurrent_activation(i) * self.activation(candidate)
        h = self.recurrent_activation(o) * self.activation(c)
        return h, [h, c]

    def get_config(self):
        initializer = keras.initializers.serialize(self.decomposition_initializer)
        return {**super().get_config(), "decomposition_initializer": initializer}


@keras.saving.register_keras_serializable(package="skseq")
class TimeLSTM(CustomLSTM):
    r"""Time-aware LSTM (T-LSTM), for right-padded batches with lengths.

    For steps at irregular times. A learned layer splits the cell state into a short-term part and
    the rest. The more time has elapsed since the previous step, the less of the short-term part is
    kept:

    .. math::

        s_t &= \tanh(W_d c_{t-1} + b_d) \\
        c^*_t &= c_{t-1} - s_t + g(Δ_t) s_t, \quad g(Δ) = 1 / \log(e + Δ)

    Then comes a step of an LSTM, with :math:`c^*_t` instead of :math:`c_{t-1}`. As
    :math:`g(0) = 1`, the layer is an LSTM if all elapsed times are 0.

    Called as ``layer(sequences, lengths, elapsed=elapsed)``, where ``elapsed`` (B, T) is the time
    since the previous step, at least 0 (negative times count as 0), in any unit. A unit in which
    usual times are about 1 to 100 is best, because of :math:`g`. At the first step it is the time
    since the step of ``initial_state``, or 0 without an initial state. With ``go_backwards=True``
    the times are given in forward order; the layer computes those of the reversed sequence.

    Weights are those of ``keras.layers.LSTM``, then ``decomposition_kernel`` (units, units),
    :math:`W_d`, and ``decomposition_bias`` (units,), :math:`b_d`.

    Parameters
    ----------
    units : int
        The size of the hidden and of the cell state.
    decomposition_initializer : str or keras.initializers.Initializer, default="glorot_uniform"
        Initializer of :math:`W_d`, the matrix that computes the short-term part.
    **kwargs
        Options of ``keras.layers.LSTM``, except ``use_cudnn``: cuDNN does not support it.

    Raises
    ------
    TypeError
        If called without ``elapsed``.
    ValueError
        If ``elapsed`` is not one number for each step.

    References
    ----------
    Baytas et al., "Patient Subtyping via Time-Aware LSTM Networks", KDD 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers import TimeLSTM
    >>> steps = np.ones((2, 3, 4), "float32")
    >>> elapsed = np.array([[0.0, 1.0, 30.0], [0.0, 7.0, 0.0]], "float32")
    >>> TimeLSTM(5)(steps, np.array([3, 2]), elapsed=elapsed).shape
    TensorShape([2, 5])
    """

    _cell = _TimeCell
    _step = TimeLSTMCell

    def build(self, sequences_shape, initial_state_shape=None):
        super().build((*sequences_shape[:-1], sequences_shape[-1] + 1))

    def call(
        self, sequences, lengths=None, initial_state=None, mask=None, training=False, *, elapsed
    ):
        if not elapsed.shape.is_compatible_with(sequences.shape[:2]):
            raise ValueError(
                "elapsed must have the shape of the steps without features, one time for each, "
                f"{tuple(sequences.shape[:2])}, got shape {tuple(elapsed.shape)}."
            )
        # As the last column of the steps, the times get into shards and into Keras' loop too.
        timed = _with_times(sequences, tf.cast(elapsed, sequences.dtype))
        return super().call(timed, lengths, initial_state, mask, training)

    def _reversed(self, sequences, lengths):
        steps, elapsed = sequences[:, :, :-1], sequences[:, :, -1]
        return _with_times(reverse_within(steps, lengths), reverse_elapsed(elapsed, lengths))

    def _loop(self, steps, weights, states, mask, training):
        lost = lost_share(steps[:, :, -1:])
        cell, steps, keep = self._step(self.units), steps[:, :, :-1], training is not False
        return run_cell(cell, steps, weights, states, mask, keep=keep, beside=[lost])

    def _weights(self):
        cell = self.cell
        return *super()._weights(), cell.decomposition_kernel, cell.decomposition_bias


def _with_times(steps, elapsed):
    return tf.concat([steps, elapsed[:, :, None]], 2)
