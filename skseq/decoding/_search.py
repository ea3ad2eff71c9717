"""Greedy search and sampling: one sequence for each row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._choices import Choose, choose_best, make_sampler
from ._filter_chain import Filter
from ._steps import Step, iterate


class Decoded(NamedTuple):
    """Generated sequences of B rows.

    Attributes
    ----------
    ids : list of B ndarrays of int32
        The tokens generated, without the end token or the stop sequence.
    log_probs : ndarray of float64, shape (B,)
        The log-probability of the sequence under the model, without filter; it includes the end
        token or the stop sequence, if one was reached.
    finished : ndarray of bool, shape (B,)
        Whether the end token or a stop sequence was reached, rather than ``max_new_tokens``.
    """

    ids: list[np.ndarray]
    log_probs: np.ndarray
    finished: np.ndarray


def greedy(
    step: Step,
    state: Any,
    ids: Any,
    *,
    max_new_tokens: int = 200,
    end_id: int | None = None,
    stop: Any = (),
    filter: Filter | None = None,
    history: Any = None,
) -> Decoded:
    """Generate with the most probable token at every step; among equals the lowest id.

    Parameters
    ----------
    step : callable
        ``step(state, ids)`` reads one token of each row, ids (B,), and returns the log-probability
        of every next token, (B, V), and the new state.
    state : None, array, or a nest of arrays
        The state for the first call of ``step``.
    ids : array-like of int, shape (B,)
        The first token that each row reads.
    max_new_tokens : int, default=200
        Most tokens generated in each row; at least 1.
    end_id : int, default=None
        The token that ends a row.
    stop : list of sequences of int, default=()
        Sequences of tokens that end a row.
    filter : callable, default=None
        ``filter(log_probs, history)`` returns the log-probabilities to choose by.
    history : array-like of int, shape (B, t), default=None
        Earlier tokens, for the filter, with -1 for nothing.

    Returns
    -------
    Decoded

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    ValueError
        If an argument is out of range or has a wrong shape, if ``step`` does not return
        log-probabilities, or if no token is possible in a row that is not finished.

    See Also
    --------
    sample : Draws each token by its probability.
    beam_search : Searches for the most probable sequences.
    iterate : Yields tokens while they are generated.

    Examples
    --------
    A model of three tokens that depends only on the last one; 0 ends a row.

    >>> import numpy as np
    >>> from skseq.decoding import greedy
    >>> table = np.log([[0.2, 0.5, 0.3], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1]])
    >>> def step(state, ids):
    ...     return table[ids], state
    >>> done = greedy(step, None, [0, 1], end_id=0)
    >>> done.ids
    [array([1, 2], dtype=int32), array([2], dtype=int32)]
    >>> np.exp(done.log_probs).round(2), done.finished
    (array([0.21, 0.42]), array([ True,  True]))
    """
    return _decode(
        choose_best,
        step,
        state,
        ids,
        max_new_tokens=max_new_tokens,
        end_id=end_id,
        stop=stop,
        filter=filter,
        history=history,
    )


def sample(
    step: Step,
    state: Any,
    ids: Any,
    *,
    max_new_tokens: int = 200,
    end_id: int | None = None,
    stop: Any = (),
    filter: Filter | None = None,
    history: Any = None,
    random_state: int | np.random.Generator | np.random.RandomState | None = None,
) -> Decoded:
    """Generate by drawing every token from the filtered probabilities of the model.

    Parameters
    ----------
    step : callable
        ``step(state, ids)`` reads one token of each row, ids (B,), and returns the log-probability
        of every next token, (B, V), and the new state.
    state : None, array, or a nest of arrays
        The state for the first call of ``step``.
    ids : array-like of int, shape (B,)
        The first token that each row reads.
    max_new_tokens : int, default=200
        Most tokens generated in each row; at least 1.
    end_id : int, default=None
        The token that ends a row.
    stop : list of sequences of int, default=()
        Sequences of tokens that end a row.
    filter : callable, default=None
        ``filter(log_probs, history)`` returns the log-probabilities to draw by.
    history : array-like of int, shape (B, t), default=None
        Earlier tokens, for the filter, with -1 for nothing.
    random_state : int, Generator, RandomState or None, default=None
        One number is drawn for each row and step; an int makes results reproducible. None uses
        NumPy's global generator, as scikit-learn does.

    Returns
    -------
    Decoded

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    ValueError
        If an argument is out of range or has a wrong shape, if ``step`` does not return
        log-probabilities, or if no token is possible in a row that is not finished.

    See Also
    --------
    make_filter : Temperature, top-k, top-p and other constraints.
    greedy : Chooses the most probable token.
    iterate : Yields tokens while they are generated.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import make_filter, sample
    >>> table = np.log([[0.2, 0.5, 0.3], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1]])
    >>> def step(state, ids):
    ...     return table[ids], state
    >>> filter = make_filter(temperature=0.8, forbidden=[0])
    >>> drawn = sample(step, None, [0], max_new_tokens=6, filter=filter, random_state=0)
    >>> drawn.ids, drawn.finished
    ([array([1, 2, 1, 2, 1, 2], dtype=int32)], array([False]))
    """
    return _decode(
        make_sampler(random_state),
        step,
        state,
        ids,
        max_new_tokens=max_new_tokens,
        end_id=end_id,
        stop=stop,
        filter=filter,
        history=history,
    )


def _decode(choose: Choose, step: Step, state: Any, ids: Any, **options: Any) -> Decoded:
    turns = iterate(step, state, ids, choose, **options)
    n_rows = len(ids)
    made: list[list[int]] = [[] for _ in range(n_rows)]
    log_probs = np.zeros(n_rows)
    finished = np.zeros(n_rows, bool)
    for turn in turns:
        log_probs += turn.log_probs
        finished = turn.finished
        for row, tokens in zip(made, turn.tokens, strict=True):
            row += tokens
    return Decoded([np.array(row, np.int32) for row in made], log_probs, finished)
