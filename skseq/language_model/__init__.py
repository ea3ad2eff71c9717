"""Language models: the probability of documents and of the next token, and generation.

Leaves differ in the token: a character, a word or any symbol. The network, the search for tokens
and the reading of text are in ``networks``, ``decoding`` and ``readers``. Users call the three
classes, and other estimators accept a fitted one as ``encoder`` or ``language_model``.
"""

from ._char import CharLanguageModel
from ._token import TokenLanguageModel
from ._word import WordLanguageModel

__all__ = ["CharLanguageModel", "TokenLanguageModel", "WordLanguageModel"]
