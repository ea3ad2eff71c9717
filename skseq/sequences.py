"""``Sequences``: the type of data between transformers and estimators.

The steps of all sequences are stored in one array, one sequence after the other, with offsets.
Padding is added only when an array is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .vocabulary import UNKNOWN_ID, Vocabulary

_SIDES = ("pre", "post")


class Sequences:
    """Immutable collection of sequences of different lengths.

    Each sequence consists of token ids (int32) or of feature vectors (float32), one for each step.
    The collection is indexed by sample like an array: ``X[3]`` is one sequence; ``X[[0, 2]]``,
    ``X[mask]``, ``X[1:5]`` and ``X[rows, ...]`` are smaller collections. So it can be used with
    ``Pipeline``, ``GridSearchCV`` and ``train_test_split``. ``np.asarray(X)`` is the padded array.
    Make one with :meth:`from_lists`, :meth:`from_padded` or :meth:`from_array`; the arguments of
    the constructor are the flat array and the offsets.

    Parameters
    ----------
    values : ndarray of shape (total_steps,) or (total_steps, n_features)
        Ids (kept as int32) or features (kept as float32) of all sequences, one after the other.
    offsets : ndarray of shape (n_samples + 1,)
        Sequence ``i`` is ``values[offsets[i]:offsets[i + 1]]``.
    vocabulary : Vocabulary or None, default=None
        The tokens of the ids.
    unseen_tokens : sequence of str, default=()
        Tokens outside the vocabulary. ``values`` may hold ``len(vocabulary) + k`` for
        ``unseen_tokens[k]``. It counts as 1 (``<unk>``), except for an ``EmbeddingLookup`` that
        has a vector for the token.
    embedding : object or None, default=None
        The vectors that an ``EmbeddingLookup`` attached.
    n_steps : int or None, default=None
        Number of steps of the padded array; None is the length of the longest sequence.
    padding : {"pre", "post"}, default="pre"
        The side on which the padded array is filled with zeros.

    Attributes
    ----------
    lengths : ndarray of shape (n_samples,)
        Number of steps of each sequence.
    shape : tuple
        Shape of the padded array.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import Sequences
    >>> X = Sequences.from_lists([[5, 6, 7], [8]])
    >>> X
    Sequences(2 sequences of 1 to 3 ids)
    >>> np.asarray(X)
    array([[5, 6, 7],
           [0, 0, 8]], dtype=int32)
    >>> X[[1]].lengths
    array([1])
    """

    def __init__(
        self,
        values: np.ndarray,
        offsets: np.ndarray,
        *,
        vocabulary: Vocabulary | None = None,
        unseen_tokens: Sequence[str] = (),
        embedding: Any = None,
        n_steps: int | None = None,
        padding: str = "pre",
    ):
        values, offsets = np.asarray(values), np.asarray(offsets, dtype=np.int64)
        if values.ndim not in (1, 2):
            raise ValueError(
                f"values must have shape (total_steps,) or (total_steps, n_features), "
                f"got {values.shape}."
            )
        if offsets.ndim != 1 or len(offsets) < 1 or np.any(np.diff(offsets) < 0):
            raise ValueError("offsets must be one-dimensional and must not decrease.")
        if offsets[0] != 0 or offsets[-1] != len(values):
            raise ValueError(
                f"offsets must run from 0 to len(values) = {len(values)}, "
                f"got {offsets[0]} to {offsets[-1]}."
            )
        if padding not in _SIDES:
            raise ValueError(f"padding must be 'pre' or 'post', got {padding!r}.")
        is_ids = values.ndim == 1 and values.dtype.kind in "iu"
        self._codes = values.astype(np.int32 if is_ids else np.float32, copy=False)
        self._offsets = offsets
        self._vocabulary = vocabulary
        self._unseen_tokens = tuple(unseen_tokens)
        self._embedding = embedding
        self._n_steps = n_steps
        self._padding = padding
        for array in (self._codes, self._offsets):
            if array.flags.owndata:
                array.flags.writeable = False

    # ---------------------------------------------------------------- makers
    @classmethod
    def from_lists(cls, rows: Iterable[Any], **attributes: Any) -> Sequences:
        """Make sequences from an iterable of lists of ids or of (n_steps, n_features) arrays."""
        arrays = [np.asarray(row) for row in rows]
        lengths = np.fromiter((len(a) for a in arrays), np.int64, len(arrays))
        full = [a for a in arrays if len(a)]
        dimensions = {a.shape[1:] for a in full}
        if len(dimensions) > 1:
            raise ValueError(
                "All sequences need the same number of features per step, "
                f"got {sorted(dimensions)}."
            )
        values = np.concatenate(full) if full else np.zeros(0, np.int32)
        if values.ndim > 2:
            raise ValueError(
                "A sequence must be one-dimensional (ids) or of shape (n_steps, n_features), "
                f"got steps of shape {values.shape[1:]}; flatten each step first."
            )
        if values.ndim == 1 and values.dtype.kind not in "iub":
            values = values.reshape(-1, 1)  # one number per step is one feature per step
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]), **attributes)

    @classmethod
    def from_padded(cls, ids: Any, **attributes: Any) -> Sequences:
        """Make sequences from an integer array (n_samples, n_steps) where 0 is padding.

        All zeros are dropped, also those inside a sequence, as masking them would do.
        """
        ids = np.asarray(ids)
        if ids.ndim != 2 or ids.dtype.kind not in "iu":
            raise ValueError(
                f"from_padded expects a 2-D integer array, got {ids.ndim}-D {ids.dtype}."
            )
        real = ids != 0
        offsets = np.concatenate([[0], np.cumsum(real.sum(axis=1))])
        attributes.setdefault("n_steps", ids.shape[1])
        return cls(ids[real], offsets, **attributes)

    @classmethod
    def from_array(cls, X: Any, **attributes: Any) -> Sequences:
        """Make sequences of equal length from (n_samples, n_steps[, n_features]) numbers."""
        X = np.asarray(X)
        if X.ndim not in (2, 3):
            raise ValueError(f"from_array expects a 2-D or 3-D array, got {X.ndim}-D.")
        n_samples, n_steps = X.shape[:2]
        n_features = X.shape[2] if X.ndim == 3 else 1
        values = np.ascontiguousarray(X, np.float32).reshape(n_samples * n_steps, n_features)
        attributes.setdefault("n_steps", n_steps)
        return cls(values, np.arange(n_samples + 1) * n_steps, **attributes)

    def replace(self, **changes: Any) -> Sequences:
        """Return a copy with some of the constructor's arguments changed; arrays are shared."""
        parts = {
            "values": self._codes,
            "offsets": self._offsets,
            "vocabulary": self._vocabulary,
            "unseen_tokens": self._unseen_tokens,
            "embedding": self._embedding,
            "n_steps": self._n_steps,
            "padding": self._padding,
        }
        return Sequences(**{**parts, **changes})

    # ------------------------------------------------------------ properties
    @property
    def values(self) -> np.ndarray:
        """Ids (total_steps,), 1 for unseen tokens, or features (total_steps, n_features)."""
        return self._hide_unseen(self._codes)

    @property
    def codes(self) -> np.ndarray:
        """Like ``values``, but with ``len(vocabulary) + k`` for ``unseen_tokens[k]``."""
        return self._codes

    @property
    def offsets(self) -> np.ndarray:
        """Where each sequence starts, int64 of shape (n_samples + 1,)."""
        return self._offsets

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self._offsets)

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The tokens of the ids, or None."""
        return self._vocabulary

    @property
    def unseen_tokens(self) -> tuple[str, ...]:
        """Tokens outside the vocabulary that these sequences contain."""
        return self._unseen_tokens

    @property
    def embedding(self) -> Any:
        """The vectors attached by an ``EmbeddingLookup``, or None."""
        return self._embedding

    @property
    def n_steps(self) -> int | None:
        """The fixed number of steps of the padded array, or None."""
        return self._n_steps

    @property
    def padding(self) -> str:
        """The side that is filled with zeros in the padded array."""
        return self._padding

    @property
    def is_ids(self) -> bool:
        """Whether the steps are token ids rather than feature vectors."""
        return self._codes.ndim == 1 and self._codes.dtype == np.int32

    @property
    def shape(self) -> tuple[int, ...]:
        width = self._n_steps
        if width is None:
            width = int(self.lengths.max(initial=0))
        if self._embedding is not None:
            return len(self), width, self._embedding.n_features
        return (len(self), width, *self._codes.shape[1:])

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Memory of ids or features and of offsets, in bytes."""
        return self._codes.nbytes + self._offsets.nbytes

    # -------------------------------------------------------------- protocol
    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            if len(key) != 2 or key[1] is not Ellipsis:
                raise IndexError(
                    "Sequences are indexed by sample only: X[rows] or X[rows, ...]; "
                    "use np.asarray(X) to index steps."
                )
            key = key[0]
        if isinstance(key, (int, np.integer)):
            n = len(self)
            if not -n <= key < n:
                raise IndexError(f"index {key} is out of bounds for {n} sequences.")
            start = int(key) % n
            return self._hide_unseen(self._codes[self._offsets[start] : self._offsets[start + 1]])
        rows = np.arange(len(self))[key]
        return self._take(rows)

    def _hide_unseen(self, codes: np.ndarray) -> np.ndarray:
        if not self._unseen_tokens or self._vocabulary is None:
            return codes
        return np.where(codes < len(self._vocabulary), codes, np.int32(UNKNOWN_ID))

    def _take(self, rows: np.ndarray) -> Sequences:
        steps, offsets = gather_steps(self._offsets, rows)
        return self.replace(values=self._codes[steps], offsets=offsets)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("np.asarray(Sequences) always makes a new, padded array.")
        n, width = self.shape[:2]
        lengths = np.minimum(self.lengths, width)
        # A sequence longer than n_steps keeps its last steps, like Padder's default.
        steps, _ = gather_steps(self._offsets, np.arange(n), lengths)
        columns = np.arange(width)
        real = (
            columns < lengths[:, None]
            if self._padding == "post"
            else columns >= width - lengths[:, None]
        )
        if self._embedding is None:
            values = self._hide_unseen(self._codes[steps])
        else:
            values = self._embedding.vectors(self._codes[steps])
        out = np.zeros((n, width, *values.shape[1:]), dtype=values.dtype)
        out[real] = values
        return out if dtype is None else out.astype(dtype, copy=False)

    def __repr__(self) -> str:
        lengths = self.lengths
        span = f"{lengths.min()} to {lengths.max()}" if len(lengths) else "0"
        kind = "ids" if self.is_ids else f"steps × {self._codes.shape[-1]} features"
        extra = ""
        if self._n_steps is not None:
            extra += f", n_steps={self._n_steps}"
        if self._vocabulary is not None:
            extra += f", vocabulary of {len(self._vocabulary)}"
        if self._embedding is not None:
            extra += f", {self._embedding!r}"
        return f"Sequences({len(self)} sequences of {span} {kind}{extra})"

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Sequences):
            return NotImplemented
        return (
            self._vocabulary == other._vocabulary
            and np.array_equal(self._offsets, other._offsets)
            and np.array_equal(self.values, other.values)
        )

    __hash__ = None  # type: ignore[assignment]


def gather_steps(
    offsets: np.ndarray, rows: np.ndarray, lengths: np.ndarray | None = None, first: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the flat positions of the steps of ``rows`` and the offsets of the result.

    ``lengths`` limits the steps of each row: to its last ones, or with ``first`` to its first ones.
    """
    starts, ends = offsets[:-1][rows], offsets[1:][rows]
    if lengths is None:
        lengths = ends - starts
    elif not first:
        starts = ends - lengths
    new = np.concatenate([[0], np.cumsum(lengths)])
    total = int(new[-1])
    return np.arange(total) + np.repeat(starts - new[:-1], lengths), new
