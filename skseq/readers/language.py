"""How a language model reads documents: tokens between start and end, as ids, with a condition."""

from __future__ import annotations

import functools
from collections.abc import Sized
from typing import Any

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_consistent_length

from ..batches.batching import InputFunction, identity
from ..batches.slices import Slices
from ..decoding._log_probabilities import token_penalty
from ..preprocessing import EmbeddingLookup
from ..sequences import Sequences
from ..vocabulary import UNKNOWN_ID, Vocabulary
from .base import Reader
from .embedding_size import embedding_width, spare_rows, with_spare_rows


class LanguageReader(Reader):
    """Turns documents into ids, each document between ``<s>`` and ``<e>``.

    Parameters
    ----------
    documents : TextDocuments or SymbolDocuments
        Turns documents into ids, from start to end, and tokens into documents again.
    embedding_dim : int or "auto"
        Width of the embedding.
    vectors : object or None
        What an ``EmbeddingLookup`` takes, to start the embedding from.

    Attributes
    ----------
    n_tokens : int
        Size of the vocabulary.
    n_rows : int
        Number of rows of the embedding and of outputs: ``n_tokens`` rounded up, so that folds whose
        vocabularies differ a little share one compiled network.
    embedding_dim : int
        Width of the embedding.
    knows_unknown : bool
        Whether documents held tokens outside the vocabulary, so that ``<unk>`` is learned.
    conditions : ndarray of shape (n_conditions,) or None
        What a document may be conditioned on, in sorted order.
    """

    n_tokens: int
    n_rows: int
    embedding_dim: int | None
    knows_unknown: bool
    vocabulary: Vocabulary
    conditions: np.ndarray | None = None

    def __init__(self, documents: Any, embedding_dim: int | str, vectors: Any = None):
        self.documents = documents
        self._wanted = embedding_dim, vectors

    # ---------------------------------------------------------------- documents
    def read_first(self, X: Any) -> Sequences:
        """Learn the vocabulary and return the ids."""
        ids = self.documents.fit_transform(X)
        self.vocabulary = self.documents.vocabulary_
        self.n_tokens = len(self.vocabulary)
        self.n_rows = spare_rows(self.n_tokens)
        self.knows_unknown = bool((ids.values == UNKNOWN_ID).any())
        embedding_dim, vectors = self._wanted
        self._table: np.ndarray | None = None
        if vectors is not None:
            lookup = EmbeddingLookup(vectors, oov="random", random_state=0)
            self._table = lookup.fit(ids).table_
            self.embedding_dim = self._table.shape[1]
        else:
            self.embedding_dim = embedding_width(embedding_dim, self.n_tokens)
        return ids

    def read(self, X: Any, name: str = "X") -> Sequences:
        """Return the ids of further documents."""
        return self.documents.transform(X, name)

    def read_to_train_on(self, X: Any) -> Sequences:
        """Return the ids of further documents, whose unknown tokens will be learned."""
        ids = self.read(X)
        self.knows_unknown = self.knows_unknown or bool((ids.values == UNKNOWN_ID).any())
        return ids

    def read_known(self, X: Any, name: str) -> Sequences:
        """Return the ids of documents whose tokens the model must know.

        Raises
        ------
        ValueError
            For tokens never seen, unless the model has learned what an unknown token means.
        """
        ids = self.read(X, name)
        is_unknown = ids.values == UNKNOWN_ID
        if self.knows_unknown or not is_unknown.any():
            return ids
        sample = int(np.searchsorted(ids.offsets, np.argmax(is_unknown), side="right")) - 1
        unseen = sorted(ids.unseen_tokens, key=repr)
        raise ValueError(
            f"{name} holds tokens that were not seen in fit, first in {name}[{sample}]: "
            f"{unseen!r:.200}. Leave them out, or fit with min_count or max_tokens, so that "
            "unknown tokens are learned."
        )

    # --------------------------------------------------------------- conditions
    def set_conditions(self, y: Any, classes: Any = None) -> None:
        """Learn from ``y`` what documents may be conditioned on; None means nothing."""
        if y is None:
            return
        self.conditions = np.unique(_as_labels(y, "y") if classes is None else np.asarray(classes))

    def condition_numbers(self, y: Any, X: Sized, name: str = "y") -> np.ndarray:
        """Return the number of each document's condition, (n_samples,); zeros without conditions.

        Raises
        ------
        ValueError
            If conditions are missing, not wanted, unknown or not one a document.
        """
        if self.conditions is None:
            if y is not None:
                raise ValueError(
                    f"{name} was given, but fit saw documents without conditions; leave it out."
                )
            return np.zeros(len(X), np.int64)
        known = self.conditions.tolist()
        if y is None:
            raise ValueError(
                f"{name} is missing: fit saw a condition for each document, one of {known!r:.200}."
            )
        y = _as_labels(y, name)
        check_consistent_length(X, y)
        unseen = sorted(set(y.tolist()) - set(known), key=repr)
        if unseen:
            raise ValueError(
                f"{name} holds conditions {unseen!r:.200} that were not seen in fit; known are "
                f"{known!r:.200}."
            )
        return np.searchsorted(self.conditions, y)

    # ------------------------------------------------------------------ network
    def codes(self, X: Sequences, conditions: np.ndarray) -> np.ndarray:
        """Return ids and conditions (n_samples,) as one number for each step."""
        codes = X.values.astype(np.int32, copy=False)
        if self.conditions is None:
            return codes
        return codes + np.repeat(conditions * self.n_rows, X.lengths).astype(np.int32)

    def input_functions(self, X: Sequences | Slices) -> list[InputFunction]:
        """Return what makes the network's inputs from :meth:`codes`."""
        if self.conditions is None:
            return [identity]
        return [
            functools.partial(_remainder, self.n_rows),
            functools.partial(_quotient, self.n_rows),
        ]

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its input."""
        n_conditions = None if self.conditions is None else len(self.conditions)
        return {
            "n_tokens": self.n_rows,
            "n_outputs": self.n_rows,
            "embedding_dim": self.embedding_dim,
            "n_conditions": n_conditions,
        }

    def initial_weights(self, X: Any) -> dict[str, Any]:
        """Return initial weights by layer: what cannot come next, and the vectors given."""
        penalty = token_penalty(self.n_tokens, self.n_rows)
        found: dict[str, Any] = {"output": {"penalty": penalty}}
        if self._table is not None:
            found["embedding"] = [with_spare_rows(self._table, self.n_rows)]
        return found


def _as_labels(y: Any, name: str) -> np.ndarray:
    if isinstance(y, str):
        raise ValueError(f"{name} is one str; expected a list with a condition for each document.")
    y = column_or_1d(np.asarray(y))
    if y.dtype.kind == "O" and len({type(label) for label in y}) > 1:
        raise ValueError(f"{name} mixes types of conditions; use one type, e.g. str.")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError(f"{name} contains NaN or infinity; conditions are labels.")
    return y


def _remainder(n_rows: int, codes: np.ndarray) -> np.ndarray:
    return codes % n_rows


def _quotient(n_rows: int, codes: np.ndarray) -> np.ndarray:
    return codes // n_rows
