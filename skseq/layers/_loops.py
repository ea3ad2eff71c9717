"""Recurrent loops over time with gradients written by hand. Floor 2: TensorFlow only.

All take time-major steps (T, B, F), run ``_CHUNK`` steps in each turn of TensorFlow's loop, and
return the states after every step (T, B, H). Compared with differentiating a plain loop, this

- projects the input, and makes the gradients of the weights, in products over whole chunks;
- keeps only what the gradient needs, in one tensor a chunk instead of one an operation and step;
- leaves the turning of the loop, which costs as much as a small step, to every ``_CHUNK``-th step.

Weights have the shapes and the gate order of Keras' layers. ``dropout_mask`` (B, H), if given,
multiplies the state before each recurrent product: Keras' ``recurrent_dropout``.
"""

from __future__ import annotations

from .._backend import tf

_CHUNK = 8


def lstm_loop(steps, kernel, recurrent_kernel, bias, state, dropout_mask=None, *, keep):
    """Run an LSTM; return its hidden and its cell states, each (T, B, H).

    ``state`` is the pair (h, c) before the first step, each (B, H). ``keep=True`` keeps what the
    hand-written gradient needs; False is for inference.
    """
    units = recurrent_kernel.shape[0]
    masked = dropout_mask is not None

    def run(steps, kernel, recurrent_kernel, bias, h, c, *mask):
        # i, f, c, o → i, f, o, c: the three sigmoids side by side.
        kernel, recurrent_kernel, bias = (
            _sigmoids_first(w) for w in (kernel, recurrent_kernel, bias)
        )
        n_steps, chunks = _chunks(steps)

        def forward(j, h, c, arrays):
            projected = _project(chunks(j), kernel, bias)
            kept = {name: [] for name in ("h", "c", "tanh_c", "h_in", "c_in", "gates")}
            for x in tf.unstack(projected, _CHUNK):
                h_in, c_in = (h * mask[0] if masked else h), c
                z = x + tf.matmul(h_in, recurrent_kernel)
                sigmoids, candidate = tf.split(z, [3 * units, units], 1)
                sigmoids, candidate = tf.sigmoid(sigmoids), tf.tanh(candidate)
                i, f, o = tf.split(sigmoids, 3, 1)
                c = f * c + i * candidate
                tanh_c = tf.tanh(c)
                h = o * tanh_c
                values = (h, c, tanh_c, h_in, c_in, (sigmoids, candidate))
                for name, value in zip(kept, values, strict=True):
                    kept[name].append(value)
            stacked = [tf.stack(kept["h"]), tf.stack(kept["c"])]
            if keep:
                sigmoids, candidates = (tf.stack(g) for g in zip(*kept["gates"], strict=True))
                stacked += [tf.stack(kept[n]) for n in ("tanh_c", "h_in", "c_in")]
                stacked += [sigmoids, candidates]
            return j + 1, h, c, [a.write(j, s) for a, s in zip(arrays, stacked, strict=True)]

        n_chunks = _count(n_steps)
        n_arrays = 7 if keep else 2
        arrays = [tf.TensorArray(tf.float32, n_chunks) for _ in range(n_arrays)]
        *_, arrays = tf.while_loop(
            lambda j, *_: j < n_chunks, forward, (0, h, c, arrays), parallel_iterations=1
        )
        hs, cs = (_joined(a, n_steps, units) for a in arrays[:2])
        if not keep:
            return hs, cs

        def gradient(d_hs, d_cs):
            d_hs_of, d_cs_of = _chunks(d_hs)[1], _chunks(d_cs)[1]
            transposed = tf.transpose(recurrent_kernel)

            def backward(j, d_h, d_c, d_kernel, d_recurrent, d_bias, d_steps):
                tanh_c, h_in, c_in, sigmoids, candidate = (a.read(j) for a in arrays[2:])
                i, f, o = tf.split(sigmoids, 3, 2)
                through_tanh = o * (1.0 - tanh_c * tanh_c)
                local = tf.concat(
                    [
                        candidate * i * (1.0 - i),
                        c_in * f * (1.0 - f),
                        tanh_c * o * (1.0 - o),
                        i * (1.0 - candidate * candidate),
                    ],
                    2,
                )
                parts = [tf.unstack(t, _CHUNK) for t in (through_tanh, local, f)]
                parts += [tf.unstack(t(j), _CHUNK) for t in (d_hs_of, d_cs_of)]
                d_z = [None] * _CHUNK
                for t in reversed(range(_CHUNK)):
                    tanh_t, local_t, f_t, d_h_t, d_c_t = (p[t] for p in parts)
                    d_h = d_h + d_h_t
                    d_c = d_c + d_c_t + d_h * tanh_t
                    d_z[t] = tf.concat([d_c, d_c, d_h, d_c], 1) * local_t
                    d_h, d_c = tf.matmul(d_z[t], transposed), d_c * f_t
                    if masked:
                        d_h = d_h * mask[0]
                d_z = tf.reshape(tf.stack(d_z), (-1, 4 * units))
                x = chunks(j)
                d_kernel += tf.matmul(_rows(x), d_z, transpose_a=True)
                d_recurrent += tf.matmul(_rows(h_in), d_z, transpose_a=True)
                d_bias += tf.reduce_sum(d_z, 0)
                d_x = tf.reshape(tf.matmul(d_z, kernel, transpose_b=True), tf.shape(x))
                return j - 1, d_h, d_c, d_kernel, d_recurrent, d_bias, d_steps.write(j, d_x)

            zeros = [tf.zeros_like(v) for v in (h, c, kernel, recurrent_kernel, bias)]
            array = tf.TensorArray(tf.float32, n_chunks)
            _, d_h, d_c, *d_weights, d_steps = tf.while_loop(
                lambda j, *_: j >= 0,
                backward,
                (n_chunks - 1, *zeros, array),
                parallel_iterations=1,
            )
            d_steps = _joined(d_steps, n_steps, steps.shape[-1])
            d_mask = [tf.zeros_like(m) for m in mask]  # drawn, not learned
            return d_steps, *(_sigmoids_first(w, back=True) for w in d_weights), d_h, d_c, *d_mask

        return (hs, cs), gradient

    run = tf.custom_gradient(run) if keep else run
    masks = [dropout_mask] if masked else []
    return run(steps, kernel, recurrent_kernel, bias, *state, *masks)


