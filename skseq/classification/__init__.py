"""Classifiers: one label, or one set of labels, for each whole sequence.

``_base.py`` holds the base of all classifiers, with probabilities and labels, ``_recurrent.py``
that of recurrent ones, and every other file one estimator. Training, reading and codecs are in
``skseq.training``, ``skseq.readers`` and ``skseq.targets``. Users call the estimators; no other
folder does.
"""

from ._gru import GRUClassifier
from ._lstm import LSTMClassifier
from ._rnn import RNNClassifier
from ._self_attention import SelfAttentionClassifier
from ._transformer import TransformerClassifier

__all__ = [
    "GRUClassifier",
    "LSTMClassifier",
    "RNNClassifier",
    "SelfAttentionClassifier",
    "TransformerClassifier",
]
