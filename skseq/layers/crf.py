"""A linear-chain CRF on top of a network.

The layer holds the transition scores and returns emissions unchanged; a loss that holds the layer
reads both (``step_losses``). The loss is the negative log-likelihood, split over the steps by the
chain rule, with a hand-written gradient:

- One loop backwards over time computes the backward messages; everything else in the losses is
  computed for all steps at once.
- The gradient is linear in the gradients of the losses. These are put at the labels of the path and
  propagated with the transition probabilities in one loop forwards. No loop is differentiated.
"""

from __future__ import annotations

import numpy as np

from ..decoding import LinearChain
from ..runtime.backend import keras, tf
from .custom_gradient import custom_gradient

_PENALTY = -1e4  # added to forbidden scores: below any sum of scores, but finite for gradients
_BARRED = -1e6  # the emission of impossible labels, outweighs all scores and penalties
_CHUNK = 8  # steps in one iteration of a TensorFlow loop, which itself costs as much as a step


@keras.saving.register_keras_serializable(package="skseq")
class CRF(keras.layers.Layer):
    """Linear-chain conditional random field (CRF) over the labels of the steps of a sequence.

    Takes emissions (B, T, K) and returns them unchanged. Its weights ``transitions`` (K, K),
    [from, to], ``start`` (K,) and ``end`` (K,) are read by ``CRFLoss`` in training and by the
    methods below; they start at zero.

    ``log_partition``, ``viterbi``, ``marginals`` and ``n_best`` return NumPy arrays and are the
    methods of ``LinearChain`` for the current weights.

    Parameters
    ----------
    forbidden : tuple of (start, end, transitions), default=None
        Array-likes of bool, (K,), (K,) and (K, K), True for labels that cannot be first or last and
        for impossible transitions. In training their scores are lowered by 10000, in decoding they
        are excluded.

    Raises
    ------
    ValueError
        If the parts of ``forbidden`` have other shapes.

    References
    ----------
    Lafferty, McCallum and Pereira, "Conditional Random Fields: Probabilistic Models for Segmenting
    and Labeling Sequence Data", ICML 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers.crf import CRF
    >>> crf = CRF(forbidden=([False, True], [False, False], [[False, False], [False, False]]))
    >>> emissions = crf(np.array([[[0.0, 3.0], [1.0, 0.0]]], "float32"))
    >>> tags, scores = crf.viterbi(emissions, [2])  # the first label cannot be 1
    >>> tags, scores
    (array([[0, 0]], dtype=int32), array([1.]))
    >>> np.asarray(crf.step_losses(np.array([[0, 1]]), emissions)).round(4)
    array([[0.    , 1.3133]], dtype=float32)
    """

    def __init__(self, forbidden=None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.forbidden = None if forbidden is None else _checked_forbidden(forbidden)

    def build(self, input_shape):
        n_labels = input_shape[-1]
        if self.forbidden is not None and len(self.forbidden[0]) != n_labels:
            raise ValueError(
                f"forbidden is for {len(self.forbidden[0])} labels, but there are {n_labels}."
            )
        shapes = {"transitions": (n_labels, n_labels), "start": (n_labels,), "end": (n_labels,)}
        self.transitions, self.start, self.end = (
            self.add_weight(name=name, shape=shape, initializer="zeros")
            for name, shape in shapes.items()
        )

    def call(self, emissions):
        return emissions

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        forbidden = self.forbidden and [part.tolist() for part in self.forbidden]
        return {**super().get_config(), "forbidden": forbidden}

    def potentials(self):
        """Return ``transitions`` (K, K), ``start`` (K,) and ``end`` (K,) with penalties added."""
        weights = [tf.cast(w, tf.float32) for w in (self.transitions, self.start, self.end)]
        if self.forbidden is None:
            return tuple(weights)
        start, end, transitions = self.forbidden
        return tuple(
            weight + tf.constant(_PENALTY * barred, tf.float32)
            for weight, barred in zip(weights, (transitions, start, end), strict=True)
        )

    def step_losses(self, tags, emissions):
        """Return minus the log-probability of every label given those before and the emissions.

        Parameters
        ----------
        tags : tensor (B, T)
            Labels from 0 to K - 1, then -1 on padding.
        emissions : tensor (B, T, K)

        Returns
        -------
        tensor of float32 (B, T)
            At least 0, and 0 on padding. Over a sequence they sum to its negative log-likelihood,
            so single steps can be weighted.
        """
        tags, emissions = tf.cast(tags, tf.int32), tf.cast(emissions, tf.float32)
        return _chain_losses(tags, emissions, *self.potentials())

    # -------------------------------------------------------------- decoding
    def linear_chain(self):
        """Return the current potentials as a ``LinearChain``, for use outside of TensorFlow."""
        values = [np.asarray(value, np.float64) for value in self.potentials()]
        if self.forbidden is not None:  # a positive weight must not outweigh the penalty
            start, end, transitions = self.forbidden
            for value, barred in zip(values, (transitions, start, end), strict=True):
                value[barred] = -np.inf
        return LinearChain(*values)

    def log_partition(self, emissions, lengths):
        """Return ``LinearChain.log_partition`` for the current weights, (B,)."""
        return self.linear_chain().log_partition(emissions, lengths)

    def marginals(self, emissions, lengths):
        """Return ``LinearChain.marginals`` for the current weights, (B, T, K)."""
        return self.linear_chain().marginals(emissions, lengths)

    def viterbi(self, emissions, lengths):
        """Return ``LinearChain.viterbi`` for the current weights: tags (B, T), scores (B,)."""
        return self.linear_chain().viterbi(emissions, lengths)

    def n_best(self, emissions, lengths, n):
        """Return ``LinearChain.n_best`` for the current weights: (B, n, T) and (B, n)."""
        return self.linear_chain().n_best(emissions, lengths, n)


def _checked_forbidden(forbidden):
    if len(forbidden) != 3:
        raise ValueError("forbidden must be a tuple of (start, end, transitions).")
    start, end, transitions = (np.asarray(part, bool) for part in forbidden)
    n_labels = start.size
    if start.shape != end.shape or start.ndim != 1 or transitions.shape != (n_labels, n_labels):
        raise ValueError(
            "forbidden must hold (start, end, transitions) of the shapes (K,), (K,) and (K, K), "
            f"got {start.shape}, {end.shape} and {transitions.shape}."
        )
    return start, end, transitions


# ------------------------------------------------------------------- the losses
def _chain_losses(tags, emissions, transitions, start, end):
    """Return minus the log-probability of every label given those before, (B, T).

    Padding gets an additional label, the boundary, which is also the label before the first step.
    Start and end scores are then transitions from and to the boundary, all rows have the same
    length, and all steps are treated alike.
    """
    n_labels = emissions.shape[-1]
    n_steps = tf.shape(tags)[1]
    n_more = (n_steps // _CHUNK + 1) * _CHUNK - n_steps  # at least one, to end the longest sequence
    tags = tf.pad(tf.transpose(tags), [[0, n_more], [0, 0]], constant_values=-1)
    real = tags >= 0
    tags = tf.where(real, tags, n_labels)
    path = tf.one_hot(tags, n_labels + 1)
    before = tf.concat([tf.one_hot(tf.fill(tf.shape(tags[:1]), n_labels), n_labels + 1), path], 0)

    @custom_gradient
    def run(emissions, transitions):
        scores = _time_major(emissions, n_more)
        # Only differences within a step matter, and small numbers have smaller rounding errors.
        scores -= tf.reduce_max(scores, -1, keepdims=True)
        inside = real[:, :, None]
        boundary = tf.where(inside, _BARRED, 0.0)
        scores = tf.concat([tf.where(inside, scores, _BARRED), boundary], -1)
        following = _following(scores, transitions)
        labels_before = tf.concat([tf.fill(tf.shape(tags[:1]), n_labels), tags[:-1]], 0)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            tags, tf.gather(transitions, labels_before) + following
        )

        def gradient(d_losses):
            d_losses = tf.pad(tf.transpose(d_losses), [[0, n_more], [0, 0]])
            d_losses = tf.where(real, d_losses, 0.0)
            moved, d_transitions = _moved(following, transitions, path, before, d_losses)
            taken = path * d_losses[:, :, None]
            d_emissions = (moved - taken)[:n_steps, :, :n_labels]
            d_transitions -= tf.matmul(_rows(before[:-1]), _rows(taken), transpose_a=True)
            return tf.transpose(d_emissions, (1, 0, 2)), d_transitions

        return tf.transpose(losses[:n_steps]), gradient

    transitions = tf.concat([transitions, end[:, None]], 1)
    boundary = tf.concat([start, tf.zeros(1)], 0)
    return run(emissions, tf.concat([transitions, boundary[None]], 0))


def _following(scores, transitions):
    """Return the score of every label plus the log-sum-exp over all that follows, (T, B, K).

    The values of a step are correct up to a constant, which no probability depends on.
    """
    chunks = _chunked(scores)
    n_chunks = tf.shape(chunks)[0]

    def turn(j, after, array):
        made = []
        for score in reversed(tf.unstack(chunks[j], _CHUNK)):
            made.append(score + after)
            after = _log_sum(transitions, made[-1])
        after -= tf.reduce_max(after, 1, keepdims=True)
        return j - 1, after, array.write(j, tf.stack(made[::-1]))

    first = (n_chunks - 1, tf.zeros_like(scores[0]), tf.TensorArray(tf.float32, n_chunks))
    *_, array = tf.while_loop(lambda j, *_: j >= 0, turn, first, parallel_iterations=1)
    return tf.reshape(array.stack(), tf.shape(scores))


def _log_sum(transitions, scores):
    onward = transitions + scores[:, None, :]
    top = tf.reduce_max(onward, 2, keepdims=True)
    return top[:, :, 0] + tf.math.log(tf.reduce_sum(tf.exp(onward - top), 2))


def _moved(following, transitions, path, before, d_losses):
    """Return the gradients that reach each label from the previous label, and the transitions'.

    The loss of a step depends on all continuations of the previous label, except those after the
    step's own label. So ``d_losses`` is added at the previous label and subtracted at the step's
    own label; after that it is propagated with the transition probabilities.

    Returns
    -------
    moved : tensor (T, B, K)
    d_transitions : tensor (K, K)
        Without the transitions that the path itself takes.
    """
    entering = tf.concat([d_losses[1:], tf.zeros_like(d_losses[:1])], 0) - d_losses
    chunks = [_chunked(following), _chunked(entering[:, :, None] * path)]
    n_chunks = tf.shape(chunks[0])[0]

    def turn(j, mass, d_transitions, array):
        onward = tf.nn.softmax(transitions + chunks[0][j][:, :, None, :])
        masses, moved = [], []
        for probabilities, new in zip(
            tf.unstack(onward, _CHUNK), tf.unstack(chunks[1][j], _CHUNK), strict=True
        ):
            masses.append(mass)
            moved.append(tf.linalg.matvec(probabilities, mass, transpose_a=True))
            mass = moved[-1] + new
        d_transitions += tf.reduce_sum(tf.stack(masses)[:, :, :, None] * onward, [0, 1])
        return j + 1, mass, d_transitions, array.write(j, tf.stack(moved))

    first = (
        0,
        d_losses[0][:, None] * before[0],
        tf.zeros_like(transitions),
        tf.TensorArray(tf.float32, n_chunks),
    )
    *_, d_transitions, array = tf.while_loop(
        lambda j, *_: j < n_chunks, turn, first, parallel_iterations=1
    )
    return tf.reshape(array.stack(), tf.shape(following)), d_transitions


def _time_major(steps, n_more):
    return tf.pad(tf.transpose(steps, (1, 0, 2)), [[0, n_more], [0, 0], [0, 0]])


def _chunked(steps):
    return tf.reshape(steps, (-1, _CHUNK, tf.shape(steps)[1], steps.shape[2]))


def _rows(steps):
    return tf.reshape(steps, (-1, steps.shape[-1]))
