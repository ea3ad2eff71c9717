"""Models from sequence to sequence: documents in, documents out. Floor 4."""

from ._recurrent import Seq2Seq
from ._transformer import TransformerSeq2Seq

__all__ = ["Seq2Seq", "TransformerSeq2Seq"]
