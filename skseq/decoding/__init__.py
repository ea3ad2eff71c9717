"""Best label sequences and their probabilities, from scores of every step. Floor 1: NumPy only."""

from ._linear_chain import LinearChain

__all__ = ["LinearChain"]
