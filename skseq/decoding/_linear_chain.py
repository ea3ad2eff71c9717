"""Inference in linear chains over right-padded batches.

All recursions run backwards in time, over messages from the steps that follow; results are then
computed forwards. So sequences of any length start together at step 0 and need no alignment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_FORBIDDEN = -1e4  # a log-potential at or below it counts as minus infinity


@dataclass(frozen=True, eq=False)
class LinearChain:
    """Linear-chain conditional random field with given potentials.

    The score of a path of labels ``y`` through a sequence of ``L`` steps is ``start[y[0]]``, plus
    ``emissions[t, y[t]]`` of every step, plus ``transitions[y[t - 1], y[t]]`` of every two
    neighbours, plus ``end[y[L - 1]]``. Its probability is proportional to the exponential of it.
    With log-probabilities as potentials this is a hidden Markov model.

    The arguments of all methods are a right-padded batch: ``emissions`` (B, T, K), whose padding is
    never read, and ``lengths`` (B,), each from 0 to T. A sequence of length 0 has one path, the
    empty one, of score 0. If a sequence has no possible path, its log-partition, log-likelihoods
    and scores are minus infinity and its marginals 0.

    Parameters
    ----------
    transitions : array-like of shape (K, K)
        Log-potentials [from, to]. Minus infinity, or anything up to -10000, forbids a transition.
    start, end : array-like of shape (K,), default=None
        Log-potentials of the first and the last label of a sequence; zeros if None. Low values
        forbid a label, as in ``transitions``.

    Attributes
    ----------
    transitions, start, end : ndarray of float64
        The potentials, read-only, with minus infinity where forbidden.

    Raises
    ------
    ValueError
        If a potential has another shape, NaN or plus infinity. Every method raises it if emissions,
        lengths or tags do not match or are out of range.

    References
    ----------
    Lafferty, McCallum and Pereira, "Conditional Random Fields: Probabilistic Models for Segmenting
    and Labeling Sequence Data", ICML 2001.

    Rabiner, "A Tutorial on Hidden Markov Models and Selected Applications in Speech Recognition",
    Proceedings of the IEEE 77 (2), 1989.

    Examples
    --------
    Two labels that tend to repeat; by its own emissions the second step would be labelled 1.

    >>> import numpy as np
    >>> from skseq.decoding import LinearChain
    >>> chain = LinearChain(transitions=[[1.0, -1.0], [-1.0, 1.0]])
    >>> emissions = np.array([[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]])
    >>> tags, scores = chain.viterbi(emissions, [3])
    >>> tags, scores
    (array([[0, 0, 0]], dtype=int32), array([4.]))
    >>> chain.marginals(emissions, [3]).round(2)
    array([[[0.69, 0.31],
            [0.62, 0.38],
            [0.69, 0.31]]])
    >>> tags, log_probabilities = chain.n_best(emissions, [3], n=2)
    >>> tags[0]
    array([[0, 0, 0],
           [1, 1, 1]], dtype=int32)
    >>> np.exp(log_probabilities).round(2)
    array([[0.56, 0.21]])
    """

    transitions: np.ndarray
    start: np.ndarray = None  # type: ignore[assignment]
    end: np.ndarray = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        n_labels = len(np.atleast_1d(self.transitions))
        shapes = {"transitions": (n_labels, n_labels), "start": (n_labels,), "end": (n_labels,)}
        for name, shape in shapes.items():
            given = getattr(self, name)
            values = np.zeros(shape) if given is None else np.asarray(given, np.float64)
            if values.shape != shape or not n_labels:
                expected = "(K, K)" if len(shape) == 2 else f"(K,) with K = {n_labels}"
                raise ValueError(f"{name} must have the shape {expected}, got {values.shape}.")
            if not (values < np.inf).all():
                raise ValueError(f"{name} must not hold NaN or plus infinity.")
            values = np.where(values <= _FORBIDDEN, -np.inf, values)
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @property
    def n_labels(self) -> int:
        """The number of labels, K."""
        return len(self.start)

    def log_partition(self, emissions, lengths) -> np.ndarray:
        """Return the logarithm of the sum over all paths of their exponential scores, (B,)."""
        emissions, real = self._checked(emissions, lengths)
        return self._total(self._following(emissions, real, _log_sum), real, _log_sum)

    def log_likelihood(self, emissions, lengths, tags) -> np.ndarray:
        """Return the log-probability of given paths.

        Parameters
        ----------
        emissions : array-like of shape (B, T, K)
        lengths : array-like of int, shape (B,)
        tags : array-like of int, shape (B, T)
            Labels from 0 to K - 1; those of padding are ignored.

        Returns
        -------
        ndarray of shape (B,)
            Natural logarithms; minus infinity for a path that is forbidden.
        """
        emissions, real = self._checked(emissions, lengths)
        tags = self._checked_tags(tags, real)
        if not real.shape[1]:
            return np.zeros(len(real))
        picked = np.take_along_axis(emissions, tags[:, :, None], 2)[:, :, 0]
        steps = np.where(real[:, 1:], self.transitions[tags[:, :-1], tags[:, 1:]], 0.0)
        last = np.maximum(real.sum(1) - 1, 0)
        edges = self.start[tags[:, 0]] + self.end[tags[np.arange(len(tags)), last]]
        scores = picked.sum(1) + steps.sum(1) + np.where(real[:, 0], edges, 0.0)
        total = self._total(self._following(emissions, real, _log_sum), real, _log_sum)
        return _log_ratio(scores, total)

    def marginals(self, emissions, lengths) -> np.ndarray:
        """Return the probability of every label at every step, (B, T, K); zeros on padding."""
        emissions, real = self._checked(emissions, lengths)
        following = self._following(emissions, real, _log_sum)
        marginals = np.zeros_like(emissions)
        for t in range(real.shape[1]):
            if t == 0:
                now = _softmax(self.start + following[:, t])
            else:  # given the label before, the next one's probabilities sum to 1: nothing drifts
                onward = _softmax(self.transitions + following[:, t, None, :])
                now = np.matmul(now[:, None, :], onward)[:, 0]
            marginals[:, t] = np.where(real[:, t, None], now, 0.0)
        return marginals

    def viterbi(self, emissions, lengths) -> tuple[np.ndarray, np.ndarray]:
        """Return the best path of every sequence.

        Returns
        -------
        tags : ndarray of int32, shape (B, T)
            -1 on padding. Among paths with equal scores, the one with the lower label where they
            first differ. A sequence without a path gets the best label of each step by itself.
        scores : ndarray of shape (B,)
            The scores of these paths: subtract ``log_partition`` for log-probabilities.

        References
        ----------
        Forney, "The Viterbi Algorithm", Proceedings of the IEEE 61 (3), 1973.
        """
        emissions, real = self._checked(emissions, lengths)
        following = self._following(emissions, real, _maximum)
        scores = self._total(following, real, _maximum)
        tags = np.empty(real.shape, np.int32)
        before = self.start
        for t in range(real.shape[1]):
            tags[:, t] = np.argmax(before + following[:, t], axis=1)
            before = self.transitions[tags[:, t]]
        impossible = scores == -np.inf
        tags[impossible] = np.argmax(emissions[impossible], axis=2)
        return np.where(real, tags, np.int32(-1)), scores

    def n_best(self, emissions, lengths, n) -> tuple[np.ndarray, np.ndarray]:
        """Return the ``n`` most probable paths of every sequence, best first.

        Parameters
        ----------
        emissions : array-like of shape (B, T, K)
        lengths : array-like of int, shape (B,)
        n : int
            At least 1. Time and memory grow with ``n``.

        Returns
        -------
        tags : ndarray of int32, shape (B, n, T)
            -1 on padding, and in all steps where a sequence has fewer than ``n`` paths. Among paths
            with equal scores, the one with the lower label where they first differ comes first.
        log_probabilities : ndarray of shape (B, n)
            Natural logarithms; minus infinity where a sequence has fewer than ``n`` paths.

        References
        ----------
        Seshadri and Sundberg, "List Viterbi Decoding Algorithms with Applications", IEEE
        Transactions on Communications 42 (2/3/4), 1994.
        """
        emissions, real = self._checked(emissions, lengths)
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"n must be an integer of at least 1, got {n!r}.")
        n_rows, n_steps, n_labels = emissions.shape
        ends = np.full((n_rows, n_labels, n), -np.inf)
        ends[:, :, 0] = self.end
        # links[t]: from a label at t - 1 and a rank to (label at t) * n + (rank there).
        links = np.zeros((n_steps, n_rows, n_labels, n), np.int32)
        empty = np.full((n_rows, n), -np.inf)
        empty[:, 0] = 0.0
        best, place = ends, np.zeros((n_rows, n), np.int32)
        scores = empty
        for t in reversed(range(n_steps)):
            following = (emissions[:, t, :, None] + best).reshape(n_rows, n_labels * n)
            if t:
                into = np.repeat(self.transitions, n, axis=1)
                best, links[t] = _top(into + following[:, None, :], n)
                best = np.where(real[:, t, None, None], best, ends)
            else:
                scores, place = _top(np.repeat(self.start, n) + following, n)
                scores = np.where(real[:, 0, None], scores, empty)
        tags = np.empty((n_rows, n, n_steps), np.int32)
        for t in range(n_steps):
            tags[:, :, t] = place // n
            if t + 1 < n_steps:
                place = np.take_along_axis(links[t + 1].reshape(n_rows, n_labels * n), place, 1)
        found = real[:, None, :] & (scores > -np.inf)[:, :, None]
        total = self._total(self._following(emissions, real, _log_sum), real, _log_sum)
        return np.where(found, tags, np.int32(-1)), _log_ratio(scores, total[:, None])

    # ------------------------------------------------------------ recursions
    def _following(self, emissions, real, reduce: Callable) -> np.ndarray:
        """Return the sum or maximum over all paths that begin with each label, (B, T, K).

        ``reduce`` is ``_log_sum`` or ``_maximum``.
        """
        following = emissions + self.end
        for t in reversed(range(1, real.shape[1])):
            after = reduce(self.transitions + following[:, t, None, :])
            after = np.where(real[:, t, None], after, self.end)
            following[:, t - 1] = emissions[:, t - 1] + after
        return following

    def _total(self, following, real, reduce: Callable) -> np.ndarray:
        if not real.shape[1]:
            return np.zeros(len(real))
        return np.where(real[:, 0], reduce(self.start + following[:, 0]), 0.0)

    # ---------------------------------------------------------------- checks
    def _checked(self, emissions, lengths) -> tuple[np.ndarray, np.ndarray]:
        """Return the emissions with zeros on padding and which steps are real, (B, T)."""
        emissions = np.asarray(emissions, np.float64)
        if emissions.ndim != 3 or emissions.shape[2] != self.n_labels:
            raise ValueError(
                f"emissions must have the shape (B, T, K) with K = {self.n_labels}, "
                f"got {emissions.shape}."
            )
        n_rows, n_steps, _ = emissions.shape
        lengths = _integers(lengths, "lengths")
        if lengths.shape != (n_rows,):
            raise ValueError(f"lengths must have the shape ({n_rows},), got {lengths.shape}.")
        if ((lengths < 0) | (lengths > n_steps)).any():
            raise ValueError(f"lengths must lie between 0 and {n_steps}, the steps of emissions.")
        real = np.arange(n_steps) < lengths[:, None]
        emissions = np.where(real[:, :, None], emissions, 0.0)
        if not (emissions < np.inf).all():
            raise ValueError("emissions must not hold NaN or plus infinity.")
        return emissions, real

    def _checked_tags(self, tags, real) -> np.ndarray:
        """Return the tags with zeros on padding."""
        tags = _integers(tags, "tags")
        if tags.shape != real.shape:
            raise ValueError(f"tags must have the shape {real.shape}, got {tags.shape}.")
        tags = np.where(real, tags, 0)
        if ((tags < 0) | (tags >= self.n_labels)).any():
            raise ValueError(f"tags must lie between 0 and {self.n_labels - 1} on real steps.")
        return tags


# ---------------------------------------------------------------------- helpers
def _integers(values, name: str) -> np.ndarray:
    values = np.asarray(values)
    if values.size and values.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integers, got {values.dtype}.")
    return values.astype(np.int64)


def _maximum(values):
    return values.max(axis=-1)


def _log_sum(values):
    """Return the logarithm of the sum of exponentials over the last axis."""
    top = _finite_maximum(values)
    with np.errstate(divide="ignore"):  # if all are minus infinity
        return top[..., 0] + np.log(np.exp(values - top).sum(axis=-1))


def _softmax(values):
    """Return the softmax over the last axis; zeros if all are minus infinity."""
    weights = np.exp(values - _finite_maximum(values))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total > 0.0, total, 1.0)


def _finite_maximum(values):
    """Return the maxima over the last axis, kept, with 0 for minus infinity."""
    top = values.max(axis=-1, keepdims=True)
    return np.where(top > -np.inf, top, 0.0)


def _top(values, n):
    """Return the ``n`` largest values of the last axis, in order, and their positions."""
    order = np.argsort(-values, axis=-1, kind="stable")[..., :n]
    return np.take_along_axis(values, order, -1), order.astype(np.int32)


def _log_ratio(scores, total):
    """Return ``scores - total``, at most 0, and minus infinity for a score of minus infinity."""
    possible = scores > -np.inf
    return np.where(possible, np.minimum(scores - np.where(possible, total, 0.0), 0.0), -np.inf)
