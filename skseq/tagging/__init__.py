"""Taggers: a label for each step of a sequence."""

from ._gru import GRUTagger
from ._lstm import LSTMTagger
from ._rnn import RNNTagger
from ._transformer import TransformerTagger

__all__ = ["GRUTagger", "LSTMTagger", "RNNTagger", "TransformerTagger"]
