"""Imports TensorFlow without its chatter.

TensorFlow's C++ side writes start-up notes straight to file descriptor 2, past ``sys.stderr``.
They are dropped; whatever else arrives there meanwhile is passed on.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_CHATTER = re.compile(
    rb"^(WARNING: All log messages before absl|[IWE]\d{4} "
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] |To enable the following instructions)"
)


@contextmanager
def quiet_native_stderr() -> Iterator[None]:
    """Hold back what native code writes to stderr, then pass on all but start-up notes."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        sys.stderr.flush()
        saved = os.dup(2)
    except (OSError, AttributeError, ValueError):  # no stderr at all, e.g. under pythonw
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            held.seek(0)
            rest = b"".join(line for line in held if not _CHATTER.match(line))
            if rest:
                os.write(2, rest)
