"""TensorFlow's fused LSTM kernel."""

from __future__ import annotations

from ..runtime.backend import tf

# The kernel is ahead of the hand-written loop as long as its weights, of F + H rows and 4 H
# columns, have no more elements than this: 64 units on 64 features. Beyond, its products are spread
# over threads in every step, which costs more than it brings.
_LIMIT = 2**15


def suits_kernel(n_features, units):
    """Return whether the kernel is ahead of the hand-written loop."""
    return (n_features + units) * 4 * units <= _LIMIT


def block_lstm(steps, kernel, recurrent_kernel, bias, state, peepholes=None):
    """Run an LSTM over time-major steps (T, B, F) in one kernel; the gradient is another.

    Weights have Keras' shapes and gate order, ``state`` is the pair (h, c) before the first step.
    ``peepholes`` (3, H) are of the gates i, f and o. Returns the hidden and the cell states after
    every step, each (T, B, H).

    The kernel is the first version: the gradient of the second takes the gates in another order
    than its forward pass (seen in TensorFlow 2.21), so it is wrong.
    """
    hidden, cell = state
    units = recurrent_kernel.shape[0]
    to_i, to_f, to_o = [tf.zeros((units,))] * 3 if peepholes is None else tf.unstack(peepholes)
    results = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(tf.shape(steps)[0], tf.int64),
        x=steps,
        cs_prev=cell,
        h_prev=hidden,
        w=_reordered(tf.concat([kernel, recurrent_kernel], 0)),
        wci=to_i,
        wcf=to_f,
        wco=to_o,
        b=_reordered(bias),
        forget_bias=0.0,
        cell_clip=0.0,
        use_peephole=peepholes is not None,
    )
    return results.h, results.cs


def _reordered(weight):
    """Put Keras' gates i, f, c, o into the kernel's order i, c, f, o."""
    i, f, c, o = tf.split(weight, 4, -1)
    return tf.concat([i, c, f, o], -1)
