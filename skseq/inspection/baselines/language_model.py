"""Peers of language models."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from ...inputs.rows import kind_of
from ...inputs.symbols import SymbolDocuments
from ...preprocessing import Tokenizer
from ...readers.text_documents import TextDocuments
from ...sequences import Sequences
from ...vocabulary import SPECIAL_TOKENS
from .folds import splits_of
from .ngram import InterpolatedNgram
from .problem import Part, Problem, take, timed
from .tasks import last_step

# With Kneser-Ney smoothing longer n-grams hardly help, and do no harm.
_ORDER_OF_CHARACTERS, _ORDER_OF_WORDS = 6, 3


class NgramLanguageModel(BaseEstimator):
    """An n-gram model of documents that reads tokens as a language model of skseq does.

    Parameters
    ----------
    documents : TextDocuments or SymbolDocuments
        What reads documents; it is copied for each fit.
    order : int
        Number of tokens in the longest n-gram.
    """

    def __init__(self, documents: Any, order: int):
        self.documents = documents
        self.order = order

    def fit(self, X: Any, y: Any = None) -> Self:
        """Count n-grams; the end of a document is a token too, as it must be predicted."""
        self.documents_ = copy.deepcopy(self.documents)
        self.model_ = InterpolatedNgram(self.order).fit(_tokens(self.documents_.fit_transform(X)))
        return self

    def score(self, X: Any, y: Any = None) -> float:
        """Return the mean log-probability per token in nats, in which ends do not count."""
        found = [
            self.model_.log_prob(tokens)[:-1] for tokens in _tokens(self.documents_.transform(X))
        ]
        flat = np.concatenate(found)
        if not len(flat):
            raise ValueError("The documents hold no token to score; pass a smaller cv.")
        return float(flat.mean())


def _tokens(ids: Sequences) -> list[list[int]]:
    """Return the ids of each document with its end; the n-gram model has a start of its own."""
    return [row[1:].tolist() for row in ids]


class LanguageProblem(Problem):
    """Documents, or one long document that is cut into blocks.

    Parameters
    ----------
    X, y
        Documents and their conditions, or None.
    cv : int, splitter or iterable
        Of the documents, or of the tokens of a single one.
    seed : int
        Of the shuffling.
    estimators : list of estimators
        The user's. The peers read documents as they do.
    """

    def __init__(self, X: Any, y: Any, cv: Any, seed: int, estimators: list[Any]):
        models = [last_step(estimator) for estimator in estimators]
        reading = _reading(X, models)
        if isinstance(X, Sequences):
            X = [row.tolist() for row in X]
        documents = reading.documents(X)
        ids = copy.deepcopy(reading).fit_transform(X)
        _check_same_tokens(X, models)
        self._one = documents[0] if len(documents) == 1 else None
        self._X, self._y = X, y
        if self._one is None:
            self._splits = splits_of(cv, len(documents), X, y, kind="shuffled", seed=seed)
            self.size = f"{len(documents)} documents"
        elif y is not None:
            raise ValueError(
                "X is one document, which is cut into blocks, and y is not None; pass several "
                "documents with a condition for each, or leave y out."
            )
        else:
            n_tokens, what = len(self._one), _unit(self._one)
            self._splits = splits_of(
                cv, n_tokens, self._one, None, kind="blocks", seed=seed, what=what
            )
            self.size = f"1 document of {n_tokens} {what}"
            _check_blocks(self._splits)
        self.n_folds = len(self._splits)
        self.metrics = {"bits_per_token": False}
        order = _ORDER_OF_CHARACTERS if _is_of_characters(ids) else _ORDER_OF_WORDS
        self.peers = {
            "unigram": NgramLanguageModel(reading, 1),
            f"{order}-gram, Kneser-Ney": NgramLanguageModel(reading, order),
        }

    def folds(self, is_peer: bool) -> Iterator[tuple[Part, Part]]:
        for train, test in self._splits:
            if self._one is not None:
                yield (_blocks(self._one, train), None), (_blocks(self._one, test), None)
                continue
            fit_on, score_on = (
                (take(self._X, rows), None if self._y is None else take(self._y, rows))
                for rows in (train, test)
            )
            yield fit_on, score_on

    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        score, seconds = timed(model.score, X) if y is None else timed(model.score, X, y)
        return {"bits_per_token": float(-score / np.log(2.0))}, seconds


def _reading(X: Any, models: list[Any]) -> Any:
    """Return what reads documents: as the first of the user's models does, else by X."""
    for model in models:
        if hasattr(model, "_documents"):
            return model._documents()
    if isinstance(X, str) or kind_of(X) == "texts":
        return TextDocuments(Tokenizer(level="char", lowercase=False, add_start_end=True))
    return SymbolDocuments(None, 1)


def _is_of_characters(ids: Sequences) -> bool:
    """Whether all tokens are single characters."""
    tokens = () if ids.vocabulary is None else ids.vocabulary.tokens[len(SPECIAL_TOKENS) :]
    return all(isinstance(token, str) and len(token) == 1 for token in tokens)


def _check_same_tokens(X: Any, models: list[Any]) -> None:
    """Raise an error for models that cut X into different tokens, whose bits do not compare."""
    counts = {
        type(model).__name__: int((model._documents().fit_transform(X).lengths - 2).sum())
        for model in models
        if hasattr(model, "_documents")
    }
    if len(set(counts.values())) > 1:
        shown = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ValueError(
            f"The estimators cut X into different numbers of tokens ({shown}), so that bits per "
            "token do not compare; make a report for each kind of token."
        )


def _unit(document: Any) -> str:
    return "characters" if isinstance(document, str) else "tokens"


def _check_blocks(splits: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Raise an error for test parts that are not one stretch of the document."""
    for i, (_, test) in enumerate(splits):
        if (np.diff(test) != 1).any():
            raise ValueError(
                f"The test part of fold {i} is no stretch of the document: one document is cut "
                "into consecutive blocks; pass a splitter that does not shuffle, a number of "
                "folds, or several documents."
            )


def _blocks(document: Any, rows: np.ndarray) -> list[Any]:
    """Return the stretches of a document that its places ``rows`` make."""
    cuts = np.flatnonzero(np.diff(rows) != 1) + 1
    return [document[part[0] : part[-1] + 1] for part in np.split(rows, cuts)]
