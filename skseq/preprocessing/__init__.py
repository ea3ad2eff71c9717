"""Preprocessing: transformers from text to ``Sequences``, and from ``Sequences`` to vectors.

Reading X inside an estimator is in ``readers`` and ``inputs``; recordings are in ``speech``. Users
put the transformers into pipelines, and readers use them for documents given to an estimator.
"""

from ._embedding import Embedding
from ._embedding_lookup import EmbeddingLookup
from ._padder import Padder
from ._sequence_scaler import SequenceScaler
from ._tokenizer import Tokenizer

__all__ = ["Embedding", "EmbeddingLookup", "Padder", "SequenceScaler", "Tokenizer"]
