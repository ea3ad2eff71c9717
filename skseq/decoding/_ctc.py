"""What the outputs of a network trained with CTC say, frame by frame.

An alignment gives each frame a label or the blank. It stands for the labels that remain once
repetitions are taken as one and then blanks are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._checks import are_log_probs, check_id, check_id_list


def ctc_greedy(log_probs: Any, *, blank: int = 0) -> np.ndarray:
    """Return the labels that the most probable alignment stands for.

    This is fast, and the best sequence where the network is sure of every frame. Where it is not,
    the alignments of another sequence may be more probable together: see ``ctc_beam_search``.

    Parameters
    ----------
    log_probs : array-like of float, shape (T, n_classes)
        The log-probability of every class in each frame; T may be 0.
    blank : int, default=0
        The class that stands for no label.

    Returns
    -------
    ndarray of int32, shape (n_labels,)
        Of equally probable classes the lowest is taken.

    Raises
    ------
    TypeError
        For arguments of wrong types.
    ValueError
        For another shape, NaN, numbers above 0, a blank that is no class, and where a frame
        excludes every class.

    See Also
    --------
    ctc_beam_search : The most probable sequences, also with a language model.
    ctc_log_likelihood : How probable a sequence is.

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
    """Return the log-probability of labels, that of all their alignments together.

    Parameters
    ----------
    log_probs : array-like of float, shape (T, n_classes)
        The log-probability of every class in each frame; T may be 0.
    ids : array-like of int, shape (n_labels,)
        The labels, none of them the blank; there may be none.
    blank : int, default=0
        The class that stands for no label.

    Returns
    -------
    float
        A natural logarithm; minus infinity where the labels do not fit into the frames, of which
        equal neighbours need one more.

    Raises
    ------
    TypeError
        For arguments of wrong types.
    ValueError
        For another shape, NaN, numbers above 0, and for labels or a blank that are no class.

    See Also
    --------
    ctc_beam_search : Looks for the labels of the highest log-likelihood.

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
    # Blanks stand before, between and after the labels. Each place goes on from itself and from the
    # one before; a label also from the label before, unless they are equal.
    places = np.full(2 * len(labels) + 1, blank)
    places[1::2] = labels
    may_skip = np.zeros(len(places), bool)
    may_skip[3::2] = labels[1:] != labels[:-1]
    skipped_to = np.flatnonzero(may_skip)
    # Before the first frame, from where the first blank and the first label are reached.
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
    """Return labels, int64 (n_labels,), that are classes but not the blank."""
    labels = check_id_list(ids, "ids")
    if labels.size and labels.max() >= n_classes:
        raise ValueError(
            f"ids holds {labels.max()}, but log_probs has {n_classes} columns, for the classes 0 "
            f"to {n_classes - 1}."
        )
    if (labels == blank).any():
        raise ValueError(f"ids holds the blank, {blank}; expected labels only.")
    return labels
