"""Looking at what estimators say about sequences. Standard library and NumPy only."""

from __future__ import annotations

from ._render_tags import render_tags

__all__ = ["render_tags"]
