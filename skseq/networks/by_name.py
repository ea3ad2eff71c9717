"""Layers that the tables name, loaded when a network is built."""

from __future__ import annotations

import importlib
from typing import Any

from .._tables import CELLS, POOLINGS


def cell_layer(cell: str) -> Any:
    """Return the class of the recurrent layer of a cell."""
    return _load(CELLS[cell].layer)


def pooling_layer(pooling: str) -> Any:
    """Return a layer from steps (B, T, F) and lengths (B,) to one vector for each sequence."""
    entry = POOLINGS[pooling]
    return _load(entry.layer)(**entry.arguments, name="pooling")


def _load(layer: str) -> Any:
    module, name = layer.split(":")
    return getattr(importlib.import_module(f"...layers.{module}", __name__), name)
