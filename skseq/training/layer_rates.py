"""Layers that learn at a rate of their own, under any Keras optimiser."""

from __future__ import annotations

import functools
from typing import Any


class LayerRates:
    """Mixin over a Keras optimiser: multiplies the learning rate of single variables.

    ``factors`` holds a factor for the numbers of some of the variables it was built with. Scaling
    gradients instead would change nothing under Adam, which divides by their size.

    References
    ----------
    Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification", ACL 2018.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.factors: dict[int, float] = {}

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one variable."""
        factor = self.factors.get(self._get_variable_index(variable), 1.0)  # type: ignore[attr-defined]
        super().update_step(gradient, variable, learning_rate * factor)  # type: ignore[misc]


@functools.cache
def with_layer_rates(kind: type) -> type:
    """Return a class of optimisers like ``kind`` that knows layer rates."""
    return type(f"{kind.__name__}WithLayerRates", (LayerRates, kind), {})
