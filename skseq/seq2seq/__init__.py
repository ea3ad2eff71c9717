"""Models from sequence to sequence: documents in, documents out.

``_base.py`` holds training on pairs, ``_decoding.py`` predictions and scores, ``_attention.py``
attention weights, and two files the estimators. Beam search is in ``skseq.decoding``, codecs of
documents are in ``skseq.targets.texts``. Users call the estimators; no other folder does.
"""

from ._recurrent import Seq2Seq
from ._transformer import TransformerSeq2Seq

__all__ = ["Seq2Seq", "TransformerSeq2Seq"]
