"""Keeps TensorFlow's advice about tracing from users who cannot follow it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _WithoutTracingAdvice(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return "triggered tf.function retracing" not in str(record.msg)


@contextmanager
def tracing_advice_withheld() -> Iterator[None]:
    """Drop TensorFlow's warning that much is traced, which a search over architectures has to be.

    TensorFlow counts the traces of Keras' training function over all models of a process. The
    warning comes back with the end of the block.
    """
    logger, advice = logging.getLogger("tensorflow"), _WithoutTracingAdvice()
    logger.addFilter(advice)
    try:
        yield
    finally:
        logger.removeFilter(advice)
