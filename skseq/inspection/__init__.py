"""Looking at what estimators say about sequences. NumPy and scikit-learn; matplotlib for plots."""

from __future__ import annotations

from ._attention_display import AttentionDisplay
from ._render_tags import render_tags

__all__ = ["AttentionDisplay", "render_tags"]
