"""Beam search for the most probable sequences of each row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._best import is_among_best
from ._checks import check_count, check_log_probs, check_number, check_start, no_token
from ._filter_chain import Filter
from ._states import take_rows
from ._steps import Step
from ._stops import Stops, check_stops, stop_length

_LARGEST = 1e300  # limit of the divisor of a score


class Beam(NamedTuple):
    """One sequence that a beam search has found.

    Attributes
    ----------
    ids : ndarray of int32
        The tokens generated, without the end token or the stop sequence.
    log_prob : float
        The log-probability of the sequence under the model, without filter; it includes the end
        token or the stop sequence, if one was reached.
    score : float
        Beams are ranked by it.
    finished : bool
        Whether the end token or a stop sequence was reached, rather than ``max_new_tokens``.
    """

    ids: np.ndarray
    log_prob: float
    score: float
    finished: bool


Beams = list[list[Beam]]


class _Live(NamedTuple):
    """The live beams of all rows as one batch of N: row by row, the best of each row first.

    ``row`` (N,) is the row of each beam. They rank by ``value`` (N,), the sum of filtered
    log-probabilities; ``log_prob`` (N,) is the sum without filter. ``made`` (N, t) are the tokens.
    """

    row: np.ndarray
    value: np.ndarray
    log_prob: np.ndarray
    made: np.ndarray

    def take(self, which: np.ndarray) -> _Live:
        return _Live(*(array[which] for array in self))


def beam_search(
    step: Step,
    state: Any,
    ids: Any,
    *,
    num_beams: int = 4,
    max_new_tokens: int = 200,
    length_penalty: float = 1.0,
    end_id: int | None = None,
    stop: Any = (),
    filter: Filter | None = None,
    history: Any = None,
) -> Beams:
    """Find probable sequences of every row by a beam search.

    At every step each row keeps the ``num_beams`` best continuations of its live beams. Beams that
    end are set aside; the others stay live. A row is done when none of its live beams can still get
    a better score than the worst of ``num_beams`` beams set aside. At ``max_new_tokens`` live beams
    count too. ``num_beams=1`` gives the result of ``greedy``. The search is exact if ``num_beams``
    is at least the number of possible continuations.

    The score of a sequence is its log-probability divided by ``length ** length_penalty``. The
    length counts all tokens generated, including the end token or the stop sequence.

    Parameters
    ----------
    step : callable
        ``step(state, ids)`` reads one token of each row, ids (N,), and returns the log-probability
        of every next token, (N, V), and the new state. N changes from call to call: the live beams
        of all rows are one batch.
    state : None, array, object with a method ``take_rows``, or a nest of these
        The state for the first call of ``step``, with B rows. Later calls get rows of the state
        that the call before has returned, by ``take_rows``.
    ids : array-like of int, shape (B,)
        The first token that each row reads.
    num_beams : int, default=4
        Number of live beams of each row; at least 1.
    max_new_tokens : int, default=200
        Most tokens generated in each beam; at least 1.
    length_penalty : float, default=1.0
        At 0 sequences rank by their log-probability, which favours short ones; higher values favour
        longer ones.
    end_id : int, default=None
        The token that ends a beam.
    stop : list of sequences of int, default=()
        Sequences of tokens that end a beam.
    filter : callable, default=None
        ``filter(log_probs, history)`` returns the log-probabilities to rank by, at most 0. Use it
        to allow or forbid tokens, and for a penalty on repetition. It changes ``score`` but not
        ``log_prob``. A temperature only scales the scores.
    history : array-like of int, shape (B, t), default=None
        Earlier tokens, for the filter, with -1 for nothing.

    Returns
    -------
    list of B lists of Beam
        Up to ``num_beams`` of each row, at least one, the best first.

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    ValueError
        If an argument is out of range or has a wrong shape, if ``step`` does not return
        log-probabilities, or if a row has no finished beam and no token is possible in any live
        one. A single beam without a possible token is dropped.

    See Also
    --------
    greedy : Chooses the most probable token at each step.
    sample : Draws each token by its probability.

    References
    ----------
    Lowerre, "The Harpy Speech Recognition System", PhD thesis, Carnegie Mellon University, 1976.

    Wu et al., "Google's Neural Machine Translation System: Bridging the Gap between Human and
    Machine Translation", arXiv:1609.08144, 2016.

    Examples
    --------
    The best first token, 1, is followed by no probable token; 0 ends a sequence.

    >>> import numpy as np
    >>> from skseq.decoding import beam_search
    >>> table = np.log([[0.1, 0.5, 0.4], [0.4, 0.3, 0.3], [0.8, 0.1, 0.1]])
    >>> def step(state, ids):
    ...     return table[ids], state
    >>> best, second = beam_search(step, None, [0], num_beams=2, end_id=0)[0]
    >>> best.ids, round(best.log_prob, 3), round(best.score, 3)
    (array([2], dtype=int32), -1.139, -0.57)
    >>> second.ids, round(second.log_prob, 3), round(second.score, 3)
    (array([1], dtype=int32), -1.609, -0.805)
    """
    ids, history = check_start(ids, history)
    num_beams = check_count(num_beams, "num_beams")
    max_new_tokens = check_count(max_new_tokens, "max_new_tokens")
    length_penalty = check_number(length_penalty, "length_penalty", "a finite number")
    stops = check_stops(stop, end_id)
    largest_id = max((token for sequence in stops for token in sequence), default=-1)
    n_rows = len(ids)
    found: Beams = [[] for _ in range(n_rows)]
    nothing = np.zeros(n_rows)
    live = _Live(np.arange(n_rows), nothing, nothing, np.zeros((n_rows, 0), np.int64))
    for length in range(1, max_new_tokens + 1):
        if not len(live.row):
            break
        log_probs, state = step(state, ids)
        log_probs = check_log_probs(log_probs, len(ids), largest_id)
        ranked = log_probs
        if filter is not None:
            ranked = filter(log_probs, np.hstack([history[live.row], live.made]))
        next_live, parent = _continued(live, log_probs, ranked, num_beams)
        for row in np.setdiff1d(live.row, next_live.row):
            if not found[row]:
                raise no_token(int(row))
        live = next_live
        n_ending = _n_ending(live.made, stops)
        is_live = n_ending == 0
        is_last = length == max_new_tokens
        divisor = _divisor(length, length_penalty)
        for i in range(len(live.row)) if is_last else np.flatnonzero(n_ending):
            beam = Beam(
                live.made[i, : length - n_ending[i]].astype(np.int32),
                float(live.log_prob[i]),
                float(live.value[i]) / divisor,
                bool(n_ending[i]),
            )
            _set_aside(found[live.row[i]], beam, num_beams)
        if is_last:
            break
        # A value only falls, so the best a live beam can do is to keep it: with a penalty that
        # favours length, to the last token there may be, or else to the very next.
        furthest = max_new_tokens if length_penalty > 0 else length + 1
        reachable = live.value / _divisor(furthest, length_penalty)
        goes_on = is_live & _can_matter(live.row, reachable, is_live, found, num_beams)
        live, parent = live.take(goes_on), parent[goes_on]
        state, ids = take_rows(state, parent), live.made[:, -1]
    return found


def _continued(
    live: _Live, log_probs: np.ndarray, ranked: np.ndarray, num_beams: int
) -> tuple[_Live, np.ndarray]:
    """Return each row's best continuations by one token, and which beams (N,) they continue.

    Among equals, those of better beams come first, then lower ids.
    """
    n_tokens = log_probs.shape[1]
    rows, first, group = np.unique(live.row, return_index=True, return_inverse=True)
    rank = np.arange(len(live.row)) - first[group]
    values = np.full((len(rows), rank.max() + 1, n_tokens), -np.inf)
    values[group, rank] = live.value[:, None] + ranked
    values = values.reshape(len(rows), -1)
    n_kept = min(num_beams, values.shape[1])
    best = np.nonzero(is_among_best(values, n_kept))[1].reshape(len(rows), n_kept)
    order = np.argsort(-np.take_along_axis(values, best, 1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, 1)
    value = np.take_along_axis(values, best, 1)
    possible = value > -np.inf
    parent = (first[:, None] + best // n_tokens)[possible]
    token = (best % n_tokens)[possible]
    made = np.hstack([live.made[parent], token[:, None]])
    log_prob = live.log_prob[parent] + log_probs[parent, token]
    row = np.repeat(rows, possible.sum(1))
    return _Live(row, value[possible], log_prob, made), parent


def _n_ending(made: np.ndarray, stops: Stops) -> np.ndarray:
    """Return how many tokens at the end of each beam are a stop sequence, (N,)."""
    lengths = np.zeros(len(made), np.int64)
    if stops:
        may_end = np.isin(made[:, -1], [sequence[-1] for sequence in stops])
        for i in np.flatnonzero(may_end):
            lengths[i] = stop_length(made[i, -len(stops[0]) :].tolist(), stops)
    return lengths


def _set_aside(found: list[Beam], beam: Beam, num_beams: int) -> None:
    """Insert a beam by its score, behind its equals, and keep the ``num_beams`` best."""
    found.append(beam)
    found.sort(key=lambda other: -other.score)
    del found[num_beams:]


def _can_matter(
    row: np.ndarray, reachable: np.ndarray, is_live: np.ndarray, found: Beams, num_beams: int
) -> np.ndarray:
    """Return which beams (N,) are of rows in which a live beam can still be among the best.

    Such a row keeps all its live beams: which of them compete at the next step must not depend on
    the beams set aside.
    """
    worst = np.array([beams[-1].score if len(beams) == num_beams else -np.inf for beams in found])
    hopeful = np.zeros(len(found), bool)
    hopeful[row[is_live & (reachable > worst[row])]] = True
    return hopeful[row]


def _divisor(length: int, length_penalty: float) -> float:
    """Return ``length ** length_penalty``, kept finite and above 0."""
    try:
        return max(float(length) ** length_penalty, 1.0 / _LARGEST)
    except OverflowError:
        return _LARGEST
