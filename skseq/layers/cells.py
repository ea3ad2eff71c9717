"""Recurrent cells with gradients written by hand, for ``loop``.

A cell processes one chunk of steps at a time. ``forward`` takes the input products of each step
and the states. It returns the new states and lists over the steps: of every state, then of
``n_kept`` values that the gradient needs. The first of these is the hidden state that the recurrent
kernel was multiplied with. ``backward`` takes these values, stacked, and the gradients that arrive
at each step and from the later chunk. It returns the gradients for the earlier chunk, of the input
products and of the recurrent products.

Weights other than kernel, recurrent kernel and bias are the last arguments of both methods,
followed by inputs of the cell other than the input products, as a chunk (CHUNK, B, W). ``backward``
returns their gradients last, in the same order.
"""

from __future__ import annotations

from ..runtime.backend import tf


class _Cell:
    """Base of cells: weights in Keras' order, one bias, added to the input product."""

    def __init__(self, units) -> None:
        self.units = units

    def reorder(self, weight):
        return weight

    def input_bias(self, bias):
        return bias

    def bias_gradient(self, d_input, d_recurrent):
        return tf.reduce_sum(d_input, 0)


class LSTMCell(_Cell):
    """Keras' LSTM with its gates in the order i, f, o, c: the three sigmoids side by side."""

    n_kept = 5

    def reorder(self, weight):
        """Swap the last two gates: from Keras' order i, f, c, o to ours, or back."""
        i, f, c, o = tf.split(weight, 4, -1)
        return tf.concat([i, f, o, c], -1)

    def forward(self, projected, states, recurrent_kernel, bias, mask):
        h, c = states
        made = []
        for x in projected:
            made.append(self._step(x, h, c, recurrent_kernel, mask))
            h, c = made[-1][:2]
        return [h, c], list(zip(*made, strict=True))

    def backward(self, kept, d_outputs, d_states, transposed, mask):
        slopes, to_cell, forget = self._slopes(*kept)
        d_states, d_z = _back_through(
            slopes, to_cell, forget, d_outputs, d_states, transposed, mask
        )
        return d_states, d_z, d_z

    def _step(self, x, h, c, recurrent_kernel, mask):
        """Return the states after a step and what the gradient needs."""
        h_in, c_in = _masked(h, mask), c
        z = x + tf.matmul(h_in, recurrent_kernel)
        sigmoids, candidate = tf.split(z, [3 * self.units, self.units], 1)
        sigmoids, candidate = tf.sigmoid(sigmoids), tf.tanh(candidate)
        i, f, o = tf.split(sigmoids, 3, 1)
        c = f * c + i * candidate
        tanh_c = tf.tanh(c)
        return o * tanh_c, c, h_in, c_in, tanh_c, sigmoids, candidate

    def _slopes(self, h_in, c_in, tanh_c, sigmoids, candidate):
        """Return the derivatives that gradients are multiplied by, for all steps of a chunk.

        These are the derivatives of the new states with respect to the four pre-activations, of the
        hidden state to the cell state, and of the cell state to the previous cell state.
        """
        i, f, o = tf.split(sigmoids, 3, 2)
        slopes = [
            candidate * i * (1.0 - i),
            c_in * f * (1.0 - f),
            tanh_c * o * (1.0 - o),
            i * (1.0 - candidate * candidate),
        ]
        return slopes, o * (1.0 - tanh_c * tanh_c), f


