"""What a fitted network is made of, in plain Python and NumPy.

Floor 0: NumPy only. Estimators pickle these two classes and nothing of Keras, so a saved model is
small, loads without TensorFlow and does not depend on the Keras version; the Keras model is made
again from them on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class NetworkSpec:
    """How to build and compile a network; equal specs may share one compiled model.

    ``network`` names a function of :mod:`skseq.networks` or is a user's own function. The learning
    rate is not part of it where it is a number: it is a variable of the optimiser, so fits that
    differ only there share the traced functions too.
    """

    network: str | Callable[..., Any]
    arguments: Mapping[str, Any]
    loss: str
    optimizer: Any = "adam"
    learning_rate: Any = None
    clipnorm: float | None = None


@dataclass
class NetworkState:
    """A network's weights, its optimiser's variables and how far training has come.

    ``seed`` and ``epoch`` together decide every random choice of the next epoch, so training that
    goes on after a reload takes the same steps as training that was never interrupted.
    """

    spec: NetworkSpec
    seed: int
    weights: list[np.ndarray]
    optimizer: list[np.ndarray] = field(default_factory=list)
    epoch: int = 0
