"""Models from sequence to sequence: documents in, documents out."""

from ._recurrent import Seq2Seq
from ._transformer import TransformerSeq2Seq

__all__ = ["Seq2Seq", "TransformerSeq2Seq"]
