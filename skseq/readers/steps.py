"""How an estimator reads ``X``: as token ids, as features, or as ids with frozen vectors.

What ``fit`` decides here is kept and enforced by ``predict``.
"""

from __future__ import annotations

import functools
import warnings
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from ..batches.batching import InputFunction, identity
from ..inputs.columns import InputColumns
from ..inputs.elapsed_times import check_elapsed
from ..inputs.rows import kind_of
from ..inputs.sequence_like import as_sequences
from ..inputs.standardization import Standardization
from ..inputs.validation import date_columns, refuse_masked
from ..inputs.word_features import (
    WordFeatures,
    has_capitals,
    has_spelling,
    lower_case_rows,
    rows_of_codes,
)
from ..sequences import Sequences, gather_steps
from ..vocabulary import SPECIAL_TOKENS, UNKNOWN_ID, Vocabulary
from .base import Reader
from .documents import DocumentReader
from .embedding_size import embedding_width, spare_rows, with_spare_rows
from .encoder import EncoderReader


class StepReader(Reader):
    """Turns what users hand in as ``X`` into ``Sequences`` of one kind.

    Attributes
    ----------
    kind : {"ids", "features", "vectors"}
        Ids go through an embedding layer; features are standardised, or used as they are; vectors
        are the frozen vectors of an ``EmbeddingLookup``, looked up batch by batch.
    n_tokens : int or None
        Ids must be below it (ids only).
    n_rows : int or None
        Number of rows of the embedding layer (ids only): ``n_tokens`` rounded up, so that folds
        whose vocabularies differ a little share one compiled network.
    embedding_dim : int or None
        Width of the embedding layer (ids only).
    n_features : int or None
        Features per step (features and vectors only).
    vocabulary : Vocabulary or None
        What the ids stand for, where X brought it along.
    documents : DocumentReader or None
        Makes ids of raw text, where the estimator takes text and X was text.
    word_features : WordFeatures or None
        Gives the spelling of tokens beside their ids or vectors, if the estimator asked for it.
    encoder : EncoderReader or None
        Makes the ids of a language model, where the estimator starts from one.
    time_feature : int or None
        Number of the feature that is the time since the previous step, if one is.
    standardization : Standardization or None
        Mean and deviation of the features that are standardised, all but the time feature.
    """

    kind: str
    n_tokens: int | None = None
    n_rows: int | None = None
    embedding_dim: int | None = None
    n_features: int | None = None
    vocabulary: Vocabulary | None = None
    documents: DocumentReader | None = None
    word_features: WordFeatures | None = None
    encoder: EncoderReader | None = None
    time_feature: int | None = None
    standardization: Standardization | None = None
    _standardizes = False
    _lower_case: dict[str, int] | None = None  # rows of the embedding where case is left out

    @classmethod
    def from_first(
        cls,
        columns: InputColumns,
        X: Any,
        *,
        embedding_dim: int | str | None = None,
        n_tokens: int | None = None,
        documents: DocumentReader | None = None,
        characters: bool | str = False,
        casing: bool | str = False,
        encoder: EncoderReader | None = None,
        table: tuple[int, int] | None = None,
        integers_are_numbers: bool = False,
        time_feature: int | None = None,
        standardize: bool | str = False,
    ) -> tuple[StepReader, Sequences]:
        """Decide from the X of a first fit how X is read, and read it.

        ``documents`` is for estimators that take raw text; ``characters`` and ``casing`` ask for
        the spelling of tokens as further inputs of the network, with "auto" where tokens are words.
        With ``encoder`` its ids are read, whatever X is, and ``table`` is the shape of its
        embedding. Where ``embedding_dim`` leaves it open, integers in arrays and lists are ids, or
        with ``integers_are_numbers`` features. The feature ``time_feature`` must hold times since
        the previous step. ``standardize`` has features standardised by the samples that are trained
        on; "auto" does so where there are any.
        """
        self = cls()
        self.time_feature = time_feature
        if encoder is not None and table is not None:
            self.encoder, self.kind = encoder, "ids"
            self.vocabulary, self.n_tokens = encoder.vocabulary, len(encoder.vocabulary)
            self.n_rows, self.embedding_dim = table
            columns.set_number(1)
            self._set_standardize(standardize)
            return self, self.read(columns, X)
        if documents is not None and documents.reads(X):
            self.documents = documents
            X = documents.fit_transform(X)
            columns.set_number(1)
        ids = _wants_ids(embedding_dim)
        if ids is None and integers_are_numbers and not isinstance(X, Sequences):
            ids = False
        if ids is None:
            _warn_of_whole_numbers(X)
        sequences = _to_sequences(columns, X, "X", ids=ids)
        self.vocabulary = sequences.vocabulary
        wants_casing = casing is True
        has_words = has_spelling(self.vocabulary)
        characters = has_words if characters == "auto" else bool(characters)
        casing = has_words and has_capitals(self.vocabulary) if casing == "auto" else bool(casing)
        if characters or casing:
            self._set_word_features(characters, casing, wants_casing)
        embedding = sequences.embedding
        if embedding is not None and not embedding.trainable:
            self.kind, self.n_features = "vectors", embedding.n_features
        elif sequences.is_ids:
            self.kind = "ids"
            self._set_table(sequences, embedding_dim, n_tokens)
        else:
            self.kind, self.n_features = "features", sequences.codes.shape[1]
        self._set_standardize(standardize)
        return self, self._checked(sequences, "X")

    def read(self, columns: InputColumns, X: Any, name: str = "X") -> Sequences:
        """Read X the way the first fit did."""
        if self.encoder is not None:
            return self._checked(self.encoder.transform(X, name), name)
        if self.documents is not None and not isinstance(X, Sequences):
            X = self.documents.transform(X, name)
        ids = {"ids": True, "features": False}.get(self.kind)
        return self._checked(_to_sequences(columns, X, name, ids=ids), name)

    def input_functions(self, X: Sequences) -> list[InputFunction]:
        """Return what makes the network's inputs from the codes of X, one function for each."""
        if self.kind == "vectors" and X.embedding is not None:
            found: list[InputFunction] = [X.embedding.vectors]
        elif self.kind == "ids":
            found = [self._id_function(X)]
        elif self.standardization is not None:
            found = [self._standardized()]
        else:
            found = [identity]
        if self.word_features is not None:
            if X.vocabulary is None:  # empty sequences only
                X = X.replace(vocabulary=self.vocabulary)
            tables = self.word_features.tables(X)
            found += [functools.partial(np.take, table, axis=0) for table in tables]
        return found

    def arguments(self) -> dict[str, int | None]:
        """Return what the network needs to know about its input."""
        return {
            "n_tokens": self.n_rows,
            "embedding_dim": self.embedding_dim,
            "n_features": self.n_features,
            **(self.word_features.arguments() if self.word_features is not None else {}),
        }

    def learn(self, X: Sequences, weight: np.ndarray | Sequences) -> None:
        """Measure the features, if they are to be standardised."""
        if not self._standardizes:
            return
        if not isinstance(weight, np.ndarray):  # one for each step
            weight = weight.values
        else:
            weight = np.repeat(weight, X.lengths)
        self.standardization = Standardization(X.codes, weight)

    def initial_weights(self, X: Sequences) -> dict[str, list[np.ndarray]]:
        """Return initial weights by layer: the vectors of a trainable ``EmbeddingLookup``."""
        if self.kind == "ids" and X.embedding is not None:
            assert self.n_rows is not None
            return {"embedding": [with_spare_rows(np.asarray(X.embedding.table), self.n_rows)]}
        return {}

    # --------------------------------------------------------------- private
    def _set_word_features(self, characters: bool, casing: bool, wants_casing: bool) -> None:
        if self.vocabulary is None:
            wanted = "char_features" if characters else "shape_features"
            raise ValueError(
                f"{wanted} needs to know the tokens, but X holds only numbers; pass lists of "
                "tokens, or put a Tokenizer(lowercase=False) before."
            )
        if wants_casing and self.documents is None and not has_capitals(self.vocabulary):
            warnings.warn(
                "shape_features=True, but no token of X has a capital; Tokenizer makes them lower "
                "case unless lowercase=False.",
                UserWarning,
                stacklevel=2,
            )
        self.word_features = WordFeatures(self.vocabulary, characters=characters, casing=casing)
        if self.documents is not None:
            # Letters and shape say what case says, so words may share a row whatever their case.
            self._lower_case = lower_case_rows(self.vocabulary)

    def _set_standardize(self, standardize: bool | str) -> None:
        if standardize is True and self.kind != "features":
            held = "token ids" if self.kind == "ids" else "pretrained vectors"
            raise ValueError(
                f"standardize=True needs an X of numbers, but X holds {held}; leave standardize "
                "at 'auto'."
            )
        self._standardizes = bool(standardize) and self.kind == "features"

    def _standardized(self) -> InputFunction:
        assert self.standardization is not None
        mean, scale = self.standardization.mean.copy(), self.standardization.scale.copy()
        if self.time_feature is not None:  # its unit has a meaning
            mean[self.time_feature], scale[self.time_feature] = 0.0, 1.0
        return functools.partial(
            _standardize, mean.astype(np.float32), (1.0 / scale).astype(np.float32)
        )

    def _id_function(self, X: Sequences) -> InputFunction:
        if X.vocabulary is not None and self._lower_case is not None:
            return functools.partial(np.take, rows_of_codes(X, self._lower_case))
        if X.vocabulary is None or not X.unseen_tokens:
            return identity
        return functools.partial(_known, len(X.vocabulary))

    def _set_table(self, X: Sequences, embedding_dim: Any, n_tokens: int | None) -> None:
        largest = int(X.values.max(initial=0))
        if X.vocabulary is not None:
            self.n_tokens = len(X.vocabulary)
        else:
            # Spare rows also take the ids that only a test fold happens to hold.
            self.n_tokens = n_tokens or spare_rows(max(largest + 1, len(SPECIAL_TOKENS)))
        self.n_rows = spare_rows(self.n_tokens)
        if self._lower_case is not None:
            self.n_rows = spare_rows(len(self._lower_case) + len(SPECIAL_TOKENS))
        if X.embedding is not None:
            self.embedding_dim = X.embedding.n_features
        else:
            self.embedding_dim = embedding_width(embedding_dim, self.n_tokens)

    def _checked(self, X: Sequences, name: str) -> Sequences:
        if self.word_features is not None and X.vocabulary is None and X.codes.size:
            raise ValueError(
                f"{name} holds ids without a vocabulary, but fit saw tokens and looked at their "
                "spelling; pass tokens as in fit, or keep the Tokenizer in one Pipeline with this "
                "estimator."
            )
        if not X.codes.size and self.kind != "ids" and X.embedding is None:
            X = X.replace(values=np.zeros((0, self.n_features or 1), np.float32))
        if None not in (self.vocabulary, X.vocabulary) and self.vocabulary != X.vocabulary:
            raise ValueError(
                f"The ids of {name} belong to another vocabulary ({X.vocabulary!r}) than those "
                f"seen in fit ({self.vocabulary!r}); use the Tokenizer that was fitted with this "
                "estimator, e.g. by keeping both in one Pipeline."
            )
        if self.kind == "ids":
            return self._check_ids(X, name)
        if self.kind == "vectors":
            X = self._check_vectors(X, name)
            return X
        if X.is_ids and X.codes.size:
            raise ValueError(f"{name} holds token ids, but fit saw features (numbers).")
        X = self._check_width(X, name)
        if self.time_feature is not None:
            check_elapsed(X, self.time_feature, name)
        return X

    def _check_ids(self, X: Sequences, name: str) -> Sequences:
        if not X.is_ids and X.codes.size:
            raise ValueError(
                f"{name} holds features (numbers), but fit saw token ids; pass integers."
            )
        if X.embedding is not None and self.embedding_dim != X.embedding.n_features:
            raise ValueError(
                f"{name} brings vectors of {X.embedding.n_features} dimensions, but fit saw ids "
                f"with an embedding of {self.embedding_dim}."
            )
        X = drop_padding(X)
        largest = int(X.values.max(initial=0))
        if self.n_tokens is not None and largest >= self.n_tokens:
            sample = int(np.argmax([len(x) and x.max() == largest for x in X]))
            raise ValueError(
                f"{name}[{sample}] holds the id {largest}, but ids below {self.n_tokens} were "
                "expected, as seen in fit. Use the same Tokenizer for both, or set n_tokens= to "
                "the number of ids there are."
            )
        return X

    def _check_vectors(self, X: Sequences, name: str) -> Sequences:
        if X.embedding is None:
            if X.is_ids:
                raise ValueError(
                    f"{name} holds ids without vectors, but fit saw vectors of {self.n_features} "
                    "dimensions; keep the EmbeddingLookup in the same Pipeline."
                )
            return self._check_width(drop_zero_ends(X), name)
        if X.embedding.n_features != self.n_features:
            raise ValueError(
                f"{name} brings vectors of {X.embedding.n_features} dimensions, fit saw "
                f"{self.n_features}."
            )
        return X

    def _check_width(self, X: Sequences, name: str) -> Sequences:
        if X.codes.size and X.codes.shape[1] != self.n_features:
            raise ValueError(
                f"{name} has {X.codes.shape[1]} features a step, but fit saw {self.n_features}."
            )
        return X


