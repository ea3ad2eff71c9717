"""Joins the arguments of a network that input, hyperparameters and target decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def joined_arguments(
    network: str | Callable[..., Any], **parts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all arguments of a network, each from one place.

    Parameters
    ----------
    network : str or callable
        One of ours by name, or a user's own function.
    **parts : dict
        What each place decides. A user's own network may set what another place has decided, such
        as ``embedding_dim``; then the last part counts.

    Raises
    ------
    ValueError
        If two places decide the same argument of one of our networks.
    """
    found: dict[str, Any] = {}
    for place, arguments in parts.items():
        twice = sorted(set(found) & set(arguments))
        if twice and not callable(network):
            raise ValueError(f"{place} decides {twice} of the network, which are decided already.")
        found.update(arguments)
    return found
