"""Inspection: attention weights and tags as pictures, HTML or text.

What computes them is in the estimators; ``metrics`` has the scores. Users call it, and matplotlib
is imported only for a plot.
"""

from __future__ import annotations

from ._attention_display import AttentionDisplay
from ._render_tags import render_tags

__all__ = ["AttentionDisplay", "render_tags"]