def gru_loop(steps, kernel, recurrent_kernel, bias, state, dropout_mask=None, *, keep):
    """Run a GRU of the ``reset_after=True`` form; return its states (T, B, H).

    ``state`` is (B, H); ``bias`` is (2, 3H): of the input and of the recurrent product. Otherwise
    as :func:`lstm_loop`.
    """
    units = recurrent_kernel.shape[0]
    masked = dropout_mask is not None

    def run(steps, kernel, recurrent_kernel, bias, h, *mask):
        n_steps, chunks = _chunks(steps)

        def forward(j, h, arrays):
            projected = _project(chunks(j), kernel, bias[0])
            x_gates, x_candidate = tf.split(projected, [2 * units, units], 2)
            kept = {name: [] for name in ("h", "h_in", "h_masked", "gates", "inner", "candidate")}
            pairs = zip(tf.unstack(x_gates, _CHUNK), tf.unstack(x_candidate, _CHUNK), strict=True)
            for x_g, x_c in pairs:
                h_in, h_masked = h, (h * mask[0] if masked else h)
                recurrent = tf.nn.bias_add(tf.matmul(h_masked, recurrent_kernel), bias[1])
                gates, inner = tf.split(recurrent, [2 * units, units], 1)
                gates = tf.sigmoid(x_g + gates)
                z, r = tf.split(gates, 2, 1)
                candidate = tf.tanh(x_c + r * inner)
                h = candidate + z * (h - candidate)
                values = (h, h_in, h_masked, gates, inner, candidate)
                for name, value in zip(kept, values, strict=True):
                    kept[name].append(value)
            names = list(kept) if keep else ["h"]
            stacked = [tf.stack(kept[name]) for name in names]
            return j + 1, h, [a.write(j, s) for a, s in zip(arrays, stacked, strict=True)]

        n_chunks = _count(n_steps)
        arrays = [tf.TensorArray(tf.float32, n_chunks) for _ in range(6 if keep else 1)]
        *_, arrays = tf.while_loop(
            lambda j, *_: j < n_chunks, forward, (0, h, arrays), parallel_iterations=1
        )
        hs = _joined(arrays[0], n_steps, units)
        if not keep:
            return hs

        def gradient(d_hs):
            d_hs_of = _chunks(d_hs)[1]
            transposed = tf.transpose(recurrent_kernel)

            def backward(j, d_h, d_kernel, d_recurrent, d_bias, d_steps):
                h_in, h_masked, gates, inner, candidate = (a.read(j) for a in arrays[1:])
                z, r = tf.split(gates, 2, 2)
                through_tanh = (1.0 - z) * (1.0 - candidate * candidate)
                local = tf.concat(
                    [
                        (h_in - candidate) * z * (1.0 - z),
                        through_tanh * inner * r * (1.0 - r),
                        through_tanh * r,
                    ],
                    2,
                )
                parts = [tf.unstack(t, _CHUNK) for t in (local, z, d_hs_of(j))]
                d_recurrent_in, d_after = [None] * _CHUNK, [None] * _CHUNK
                for t in reversed(range(_CHUNK)):
                    local_t, z_t, d_h_t = (p[t] for p in parts)
                    d_h = d_after[t] = d_h + d_h_t
                    d_recurrent_in[t] = tf.concat([d_h, d_h, d_h], 1) * local_t
                    d_before = tf.matmul(d_recurrent_in[t], transposed)
                    d_h = d_h * z_t + (d_before * mask[0] if masked else d_before)
                d_r = tf.stack(d_recurrent_in)
                # The candidate's input meets no reset gate on its way.
                d_x = tf.concat([d_r[:, :, : 2 * units], tf.stack(d_after) * through_tanh], 2)
                d_r, d_x = tf.reshape(d_r, (-1, 3 * units)), tf.reshape(d_x, (-1, 3 * units))
                x = chunks(j)
                d_kernel += tf.matmul(_rows(x), d_x, transpose_a=True)
                d_recurrent += tf.matmul(_rows(h_masked), d_r, transpose_a=True)
                d_bias += tf.stack([tf.reduce_sum(d_x, 0), tf.reduce_sum(d_r, 0)])
                d_x = tf.reshape(tf.matmul(d_x, kernel, transpose_b=True), tf.shape(x))
                return j - 1, d_h, d_kernel, d_recurrent, d_bias, d_steps.write(j, d_x)

            zeros = [tf.zeros_like(v) for v in (h, kernel, recurrent_kernel, bias)]
            array = tf.TensorArray(tf.float32, n_chunks)
            _, d_h, *d_weights, d_steps = tf.while_loop(
                lambda j, *_: j >= 0, backward, (n_chunks - 1, *zeros, array), parallel_iterations=1
            )
            d_mask = [tf.zeros_like(m) for m in mask]
            return _joined(d_steps, n_steps, steps.shape[-1]), *d_weights, d_h, *d_mask

        return hs, gradient

    run = tf.custom_gradient(run) if keep else run
    masks = [dropout_mask] if masked else []
    return run(steps, kernel, recurrent_kernel, bias, state, *masks)


