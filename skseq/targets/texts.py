"""Target codecs of models from sequence to sequence: documents as ids, and back."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from ..batches.batching import Batch
from ..batches.pairs import Pairs
from ..batches.slices import Slices
from ..decoding._log_probabilities import token_penalty
from ..preprocessing import Tokenizer
from ..readers.embedding_size import embedding_width, spare_rows
from ..readers.source import slices_of
from ..readers.text_documents import TextDocuments
from ..sequences import Sequences
from ..vocabulary import SPECIAL_TOKENS, UNKNOWN_ID, Vocabulary
from .base import TargetCodec
from .next_token import token_loss_and_score


class _TextTarget(TargetCodec):
    """What both codecs share: the loss, scores, and texts of ids."""

    loss = "step_softmax"
    scores_targets = True
    documents: TextDocuments
    vocabulary: Vocabulary
    longest: int
    is_autoregressive: bool

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: Slices, weight: np.ndarray
    ) -> tuple[float, float]:
        """Return the weighted mean loss per target token (nats), and the score, its negative."""
        return token_loss_and_score(batches, encoded, weight)

    def texts(self, rows: Iterable[np.ndarray]) -> list[str]:
        """Return the texts of ids."""
        tokens = self.vocabulary.tokens
        return [
            self.documents.join(
                "", self.documents.pieces((tokens[i] for i in ids.tolist()), "", [])
            )
            for ids in rows
        ]

    def _read(self, y: Any, name: str) -> Sequences:
        return self.documents.transform(y, name)

    @staticmethod
    def _check_not_empty(lengths: np.ndarray, name: str) -> None:
        if not lengths.all():
            raise ValueError(
                f"{name} holds {int((lengths == 0).sum())} empty documents, first {name}"
                f"[{int(np.argmin(lengths))}]; a target needs at least one token. Leave these "
                "pairs out."
            )


class FollowingTokens(_TextTarget):
    """Documents between ``<s>`` and ``<e>``, each token predicted from those before.

    Parameters
    ----------
    tokenizer : Tokenizer
        Unfitted, with ``add_start_end=True``.
    embedding_dim : int, "auto" or None
        Width of the embedding; None leaves it to the network.
    y : list of documents
        The first targets, whose tokens are the vocabulary.

    Attributes
    ----------
    longest : int
        Number of tokens of the longest of the first targets.
    """

    is_autoregressive = True

    def __init__(self, tokenizer: Tokenizer, embedding_dim: int | str | None, y: list[Any]):
        self.documents = TextDocuments(tokenizer)
        ids = self.documents.fit_transform(y)
        self.vocabulary = self.documents.vocabulary_
        self.longest = max(1, int(ids.lengths.max()) - 2)
        counts = np.bincount(ids.values, minlength=len(self.vocabulary))
        self._log_shares = np.log((counts + 1.0) / (counts + 1.0).sum()).astype(np.float32)
        self.embedding_dim = embedding_width(embedding_dim, len(self.vocabulary))

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        found = {"n_outputs": spare_rows(len(self.vocabulary))}
        if self.embedding_dim is not None:
            found["target_embedding_dim"] = self.embedding_dim
        return found

    def initial_weights(self) -> dict[str, Any]:
        """Return initial weights by layer: what cannot come next, and how often the others do.

        A network that had to learn the frequencies of thousands of words would saturate its states
        to do so, and be dead before it has read a source.
        """
        n_tokens = len(self.vocabulary)
        penalty = token_penalty(n_tokens, spare_rows(n_tokens))
        bias = np.zeros_like(penalty)
        bias[:n_tokens] = self._log_shares
        return {"output": {"penalty": penalty, "bias": bias}}

    def pairs(
        self, source: Sequences, y: Any, name: str = "y", *, refuse_empty: bool = False
    ) -> tuple[Pairs, Slices]:
        """Return what the network reads of pairs, and the targets of its steps.

        Raises
        ------
        ValueError
            With ``refuse_empty``, for documents without a token.
        """
        ids = slices_of(self._read(y, name))
        if refuse_empty:
            self._check_not_empty(ids.lengths - 2, name)
        given = Slices(ids.codes, ids.starts, ids.ends - 1)  # nothing follows <e>
        return Pairs(slices_of(source), given), given.shifted(1)

    @property
    def default_length(self) -> int:
        """The most tokens of an answer, unless the user says otherwise: half more than in fit."""
        return self.longest + self.longest // 2

    def ids(self, codes: np.ndarray) -> np.ndarray:
        """Return what a decoder has made as ids of the vocabulary."""
        return codes

    def tokens(self, y: Any) -> list[list[str]]:
        """Return the tokens of documents, also those outside the vocabulary."""
        ids = self._read(y, "y")
        known = (*self.vocabulary.tokens, *ids.unseen_tokens)
        codes, offsets = ids.codes.tolist(), ids.offsets.tolist()
        return [[known[c] for c in codes[a + 1 : b - 1]] for a, b in pairwise(offsets)]


class FixedLength(_TextTarget):
    """Documents of up to a fixed number of tokens, all predicted at once.

    Codes are ids without the special ones. Where documents differ in length, one code more says
    that the document has ended.

    Parameters
    ----------
    tokenizer : Tokenizer
        Fitted on sources and targets.
    y : list of documents
        The first targets, which decide the number of tokens.

    Attributes
    ----------
    longest : int
        The number of tokens.
    end : int or None
        The code of the end, None where all documents have the same length.
    """

    is_autoregressive = False

    def __init__(self, tokenizer: Tokenizer, y: list[Any]):
        self.documents = TextDocuments(tokenizer)
        self.vocabulary = self.documents.vocabulary_ = tokenizer.vocabulary_
        lengths = self._read(y, "y").lengths
        self.longest = int(lengths.max())
        if not self.longest:
            raise ValueError("y holds empty documents only; at least one target needs a token.")
        self.n_codes = len(self.vocabulary) - len(SPECIAL_TOKENS)
        self.end = None if (lengths == self.longest).all() else self.n_codes

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        n_outputs = self.n_codes + (self.end is not None)
        return {"n_outputs": n_outputs, "n_steps": self.longest}

    def pairs(
        self, source: Sequences, y: Any, name: str = "y", *, refuse_empty: bool = False
    ) -> tuple[Pairs, Slices]:
        """Return what the network reads of pairs, and the targets of its steps.

        Raises
        ------
        ValueError
            For documents that the network cannot give: too long, too short where all had the same
            length, or with tokens outside the vocabulary; with ``refuse_empty``, also for
            documents without a token.
        """
        ids = self._read(y, name)
        if refuse_empty:
            self._check_not_empty(ids.lengths, name)
        self._check_possible(ids, name)
        # One place more behind each document, for the end; it is read where there is room.
        starts = ids.offsets[:-1] + np.arange(len(ids))
        codes = np.full(len(ids.values) + len(ids), -1 if self.end is None else self.end, np.int32)
        own = Slices(codes, starts, starts + ids.lengths)
        codes[own.positions(np.arange(len(ids)))] = ids.values - len(SPECIAL_TOKENS)
        lengths = np.minimum(ids.lengths + (self.end is not None), self.longest)
        target = Slices(codes, starts, starts + lengths)
        return Pairs(slices_of(source), target, is_given=False), target

    def _check_possible(self, ids: Sequences, name: str) -> None:
        lengths = ids.lengths
        is_wrong = lengths > self.longest if self.end is not None else lengths != self.longest
        if is_wrong.any():
            row = int(np.argmax(is_wrong))
            most = "exactly" if self.end is None else "at most"
            raise ValueError(
                f"{name}[{row}] has {lengths[row]} tokens, but decoder='repeat' gives {most} "
                f"{self.longest}, as the first targets had; use decoder='autoregressive'."
            )
        is_unknown = ids.values == UNKNOWN_ID
        if is_unknown.any():
            row = int(np.searchsorted(ids.offsets, np.argmax(is_unknown), side="right")) - 1
            raise ValueError(
                f"{name}[{row}] holds tokens outside the vocabulary, which decoder='repeat' cannot "
                "give; set max_tokens=None and min_count=1, or use decoder='autoregressive'."
            )

    @property
    def default_length(self) -> int:
        """The most tokens of an answer, unless the user says otherwise."""
        return self.longest

    def ids(self, codes: np.ndarray) -> np.ndarray:
        """Return what a decoder has made as ids of the vocabulary."""
        return codes + len(SPECIAL_TOKENS)
