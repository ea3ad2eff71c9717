"""From a document to its tokens: normalisation, word pattern, NLTK's tokenizers by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sklearn.feature_extraction.text import (
    ENGLISH_STOP_WORDS,
    strip_accents_ascii,
    strip_accents_unicode,
)

# Vowel signs and accents inside words that Python's \w does not match: combining accents, points of
# Hebrew and Arabic, Indic signs (without the full stop, danda), Thai and Lao signs, and the two
# joiners of Persian and Indic spelling.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0df3"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u200c\u200d"
)
# A word with its inner apostrophes, or any other character that is not white space.
WORD_PATTERN = re.compile(rf"[\w{_MARKS}]++(?:['’][\w{_MARKS}]++)*+|\S")
# The same for ASCII text, in half the time, as \w then does not use Unicode's tables. The four
# separators from \x1c on are white space in Unicode, but not for \S with re.ASCII.
ASCII_WORD_PATTERN = re.compile(r"\w++(?:'\w++)*+|[^\s\x1c-\x1f]", re.ASCII)

NLTK_TOKENIZERS = ("treebank", "tweet", "wordpunct", "punkt")

_STRIP = {None: None, "unicode": strip_accents_unicode, "ascii": strip_accents_ascii}

TextFunction = Callable[[str], str]
SplitFunction = Callable[[Any], Iterable[str]]


@dataclass(frozen=True)
class Splitter:
    """Settings of a ``Tokenizer`` at the time of ``fit``, and the function that they define.

    It holds names and the callable of the user, never a loaded tokenizer, so it can be pickled.
    """

    level: str
    tokenizer: Any
    lowercase: bool
    strip_accents: str | None
    stop_words: frozenset[str]

    @classmethod
    def from_parameters(
        cls,
        level: str,
        tokenizer: Any,
        lowercase: bool,
        strip_accents: str | None,
        stop_words: Any,
    ) -> Splitter:
        """Return a splitter whose stop words are normalised in the same way as text."""
        if level == "char" and tokenizer is not None:
            raise ValueError(
                "tokenizer is for level='word'; with level='char' every character is a token. "
                "Leave one of the two out."
            )
        normalise = _normaliser(lowercase, strip_accents)
        words = ENGLISH_STOP_WORDS if stop_words == "english" else stop_words or ()
        return cls(level, tokenizer, lowercase, strip_accents, frozenset(map(normalise, words)))

    def build(self) -> SplitFunction:
        """Return the function from a document (text or tokens) to its tokens."""
        normalise = _normaliser(self.lowercase, self.strip_accents)
        split = _char_split if self.level == "char" else _word_split(self.tokenizer)

        def tokens_of(document: Any) -> Iterable[str]:
            if isinstance(document, str):
                return split(normalise(document))
            return map(normalise, document)

        return tokens_of


def _normaliser(lowercase: bool, strip_accents: str | None) -> TextFunction:
    strip = _STRIP[strip_accents]
    if strip is None:
        return str.lower if lowercase else str
    if lowercase:
        return lambda text: strip(text.lower())
    return strip


def _split_words(text: str) -> list[str]:
    pattern = ASCII_WORD_PATTERN if text.isascii() else WORD_PATTERN
    return pattern.findall(text)


def _char_split(text: str) -> str:
    return text  # a string is already the collection of its characters


def _word_split(tokenizer: Any) -> SplitFunction:
    if tokenizer is None:
        return _split_words
    if isinstance(tokenizer, str):
        return _nltk_split(tokenizer)
    split = getattr(tokenizer, "tokenize", tokenizer)

    def checked_split(text: str) -> Iterable[str]:
        tokens = split(text)
        if isinstance(tokens, str) or not isinstance(tokens, Iterable):
            raise TypeError(
                f"tokenizer must return a list of str, got {type(tokens).__name__} "
                f"({tokens!r:.40})."
            )
        return tokens

    return checked_split


def _nltk_split(name: str) -> SplitFunction:
    try:
        from nltk import tokenize
    except ImportError as error:
        raise ImportError(
            f"tokenizer={name!r} needs NLTK; install it: pip install nltk."
        ) from error
    if name == "treebank":
        return tokenize.TreebankWordTokenizer().tokenize
    if name == "tweet":
        return tokenize.TweetTokenizer().tokenize
    if name == "wordpunct":
        return tokenize.wordpunct_tokenize
    try:
        tokenize.word_tokenize("")  # loads the model now, so that a missing model is reported once
    except LookupError as error:
        raise LookupError(
            "tokenizer='punkt' needs NLTK's sentence model; download it once with "
            "nltk.download('punkt_tab'), or use tokenizer='treebank', which needs no download."
        ) from error
    return tokenize.word_tokenize
