"""Log-probabilities of a language model for the prefixes of a CTC beam search."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._checks import check_log_probs
from ._states import take_rows
from ._steps import Step


class ScoredPrefixes:
    """N live prefixes with their next log-probabilities and states of a language model.

    ``following`` (N, n_classes) are the log-probabilities of the next class, zeros without a model.
    For each prefix the batch in which the model returned its state is kept, and its row there. So a
    prefix that is not extended needs no computation.
    """

    def __init__(self, step: Step | None, state: Any, n_classes: int, blank: int):
        self._step, self._n_classes, self._blank = step, n_classes, blank
        self.following = np.zeros((1, n_classes))
        self._states: list[tuple[Any, int]] = [(None, 0)]
        if step is not None:
            self.following, after = self._read(state, np.array([blank]))
            self._states = [(after, 0)]

    def follow(self, row: np.ndarray, label: np.ndarray) -> None:
        """Replace the prefixes by those of ``row``, each extended by its label if not blank."""
        if self._step is None:
            self.following = np.broadcast_to(self.following[:1], (len(row), self._n_classes))
            return
        self.following = self.following[row]
        self._states = [self._states[i] for i in row]
        by_batch: dict[int, list[int]] = {}
        for i in np.flatnonzero(label != self._blank).tolist():
            by_batch.setdefault(id(self._states[i][0]), []).append(i)
        for places in by_batch.values():
            batch = self._states[places[0]][0]
            rows = np.array([self._states[i][1] for i in places])
            self.following[places], after = self._read(take_rows(batch, rows), label[places])
            for place, i in enumerate(places):
                self._states[i] = after, place

    def _read(self, state: Any, labels: np.ndarray) -> tuple[np.ndarray, Any]:
        assert self._step is not None
        found = self._step(state, labels)
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise TypeError(
                f"step returned {type(found).__name__}; expected a pair of log-probabilities (N, "
                "n_classes) and the state after."
            )
        following, after = found
        following = check_log_probs(following, len(labels), -1)
        if following.shape[1] != self._n_classes:
            raise ValueError(
                f"step returned {following.shape[1]} columns, but log_probs has "
                f"{self._n_classes}; expected a column for every class, the blank's for the end."
            )
        return following.astype(np.float64), after
