"""Sequences that are turned into others."""

from __future__ import annotations

from typing import Any

from .slices import Slices


class Pairs:
    """Sources, and what the decoder reads of their targets.

    Parameters
    ----------
    source : Slices
        The sequences that are read.
    given : Slices
        For each, the steps of its target that the decoder reads, as many as it has outputs.
    is_given : bool, default=True
        Whether the decoder reads ``given``; if not, it only says how many outputs there are.
    """

    __slots__ = ("given", "is_given", "source")

    def __init__(self, source: Slices, given: Slices, is_given: bool = True):
        self.source, self.given, self.is_given = source, given, is_given

    def __len__(self) -> int:
        return len(self.source)

    def __getitem__(self, rows: Any) -> Pairs:
        return Pairs(self.source[rows], self.given[rows], self.is_given)
