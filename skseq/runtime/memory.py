"""Keeps freed memory in the process while a network runs.

A step of training frees and asks again for the same tens of megabytes. glibc gives such blocks back
to the system at once and has every page of them zeroed again, which was seen to take more than half
of the time of an epoch. Inside :func:`freed_memory_kept` it keeps them instead.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# From glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_KEEP = 2**30
# The most glibc takes: half of a thread's heap.
_LARGEST_MMAP = 2**25
# A thread's heap of 64 MiB is given back when it is empty unless more than that is asked as pad.
_KEEP_HEAPS = 2**26
# glibc's thresholds move by themselves until they are set once; afterwards they stand where they
# end up in a process that handles large arrays.
_USUAL_TRIM, _USUAL_PAD = 2**26, 2**17
# Whoever tunes malloc for the whole process knows better.
_USER_SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")

_lock = threading.Lock()
_n_inside = 0


def _load_glibc() -> Any:
    if any(name in os.environ for name in _USER_SETTINGS):
        return None
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018
        return library if library.mallopt and library.malloc_trim else None
    except (AttributeError, OSError, TypeError):  # not glibc: macOS, Windows, musl
        return None


_glibc = _load_glibc()


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """Keep what is freed inside the block for the next allocation; give it back at the end."""
    global _n_inside
    with _lock:
        _n_inside += 1
        keep_freed_memory()
    try:
        yield
    finally:
        with _lock:
            _n_inside -= 1
            if _n_inside == 0:
                _give_back()


def keep_freed_memory() -> None:
    """Say again what the block around said: while TensorFlow compiles, it sets a threshold back."""
    if _glibc is not None and _n_inside:
        _glibc.mallopt(_MMAP_THRESHOLD, _LARGEST_MMAP)
        _glibc.mallopt(_TRIM_THRESHOLD, _KEEP)
        _glibc.mallopt(_TOP_PAD, _KEEP_HEAPS)


def _give_back() -> None:
    if _glibc is not None:
        _glibc.mallopt(_TRIM_THRESHOLD, _USUAL_TRIM)
        _glibc.mallopt(_TOP_PAD, _USUAL_PAD)
        _glibc.malloc_trim(0)
