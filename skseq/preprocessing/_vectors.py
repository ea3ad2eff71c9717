"""Sources of vectors: gensim objects, dictionaries and files behind one interface."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._vector_files import check_vector_file, is_native, iterate_vectors, load_native


class VectorSource(ABC):
    """Abstract source of vectors by token."""

    @abstractmethod
    def rows(self, tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the vectors of ``tokens`` and whether each was found.

        Returns
        -------
        rows : ndarray of shape (n_tokens, n_features)
            float32, zeros for a token that was not found.
        is_found : ndarray of shape (n_tokens,)
        """

    def subword_rows(self, tokens: Sequence[str]) -> np.ndarray:
        """Return the vectors of the tokens' character n-grams, (n_tokens, n_features)."""
        raise ValueError(
            "oov='subword' needs vectors with character n-grams: a gensim FastText model, a path "
            "to one, or vectors='fasttext'. Choose another oov for these vectors."
        )


def open_vectors(vectors: Any, *, whole: bool = False) -> VectorSource:
    """Return the source of the given vectors.

    Parameters
    ----------
    vectors : KeyedVectors, Word2Vec or FastText model, mapping, str or PathLike
        The vectors or the path of their file.
    whole : bool
        Whether to read a text or binary file once and to keep all of it, for tokens needed later.
    """
    if isinstance(vectors, (str, os.PathLike)):
        return _FileVectors(check_vector_file(vectors), whole)
    vectors = getattr(vectors, "wv", vectors)
    if hasattr(vectors, "key_to_index") and hasattr(vectors, "vectors"):
        return _GensimVectors(vectors)
    if isinstance(vectors, Mapping):
        return _MappingVectors(vectors)
    raise TypeError(
        f"vectors is {type(vectors).__name__}; expected gensim KeyedVectors, a Word2Vec or "
        "FastText model, a dict from token to array, a path, 'word2vec' or 'fasttext'."
    )


def _spellings(token: str) -> Iterator[str]:
    """Yield the token and then the spellings that may replace it."""
    yield token
    yield token.lower()
    yield token.capitalize()  # not title(), which makes "Don'T"
    yield token.upper()


def _resolve(tokens: Sequence[str], known: Container[str]) -> list[str | None]:
    """Return for each token the spelling of it that is known, the token itself first."""
    return [
        token if token in known else next((s for s in _spellings(token) if s in known), None)
        for token in tokens
    ]


class _MappingVectors(VectorSource):
    def __init__(self, mapping: Mapping[str, Any]):
        if not mapping:
            raise ValueError("vectors is an empty dict; it must map tokens to arrays.")
        self.mapping = mapping
        first = np.asarray(next(iter(mapping.values())))
        if first.ndim != 1 or not first.size or first.dtype.kind not in "fiu":
            raise ValueError(
                "vectors must map each token to a one-dimensional array of numbers, got shape "
                f"{first.shape} of {first.dtype}."
            )
        self.n_features = len(first)

    def rows(self, tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        keys = _resolve(tokens, self.mapping)
        found = np.zeros((len(keys), self.n_features), np.float32)
        for row, key in zip(found, keys, strict=True):
            if key is None:
                continue
            vector = np.asarray(self.mapping[key])
            if vector.shape != row.shape:
                raise ValueError(
                    f"vectors[{key!r}] has shape {vector.shape}, others have {row.shape}; all "
                    "vectors need the same length."
                )
            row[:] = vector
        return found, np.array([key is not None for key in keys], bool)


class _TableVectors(VectorSource):
    def __init__(self, index: Mapping[str, int], matrix: np.ndarray):
        self.index = index
        self.matrix = matrix  # (n_tokens, n_features), perhaps memory-mapped

    def rows(self, tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        keys = _resolve(tokens, self.index)
        is_found = np.array([key is not None for key in keys], bool)
        places = [self.index[key] for key in keys if key is not None]
        found = np.zeros((len(keys), self.matrix.shape[1]), np.float32)
        found[is_found] = self.matrix[places]
        return found, is_found


class _GensimVectors(_TableVectors):
    def __init__(self, vectors: Any):
        super().__init__(vectors.key_to_index, vectors.vectors)
        self.vectors = vectors

    def subword_rows(self, tokens: Sequence[str]) -> np.ndarray:
        if not hasattr(self.vectors, "vectors_ngrams"):
            return super().subword_rows(tokens)
        rows = np.zeros((len(tokens), self.vectors.vector_size), np.float32)
        for row, token in zip(rows, tokens, strict=True):
            row[:] = self.vectors.get_vector(token)
        return rows


class _FileVectors(VectorSource):
    """Vectors in a file; only its path is pickled, not the vectors read from it."""

    def __init__(self, path: Path, whole: bool):
        self.path = path
        self.whole = whole
        self._loaded: VectorSource | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_loaded": None}

    def rows(self, tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        if self.whole or is_native(self.path):
            return self._load().rows(tokens)
        return self._stream(tokens).rows(tokens)

    def subword_rows(self, tokens: Sequence[str]) -> np.ndarray:
        if not is_native(self.path):
            return super().subword_rows(tokens)
        return self._load().subword_rows(tokens)

    def _stream(self, tokens: Sequence[str]) -> VectorSource:
        wanted = {s.encode("utf-8", "replace") for token in tokens for s in _spellings(token)}
        found: dict[str, np.ndarray] = {}
        for token, vector in iterate_vectors(self.path, wanted):
            found.setdefault(token, vector)  # of two equal tokens the first is the more frequent
        if not found:
            return _TableVectors({}, np.zeros((0, self._n_features()), np.float32))
        return _MappingVectors(found)

    def _n_features(self) -> int:
        first = next(iterate_vectors(self.path), None)
        if first is None:
            raise ValueError(f"The file '{self.path}' holds no vectors.")
        return len(first[1])

    def _load(self) -> VectorSource:
        if self._loaded is None:
            if is_native(self.path):
                self._loaded = _GensimVectors(load_native(self.path))
            else:
                found: dict[str, np.ndarray] = {}
                for token, vector in iterate_vectors(self.path):
                    found.setdefault(token, vector)
                index = {token: i for i, token in enumerate(found)}
                matrix = (
                    np.stack(list(found.values())) if found else np.zeros((0, self._n_features()))
                )
                self._loaded = _TableVectors(index, matrix)
        return self._loaded