def simple_loop(steps, kernel, recurrent_kernel, bias, state, dropout_mask=None, *, keep):
    """Run a simple (Elman) network with tanh; return its states (T, B, H). As :func:`gru_loop`."""
    units = recurrent_kernel.shape[0]
    masked = dropout_mask is not None

    def run(steps, kernel, recurrent_kernel, bias, h, *mask):
        n_steps, chunks = _chunks(steps)

        def forward(j, h, arrays):
            hs, h_ins = [], []
            for x in tf.unstack(_project(chunks(j), kernel, bias), _CHUNK):
                h_in = h * mask[0] if masked else h
                h = tf.tanh(x + tf.matmul(h_in, recurrent_kernel))
                hs.append(h)
                h_ins.append(h_in)
            stacked = [tf.stack(hs), tf.stack(h_ins)] if keep else [tf.stack(hs)]
            return j + 1, h, [a.write(j, s) for a, s in zip(arrays, stacked, strict=True)]

        n_chunks = _count(n_steps)
        arrays = [tf.TensorArray(tf.float32, n_chunks, clear_after_read=False)]
        arrays += [tf.TensorArray(tf.float32, n_chunks)] if keep else []
        *_, arrays = tf.while_loop(
            lambda j, *_: j < n_chunks, forward, (0, h, arrays), parallel_iterations=1
        )
        hs = _joined(arrays[0], n_steps, units)
        if not keep:
            return hs

        def gradient(d_hs):
            d_hs_of = _chunks(d_hs)[1]
            transposed = tf.transpose(recurrent_kernel)

            def backward(j, d_h, d_kernel, d_recurrent, d_bias, d_steps):
                h_out, h_in = (a.read(j) for a in arrays)
                local = 1.0 - h_out * h_out
                parts = [tf.unstack(t, _CHUNK) for t in (local, d_hs_of(j))]
                d_z = [None] * _CHUNK
                for t in reversed(range(_CHUNK)):
                    d_z[t] = (d_h + parts[1][t]) * parts[0][t]
                    d_h = tf.matmul(d_z[t], transposed)
                    if masked:
                        d_h = d_h * mask[0]
                d_z = _rows(tf.stack(d_z))
                x = chunks(j)
                d_kernel += tf.matmul(_rows(x), d_z, transpose_a=True)
                d_recurrent += tf.matmul(_rows(h_in), d_z, transpose_a=True)
                d_bias += tf.reduce_sum(d_z, 0)
                d_x = tf.reshape(tf.matmul(d_z, kernel, transpose_b=True), tf.shape(x))
                return j - 1, d_h, d_kernel, d_recurrent, d_bias, d_steps.write(j, d_x)

            zeros = [tf.zeros_like(v) for v in (h, kernel, recurrent_kernel, bias)]
            array = tf.TensorArray(tf.float32, n_chunks)
            _, d_h, *d_weights, d_steps = tf.while_loop(
                lambda j, *_: j >= 0, backward, (n_chunks - 1, *zeros, array), parallel_iterations=1
            )
            d_mask = [tf.zeros_like(m) for m in mask]
            return _joined(d_steps, n_steps, steps.shape[-1]), *d_weights, d_h, *d_mask

        return hs, gradient

    run = tf.custom_gradient(run) if keep else run
    masks = [dropout_mask] if masked else []
    return run(steps, kernel, recurrent_kernel, bias, state, *masks)


