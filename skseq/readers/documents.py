"""Raw text as input of an estimator that makes its own vocabulary."""

from __future__ import annotations

from typing import Any

from ..inputs.documents import check_documents
from ..inputs.rows import Kind, kind_of
from ..preprocessing import Tokenizer
from ..sequences import Sequences

_LEVELS: dict[Kind, str] = {"texts": "characters", "tokens": "tokens"}


class DocumentReader:
    """Reads texts character by character and lists of tokens token by token, case kept.

    What the first texts were decides; the others must be alike.
    """

    level: str | None = None

    def reads(self, X: Any) -> bool:
        """Whether X is text of either kind rather than numbers."""
        return kind_of(X) in _LEVELS

    def fit_transform(self, X: Any) -> Sequences:
        """Learn the vocabulary and return the ids."""
        self.level = _LEVELS.get(kind_of(X))
        self._tokenizer = Tokenizer(
            level="char" if self.level == "characters" else "word", lowercase=False
        )
        return self._tokenizer.fit_transform(self._checked(X, "X"))

    def transform(self, X: Any, name: str = "X") -> Sequences:
        """Return the ids of further texts."""
        return self._tokenizer.transform(self._checked(X, name))

    def _checked(self, X: Any, name: str) -> list[Any]:
        documents = check_documents(X, name=name)
        wanted = str if self.level == "characters" else list
        for i, document in enumerate(documents):
            if isinstance(document, str) == (wanted is str):
                continue
            got = "a str" if isinstance(document, str) else "a list of tokens"
            expected = "a str, read by character" if wanted is str else "a list of tokens"
            raise ValueError(
                f"{name}[{i}] is {got}, expected {expected}, as the first samples of fit were. "
                "A single sentence goes into a list of its own: [sentence]; a text is split by a "
                "Tokenizer before this estimator."
            )
        return documents
