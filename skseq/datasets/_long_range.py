"""Sentences whose label is a word far from their end."""

from __future__ import annotations

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._numbers import check_integer, check_n_samples

_CLUES = ("north", "south")
_FILLERS = tuple(
    [
        "and",
        "but",
        "while",
        "over",
        "under",
        "near",
        "past",
        "some",
        "many",
        "old",
        "new",
        "calm",
        "wide",
        "grey",
        "river",
        "hill",
        "road",
        "sheep",
        "wind",
        "rain",
    ]
)
_LONGEST_OPENING = 10


def make_long_range_sentences(
    n_samples: int = 1000,
    *,
    distance: int = 10,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[list[str], np.ndarray]:
    """Generate sentences whose label is a word at a given distance from their end.

    Every sentence has the clues "north" and "south" once each, among fillers without meaning. The
    label is the second clue, ``distance`` words before the last word; the first is a distractor. A
    network that reads the sentence has to remember a clue over at least ``distance`` words. There
    is no other sign of the label: apart from their order the words are the same for both labels,
    the lengths vary, and the words after the clue have the same distribution.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of sentences.
    distance : int, default=10
        Words from the clue to the last word, 1 or more: ``words[-1 - distance]`` is the clue.
    random_state : int, RandomState instance or None, default=None
        An int gives the same sentences in every call; one number is drawn from a RandomState;
        None gives others every time. The global generator is not used.

    Returns
    -------
    X : list of str
        Sentences of ``distance + 2`` to ``distance + 11`` words, separated by blanks. There are
        20 different fillers besides the two clues.
    y : ndarray of str, shape (n_samples,)
        "north" or "south", each for half of the sentences (the odd one is "north").

    Raises
    ------
    ValueError
        If a number is too small, or ``random_state`` is invalid.
    TypeError
        If a number is not an integer.

    See Also
    --------
    make_gene_sequences : Labels of steps that are decided far away.

    Notes
    -----
    The opening of a sentence has 1 to 10 words, and the distractor is one of them; both are drawn
    uniformly. All other words are drawn from the fillers independently. Chance is an accuracy of
    0.5. The accuracy of simple, GRU and LSTM networks as a function of ``distance`` shows how far
    each can remember.

    References
    ----------
    Sepp Hochreiter and Jürgen Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8),
    1997, https://doi.org/10.1162/neco.1997.9.8.1735: tasks with long time lags, of which this is
    a simple one.

    Examples
    --------
    >>> from skseq.datasets import make_long_range_sentences
    >>> X, y = make_long_range_sentences(2, distance=4, random_state=0)
    >>> for sentence in X:
    ...     print(sentence)
    north over over some old rain south under past wide but
    near south north old rain road rain
    >>> [sentence.split()[-5] for sentence in X], y.tolist()
    (['south', 'north'], ['south', 'north'])
    """
    check_n_samples(n_samples)
    check_integer(distance, "distance", at_least=1)
    # The legacy generator: its stream is frozen, so a seed always gives the same sentences.
    rng = np.random.RandomState(draw_seed(random_state))
    labels = rng.permutation(np.arange(n_samples) % 2)
    X = [_draw_sentence(rng, label, distance) for label in labels]
    return X, np.array(_CLUES)[labels]


def _draw_sentence(rng: np.random.RandomState, label: int, distance: int) -> str:
    n_opening = rng.randint(1, _LONGEST_OPENING + 1)
    words = [_FILLERS[i] for i in rng.randint(len(_FILLERS), size=n_opening + 1 + distance)]
    words[rng.randint(n_opening)] = _CLUES[1 - label]
    words[n_opening] = _CLUES[label]
    return " ".join(words)
