"""The loop that makes sequences grow by one token at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ._checks import check_count, check_log_probs, check_start, no_token
from ._filter_chain import Filter
from ._stops import StopMatcher, check_stops

Step = Callable[[Any, np.ndarray], tuple[Any, Any]]  # (state, ids) -> (log_probs, state)
Choose = Callable[[np.ndarray], np.ndarray]  # log_probs -> ids


class NewTokens(NamedTuple):
    """What one turn of ``iterate`` has made, for B rows.

    Attributes
    ----------
    tokens : list of B lists of int
        The tokens that are now certain to be output: none, one or several of each row.
    log_probs : ndarray of float64, shape (B,)
        The log-probability under the model, unfiltered, of the token chosen in this turn, whether
        or not it is among ``tokens``; 0 for rows that had finished before.
    finished : ndarray of bool, shape (B,)
        Which rows have produced the end token or a stop sequence, now or before.
    """

    tokens: list[list[int]]
    log_probs: np.ndarray
    finished: np.ndarray


def iterate(
    step: Step,
    state: Any,
    ids: Any,
    choose: Choose,
    *,
    max_new_tokens: int,
    end_id: int | None = None,
    stop: Any = (),
    filter: Filter | None = None,
    history: Any = None,
) -> Iterator[NewTokens]:
    """Generate token by token and hand out what is certain as it comes.

    A row is finished once it has produced ``end_id``, or once what it has produced ends with a
    sequence of ``stop``; neither is part of its output. Tokens that may be the beginning of a stop
    sequence are held back until they are not. All rows stay in the batch to the end, so the random
    numbers that one row gets do not depend on when another finishes.

    Parameters
    ----------
    step : callable
        ``step(state, ids)`` reads one token of each row, ids (B,), and returns the log-probability
        of every token to come next, (B, V), and the state after.
    state : None, array, or a nest of arrays
        Handed to the first call of ``step``.
    ids : array-like of int, shape (B,)
        The token each row reads first.
    choose : callable
        ``choose(log_probs)`` returns the next token of each row, (B,): ``choose_best``, or what
        ``make_sampler`` returns.
    max_new_tokens : int
        At least 1. Every row stops after so many tokens.
    end_id : int, default=None
        The token that ends a row.
    stop : list of sequences of int, default=()
        Sequences of tokens that end a row.
    filter : callable, default=None
        ``filter(log_probs, history)`` returns the log-probabilities to choose by.
    history : array-like of int, shape (B, t), default=None
        Tokens of before, for the filter, with -1 for nothing. What is generated is added to them,
        ``ids`` is not.

    Yields
    ------
    NewTokens
        One for each turn. Joined, its ``tokens`` are the output: with the last turn comes
        all that was held back.

    Raises
    ------
    TypeError
        For arguments of wrong types.
    ValueError
        For arguments out of range or of wrong shapes, for a ``step`` that does not return
        log-probabilities, and where no token is possible in a row that is not finished.

    See Also
    --------
    greedy, sample : Whole sequences at once.

    Examples
    --------
    A model that counts to four, and then says 0 for ever; 3 might have begun the stop sequence.

    >>> import numpy as np
    >>> from skseq.decoding import choose_best, iterate
    >>> def step(state, ids):
    ...     return np.where(np.arange(5) == (ids[:, None] + 1) % 5, 0.0, -np.inf), state
    >>> turns = iterate(step, None, [1], choose_best, max_new_tokens=9, end_id=0, stop=[[3, 3]])
    >>> [turn.tokens for turn in turns]
    [[[2]], [[]], [[3, 4]], [[]]]
    """
    ids, history = check_start(ids, history)
    max_new_tokens = check_count(max_new_tokens, "max_new_tokens")
    stops = check_stops(stop, end_id)
    return _turns(step, state, ids, choose, max_new_tokens, stops, filter, history)


def _turns(step, state, ids, choose, max_new_tokens, stops, filter, history):
    n_rows = len(ids)
    matcher = StopMatcher(stops, n_rows)
    largest_id = max((token for sequence in stops for token in sequence), default=-1)
    finished = np.zeros(n_rows, bool)
    n_seen = history.shape[1]
    every_row = np.arange(n_rows)
    for turn in range(max_new_tokens):
        if finished.all():
            return
        log_probs, state = step(state, ids)
        log_probs = check_log_probs(log_probs, n_rows, largest_id)
        likely = log_probs if filter is None else filter(log_probs, history[:, :n_seen])
        ids = choose(likely)
        impossible = ~finished & ~(likely[every_row, ids] > -np.inf)
        if impossible.any():
            raise no_token(int(impossible.argmax()))
        if filter is not None:
            if n_seen == history.shape[1]:  # double the room, so that growing stays cheap
                room = np.full((n_rows, max(n_seen, 16)), -1)
                history = np.concatenate([history, room], axis=1)
            history[:, n_seen] = ids
            n_seen += 1
        chosen = np.where(finished, 0.0, log_probs[every_row, ids])
        tokens, finished = matcher.push(ids)
        if turn + 1 == max_new_tokens:
            tokens = [t + rest for t, rest in zip(tokens, matcher.flush(), strict=True)]
        yield NewTokens(tokens, chosen, finished)
