"""How a model from sequence to sequence reads its sources."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..batches.base import BaseBatcher
from ..batches.batching import InputFunction, identity
from ..batches.pair_batching import PairBatcher
from ..batches.pairs import Pairs
from ..batches.slices import Slices
from ..inputs.documents import check_documents
from ..preprocessing import Tokenizer
from ..sequences import Sequences
from ..vocabulary import SPECIAL_TOKENS, Vocabulary
from .base import Reader
from .embedding_size import embedding_width, spare_rows


class SourceReader(Reader):
    """Turns source documents into ids.

    Parameters
    ----------
    tokenizer : Tokenizer
        Unfitted.
    embedding_dim : int, "auto" or None
        Width of the embedding; None leaves it to the network.
    is_plain : bool
        Whether the network's input has one entry for each token and none for special ones.

    Attributes
    ----------
    vocabulary : Vocabulary
        The tokens of sources.
    embedding_dim : int or None
        Width of the embedding.
    """

    vocabulary: Vocabulary
    embedding_dim: int | None

    def __init__(self, tokenizer: Tokenizer, embedding_dim: int | str | None, is_plain: bool):
        self.tokenizer = tokenizer
        self._wanted, self._is_plain = embedding_dim, is_plain

    def read_first(self, X: Any, beside: Any = ()) -> Sequences:
        """Learn the vocabulary, of documents ``beside`` too, and return the ids."""
        documents = check_documents(X)
        self.tokenizer.fit([*documents, *beside])
        self.vocabulary = self.tokenizer.vocabulary_
        n_tokens = len(self.vocabulary)
        self.embedding_dim = embedding_width(self._wanted, n_tokens)
        return self.read(documents)

    def read(self, X: Any, name: str = "X") -> Sequences:
        """Return the ids of further documents.

        Raises
        ------
        ValueError
            For a document without any token, of which nothing could be made.
        """
        ids = self.tokenizer.transform(check_documents(X, name=name))
        is_empty = ids.lengths == 0
        if is_empty.any():
            raise ValueError(
                f"{name} holds {int(is_empty.sum())} empty documents, first {name}"
                f"[{int(np.argmax(is_empty))}]; a source needs at least one token. Leave these "
                "pairs out."
            )
        return ids

    def input_functions(self, X: Pairs) -> list[InputFunction]:
        """Return what makes the network's inputs of ids."""
        return [identity]

    def batcher(
        self,
        X: Pairs,
        *,
        width: int | None = None,
        n_outputs: int | None = None,
        n_steps: int | None = None,
    ) -> BaseBatcher:
        """Return what cuts pairs into batches."""
        return PairBatcher(X, self.input_functions(X), n_outputs)

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its input."""
        n_tokens = len(self.vocabulary)
        n_source = n_tokens - len(SPECIAL_TOKENS) if self._is_plain else spare_rows(n_tokens)
        found = {"n_source": n_source}
        if self.embedding_dim is not None:
            found["source_embedding_dim"] = self.embedding_dim
        return found


def slices_of(ids: Sequences) -> Slices:
    """Return sequences of ids as slices."""
    return Slices(ids.values.astype(np.int32, copy=False), ids.offsets[:-1], ids.offsets[1:])
