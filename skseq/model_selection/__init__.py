"""Splitting data whose targets are sequences. Floor 1: NumPy, SciPy and scikit-learn only."""

from __future__ import annotations

from ._stratified import StratifiedSequenceKFold

__all__ = ["StratifiedSequenceKFold"]
