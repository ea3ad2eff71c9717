"""Layers by their names in ``skseq._tables``, imported when a network is built."""

from __future__ import annotations

import importlib
from typing import Any

from .._tables import CELLS, POOLINGS


def cell_layer(cell: str) -> Any:
    """Return the class of the recurrent layer of a cell."""
    return _load(CELLS[cell].layer)


def pooling_layer(pooling: str) -> Any:
    """Return the layer that pools steps (B, T, F) with lengths (B,) into one vector a sequence."""
    entry = POOLINGS[pooling]
    return _load(entry.layer)(**entry.arguments, name="pooling")


def _load(layer: str) -> Any:
    module, name = layer.split(":")
    return getattr(importlib.import_module(f"...layers.{module}", __name__), name)
