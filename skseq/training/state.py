"""What a fitted network is made of, in plain Python and NumPy.

Estimators pickle these two classes and nothing of Keras, so a saved model is
small, loads without TensorFlow and does not depend on the Keras version; the Keras model is made
again from them on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .fingerprint import fingerprint

# Arguments of networks by their names in files of version 0.1.
_RENAMED = {"n_shapes": "n_casing", "carries_state": "is_stateful"}


@dataclass(frozen=True)
class NetworkSpec:
    """How to build and compile a network; equal specs may share one compiled model.

    ``network`` names a function of :mod:`skseq.networks` or is a user's own function. The learning
    rate is not part of it where it is a number: it is a variable of the optimiser, so fits that
    differ only there share the traced functions too. ``layer_rates`` holds (layer, learning rate)
    for layers that learn at a rate of their own; at 0 they are frozen. With
    ``warmup_steps`` the rate rises over this number of batches and then falls with the square root
    of their number.
    """

    network: str | Callable[..., Any]
    arguments: Mapping[str, Any]
    loss: str
    optimizer: Any = "adam"
    learning_rate: Any = None
    clipnorm: float | None = None
    layer_rates: tuple[tuple[str, float], ...] = ()
    loss_arguments: tuple[tuple[str, Any], ...] = ()
    warmup_steps: int | None = None

    def __setstate__(self, state: dict[str, Any]) -> None:
        arguments = state["arguments"]
        if isinstance(state["network"], str):  # a user's own arguments are not ours
            arguments = {_RENAMED.get(name, name): v for name, v in arguments.items()}
        self.__dict__.update(state, arguments=arguments)

    def differences(self, other: NetworkSpec) -> list[str]:
        """Name what differs between the networks of two specs, the learning rate aside."""
        names = set(self.arguments) | set(other.arguments)
        found = [
            n for n in sorted(names) if not _is_same(self.arguments.get(n), other.arguments.get(n))
        ]
        found += [
            n
            for n in ("network", "clipnorm", "layer_rates")
            if getattr(self, n) != getattr(other, n)
        ]
        if bool(self.warmup_steps) != bool(other.warmup_steps):  # the rate is a variable or not
            found.append("warmup_steps")
        if _kind(self.optimizer) != _kind(other.optimizer):
            found.append("optimizer")
        return found


def _is_same(one: Any, other: Any) -> bool:
    """Whether two arguments have the same content; arrays cannot be compared by ``==``."""
    if one is other:
        return True
    content = fingerprint(one, pickles=True)
    return content is not None and content == fingerprint(other, pickles=True)


def _kind(optimizer: Any) -> Any:
    return optimizer if isinstance(optimizer, str) else type(optimizer)


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

    def with_spec(self, spec: NetworkSpec) -> NetworkState:
        """Return this state for a spec with another learning rate, to train on with.

        Raises
        ------
        ValueError
            If more than the learning rate is different.
        """
        refuse_changes(self.spec.differences(spec))
        return replace(self, spec=spec)


def refuse_changes(changed: Sequence[str]) -> None:
    """Raise an error for settings that are not what they were when the network was built."""
    if changed:
        raise ValueError(
            f"{', '.join(changed)} changed since the network was built; training can go on "
            "only with the same network. Fit again with warm_start=False, or set them back."
        )
