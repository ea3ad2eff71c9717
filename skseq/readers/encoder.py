"""What a fitted language model hands on to another estimator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..sequences import Sequences
from ..vocabulary import END_ID, SPECIAL_TOKENS, START_ID, UNKNOWN_ID, Vocabulary

_LEFT_OUT = (START_ID, END_ID)


@dataclass(frozen=True)
class EncoderReader:
    """Turns documents, or ids of another vocabulary, into the ids of an encoder.

    Attributes
    ----------
    documents : TextDocuments or SymbolDocuments
        How the encoder itself reads.
    vocabulary : Vocabulary
        The encoder's.
    """

    documents: Any
    vocabulary: Vocabulary

    def transform(self, X: Any, name: str = "X") -> Sequences:
        """Return the encoder's ids, without start and end; what it does not know is ``<unk>``.

        Raises
        ------
        ValueError
            For ids without a vocabulary, or with vectors.
        """
        if not isinstance(X, Sequences):
            X = self.documents.transform(X)
            is_inside = ~np.isin(X.values, _LEFT_OUT)
            kept = np.concatenate([[0], np.cumsum(is_inside)])
            return Sequences(X.values[is_inside], kept[X.offsets], vocabulary=self.vocabulary)
        if X.embedding is not None:
            raise ValueError(
                f"{name} brings vectors, and encoder= brings its own; leave EmbeddingLookup out."
            )
        if X.vocabulary is None:
            raise ValueError(
                f"{name} holds ids without a vocabulary, so encoder= cannot know the tokens; pass "
                "documents, or what a Tokenizer makes of them."
            )
        tokens = (*X.vocabulary.tokens[len(SPECIAL_TOKENS) :], *X.unseen_tokens)
        rows = [self.vocabulary.get(token, UNKNOWN_ID) for token in tokens]
        table = np.array([*range(len(SPECIAL_TOKENS)), *rows], np.int32)
        return X.replace(values=table[X.codes], vocabulary=self.vocabulary, unseen_tokens=())


@dataclass(frozen=True)
class Encoder:
    """The embedding and the recurrent layers of a language model.

    Attributes
    ----------
    reader : EncoderReader
        What makes the ids.
    table : ndarray of shape (n_rows, embedding_dim)
        The embedding.
    cell, units
        Of the recurrent layers.
    recurrent : list of lists of ndarray
        The weights of each layer.
    keeps_table : bool
        Whether the embedding holds vectors that are not to be trained.
    """

    reader: EncoderReader
    table: np.ndarray
    cell: str
    units: int
    recurrent: list[list[np.ndarray]]
    keeps_table: bool = False

    def initial_weights(self, bidirectional: bool) -> dict[str, list[np.ndarray]]:
        """Return initial weights by the names of layers in our networks."""
        suffix = "_forward" if bidirectional else ""
        found = {f"{self.cell}_{i}{suffix}": layer for i, layer in enumerate(self.recurrent)}
        return {"embedding": [self.table], **found}
