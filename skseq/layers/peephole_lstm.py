"""The LSTM with peephole connections."""

from __future__ import annotations

from ..runtime.backend import keras
from .block_lstm import block_lstm, suits_kernel
from .cells import PeepholeLSTMCell
from .custom_lstm import CustomLSTM, CustomLSTMCell


class _PeepholeCell(CustomLSTMCell):
    """The cell for Keras' loop."""

    def __init__(self, units, peephole_initializer="zeros", **kwargs) -> None:
        super().__init__(units, **kwargs)
        self.peephole_initializer = keras.initializers.get(peephole_initializer)

    def build(self, input_shape):
        super().build(input_shape)
        self.peephole_kernel = self.add_weight(
            (3, self.units), self.peephole_initializer, name="peephole_kernel"
        )

    def call(self, inputs, states, training=False):
        h, c = states
        to_i, to_f, to_o = (self.peephole_kernel[k] for k in range(3))
        i, f, candidate, o = self.sums(inputs, h, training)
        i = self.recurrent_activation(i + to_i * c)
        f = self.recurrent_activation(f + to_f * c)
        c = f * c + i * self.activation(candidate)
        h = self.recurrent_activation(o + to_o * c) * self.activation(c)
        return h, [h, c]

    def get_config(self):
        initializer = keras.initializers.serialize(self.peephole_initializer)
        return {**super().get_config(), "peephole_initializer": initializer}


@keras.saving.register_keras_serializable(package="skseq")
class PeepholeLSTM(CustomLSTM):
    r"""LSTM with peephole connections, for right-padded batches with lengths.

    The gates of a unit also read its cell state: the input and forget gates that of the previous
    step, the output gate that of the step itself. So a unit can count steps and measure time
    intervals, even while its output gate is closed and its hidden state does not show them:

    .. math::

        i_t &= σ(W_i x_t + R_i h_{t-1} + p_i ∘ c_{t-1} + b_i) \\
        f_t &= σ(W_f x_t + R_f h_{t-1} + p_f ∘ c_{t-1} + b_f) \\
        c_t &= f_t ∘ c_{t-1} + i_t ∘ \tanh(W_c x_t + R_c h_{t-1} + b_c) \\
        o_t &= σ(W_o x_t + R_o h_{t-1} + p_o ∘ c_t + b_o) \\
        h_t &= o_t ∘ \tanh(c_t)

    Weights are those of ``keras.layers.LSTM``, then ``peephole_kernel`` (3, units) with
    :math:`p_i, p_f, p_o`.

    Parameters
    ----------
    units : int
        The size of the hidden and of the cell state.
    peephole_initializer : str or keras.initializers.Initializer, default="zeros"
        Initializer of the peephole weights. With zeros, training starts from an LSTM without
        peepholes.
    **kwargs
        Options of ``keras.layers.LSTM``, except ``use_cudnn``: cuDNN does not support peepholes.

    References
    ----------
    Gers and Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000; Gers, Schraudolph and
    Schmidhuber, "Learning Precise Timing with LSTM Recurrent Networks", JMLR 3, 2002. The equations
    are as in Greff et al., "LSTM: A Search Space Odyssey", IEEE TNNLS 28 (10), 2017
    (arXiv 1503.04069).

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers import PeepholeLSTM
    >>> layer = PeepholeLSTM(4)
    >>> layer(np.ones((2, 5, 3), "float32"), np.array([5, 2])).shape
    TensorShape([2, 4])
    >>> [weight.name for weight in layer.weights]
    ['kernel', 'recurrent_kernel', 'bias', 'peephole_kernel']
    """

    _cell = _PeepholeCell
    _step = PeepholeLSTMCell

    def _loop(self, steps, weights, states, mask, training):
        if mask is None and suits_kernel(steps.shape[-1], self.units):
            *others, peepholes = weights
            return block_lstm(steps, *others, states, peepholes)
        return super()._loop(steps, weights, states, mask, training)

    def _weights(self):
        return *super()._weights(), self.cell.peephole_kernel
