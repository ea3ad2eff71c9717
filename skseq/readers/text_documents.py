"""Texts as sequences of characters or words, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..inputs.documents import check_documents
from ..preprocessing import Tokenizer
from ..sequences import Sequences
from ..vocabulary import Vocabulary

_OPENING = frozenset("([{“‘«¿¡")
_CLOSING = frozenset(".,;:!?)]}”’»%…")
_QUOTES = frozenset("\"'")


class TextDocuments:
    """Reads texts by a ``Tokenizer`` and makes texts of tokens again.

    A bare ``str`` is one document. Words are joined by blanks, none before closing punctuation and
    none behind opening; white space other than that is forgotten by words, never by characters.

    Parameters
    ----------
    tokenizer : Tokenizer
        Unfitted, with ``add_start_end=True``.
    """

    vocabulary_: Vocabulary

    def __init__(self, tokenizer: Tokenizer):
        self._tokenizer = tokenizer
        self._by_word = tokenizer.level == "word"

    def fit_transform(self, X: Any) -> Sequences:
        """Learn the vocabulary and return the ids."""
        found = self._tokenizer.fit_transform(self.documents(X))
        self.vocabulary_ = self._tokenizer.vocabulary_
        return found

    def transform(self, X: Any, name: str = "X") -> Sequences:
        """Return the ids; tokens outside the vocabulary stay apart as unseen tokens."""
        return self._tokenizer.transform(self.documents(X, name))

    def documents(self, X: Any, name: str = "X") -> list[Any]:
        """Return one document or several as a list."""
        return [X] if self.is_single(X) else check_documents(X, name=name)

    def is_single(self, X: Any) -> bool:
        """Whether X is one document rather than a collection."""
        return isinstance(X, str)

    def n_characters(self, X: Any) -> int:
        """Return how many characters the documents have; tokens are joined for that."""
        return sum(len(self._text(document)) for document in self.documents(X))

    def pieces(self, tokens: Iterable[str], prompt: Any, before: Iterable[str]) -> Iterator[str]:
        """Yield what each token adds to a prompt, whose own tokens are those ``before``."""
        if not self._by_word:
            yield from tokens
            return
        joiner = _WordJoiner()
        for token in before:
            joiner.add(token)
        text = self._text(prompt)
        if not text or text[-1].isspace():
            joiner.glue()
        for token in tokens:
            yield joiner.add(token)

    def join(self, prompt: Any, pieces: Iterable[str]) -> str:
        """Return a prompt with what follows it."""
        return self._text(prompt) + "".join(pieces)

    def _text(self, document: Any) -> str:
        if isinstance(document, str):
            return document
        if not self._by_word:
            return "".join(document)
        joiner = _WordJoiner()
        return "".join(joiner.add(token) for token in document)


class _WordJoiner:
    """Puts blanks between words and punctuation, and remembers which quotation marks are open."""

    def __init__(self) -> None:
        self._glue = True
        self._open: set[str] = set()

    def glue(self) -> None:
        """Let no blank come before the next token."""
        self._glue = True

    def add(self, token: str) -> str:
        """Return the token with the blank that belongs before it."""
        closes = token in _CLOSING or token in self._open
        blank = "" if self._glue or closes else " "
        self._glue = token in _OPENING
        if token in _QUOTES:
            self._glue = token not in self._open
            self._open ^= {token}
        return blank + token
