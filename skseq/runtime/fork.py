"""Refuses to compute in a process forked after TensorFlow had started, where it would hang.

TensorFlow's threads do not survive a fork, so its first operation
in the child waits for ever; an error that names the way out is better.
"""

from __future__ import annotations

import os
import sys

_forked_after_tensorflow = False


def _remember_fork() -> None:
    global _forked_after_tensorflow
    _forked_after_tensorflow = "tensorflow" in sys.modules


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_remember_fork)


def check_not_forked() -> None:
    """Raise RuntimeError in a child forked from a process in which TensorFlow ran."""
    if _forked_after_tensorflow:
        raise RuntimeError(
            "This process was forked after TensorFlow had started, and TensorFlow hangs in such a "
            "child. Use joblib's default backend 'loky' (n_jobs=… without "
            "backend='multiprocessing'), or start processes with multiprocessing's 'spawn' or "
            "'forkserver' method."
        )
