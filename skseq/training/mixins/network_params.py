"""The arguments of a user's network function as parameters of the estimator.

``network=build`` and ``network__units=64`` become one value, ``partial(build, units=64)``. So the
arguments can be cloned, pickled and searched like any other parameter, without ``**kwargs`` in
``__init__``.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

# Given by the estimator itself; not hyperparameters.
_GIVEN = ("meta", "n_tokens", "n_features", "n_outputs", "embedding_dim")

# What "auto" may stand for where the network is the user's own.
_OF_TRAINING = ("batch_size", "learning_rate")


class NetworkParamsMixin:
    """Adds ``network__<argument>`` to ``get_params`` and ``set_params``."""

    network: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get parameters, with ``deep`` also the arguments of a user's ``network``."""
        params = super().get_params(deep=deep)  # type: ignore[misc]
        if deep and callable(params.get("network")):
            for name, value in _arguments(params["network"]).items():
                params[f"network__{name}"] = value
        return params

    def set_params(self, **params: Any) -> Any:
        """Set parameters, ``network__<argument>`` among them."""
        prefix = "network__"
        routed = {k[len(prefix) :]: v for k, v in params.items() if k.startswith(prefix)}
        super().set_params(**{k: v for k, v in params.items() if not k.startswith(prefix)})  # type: ignore[misc]
        if routed:
            self._set_network_arguments(routed)
        return self

    def _set_network_arguments(self, routed: dict[str, Any]) -> None:
        if not callable(self.network):
            raise ValueError(
                f"network__{next(iter(routed))} needs network= to be a function, "
                f"got {self.network!r}."
            )
        function, given = _unwrap(self.network)
        known = inspect.signature(function).parameters
        open_ended = any(p.kind is p.VAR_KEYWORD for p in known.values())
        for name in routed:
            if not open_ended and (name not in known or name in _GIVEN):
                settable = [n for n in known if n not in _GIVEN]
                raise ValueError(
                    f"Invalid parameter 'network__{name}': the network function takes {settable}."
                )
        self.network = functools.partial(function, **{**given, **routed})

    def _choose(self, *args: Any) -> dict[str, Any]:
        chosen = super()._choose(*args)  # type: ignore[misc]
        if self.network is None:
            return chosen
        return {name: chosen[name] for name in _OF_TRAINING if name in chosen}

    def _user_network(self) -> tuple[Any, dict[str, Any]]:
        """Return the function itself and the arguments that are set for it."""
        return _unwrap(self.network)


def _unwrap(network: Any) -> tuple[Any, dict[str, Any]]:
    if isinstance(network, functools.partial) and not network.args:
        return network.func, dict(network.keywords)
    return network, {}


def _arguments(network: Any) -> dict[str, Any]:
    """Return the arguments and their values, those of a partial or the defaults."""
    function, given = _unwrap(network)
    defaults = {
        p.name: p.default
        for p in inspect.signature(function).parameters.values()
        if p.default is not p.empty and p.name not in _GIVEN
    }
    return {**defaults, **given}
