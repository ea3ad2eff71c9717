"""Forecasts that are fed back as input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..batches.slices import Slices
from ..readers.series import SeriesReader

# Number of windows that are continued at once: bounds the memory of the growing buffer.
_ROWS = 4096


class Recursion:
    """Continues windows with the forecasts of a network, which are fed back as input.

    Parameters
    ----------
    run : callable
        Returns the forecasts of slices, (n_windows, n_ahead, n_features), standardised.
    reader : SeriesReader
        Converts forecasts to input rows of the network.
    window : int
        The longest window.
    n_ahead : int
        Number of steps that the network forecasts at once.
    """

    def __init__(
        self,
        run: Callable[[Slices], np.ndarray],
        reader: SeriesReader,
        window: int,
        n_ahead: int,
    ):
        self._network, self._reader = run, reader
        self._window, self._n_ahead = window, n_ahead

    def run(self, slices: Slices, n_steps: int) -> np.ndarray:
        """Return forecasts of each window in the user's unit, (n_windows, n_steps, F)."""
        parts = [
            self._continued(slices[i : i + _ROWS], n_steps) for i in range(0, len(slices), _ROWS)
        ]
        return self._reader.scaling.undo(np.concatenate(parts))

    def _continued(self, slices: Slices, n_steps: int) -> np.ndarray:
        n_rows, n_features, n_ahead = len(slices), self._reader.n_features, self._n_ahead
        n_turns = -(-n_steps // n_ahead)
        # The first columns hold each window, right-aligned; its forecasts come after it.
        width = self._window + n_turns * n_ahead
        buffer = np.zeros((n_rows, width, self._reader.n_inputs), np.float32)
        lengths = slices.lengths
        columns = np.arange(self._window)
        buffer[:, : self._window][columns >= self._window - lengths[:, None]] = slices.codes[
            slices.positions(np.arange(n_rows))
        ]
        flat = buffer.reshape(-1, buffer.shape[-1])
        rows = np.arange(n_rows) * width
        found = np.empty((n_rows, n_turns * n_ahead, n_features))
        for turn in range(n_turns):
            done = turn * n_ahead
            ends = rows + self._window + done
            starts = ends - np.minimum(lengths + done, self._window)
            outputs = self._network(Slices(flat, starts, ends))
            found[:, done : done + n_ahead] = outputs
            place = slice(self._window + done, self._window + done + n_ahead)
            buffer[:, place] = self._reader.codes_of(outputs)
        return found[:, :n_steps]
