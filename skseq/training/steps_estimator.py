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

    # What "auto" stands for in dropout and word_dropout.
    _usual_dropout = choices.Dropout(words=0.5, symbols=0.3, numbers=0.2, whole_words=0.2)

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        return {**super()._usual(reader, codec, samples), **self._usual_dropout.of(reader)}

    def _reading(self) -> dict[str, Any]:
        return {
            "embedding_dim": self.embedding_dim,
            "n_tokens": self.n_tokens,
            "standardize": self.standardize,
        }