def _known(n_tokens: int, codes: np.ndarray) -> np.ndarray:
    """Return codes with those of unseen tokens replaced by the id of ``<unk>``."""
    return np.where(codes < n_tokens, codes, np.int32(UNKNOWN_ID))


def _standardize(mean: np.ndarray, factor: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return features with mean 0 and deviation 1."""
    return (codes - mean) * factor


def drop_padding(X: Sequences) -> Sequences:
    """Leave out zeros among ids, wherever they stand."""
    real = X.codes != 0
    if real.all():
        return X
    kept = np.concatenate([[0], np.cumsum(real)])
    return X.replace(values=X.codes[real], offsets=kept[X.offsets])


def drop_zero_ends(X: Sequences) -> Sequences:
    """Leave out all-zero steps at both ends: the padding of vectors made into an array."""
    real = np.concatenate([[False], X.codes.any(axis=1), [False]])
    starts, ends = X.offsets[:-1].copy(), X.offsets[1:].copy()
    for i in range(len(starts)):
        inside = np.flatnonzero(real[starts[i] + 1 : ends[i] + 1])
        if len(inside):
            starts[i], ends[i] = starts[i] + inside[0], starts[i] + inside[-1] + 1
        else:
            ends[i] = starts[i]
    lengths = ends - starts
    shifted = np.append(starts, 0)
    rows = np.arange(len(lengths))
    positions, offsets = gather_steps(shifted, rows, lengths, first=True)
    return X.replace(values=X.codes[positions], offsets=offsets)


def _wants_ids(embedding_dim: Any) -> bool | None:
    """Return True for ids only, False for features only, None to decide by X."""
    if embedding_dim is None:
        return False
    return None if embedding_dim == "auto" else True


def _warn_of_whole_numbers(X: Any) -> None:
    """Say that ids in a float array are read as measurements, which they may not be."""
    if kind_of(X) != "table":
        return
    numbers = np.asarray(X)
    is_float = numbers.ndim == 2 and numbers.dtype.kind == "f" and numbers.size
    if is_float and (numbers >= 0).all() and (np.floor(numbers) == numbers).all():
        warnings.warn(
            "X is a float array of whole numbers. They are read as measurements, one feature a "
            "step; set embedding_dim=None to say that they are. Token ids are integers, with 0 as "
            "padding: if X holds ids, pass X.astype(int).",
            UserWarning,
            stacklevel=5,
        )


def _to_sequences(columns: InputColumns, X: Any, name: str, *, ids: bool | None) -> Sequences:
    refuse_masked(X, name)
    # Rows of another length than others were read as such, and lengths are free ever after.
    has_free_lengths = ids is False and not columns.reset and columns.n_features == 1
    is_table = kind_of(X) == "table"
    if has_free_lengths or not is_table:
        if is_table:
            X = np.asarray(X, np.float32)
        sequences = as_sequences(X, name=name, integers_are_numbers=ids is False)
        is_free = isinstance(X, Sequences) or has_free_lengths
        table = None if is_free else _equal_numbers(sequences)
        if table is None:
            is_flat = sequences.codes.ndim == 1
            columns.set_number((sequences.n_steps or 1) if is_flat else sequences.codes.shape[1])
            _check_names(columns, X, name)
            return sequences
        X = table
    return _from_table(columns, X, name, ids=ids)


def _check_names(columns: InputColumns, X: Any, name: str) -> None:
    """Check the names of the columns of a list of frames, as those of one are checked."""
    frames = isinstance(X, (list, tuple)) and hasattr(X[0], "columns")
    if not frames:
        columns.forget_names()
        return
    names = list(X[0].columns)
    for i, frame in enumerate(X):
        found = list(getattr(frame, "columns", names))
        if found != names:
            raise ValueError(
                f"{name}[0] has the columns {names}, but {name}[{i}] has {found}; every sequence "
                "needs the same ones in the same order."
            )
    columns.check_names(X[0])


def _from_table(columns: InputColumns, X: Any, name: str, *, ids: bool | None) -> Sequences:
    """Read a 2-D table of numbers, with scikit-learn's checks of columns and their names."""
    dates = date_columns(X)
    if dates:
        raise ValueError(
            f"{name} holds dates in column {dates[0]!r}, but steps are made of ids or numbers. "
            "Make numbers of them, such as the time since the previous step, or leave them out."
        )
    is_integer = np.asarray(X).dtype.kind in "iu" and ids is not False
    if is_integer and not columns.reset:
        X = check_array(X, dtype=None, input_name=name)  # padded ids may have any width
    else:
        X = columns.check_table(X)
    if ids is False:
        X = X.astype(np.float32)
    elif ids and X.dtype.kind == "f":
        if (np.round(X) != X).any():
            raise ValueError(
                f"{name} holds fractions, but integer token ids are expected; leave embedding_dim "
                "at 'auto' (or None) to read numbers as features."
            )
        X = X.astype(np.int64)
    return as_sequences(X, name=name)


def _equal_numbers(X: Sequences) -> np.ndarray | None:
    """Return lists of equally many numbers as the 2-D table they are, else None."""
    lengths = X.lengths
    if X.codes.ndim != 2 or X.codes.shape[1] != 1 or (lengths != lengths[0]).any():
        return None
    return X.codes.reshape(len(X), -1) if lengths[0] else None
