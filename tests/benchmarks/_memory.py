"""Samples the resident memory of this process while some work runs."""

from __future__ import annotations

import gc
import threading

import psutil


def resident_mb() -> float:
    """Return the resident memory of this process."""
    return psutil.Process().memory_info().rss / 2**20


class Peak:
    """Samples resident memory every 5 ms in a ``with`` block; ``mb`` is the highest rise."""

    def __enter__(self) -> Peak:
        gc.collect()
        self._base = resident_mb()
        self.mb, self._done = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def _sample(self) -> None:
        while not self._done.wait(0.005):
            self.mb = max(self.mb, resident_mb() - self._base)

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()
        self.mb = max(self.mb, resident_mb() - self._base)
