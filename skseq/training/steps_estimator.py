"""What estimators of ids or numbers share: the parameters that say how steps are read."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from ..inputs.validation import Interval, StrOptions
from . import choices
from .estimator import SequenceEstimator


class StepsEstimator(SequenceEstimator):
    """Abstract base of estimators that read ids, which they embed, or numbers."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceEstimator._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "dropout": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="left")],
        "word_dropout": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="left")],
        "embedding_dim": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left"), None],
        "n_tokens": [Interval(Integral, 5, None, closed="left"), None],
        "standardize": ["boolean", StrOptions({"auto"})],
    }

    embedding_dim: int | str | None
    n_tokens: int | None
    # A subclass may do without the parameter.
    standardize: bool | str = "auto"

    # Share of inputs that are dropped in training, where X is numbers or few symbols.
    _usual_dropout = 0.3
    _usual_dropout_of_words = 0.5

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        is_of_words = choices.reads_words(reader)
        return {
            **super()._usual(reader, codec, samples),
            "dropout": self._usual_dropout_of_words if is_of_words else self._usual_dropout,
            "word_dropout": choices.WORD_DROPOUT if is_of_words else 0.0,
        }

    def _reading(self) -> dict[str, Any]:
        return {
            "embedding_dim": self.embedding_dim,
            "n_tokens": self.n_tokens,
            "standardize": self.standardize,
        }
