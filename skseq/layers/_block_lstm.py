"""TensorFlow's fused LSTM kernel. Floor 2: TensorFlow only."""

from __future__ import annotations

from .._backend import tf


def block_lstm(steps, kernel, recurrent_kernel, bias, state):
    """Run an LSTM over time-major steps (T, B, F) in one kernel; the gradient is another.

    Weights have Keras' shapes and gate order, ``state`` is the pair (h, c) before the first step.
    Returns the hidden and the cell states after every step, each (T, B, H).

    The kernel is the first version: the gradient of the second takes the gates in another order
    than its forward pass (seen in TensorFlow 2.21), so it is wrong.
    """
    hidden, cell = state
    units = recurrent_kernel.shape[0]
    no_peepholes = tf.zeros((units,))
    results = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(tf.shape(steps)[0], tf.int64),
        x=steps,
        cs_prev=cell,
        h_prev=hidden,
        w=_reordered(tf.concat([kernel, recurrent_kernel], 0)),
        wci=no_peepholes,
        wcf=no_peepholes,
        wco=no_peepholes,
        b=_reordered(bias),
        forget_bias=0.0,
        cell_clip=0.0,
        use_peephole=False,
    )
    return results.h, results.cs


def _reordered(weight):
    """Put Keras' gates i, f, c, o into the kernel's order i, c, f, o."""
    i, f, c, o = tf.split(weight, 4, -1)
    return tf.concat([i, c, f, o], -1)
