"""Splitting data whose targets are sequences."""

from __future__ import annotations

from ._stratified import StratifiedSequenceKFold

__all__ = ["StratifiedSequenceKFold"]
