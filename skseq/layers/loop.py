"""The loop over time that all recurrent cells share, with its gradient.

Compared with differentiating a plain loop, this

- computes the input products and the gradients of the weights in matrix products over whole chunks;
- keeps only what the gradient needs, in one tensor per chunk, not one per operation and step;
- runs ``CHUNK`` steps in each iteration of TensorFlow's loop, because an iteration costs as much as
  a small step.
"""

from __future__ import annotations

from ..runtime.backend import tf
from .custom_gradient import custom_gradient

CHUNK = 8


def run_cell(cell, steps, weights, states, dropout_mask=None, *, keep, beside=()):
    """Run a cell of ``cells`` over time-major steps (T, B, F).

    Parameters
    ----------
    cell : object
        A cell of the module ``cells``.
    weights : list of tensors
        Kernel, recurrent kernel and bias with the shapes and the gate order of Keras' layer, then
        the further weights of this cell.
    states : list of tensors (B, H)
        The states before the first step.
    dropout_mask : tensor (B, H), default=None
        Multiplies the hidden state before each recurrent product: Keras' ``recurrent_dropout``.
    keep : bool
        Whether to keep what the hand-written gradient needs. If False, a gradient, if asked for,
        comes from TensorFlow's differentiation of the loop.
    beside : list of tensors (T, B, W), default=()
        Further inputs of the cell at each step, which are not multiplied by a kernel.

    Returns
    -------
    list of tensors (T, B, H)
        Each of the cell's states after every step.
    """
    masks = [] if dropout_mask is None else [dropout_mask]
    given = [steps, *beside], list(weights), list(states), masks

    def run(*tensors):
        inputs, weights, states, masks = tf.nest.pack_sequence_as(given, tensors)
        mask = masks[0] if masks else None
        weights = _reordered(cell, weights)
        n_steps = tf.shape(steps)[0]
        n_chunks = _count(n_steps)
        chunks = [_chunks(values, n_steps) for values in inputs]
        kept = _forward(cell, chunks, n_chunks, weights, states, mask, keep)
        outputs = [_joined(array, n_steps, cell.units) for array in kept[: len(states)]]
        if not keep:
            return outputs

        def gradient(*d_outputs):
            d_chunks = [_chunks(d, n_steps) for d in d_outputs]
            d_inputs, d_weights, d_states = _backward(
                cell, chunks, n_chunks, weights, kept[len(states) :], d_chunks, states, mask
            )
            d_inputs = [
                _joined(array, n_steps, values.shape[-1])
                for array, values in zip(d_inputs, inputs, strict=True)
            ]
            # The mask is drawn, not learned.
            d_masks = [tf.zeros_like(m) for m in masks]
            return *d_inputs, *_reordered(cell, d_weights), *d_states, *d_masks

        return outputs, gradient

    run = custom_gradient(run) if keep else run
    return run(*tf.nest.flatten(given))


def _reordered(cell, weights):
    """Convert the weights of Keras' layer to the gate order of the cell, or back."""
    return [*(cell.reorder(weight) for weight in weights[:3]), *weights[3:]]


def _forward(cell, chunks, n_chunks, weights, states, mask, keep):
    """Return TensorArrays of chunks: of each state, with ``keep`` also of what gradients need."""
    kernel, recurrent_kernel, bias, *more = weights
    n_arrays = len(states) + (cell.n_kept if keep else 0)

    def turn(j, states, arrays):
        x, *beside = (chunk(j) for chunk in chunks)
        projected = _project(x, kernel, cell.input_bias(bias))
        states, made = cell.forward(projected, states, recurrent_kernel, bias, mask, *more, *beside)
        pairs = zip(arrays, made, strict=False)  # what is not kept is not stacked either
        return j + 1, states, [array.write(j, tf.stack(values)) for array, values in pairs]

    arrays = [tf.TensorArray(tf.float32, n_chunks) for _ in range(n_arrays)]
    *_, arrays = tf.while_loop(
        lambda j, *_: j < n_chunks, turn, (0, list(states), arrays), parallel_iterations=1
    )
    return arrays


def _backward(cell, chunks, n_chunks, weights, kept, d_chunks, states, mask):
    """Return the gradients: of the inputs as TensorArrays, of the weights, of the first states."""
    kernel, recurrent_kernel, _, *more = weights
    transposed = tf.transpose(recurrent_kernel)

    def turn(j, d_states, d_weights, d_inputs):
        d_outputs = [tf.unstack(d(j), CHUNK) for d in d_chunks]
        saved = [array.read(j) for array in kept]
        x, *beside = (chunk(j) for chunk in chunks)
        d_states, d_input, d_recurrent, *d_more = cell.backward(
            saved, d_outputs, d_states, transposed, mask, *more, *beside
        )
        d_input, d_recurrent, hidden = _rows(d_input), _rows(d_recurrent), saved[0]
        new = (
            tf.matmul(_rows(x), d_input, transpose_a=True),
            tf.matmul(_rows(hidden), d_recurrent, transpose_a=True),
            cell.bias_gradient(d_input, d_recurrent),
            *d_more[: len(more)],
        )
        d_weights = [total + part for total, part in zip(d_weights, new, strict=True)]
        d_x = tf.reshape(tf.matmul(d_input, kernel, transpose_b=True), tf.shape(x))
        parts = zip(d_inputs, (d_x, *d_more[len(more) :]), strict=True)
        return j - 1, d_states, d_weights, [array.write(j, part) for array, part in parts]

    first = (
        n_chunks - 1,
        [tf.zeros_like(state) for state in states],
        [tf.zeros_like(weight) for weight in weights],
        [tf.TensorArray(tf.float32, n_chunks) for _ in chunks],
    )
    _, d_states, d_weights, d_inputs = tf.while_loop(
        lambda j, *_: j >= 0, turn, first, parallel_iterations=1
    )
    return d_inputs, d_weights, d_states


# ---------------------------------------------------------------------- chunks
def _count(n_steps):
    return -(-n_steps // CHUNK)


def _chunks(steps, n_steps):
    """Return a function from the index of a chunk to its steps (CHUNK, B, F), padded with zeros.

    Zero steps after the last step change nothing: their states are cut off, and the gradients of
    these states are zero.
    """
    padded = tf.pad(steps, [[0, _count(n_steps) * CHUNK - n_steps], [0, 0], [0, 0]])

    def chunk(j):
        return tf.ensure_shape(padded[j * CHUNK : (j + 1) * CHUNK], (CHUNK, *steps.shape[1:]))

    return chunk


def _joined(array, n_steps, width):
    """Return a TensorArray of chunks as one tensor (T, B, width)."""
    stacked = array.stack()
    return tf.reshape(stacked, (-1, tf.shape(stacked)[2], width))[:n_steps]


def _rows(chunk):
    return tf.reshape(chunk, (-1, chunk.shape[-1]))


def _project(chunk, kernel, bias):
    """Return the input products of a chunk, step by step."""
    products = tf.nn.bias_add(tf.matmul(_rows(chunk), kernel), bias)
    return tf.unstack(tf.reshape(products, (CHUNK, -1, kernel.shape[-1])), CHUNK)
