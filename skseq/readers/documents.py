"""Raw text as input of an estimator that makes its own vocabulary."""

from __future__ import annotations

from typing import Any

from ..inputs.sequence_like import rows_of
from ..inputs.validation import check_documents, is_token_list
from ..preprocessing import Tokenizer
from ..sequences import Sequences


class DocumentReader:
    """Reads texts character by character and lists of tokens token by token, case kept.

    What the first texts were decides; the others must be alike.
    """

    level: str | None = None

    def reads(self, X: Any) -> bool:
        """Whether X is text of either kind rather than numbers."""
        return _level(rows_of(X)) is not None

    def fit_transform(self, X: Any) -> Sequences:
        """Learn the vocabulary and return the ids."""
        self.level = _level(rows_of(X))
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


def _level(rows: list[Any]) -> str | None:
    """Return "characters" for texts, "tokens" for lists of them, None for anything else."""
    for row in rows:
        if isinstance(row, str):
            return "characters"
        if is_token_list(row) and len(row):
            return "tokens" if any(isinstance(cell, str) for cell in row) else None
        if not is_token_list(row):
            return None
    return None