class PeepholeLSTMCell(LSTMCell):
    """The LSTM with peephole connections; ``peepholes`` (3, H) are the weights of i, f and o.

    In the backward pass the peepholes only change the factors that gradients of the cell state are
    multiplied by, so a step takes no longer than without them.
    """

    def forward(self, projected, states, recurrent_kernel, bias, mask, peepholes):
        h, c = states
        to_i, to_f, to_o = tf.unstack(peepholes)
        to_both = tf.concat([to_i, to_f], 0)
        made = []
        for x in projected:
            h_in, c_in = _masked(h, mask), c
            z = x + tf.matmul(h_in, recurrent_kernel)
            both, o, candidate = tf.split(z, [2 * self.units, self.units, self.units], 1)
            both = tf.sigmoid(both + tf.concat([c, c], 1) * to_both)
            i, f = tf.split(both, 2, 1)
            candidate = tf.tanh(candidate)
            c = f * c + i * candidate
            o = tf.sigmoid(o + c * to_o)
            tanh_c = tf.tanh(c)
            h = o * tanh_c
            made.append((h, c, h_in, c_in, tanh_c, tf.concat([both, o], 1), candidate))
        return [h, c], list(zip(*made, strict=True))

    def backward(self, kept, d_outputs, d_states, transposed, mask, peepholes):
        to_i, to_f, to_o = tf.unstack(peepholes)
        slopes, to_cell, forget = self._slopes(*kept)
        to_cell += slopes[2] * to_o
        to_earlier = forget + slopes[0] * to_i + slopes[1] * to_f
        d_states, d_z = _back_through(
            slopes, to_cell, to_earlier, d_outputs, d_states, transposed, mask
        )
        _, c_in, _, sigmoids, candidate = kept
        c_out = forget * c_in + sigmoids[:, :, : self.units] * candidate
        d_i, d_f, d_o, _ = tf.split(d_z, 4, 2)
        seen = [d_i * c_in, d_f * c_in, d_o * c_out]
        return d_states, d_z, d_z, tf.stack([tf.reduce_sum(values, [0, 1]) for values in seen])


class TimeLSTMCell(LSTMCell):
    """The time-aware LSTM: the cell state loses a share of its short-term part before each step.

    That part is ``tanh(c · short_kernel + short_bias)``; ``lost`` (CHUNK, B, 1) are the shares.
    """

    n_kept = 6

    def forward(
        self, projected, states, recurrent_kernel, bias, mask, short_kernel, short_bias, lost
    ):
        h, c = states
        made = []
        for x, share in zip(projected, tf.unstack(lost), strict=True):
            short = tf.tanh(tf.nn.bias_add(tf.matmul(c, short_kernel), short_bias))
            made.append((*self._step(x, h, c - short * share, recurrent_kernel, mask), short))
            h, c = made[-1][:2]
        return [h, c], list(zip(*made, strict=True))

    def backward(self, kept, d_outputs, d_states, transposed, mask, short_kernel, short_bias, lost):
        *kept, short = kept
        slopes, to_cell, forget = self._slopes(*kept)
        fading = lost * (short * short - 1.0)
        fading_steps = tf.unstack(fading)
        d_left = []  # gradients of the cell states after the short-term share is lost

        def before_step(d_c):
            d_left.append(d_c)
            d_sum = d_c * fading_steps[-len(d_left)]
            return d_c + tf.matmul(d_sum, short_kernel, transpose_b=True)

        d_states, d_z = _back_through(
            slopes, to_cell, forget, d_outputs, d_states, transposed, mask, before_step
        )
        d_left = tf.stack(d_left[::-1])
        d_sum = tf.reshape(d_left * fading, (-1, self.units))
        c_in = kept[1] + short * lost  # the cell state before the share was lost
        d_kernel = tf.matmul(tf.reshape(c_in, (-1, self.units)), d_sum, transpose_a=True)
        d_lost = -tf.reduce_sum(d_left * short, 2, keepdims=True)
        return d_states, d_z, d_z, d_kernel, tf.reduce_sum(d_sum, 0), d_lost


