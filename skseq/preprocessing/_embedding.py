"""The table of vectors that an ``EmbeddingLookup`` attaches to ``Sequences``.

Estimators read ``table`` as initial weights of their embedding layer, and call ``vectors`` where
they need the vectors themselves.
"""

from __future__ import annotations

import numpy as np

from ..vocabulary import UNKNOWN_ID


class Embedding:
    """Vectors for the ids of a vocabulary and, if given, for tokens outside it.

    Parameters
    ----------
    table : ndarray of shape (n_tokens, n_features)
        The vector of each id, float32; row 0 is padding and all zeros.
    extra : ndarray of shape (n_unseen_tokens, n_features) or None, default=None
        The vector of code ``n_tokens + k``; without ``extra`` unseen tokens have the vector of
        ``<unk>``.
    trainable : bool, default=False
        Whether a network may train the table further.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.preprocessing import Embedding
    >>> embedding = Embedding(np.eye(4, 2, dtype=np.float32))
    >>> embedding
    Embedding(4 × 2, frozen)
    >>> embedding.vectors(np.array([0, 1]))
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """

    __slots__ = ("extra", "table", "trainable")

    def __init__(
        self, table: np.ndarray, *, extra: np.ndarray | None = None, trainable: bool = False
    ):
        self.table = table
        self.extra = extra
        self.trainable = trainable

    @property
    def n_features(self) -> int:
        """Length of every vector."""
        return int(self.table.shape[1])

    def vectors(self, codes: np.ndarray) -> np.ndarray:
        """Return the vectors of ``codes``, float32 of shape (len(codes), n_features)."""
        n_tokens = len(self.table)
        is_unseen = codes >= n_tokens
        if not is_unseen.any():
            return np.take(self.table, codes, axis=0)
        found = np.take(self.table, np.where(is_unseen, UNKNOWN_ID, codes), axis=0)
        if self.extra is not None:
            found[is_unseen] = self.extra[codes[is_unseen] - n_tokens]
        return found

    def __repr__(self) -> str:
        n_tokens, n_features = self.table.shape
        extra = "" if self.extra is None else f" + {len(self.extra)} unseen"
        use = "trainable" if self.trainable else "frozen"
        return f"Embedding({n_tokens}{extra} × {n_features}, {use})"
