"""LSTM, GRU and simple RNN for right-padded batches with lengths.

Each is Keras' layer with another loop over time. Weights, their names and shapes, and the
configuration are the same, so weights of one can be loaded into the other.
"""

from __future__ import annotations

from ..runtime.backend import keras
from .block_lstm import block_lstm, suits_kernel
from .cells import GRUCell, LSTMCell, SimpleCell
from .right_padded import RightPadded


@keras.saving.register_keras_serializable(package="skseq")
class LSTM(RightPadded, keras.layers.LSTM):
    """``keras.layers.LSTM`` for right-padded batches with lengths.

    References
    ----------
    Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (8), 1997.
    """

    n_states = 2
    _step = LSTMCell

    def _loop(self, steps, weights, states, mask, training):
        if mask is None and suits_kernel(steps.shape[-1], self.units):
            return block_lstm(steps, *weights, states)
        return super()._loop(steps, weights, states, mask, training)

    def _activations_are_standard(self):
        return (
            super()._activations_are_standard()
            and self.cell.recurrent_activation is keras.activations.sigmoid
        )


@keras.saving.register_keras_serializable(package="skseq")
class GRU(RightPadded, keras.layers.GRU):
    """``keras.layers.GRU`` for right-padded batches with lengths.

    References
    ----------
    Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation", EMNLP 2014, with the reset gate after the product, as in cuDNN.
    """

    n_states = 1
    _step = GRUCell

    def _activations_are_standard(self):
        return (
            super()._activations_are_standard()
            and self.cell.recurrent_activation is keras.activations.sigmoid
            and self.cell.reset_after
        )


@keras.saving.register_keras_serializable(package="skseq")
class SimpleRNN(RightPadded, keras.layers.SimpleRNN):
    """``keras.layers.SimpleRNN`` for right-padded batches with lengths.

    References
    ----------
    Elman, "Finding Structure in Time", Cognitive Science 14 (2), 1990.
    """

    n_states = 1
    _step = SimpleCell
