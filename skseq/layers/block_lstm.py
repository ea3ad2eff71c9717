"""TensorFlow's fused LSTM kernel."""

from __future__ import annotations

from ..runtime.backend import tf

# The kernel is faster than the hand-written loop as long as its weight matrix, of F + H rows and
# 4 H columns, has no more elements than this: 64 units on 64 features. For larger matrices it
# splits its products over threads in every step, which costs more time than it saves.
_LIMIT = 2**15


def suits_kernel(n_features, units):
    """Return whether the kernel is faster than the hand-written loop."""
    return (n_features + units) * 4 * units <= _LIMIT


def block_lstm(steps, kernel, recurrent_kernel, bias, state, peepholes=None):
    """Run an LSTM over time-major steps (T, B, F) in one kernel; the gradient is a second kernel.

    Weights have Keras' shapes and gate order, ``state`` is the pair (h, c) before the first step.
    ``peepholes`` (3, H) are the weights of the gates i, f and o. Returns the hidden and the cell
    states after every step, each (T, B, H).

    The kernel is ``BlockLSTM``, not ``BlockLSTMV2``: the gradient of the latter expects the gates
    in another order than its forward pass (seen in TensorFlow 2.21), so it is wrong.
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