class GRUCell(_Cell):
    """Keras' GRU of the ``reset_after=True`` form; its bias is (2, 3H)."""

    n_kept = 5

    def input_bias(self, bias):
        return bias[0]

    def bias_gradient(self, d_input, d_recurrent):
        return tf.stack([tf.reduce_sum(d_input, 0), tf.reduce_sum(d_recurrent, 0)])

    def forward(self, projected, states, recurrent_kernel, bias, mask):
        (h,) = states
        sizes = [2 * self.units, self.units]
        made = []
        for x in projected:
            h_in, h_masked = h, _masked(h, mask)
            recurrent = tf.nn.bias_add(tf.matmul(h_masked, recurrent_kernel), bias[1])
            (x_gates, x_candidate), (gates, inner) = (
                tf.split(value, sizes, 1) for value in (x, recurrent)
            )
            gates = tf.sigmoid(x_gates + gates)
            z, r = tf.split(gates, 2, 1)
            candidate = tf.tanh(x_candidate + r * inner)
            h = candidate + z * (h - candidate)
            made.append((h, h_masked, h_in, gates, inner, candidate))
        return [h], list(zip(*made, strict=True))

    def backward(self, kept, d_outputs, d_states, transposed, mask):
        _, h_in, gates, inner, candidate = kept
        z, r = tf.split(gates, 2, 2)
        to_candidate = (1.0 - z) * (1.0 - candidate * candidate)
        slopes = [
            (h_in - candidate) * z * (1.0 - z),
            to_candidate * inner * r * (1.0 - r),
            to_candidate * r,
        ]
        over_time = (tf.unstack(tf.concat(slopes, 2)), tf.unstack(z), *d_outputs)
        (d_h,) = d_states
        d_recurrent, d_after = [], []
        for slope, z_t, d_h_t in reversed(list(zip(*over_time, strict=True))):
            d_h = d_h + d_h_t
            d_after.append(d_h)
            d_recurrent.append(tf.concat([d_h, d_h, d_h], 1) * slope)
            d_h = d_h * z_t + _masked(tf.matmul(d_recurrent[-1], transposed), mask)
        d_recurrent, d_after = tf.stack(d_recurrent[::-1]), tf.stack(d_after[::-1])
        # The reset gate does not act on the input product of the candidate.
        d_input = tf.concat([d_recurrent[:, :, : 2 * self.units], d_after * to_candidate], 2)
        return [d_h], d_input, d_recurrent


class SimpleCell(_Cell):
    """Keras' simple (Elman) recurrence with tanh."""

    n_kept = 2

    def forward(self, projected, states, recurrent_kernel, bias, mask):
        (h,) = states
        made = []
        for x in projected:
            h_in = _masked(h, mask)
            h = tf.tanh(x + tf.matmul(h_in, recurrent_kernel))
            made.append((h, h_in, h))
        return [h], list(zip(*made, strict=True))

    def backward(self, kept, d_outputs, d_states, transposed, mask):
        _, h_out = kept
        (d_h,), d_z = d_states, []
        over_time = zip(tf.unstack(1.0 - h_out * h_out), *d_outputs, strict=True)
        for slope, d_h_t in reversed(list(over_time)):
            d_z.append((d_h + d_h_t) * slope)
            d_h = _masked(tf.matmul(d_z[-1], transposed), mask)
        d_z = tf.stack(d_z[::-1])
        return [d_h], d_z, d_z


def _back_through(
    slopes, to_cell, to_earlier, d_outputs, d_states, transposed, mask, before_step=None
):
    """Return the gradients of the states before a chunk and of its pre-activations (CHUNK, B, 4H).

    The cell is an LSTM. ``before_step`` is for cells that change the cell state before a step: it
    maps the gradient of the changed cell state to that of the cell state after the previous step.
    """
    over_time = (tf.concat(slopes, 2), to_cell, to_earlier)
    over_time = zip(*(tf.unstack(value) for value in over_time), *d_outputs, strict=True)
    d_h, d_c = d_states
    d_z = []
    for slope, to_cell_t, to_earlier_t, d_h_t, d_c_t in reversed(list(over_time)):
        d_h = d_h + d_h_t
        d_c = d_c + d_c_t + d_h * to_cell_t
        d_z.append(tf.concat([d_c, d_c, d_h, d_c], 1) * slope)
        d_h, d_c = _masked(tf.matmul(d_z[-1], transposed), mask), d_c * to_earlier_t
        d_c = d_c if before_step is None else before_step(d_c)
    return [d_h, d_c], tf.stack(d_z[::-1])


def _masked(hidden, mask):
    return hidden if mask is None else hidden * mask
