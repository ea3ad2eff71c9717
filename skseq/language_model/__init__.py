"""Language models: how likely text is, what comes next, and text made of that."""

from ._char import CharLanguageModel
from ._token import TokenLanguageModel
from ._word import WordLanguageModel

__all__ = ["CharLanguageModel", "TokenLanguageModel", "WordLanguageModel"]
