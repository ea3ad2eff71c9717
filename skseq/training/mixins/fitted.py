"""What mixins that add verbs ask of the estimators they are mixed into."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ...sequences import Sequences
from ..predictor import Predictor
from ..state import NetworkState


class FittedMixin:
    """Names what every ``SequenceEstimator`` has, for mixins that stand before it.

    There is nothing but annotations, so that type checkers know what a mixin may use; a mixin
    narrows those of reader and codec to the ones of its family.
    """

    network_state_: NetworkState
    reader_: Any
    codec_: Any

    _check_is_fitted: Callable[[], None]
    _read: Callable[[Any], Sequences]
    _borrowed_predictor: Callable[[], AbstractContextManager[Predictor]]
