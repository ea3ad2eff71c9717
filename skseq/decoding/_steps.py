"""The loop that generates one token at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ._checks import check_count, check_log_probs, check_start, no_token
from ._choices import Choose
from ._filter_chain import Filter
from ._stops import StopMatcher, check_stops

Step = Callable[[Any, np.ndarray], tuple[Any, Any]]  # (state, ids) -> (log_probs, state)


class NewTokens(NamedTuple):
    """The tokens of one step of ``iterate``, for B rows.

    Attributes
    ----------
    tokens : list of B lists of int
        The tokens that are now known to be output: none, one or several in each row.
    log_probs : ndarray of float64, shape (B,)
        The log-probability of the token chosen in this step under the model, without filter, even
        if it is not in ``tokens``; 0 for rows that had finished before.
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
    """Generate token by token and yield tokens as soon as they are known to be output.

    A row is finished when it has produced ``end_id`` or a sequence of ``stop``; neither is part of
    its output. Tokens that may begin a stop sequence are held back until it is known whether they
    do. All rows stay in the batch to the end, so the random numbers of one row do not depend on
    when another row finishes.

    Parameters
    ----------
    step : callable
        ``step(state, ids)`` reads one token of each row, ids (B,), and returns the log-probability
        of every next token, (B, V), and the new state.
    state : None, array, or a nest of arrays
        The state for the first call of ``step``.
    ids : array-like of int, shape (B,)
        The first token that each row reads.
    choose : callable
        ``choose(log_probs)`` returns the next token of each row, (B,): ``choose_best``, or what
        ``make_sampler`` returns.
    max_new_tokens : int
        Most tokens generated in each row; at least 1.
    end_id : int, default=None
        The token that ends a row.
    stop : list of sequences of int, default=()
        Sequences of tokens that end a row.
    filter : callable, default=None
        ``filter(log_probs, history)`` returns the log-probabilities to choose by.
    history : array-like of int, shape (B, t), default=None
        Earlier tokens, for the filter, with -1 for nothing. Generated tokens are appended to them;
        ``ids`` are not.

    Yields
    ------
    NewTokens
        One for each step. The output are all ``tokens`` together; those of the last step include
        the tokens held back.

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    ValueError
        If an argument is out of range or has a wrong shape, if ``step`` does not return
        log-probabilities, or if no token is possible in a row that is not finished.

    See Also
    --------
    greedy, sample : Whole sequences at once.

    Examples
    --------
    A model that counts to four and then returns 0. The token 3 is held back, as it may begin the
    stop sequence.

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
