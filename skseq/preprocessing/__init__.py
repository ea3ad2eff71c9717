"""Transformers from text to sequences, and from sequences to vectors."""

from ._embedding import Embedding
from ._embedding_lookup import EmbeddingLookup
from ._padder import Padder
from ._tokenizer import Tokenizer

__all__ = ["Embedding", "EmbeddingLookup", "Padder", "Tokenizer"]
