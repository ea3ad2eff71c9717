"""The target codec of recognisers: transcripts that are not aligned with the steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

from ..batches.batching import Batch
from ..decoding import ctc_greedy, ctc_log_likelihood
from ..decoding._log_probabilities import log_softmax
from ..inputs.documents import check_documents
from ..metrics import edit_distance
from ..sequences import Sequences
from .base import SampleCodec
from .weights import SampleWeightsMixin

BLANK = 0
_PADDING = -1


class Transcripts(SampleWeightsMixin, SampleCodec):
    """Strings, or lists of symbols, as numbers of their symbols; 0 is the blank of CTC.

    Parameters
    ----------
    y : list of str, or of lists of str
        The transcripts of the first samples, as :func:`check_transcripts` returns them.
    classes : array-like of str or None
        All symbols there will ever be; None goes by ``y``.

    Raises
    ------
    ValueError
        For transcripts that are all empty, no classes, and several characters as one symbol of
        strings.
    TypeError
        For transcripts that are not text, and classes that are not str.

    Attributes
    ----------
    symbols : list of str
        The symbols in sorted order; number 1 is the first.
    is_text : bool
        Whether transcripts are strings rather than lists of symbols.
    """

    loss = "ctc"

    def __init__(self, y: list[Any], classes: Any = None):
        self.is_text = isinstance(y[0], str)
        if classes is None:
            self.symbols = sorted({str(symbol) for row in y for symbol in row})
        else:
            self.symbols = self.read_classes(classes)
        if not self.symbols:
            raise ValueError("y holds no symbol at all; at least one transcript must not be empty.")
        self._numbers = {symbol: i for i, symbol in enumerate(self.symbols, 1)}

    @property
    def n_outputs(self) -> int:
        return len(self.symbols) + 1

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        return {"n_outputs": self.n_outputs}

    def read_classes(self, classes: Any) -> list[str]:
        """Return the symbols given, in sorted order; errors are those of the class."""
        is_list = isinstance(classes, Iterable) and getattr(classes, "ndim", 1) == 1
        found = list(classes) if is_list else []
        if not found:
            raise ValueError(
                f"classes is {classes!r:.100}; expected a list of all symbols there will ever be, "
                "or None to go by y."
            )
        for symbol in found:
            if not isinstance(symbol, str):
                raise TypeError(
                    f"classes holds {symbol!r} of type {type(symbol).__name__}; expected str, as "
                    "transcripts do."
                )
            if self.is_text and len(symbol) != 1:
                raise ValueError(
                    f"classes holds {str(symbol)!r}, but the symbols of transcripts that are "
                    "strings are single characters. For longer ones, pass lists of symbols as y."
                )
        return sorted(set(map(str, found)))

    def encode(self, y: Any, name: str = "y", X: Sequences | None = None) -> np.ndarray:
        """Return the numbers of symbols, int32 (n, longest), with -1 behind the end.

        Raises
        ------
        ValueError
            For symbols that were not seen, and transcripts too long for their sequence: CTC needs a
            step for each symbol, and one between equal neighbours.
        """
        rows = [self._encoded(row, f"{name}[{i}]") for i, row in enumerate(self.checked(y, name))]
        if X is not None:
            self._check_fit(rows, name, X.lengths)
        width = max(1, max(map(len, rows)))
        encoded = np.full((len(rows), width), _PADDING, np.int32)
        for row, numbers in zip(encoded, rows, strict=True):
            row[: len(numbers)] = numbers
        return encoded

    def decode(self, ids: np.ndarray) -> Any:
        """Return the transcript of numbers of symbols: a string or a list, as fit saw them."""
        symbols = [self.symbols[i - 1] for i in ids]
        return "".join(symbols) if self.is_text else symbols

    def frames(self, batches: Iterable[Batch]) -> Iterator[tuple[int, np.ndarray]]:
        """Yield the number of each sample and its log-probabilities (n_steps, n_outputs)."""
        for batch in batches:
            log_probs = log_softmax(batch.outputs.astype(np.float64))
            for row, length, steps in zip(batch.rows, batch.lengths, log_probs, strict=True):
                yield int(row), steps[:length]

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: np.ndarray, weight: np.ndarray
    ) -> tuple[float, float]:
        """Return the weighted mean loss of a transcript (nats), and 1 − the symbol error rate."""
        losses = np.zeros(len(encoded))
        found: list[Any] = [None] * len(encoded)
        for row, log_probs in self.frames(batches):
            ids = encoded[row][encoded[row] != _PADDING]
            losses[row] = -ctc_log_likelihood(log_probs, ids, blank=BLANK)
            found[row] = ctc_greedy(log_probs, blank=BLANK).tolist()
        true = [row[row != _PADDING].tolist() for row in encoded]
        loss = float(np.average(losses, weights=weight))
        if not any(true):
            return loss, 0.0
        return loss, 1.0 - edit_distance(true, found, normalize=True, sample_weight=weight)

    def checked(self, y: list[Any], name: str) -> list[Any]:
        """Return transcripts, which must be of the kind that fit saw.

        Raises
        ------
        TypeError
            For lists of symbols where fit saw strings, or strings where it saw lists.
        """
        for i, row in enumerate(y):
            if isinstance(row, str) != self.is_text:
                expected = "a str" if self.is_text else "a list of symbols"
                raise TypeError(
                    f"{name}[{i}] is {type(row).__name__}, but the transcripts that fit saw first "
                    f"are of another kind; expected {expected}."
                )
        return y

    # --------------------------------------------------------------- private
    def _encoded(self, row: Any, name: str) -> np.ndarray:
        unseen = sorted({str(symbol) for symbol in row if symbol not in self._numbers})
        if unseen:
            raise ValueError(
                f"{name} holds {unseen}, but the symbols seen in fit are {self.symbols}. Leave "
                "others out or replace them; with partial_fit, pass all as classes= in the first "
                "call."
            )
        return np.array([self._numbers[symbol] for symbol in row], np.int32)

    def _check_fit(self, rows: list[np.ndarray], name: str, lengths: np.ndarray) -> None:
        check_consistent_length(lengths, rows)
        for i, (row, length) in enumerate(zip(rows, lengths.tolist(), strict=True)):
            needed = len(row) + int((row[1:] == row[:-1]).sum())
            if needed > length:
                raise ValueError(
                    f"{name}[{i}] has {len(row)} symbols and needs {needed} steps (one for each, "
                    f"and one between equal neighbours), but its sequence has {length}. Check "
                    "that they belong together, or make more steps, e.g. with a smaller "
                    "hop_length."
                )


def check_transcripts(y: Any, name: str = "y") -> list[Any]:
    """Return transcripts as a list of ``str`` or of lists of ``str``.

    Raises
    ------
    ValueError
        For None, a bare string or an empty collection.
    TypeError
        For what is neither text nor tokens.
    """
    if y is None:
        raise ValueError(
            f"This estimator requires {name} to be passed, but it is None; pass a transcript "
            "for each sequence."
        )
    return check_documents(y, name=name)