# ---------------------------------------------------------------------- chunks
def _count(n_steps):
    return -(-n_steps // _CHUNK)


def _chunks(steps):
    """Return T and a function from a chunk's number to its steps (_CHUNK, B, F), zeros at the end.

    Zero steps behind the last one change nothing: their states are cut off and the gradient that
    comes in through them is zero.
    """
    n_steps = tf.shape(steps)[0]
    padded = tf.pad(steps, [[0, _count(n_steps) * _CHUNK - n_steps], [0, 0], [0, 0]])

    def chunk(j):
        found = padded[j * _CHUNK : (j + 1) * _CHUNK]
        return tf.ensure_shape(found, (_CHUNK, *steps.shape[1:]))

    return n_steps, chunk


def _joined(array, n_steps, width):
    """Return a TensorArray of chunks as one tensor (T, B, width)."""
    stacked = array.stack()
    n_rows = tf.shape(stacked)[2]
    return tf.reshape(stacked, (-1, n_rows, width))[:n_steps]


def _rows(chunk):
    return tf.reshape(chunk, (-1, chunk.shape[-1]))


def _project(chunk, kernel, bias):
    products = tf.nn.bias_add(tf.matmul(_rows(chunk), kernel), bias)
    return tf.reshape(products, (_CHUNK, -1, kernel.shape[-1]))


def _sigmoids_first(weight, back=False):
    """Reorder Keras' gates i, f, c, o to i, f, o, c, or back: the same swap."""
    i, f, c, o = tf.split(weight, 4, -1)
    return tf.concat([i, f, o, c], -1)
