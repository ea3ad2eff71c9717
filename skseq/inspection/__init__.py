"""Inspection: attention weights and tags as pictures, HTML or text, and simple peers.

What computes them is in the estimators; ``metrics`` has the scores. Users call it, and matplotlib
is imported only for a plot.
"""

from __future__ import annotations

from ._attention_display import AttentionDisplay
from ._render_tags import render_tags
from .baselines.entry import baseline_report
from .baselines.report import BaselineReport

__all__ = ["AttentionDisplay", "BaselineReport", "baseline_report", "render_tags"]
