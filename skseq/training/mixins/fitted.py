"""Attributes and methods of estimators that mixins use, as annotations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ...sequences import Sequences
from ..predictor import Predictor
from ..state import NetworkState


class FittedMixin:
    """Declares attributes and methods of every ``SequenceEstimator``, for its mixins.

    There are only annotations, so that type checkers know what a mixin may use. A mixin narrows the
    types of reader and codec to those of its family.
    """

    network_state_: NetworkState
    reader_: Any
    codec_: Any

    _check_is_fitted: Callable[[], None]
    _read: Callable[[Any], Sequences]
    _borrowed_predictor: Callable[[], AbstractContextManager[Predictor]]
