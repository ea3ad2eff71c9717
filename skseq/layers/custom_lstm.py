"""Base classes of LSTMs with custom cells."""

from __future__ import annotations

from ..runtime.backend import keras
from .right_padded import RightPadded

ops = keras.ops

# The options of the layer; all others are options of the cell.
_OF_LAYER = (
    "return_sequences",
    "return_state",
    "go_backwards",
    "stateful",
    "unroll",
    "zero_output_for_mask",
    "activity_regularizer",
    "name",
)


class CustomLSTMCell(keras.layers.LSTMCell):
    """Base of LSTM cells for Keras' loop; subclasses implement ``call`` with ``sums``.

    Recurrent dropout has one mask for all gates, as in our own loop; Keras draws one for each gate.
    """

    def __init__(self, units, **kwargs) -> None:
        super().__init__(units, **kwargs)
        self.dropout_mask_count = None  # one mask instead of a list

    def sums(self, inputs, h, training):
        """Return the pre-activations of the gates i and f, the candidate and o, each (B, H)."""
        if training and self.dropout:
            inputs = inputs * self.get_dropout_mask(inputs)
        if training and self.recurrent_dropout:
            h = h * self.get_recurrent_dropout_mask(h)
        z = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        return ops.split(z + self.bias if self.use_bias else z, 4, axis=1)


class _KerasRNN(keras.layers.RNN):
    """``keras.layers.LSTM`` with another cell, whose options it takes too."""

    _cell: type[keras.layers.LSTMCell]

    def __init__(self, units, *, dtype=None, trainable=True, **options) -> None:
        own = {key: options.pop(key) for key in _OF_LAYER if key in options}
        # The name is that of Keras' cell, and so are the paths of the weights.
        cell = self._cell(units, dtype=dtype, trainable=trainable, name="lstm_cell", **options)
        super().__init__(cell, dtype=dtype, trainable=trainable, **own)

    @property
    def units(self):
        return self.cell.units

    @property
    def dropout(self):
        return self.cell.dropout

    @property
    def recurrent_dropout(self):
        return self.cell.recurrent_dropout

    def get_config(self):
        of_cell = self.cell.get_config()
        own = super().get_config()
        del own["cell"]
        return {**of_cell, **own}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class CustomLSTM(RightPadded, _KerasRNN):
    """Base of LSTMs that Keras has no layer for, for right-padded batches.

    Subclasses set ``_cell``, the cell of Keras' loop, and ``_step``, the cell of our own loop.
    """

    n_states = 2

    def _activations_are_standard(self):
        return (
            super()._activations_are_standard()
            and self.cell.recurrent_activation is keras.activations.sigmoid
        )
