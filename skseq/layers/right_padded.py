"""The base of recurrent layers: lengths, shards and a loop over time of our own.

Where our loop does not apply (a GPU, where Keras calls cuDNN; other activations, other precision),
Keras' loop runs.
"""

from __future__ import annotations

import functools
from typing import Any

from joblib import cpu_count

from ..runtime.backend import keras, tf
from .loop import run_cell
from .reverse import reverse_within


class RightPadded:
    """Mixin over a Keras recurrent layer: ``call(sequences, lengths)`` instead of a mask.

    Takes right-padded steps (B, T, F) and lengths (B,), each at least 1. Returns the state after
    the last real step (B, H), or with ``return_sequences=True`` the states after every step
    (B, T, H); states on padding have no meaning. ``return_state=True`` appends the final states,
    each (B, H). ``go_backwards=True`` reads every sequence from its last real step to its first
    and, as in Keras, returns the states in the order in which they were computed.

    The batch is split into shards that run in parallel, one for each core. ``n_beside`` such layers
    run at the same time and share the cores: 2 in a bidirectional layer.

    If ``lengths`` are not given, they are computed from the Keras mask; if there is no mask either,
    all steps are real.
    """

    # The number of shards a batch is split into; None: by the number of cores.
    shards: int | None = None
    # The cell of our loop, see ``cells``; a layer without one runs in Keras' loop.
    _step: type[Any] | None = None

    def __init__(self, units, *, n_beside=1, **kwargs) -> None:
        super().__init__(units, **kwargs)  # type: ignore[call-arg]  # that of the Keras layer
        self.n_beside = n_beside

    def call(self, sequences, lengths=None, initial_state=None, mask=None, training=False):
        if lengths is None:
            lengths = _lengths(sequences, mask)
        lengths = tf.cast(lengths, tf.int32)
        if self.go_backwards:
            sequences = self._reversed(sequences, lengths)
        if initial_state is None:
            n_rows = tf.shape(sequences)[0]
            zeros = tf.zeros((n_rows, self.units), sequences.dtype)
            initial_state = [zeros] * self.n_states
        elif not isinstance(initial_state, (list, tuple)):
            initial_state = [initial_state]
        if sequences.shape[1] == 1 and not training:
            states = self._one_step(sequences, list(initial_state))
        elif self._runs_fast(sequences):
            states = self._fast(sequences, lengths, list(initial_state), training)
        else:
            states = self._through_keras(sequences, lengths, list(initial_state), training)
        hidden, *final = states
        final = [tf.ensure_shape(f, (sequences.shape[0], self.units)) for f in final]
        output = hidden if self.return_sequences else final[0]
        return (output, *final) if self.return_state else output

    def compute_mask(self, *args, **kwargs):
        return None

    def get_config(self):
        return {**super().get_config(), "n_beside": self.n_beside}

    def _runs_fast(self, sequences):
        return (
            self._step is not None
            and not tf.config.list_logical_devices("GPU")
            and sequences.dtype == tf.float32
            and self.cell.use_bias
            and not self.stateful
            and not self.dropout
            and self._activations_are_standard()
        )

    def _activations_are_standard(self):
        return self.cell.activation is keras.activations.tanh

    def _reversed(self, sequences, lengths):
        return reverse_within(sequences, lengths)

    def _one_step(self, sequences, states):
        """Return the hidden state and the states after a single step, without a loop."""
        states = self.cell(sequences[:, 0], states, training=False)[1]
        return states[0][:, None], *states

    # ---------------------------------------------------------------- our loop
    def _fast(self, sequences, lengths, states, training):
        mask = self._recurrent_mask(sequences) if training else None
        inputs = [sequences, lengths, *states, *([] if mask is None else [mask])]
        n_rows = tf.shape(sequences)[0]
        run = tf.function(self._shard, autograph=False)  # traced once for all shards
        shards = []
        for rows in _shards(n_rows, self.shards or max(1, n_cores() // self.n_beside)):
            steps, ends, *rest = (value[rows] for value in inputs)
            mask_rows = rest.pop() if mask is not None else None
            steps = tf.transpose(steps, (1, 0, 2))
            shards.append(run(steps, ends, rest, mask_rows, training))
        # In a batch of fewer rows than shards, the last row is in several shards.
        joined = [tf.concat(parts, 0)[:n_rows] for parts in zip(*shards, strict=True) if parts]
        return joined if self.return_sequences else [None, *joined]

    def _shard(self, steps, lengths, states, mask, training):
        """Return the hidden states (b, T, H), if asked for, and the final states of one shard."""
        weights = [tf.convert_to_tensor(w) for w in self._weights()]
        over_time = self._loop(steps, weights, states, mask, training)
        hidden = [tf.transpose(over_time[0], (1, 0, 2))] if self.return_sequences else []
        return *hidden, *(_at_end(states, lengths) for states in over_time)

    def _loop(self, steps, weights, states, mask, training):
        """Return each state after every step, (T, b, H)."""
        step = self._step(self.units)
        return run_cell(step, steps, weights, states, mask, keep=training is not False)

    def _weights(self):
        return self.cell.kernel, self.cell.recurrent_kernel, self.cell.bias

    def _recurrent_mask(self, sequences):
        if not self.recurrent_dropout:
            return None
        ones = tf.ones((tf.shape(sequences)[0], self.units), sequences.dtype)
        return keras.random.dropout(ones, self.recurrent_dropout, seed=self.cell.seed_generator)

    # ------------------------------------------------------------- Keras' loop
    def _through_keras(self, sequences, lengths, states, training):
        """Return the hidden states (B, T, H) and the final states from Keras' loop.

        With padding on the right, the hidden states up to the length are the same without a mask,
        so none is used. Keras returns only the last cell states, so for these it needs a mask.
        """
        needs_mask = self.return_state and self.n_states > 1
        mask = tf.sequence_mask(lengths, tf.shape(sequences)[1]) if needs_mask else None
        kept = self.return_sequences, self.return_state, self.go_backwards
        self.return_sequences, self.return_state, self.go_backwards = True, True, False
        try:
            hidden, *final = super().call(
                sequences, initial_state=states, mask=mask, training=training
            )
        finally:
            self.return_sequences, self.return_state, self.go_backwards = kept
        return hidden, _at_end(tf.transpose(hidden, (1, 0, 2)), lengths), *final[1:]


# ---------------------------------------------------------------------- helpers
def _lengths(sequences, mask):
    if mask is not None:
        return tf.reduce_sum(tf.cast(mask, tf.int32), axis=1)
    return tf.fill([tf.shape(sequences)[0]], tf.shape(sequences)[1])


def _at_end(states, lengths):
    """Return the states after each row's last real step, (B, H), of time-major ones (T, B, H)."""
    n_rows = tf.shape(states)[1]
    flat = tf.reshape(states, (-1, states.shape[-1]))
    return tf.gather(flat, (lengths - 1) * n_rows + tf.range(n_rows))


def _shards(n_rows, n_shards):
    """Return slices of rows; none is empty, because TensorFlow's kernels fail on empty inputs."""
    size = -(-n_rows // n_shards)
    starts = [tf.minimum(i * size, n_rows - 1) for i in range(n_shards)]
    return [slice(start, tf.minimum(start + size, n_rows)) for start in starts]


@functools.cache  # called for every batch, and counting cores reads system files
def n_cores():
    """Return the number of cores that recurrent layers use, at most 8."""
    limit = tf.config.threading.get_intra_op_parallelism_threads()
    return min(limit or cpu_count(), 8)
