"""Keras layers for right-padded batches with lengths. Floor 2; TensorFlow may be used here."""

from ._embedding import TokenEmbedding
from ._pooling import AttentionPooling, SequencePooling
from ._recurrent import GRU, LSTM, SimpleRNN, n_cores
from ._reverse import ReverseSequence
from ._word_dropout import WordDropout

__all__ = [
    "GRU",
    "LSTM",
    "AttentionPooling",
    "ReverseSequence",
    "SequencePooling",
    "SimpleRNN",
    "TokenEmbedding",
    "WordDropout",
    "n_cores",
]
