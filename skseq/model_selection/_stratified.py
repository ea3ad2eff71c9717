"""``StratifiedSequenceKFold``: folds in which each label has the same share of the steps."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_consistent_length

from .._seeding import draw_seed

_FLAT_REMEDY = (
    "If y holds one class for each sequence, use sklearn.model_selection.StratifiedKFold."
)


class StratifiedSequenceKFold(BaseCrossValidator):
    """K-fold cross-validator that distributes the labels of steps evenly over the folds.

    It is for targets with one label for each step, such as the tags of words. Sequences stay whole.
    Each fold gets nearly the same number of steps of every label; rare labels have priority. The
    numbers of sequences of the folds differ by at most one.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, 2 or more.
    shuffle : bool, default=False
        Whether to draw one of the many even splits. Without it the split is always the same.
    random_state : int, RandomState instance or None, default=None
        With ``shuffle=True``, an int makes the split reproducible. The global generator is not
        used.

    Raises
    ------
    ValueError
        If ``n_splits`` is less than 2, ``shuffle`` is not a bool, or ``random_state`` is given
        without ``shuffle``.

    See Also
    --------
    sklearn.model_selection.StratifiedKFold : For one class for each sequence.

    Notes
    -----
    This is the iterative stratification of [1]_, applied to the number of steps of each label. The
    label with the fewest sequences left comes first, and each of its sequences goes to the fold
    that still needs most steps of the label. A label with fewer sequences than folds is missing in
    some folds; that is usual for tags and no reason for a warning.

    References
    ----------
    .. [1] Konstantinos Sechidis, Grigorios Tsoumakas and Ioannis Vlahavas, "On the Stratification
       of Multi-Label Data", ECML PKDD 2011, https://doi.org/10.1007/978-3-642-23808-6_10.

    Examples
    --------
    >>> from skseq.model_selection import StratifiedSequenceKFold
    >>> X = [["Ana", "sings"], ["It", "rains"], ["Rome"], ["Peter", "met", "Eve"], ["No"], ["Ah"]]
    >>> y = [["PER", "O"], ["O", "O"], ["LOC"], ["PER", "O", "PER"], ["O"], ["O"]]
    >>> cv = StratifiedSequenceKFold(n_splits=2)
    >>> for train, test in cv.split(X, y):
    ...     print([y[i] for i in test])
    [['PER', 'O'], ['LOC'], ['O']]
    [['O', 'O'], ['PER', 'O', 'PER'], ['O']]
    >>> cv
    StratifiedSequenceKFold(n_splits=2, random_state=None, shuffle=False)
    """

    n_splits: int
    shuffle: bool
    random_state: int | np.random.RandomState | None

    def __init__(
        self,
        n_splits: int = 5,
        *,
        shuffle: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ):
        if isinstance(n_splits, bool) or not isinstance(n_splits, Integral) or n_splits < 2:
            raise ValueError(f"n_splits is {n_splits!r}; expected the number of folds, 2 or more.")
        if not isinstance(shuffle, (bool, np.bool_)):
            raise ValueError(f"shuffle is {shuffle!r}; expected True or False.")
        if random_state is not None and not shuffle:
            raise ValueError(
                f"random_state is {random_state!r} but shuffle is False, so that it has no effect. "
                "Pass shuffle=True, or leave random_state out."
            )
        self.n_splits = int(n_splits)
        self.shuffle = shuffle
        self.random_state = random_state

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object
            Ignored.

        Returns
        -------
        n_splits : int
        """
        return self.n_splits

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Generate the indices of each fold and of the rest.

        Parameters
        ----------
        X : list, array or Sequences of n_samples
            The sequences; only their number matters.
        y : list or array of n_samples sequences of labels
            One label for each step: lists, arrays, or strings with one character for each step.
        groups : None
            Ignored.

        Yields
        ------
        train : ndarray of shape (n_train,)
            The sequences outside the fold, in order.
        test : ndarray of shape (n_test,)
            The sequences of the fold, in order.

        Raises
        ------
        ValueError
            If ``y`` is missing or has no sequences, ``X`` and ``y`` differ in length, or there are
            fewer sequences than folds.
        """
        # Not a generator itself, so that errors are raised by the call and not by the first fold.
        counts = _count_labels(X, y)
        n_samples = counts.shape[0]
        if self.n_splits > n_samples:
            raise ValueError(
                f"n_splits is {self.n_splits} and there are {n_samples} sequences; expected at "
                "least one sequence a fold. Lower n_splits."
            )
        order = np.arange(n_samples)
        if self.shuffle:
            order = np.random.RandomState(draw_seed(self.random_state)).permutation(n_samples)
        folds = np.empty(n_samples, dtype=np.intp)
        folds[order] = _deal(counts[order], self.n_splits)
        return (
            (np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(self.n_splits)
        )


def _count_labels(X: Any, y: Any) -> csr_matrix:
    """Return how many steps of each label (columns) each sequence (rows) has."""
    if y is None:
        raise ValueError(
            "y is None; expected the labels of the steps, which are what is spread over the "
            "folds. Pass y, or use sklearn.model_selection.KFold."
        )
    check_consistent_length(X, y)
    y = y.to_numpy() if hasattr(y, "to_numpy") else y  # a table would give its columns
    columns: dict[Any, int] = {}
    steps: list[int] = []
    offsets = [0]
    for i, labels in enumerate(y):
        steps += [columns.setdefault(label, len(columns)) for label in _to_labels(i, labels)]
        offsets.append(len(steps))
        _check_string(i, labels, X)
    shape = (len(offsets) - 1, max(1, len(columns)))
    counts = csr_matrix((np.ones(len(steps)), steps, offsets), shape=shape)
    counts.sum_duplicates()
    return counts


def _to_labels(i: int, labels: Any) -> list[Any]:
    labels = labels.tolist() if hasattr(labels, "tolist") else labels
    if not isinstance(labels, (list, tuple, str)):
        raise ValueError(
            f"y[{i}] is {labels!r} of type {type(labels).__name__}; expected a list, array or "
            f"string with one label for each step. {_FLAT_REMEDY}"
        )
    if any(isinstance(label, (list, dict, set, np.ndarray)) for label in labels):
        raise ValueError(
            f"y[{i}] holds {next(iter(labels))!r}; expected one label for each step, such as a str "
            "or int. Encode several labels of a step as one, e.g. as a tuple."
        )
    return list(labels)


def _check_string(i: int, labels: Any, X: Any) -> None:
    """Raise an error for a string that names the class of a whole sequence.

    Only strings are checked: whether a list of labels matches a text depends on its tokenizer.
    """
    if X is None or not isinstance(labels, str):
        return
    sequence = X.iloc[i] if hasattr(X, "iloc") else X[i]
    if hasattr(sequence, "__len__") and len(sequence) != len(labels):
        raise ValueError(
            f"y[{i}] is the string {labels!r} of {len(labels)} labels and X[{i}] has "
            f"{len(sequence)} steps; expected one label for each step. {_FLAT_REMEDY}"
        )


def _deal(counts: csr_matrix, n_splits: int) -> np.ndarray:
    """Return the fold of each sequence."""
    n_samples, n_labels = counts.shape
    by_label: csc_matrix = counts.tocsc()
    folds = np.full(n_samples, -1, dtype=np.intp)
    rooms = _Rooms(n_samples, n_splits)
    # Steps of each label that each fold still needs.
    lacking = np.tile(np.asarray(counts.sum(axis=0)).ravel() / n_splits, (n_splits, 1))
    undealt = np.diff(by_label.indptr).astype(float)  # sequences with the label
    undealt[undealt == 0] = np.inf
    for _ in range(n_labels):
        label = int(undealt.argmin())
        if np.isinf(undealt[label]):
            break
        entries = slice(by_label.indptr[label], by_label.indptr[label + 1])
        rows, steps = by_label.indices[entries], by_label.data[entries]
        free = folds[rows] < 0
        rows, steps = rows[free], steps[free]
        # Many steps first, as they are hardest to place; by powers of 2, so that shuffling matters.
        for i in rows[np.argsort(-np.floor(np.log2(steps)), kind="stable")]:
            fold = rooms.take(lacking[:, label])
            folds[i] = fold
            entry = slice(counts.indptr[i], counts.indptr[i + 1])
            lacking[fold, counts.indices[entry]] -= counts.data[entry]
            undealt[counts.indices[entry]] -= 1
        undealt[label] = np.inf
    for i in np.flatnonzero(folds < 0):  # sequences without steps
        folds[i] = rooms.take(np.zeros(n_splits))
    return folds


class _Rooms:
    """Free places for sequences in each fold; the sizes of folds differ by one at most."""

    def __init__(self, n_samples: int, n_splits: int):
        self.free = np.full(n_splits, n_samples // n_splits)
        self.extra = n_samples % n_splits  # folds that may take one more
        self.is_extended = np.zeros(n_splits, dtype=bool)

    def take(self, need: np.ndarray) -> int:
        """Return the fold with the greatest need, among equals the emptiest one."""
        may = self.free > 0
        if self.extra:
            may |= ~self.is_extended
        fold = int(np.lexsort((-self.free, -need, ~may))[0])
        if self.free[fold] > 0:
            self.free[fold] -= 1
        else:
            self.is_extended[fold] = True
            self.extra -= 1
        return fold
