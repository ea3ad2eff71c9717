"""Greedy decoding and log-likelihood of connectionist temporal classification (CTC).

An alignment gives each frame a label or the blank. Its label sequence is what remains after
repetitions are merged and then blanks removed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._checks import are_log_probs, check_id, check_id_list


def ctc_greedy(log_probs: Any, *, blank: int = 0) -> np.ndarray:
    """Return the label sequence of the most probable alignment.

    This is fast. It is also the most probable label sequence where the network is certain of every
    frame. Otherwise the alignments of another sequence may be more probable in sum; see
    ``ctc_beam_search``.

    Parameters
    ----------
    log_probs : array-like of float, shape (T, n_classes)
        The log-probability of every class in each frame; T may be 0.
    blank : int, default=0
        The class of no label.

    Returns
    -------
    ndarray of int32, shape (n_labels,)
        Among equally probable classes the lowest counts.

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    ValueError
        If ``log_probs`` has another shape, NaN or numbers above 0, if ``blank`` is not a class, or
        if every class is impossible in a frame.

    See Also
    --------
    ctc_beam_search : The most probable sequences, also with a language model.
    ctc_log_likelihood : The log-probability of a given sequence.

    References
    ----------
    Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with
    Recurrent Neural Networks", ICML 2006.

    Examples
    --------
    Five frames: 1, 1, blank, 1, 2.

    >>> import numpy as np
    >>> from skseq.decoding import ctc_greedy
    >>> probs = np.full((5, 3), 0.1)
    >>> probs[range(5), [1, 1, 0, 1, 2]] = 0.8
    >>> ctc_greedy(np.log(probs))
    array([1, 1, 2], dtype=int32)
    """
    log_probs = check_frames(log_probs, blank)
    impossible = np.flatnonzero(log_probs.max(axis=1) == -np.inf)
    if len(impossible):
        raise no_sequence(int(impossible[0]), "what log_probs allows there")
    best = np.argmax(log_probs, axis=1)
    is_new = np.ones(len(best), bool)
    is_new[1:] = best[1:] != best[:-1]
    return best[is_new & (best != blank)].astype(np.int32)


def ctc_log_likelihood(log_probs: Any, ids: Any, *, blank: int = 0) -> float:
    """Return the log-probability of a label sequence, summed over all its alignments.

    Parameters
    ----------
    log_probs : array-like of float, shape (T, n_classes)
        The log-probability of every class in each frame; T may be 0.
    ids : array-like of int, shape (n_labels,)
        The labels, without blanks; it may be empty.
    blank : int, default=0
        The class of no label.

    Returns
    -------
    float
        A natural logarithm. Minus infinity if the sequence needs more frames than there are: one
        for each label, and one more between two equal labels in a row.

    Raises
    ------
    TypeError
        If an argument has a wrong type.
    ValueError
        If ``log_probs`` has another shape, NaN or numbers above 0, or if a label or ``blank`` is
        not a class.

    See Also
    --------
    ctc_beam_search : Searches for the sequence of the highest log-likelihood.

    References
    ----------
    Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with
    Recurrent Neural Networks", ICML 2006.

    Examples
    --------
    One label in two frames: before a blank, after one, or twice.

    >>> import numpy as np
    >>> from skseq.decoding import ctc_log_likelihood
    >>> log_probs = np.log([[0.4, 0.6], [0.7, 0.3]])
    >>> np.exp([ctc_log_likelihood(log_probs, [1])]).round(2)
    array([0.72])
    >>> ctc_log_likelihood(log_probs, [1, 1])
    -inf
    """
    log_probs = check_frames(log_probs, blank)
    labels = _check_labels(ids, log_probs.shape[1], blank)
    # Blanks are before, between and after the labels. A place is reached from itself and from the
    # place before; a label also from the label before, unless they are equal.
    places = np.full(2 * len(labels) + 1, blank)
    places[1::2] = labels
    may_skip = np.zeros(len(places), bool)
    may_skip[3::2] = labels[1:] != labels[:-1]
    skipped_to = np.flatnonzero(may_skip)
    # Before the first frame; from there the first blank and the first label are reached.
    total = np.full(len(places), -np.inf)
    total[0] = 0.0
    for emitted in log_probs[:, places].astype(np.float64):
        reached = total.copy()
        reached[1:] = np.logaddexp(reached[1:], total[:-1])
        reached[skipped_to] = np.logaddexp(reached[skipped_to], total[skipped_to - 2])
        total = reached + emitted
    return float(np.logaddexp.reduce(total[-2:]))


def check_frames(log_probs: Any, blank: Any) -> np.ndarray:
    """Return the log-probabilities of frames, floats (T, n_classes), of which one is the blank."""
    try:
        log_probs = np.asarray(log_probs)
    except ValueError as error:
        raise ValueError(
            "log_probs has frames of different lengths; expected (T, n_classes), the same classes "
            "in every frame."
        ) from error
    if log_probs.ndim != 2 or not log_probs.shape[1]:
        advice = " Pass the frames of one sequence at a time." if log_probs.ndim == 3 else ""
        raise ValueError(
            f"log_probs has the shape {log_probs.shape}; expected (T, n_classes), one row for each "
            f"frame.{advice}"
        )
    if log_probs.dtype.kind != "f":
        raise TypeError(f"log_probs holds {log_probs.dtype}; expected log-probabilities, floats.")
    if not are_log_probs(log_probs):
        raise ValueError(
            "log_probs holds NaN or a number above 0; expected natural logarithms of "
            "probabilities. Take the logarithm of probabilities, the log-softmax of logits."
        )
    if check_id(blank, "blank") >= log_probs.shape[1]:
        raise ValueError(
            f"blank is {blank}, but log_probs has {log_probs.shape[1]} columns, for the classes 0 "
            f"to {log_probs.shape[1] - 1}."
        )
    return log_probs


def no_sequence(frame: int, excluding: str) -> ValueError:
    """Return the error for a frame in which no class is possible."""
    return ValueError(
        f"No sequence is possible at frame {frame}: {excluding} excludes every class. Check for "
        "rows of minus infinity."
    )


def _check_labels(ids: Any, n_classes: int, blank: int) -> np.ndarray:
    """Return labels, int64 (n_labels,); each is a class other than the blank."""
    labels = check_id_list(ids, "ids")
    if labels.size and labels.max() >= n_classes:
        raise ValueError(
            f"ids holds {labels.max()}, but log_probs has {n_classes} columns, for the classes 0 "
            f"to {n_classes - 1}."
        )
    if (labels == blank).any():
        raise ValueError(f"ids holds the blank, {blank}; expected labels only.")
    return labels
