"""Training a network on windows of long sequences."""

from __future__ import annotations

from ..runtime.backend import keras, tf


def state_inputs(network: keras.Model) -> list:
    """Return the inputs of a network that are states, which it returns after its output."""
    return [i for i in network.inputs if i.name.startswith("state_")]


class StatefulModel(keras.Model):
    """Trains a network with states: what one batch leaves behind, the next begins with.

    Takes a network from ``(*inputs, *states)`` to ``(outputs, *states)`` and is called with
    ``(*inputs, is_first)``; where the scalar ``is_first`` is true, the states are zeros. Row i of a
    batch must go on where row i of the batch before has ended; a batch may have fewer rows than
    the one before, not more. Gradients stop between batches: truncated back-propagation through
    time. The states are no weights: they are neither saved nor read.

    References
    ----------
    Williams and Peng, "An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent
    Network Trajectories", Neural Computation 2 (4), 1990.
    """

    def __init__(self, network) -> None:
        super().__init__(name=network.name)
        self.network = network
        self._carried = [
            tf.Variable(tf.zeros((0, s.shape[1])), shape=(None, s.shape[1]), trainable=False)
            for s in state_inputs(network)
        ]
        self.built = True

    def call(self, inputs, training=False):
        *given, is_first = inputs
        n_rows = tf.shape(given[0])[0]
        states = [
            tf.cond(
                is_first,
                lambda width=carried.shape[1]: tf.zeros((n_rows, width)),
                lambda carried=carried: carried[:n_rows],
            )
            for carried in self._carried
        ]
        outputs, *states = self.network([*given, *states], training=training)
        if training:
            for carried, state in zip(self._carried, states, strict=True):
                carried.assign(state)
        return outputs
