"""Taggers: a label for each step of a sequence.

``_base.py`` holds the base of all taggers, with labels, scores and the k best labellings,
``_recurrent.py`` that of recurrent ones, and every other file one estimator. The codec of labels,
with its CRF, is in ``skseq.targets``, the network in ``skseq.networks``. Users call the estimators;
no other folder does.
"""

from ._gru import GRUTagger
from ._lstm import LSTMTagger
from ._rnn import RNNTagger
from ._transformer import TransformerTagger

__all__ = ["GRUTagger", "LSTMTagger", "RNNTagger", "TransformerTagger"]
