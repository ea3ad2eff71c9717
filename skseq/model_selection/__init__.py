"""Model selection: splitters for targets that are sequences.

Splitters for one label a sequence, searches and cross-validation are scikit-learn's. Users pass the
splitter as ``cv=``.
"""

from __future__ import annotations

from ._stratified import StratifiedSequenceKFold

__all__ = ["StratifiedSequenceKFold"]
