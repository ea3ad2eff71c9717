"""``Tokenizer``: from documents to sequences of token ids."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..inputs.documents import check_documents
from ..inputs.parameters import CheckedParameters
from ..inputs.sequence_like import as_sequences
from ..inputs.sequence_output import SequenceOutputMixin
from ..inputs.validation import HasMethods, Interval, StrOptions, fit_context
from ..sequences import Sequences
from ..vocabulary import END_ID, PAD_ID, SPECIAL_TOKENS, START_ID, Vocabulary
from ._counting import Encoded, encode, recode, select_tokens
from ._splitting import NLTK_TOKENIZERS, Splitter

_LEFT_OUT = (PAD_ID, START_ID, END_ID)


class Tokenizer(SequenceOutputMixin, TransformerMixin, BaseEstimator, metaclass=CheckedParameters):
    """Transformer of documents to sequences of token ids.

    ``fit`` learns the vocabulary, ``transform`` looks tokens up in it. Documents are strings, or
    lists of strings if they are tokenised already; both may be mixed.

    Parameters
    ----------
    level : {"word", "char"}, default="word"
        Kind of token. Words keep their inner apostrophes (``don't``); every other character that is
        neither part of a word nor white space is a token of its own. With ``"char"`` every
        character is a token, white space too.
    tokenizer : callable, object with a ``tokenize`` method, str or None, default=None
        Splits a text into words instead, with ``level="word"``: a function from str to a list of
        str, an NLTK tokenizer, or the name of one. Names are ``"treebank"``, ``"tweet"``,
        ``"wordpunct"``, and ``"punkt"`` for NLTK's ``word_tokenize``, which needs
        ``nltk.download('punkt_tab')`` once. ``lowercase`` and ``strip_accents`` are applied before.
    lowercase : bool, default=True
        Whether to lower-case text before it is split.
    strip_accents : {"unicode", "ascii"} or None, default=None
        Whether to remove accents before the split, as in scikit-learn's ``CountVectorizer``.
    max_tokens : int or None, default=None
        Maximum size of the vocabulary, the 4 special tokens included, so that every id is below it;
        the most frequent tokens stay. At least 5. None keeps all.
    min_count : int, default=1
        Tokens that occur fewer times in the training documents are left out of the vocabulary.
    stop_words : list of str, "english" or None, default=None
        Tokens to remove; ``lowercase`` and ``strip_accents`` apply to them as to the text.
        ``"english"`` is scikit-learn's list.
    add_start_end : bool, default=False
        Whether to put the id 2 (``<s>``) before and 3 (``<e>``) after each document.
    n_jobs : int or None, default=None
        Number of processes, each for a part of the documents; -1 uses all processors. The result is
        the same. It pays off for slow tokenizers.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The tokens by id: 0 to 3 special, then the most frequent first, ties in alphabetical order.

    See Also
    --------
    Padder : Cuts the sequences and sets the length of their padded array.
    EmbeddingLookup : Attaches pretrained vectors to the ids.
    sklearn.feature_extraction.text.CountVectorizer : Counts tokens without their order.

    Notes
    -----
    Time is linear in the length of the text; memory is 4 bytes per token, and each distinct token
    once. A token outside the vocabulary has the id 1 (``<unk>``); the sequences keep the token, as
    an ``EmbeddingLookup`` may have a vector for it. The tokens ``<pad>``, ``<unk>``, ``<s>`` and
    ``<e>`` in a document are unknown tokens, id 1.

    Examples
    --------
    >>> from skseq import Tokenizer
    >>> tokenizer = Tokenizer()
    >>> X = tokenizer.fit_transform(["Don't panic!", "Panic, or don't."])
    >>> X
    Sequences(2 sequences of 3 to 5 ids, vocabulary of 10)
    >>> tokenizer.vocabulary_.tokens[4:]
    ("don't", 'panic', '!', ',', '.', 'or')
    >>> tokenizer.transform(["panic now"])[0]
    array([5, 1], dtype=int32)
    >>> tokenizer.inverse_transform([[5, 6, 0], [4, 1]])
    [['panic', '!'], ["don't", '<unk>']]
    """

    _parameter_constraints: dict = {
        "level": [StrOptions({"word", "char"})],
        "tokenizer": [callable, HasMethods("tokenize"), StrOptions(set(NLTK_TOKENIZERS)), None],
        "lowercase": ["boolean"],
        "strip_accents": [StrOptions({"unicode", "ascii"}), None],
        "max_tokens": [Integral, None],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "stop_words": [StrOptions({"english"}), list, tuple, set, frozenset, None],
        "add_start_end": ["boolean"],
        "n_jobs": [Integral, None],
    }

    vocabulary_: Vocabulary

    def __init__(
        self,
        level: str = "word",
        *,
        tokenizer: Callable[[str], list[str]] | str | Any | None = None,
        lowercase: bool = True,
        strip_accents: str | None = None,
        max_tokens: int | None = None,
        min_count: int = 1,
        stop_words: list[str] | str | None = None,
        add_start_end: bool = False,
        n_jobs: int | None = None,
    ):
        self.level = level
        self.tokenizer = tokenizer
        self.lowercase = lowercase
        self.strip_accents = strip_accents
        self.max_tokens = max_tokens
        self.min_count = min_count
        self.stop_words = stop_words
        self.add_start_end = add_start_end
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any = None) -> Tokenizer:
        """Learn the vocabulary.

        Parameters
        ----------
        X : list, tuple, ndarray, pandas or pyarrow column, or one-column DataFrame
            Training documents, each a str or a list of str.
        y : None
            Ignored.

        Returns
        -------
        self : Tokenizer

        Raises
        ------
        ValueError
            If X is a bare string or empty, or if no token remains.
        TypeError
            If a document is neither text nor tokens, e.g. a missing value.
        """
        self.fit_transform(X)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X: Any, y: Any = None) -> Sequences:
        """Learn the vocabulary and return the ids, reading the text once.

        Parameters
        ----------
        X : list, tuple, ndarray, pandas or pyarrow column, or one-column DataFrame
            Training documents, each a str or a list of str.
        y : None
            Ignored.

        Returns
        -------
        Sequences
            The same as ``fit(X).transform(X)``.
        """
        documents = check_documents(X)
        self._check_max_tokens()
        splitter = Splitter.from_parameters(
            self.level, self.tokenizer, self.lowercase, self.strip_accents, self.stop_words
        )
        encoded = encode(documents, splitter, Vocabulary([]), self.add_start_end, self.n_jobs)
        kept, table, unseen = select_tokens(encoded, self.min_count, self.max_tokens)
        if not kept:
            raise ValueError(
                f"The vocabulary is empty: of {len(encoded.unseen)} distinct tokens none remains. "
                "Perhaps the documents hold only white space or stop words, or min_count is "
                "too high."
            )
        self.vocabulary_ = Vocabulary(kept)
        self._splitter = splitter
        self._adds_start_end = self.add_start_end
        recode(encoded.codes, table)
        return self._to_sequences(encoded._replace(unseen=unseen))

    def transform(self, X: Any) -> Sequences:
        """Return the ids of the documents' tokens.

        Parameters
        ----------
        X : list, tuple, ndarray, pandas or pyarrow column, or one-column DataFrame
            Documents, each a str or a list of str.

        Returns
        -------
        Sequences
            One sequence of ids per document, with the vocabulary and the tokens outside it. The
            sequence of a document without tokens is empty.
        """
        check_is_fitted(self)
        documents = check_documents(X)
        return self._to_sequences(
            encode(documents, self._splitter, self.vocabulary_, self._adds_start_end, self.n_jobs)
        )

    def inverse_transform(self, X: Any) -> list[list[str]]:
        """Return the tokens of ids.

        Parameters
        ----------
        X : Sequences, list of lists of ids, or int array of shape (n_samples, n_steps)
            Sequences of ids, padded or not.

        Returns
        -------
        list of lists of str
            The tokens; padding, start and end are left out, unknown tokens are ``"<unk>"``.

        Raises
        ------
        ValueError
            If an id is outside the vocabulary, or sequences have another vocabulary.
        """
        check_is_fitted(self)
        sequences = as_sequences(X)
        self._check_ids(sequences)
        tokens = self.vocabulary_.tokens
        return [[tokens[i] for i in ids.tolist() if i not in _LEFT_OUT] for ids in sequences]

    def _to_sequences(self, encoded: Encoded) -> Sequences:
        codes, offsets, unseen = encoded
        codes.flags.writeable = False  # Sequences does so only if NumPy owns the memory
        return Sequences(codes, offsets, vocabulary=self.vocabulary_, unseen_tokens=unseen)

    def _check_max_tokens(self) -> None:
        n_special = len(SPECIAL_TOKENS)
        if self.max_tokens is not None and self.max_tokens <= n_special:
            raise ValueError(
                f"max_tokens={self.max_tokens} leaves no room for tokens: it counts the "
                f"{n_special} special ones too. Use at least {n_special + 1}, or None."
            )

    def _check_ids(self, sequences: Sequences) -> None:
        n_tokens = len(self.vocabulary_)
        if sequences.vocabulary not in (None, self.vocabulary_):
            raise ValueError(
                "These sequences were made with another vocabulary; use the Tokenizer that made "
                "them."
            )
        if not sequences.is_ids and len(sequences.codes):
            raise ValueError("inverse_transform expects integer ids, got features (floats).")
        highest = int(np.max(sequences.values, initial=0))
        if highest >= n_tokens:
            raise ValueError(
                f"id {highest} is outside the vocabulary of {n_tokens} tokens "
                f"(0 to {n_tokens - 1}); were the ids made by another Tokenizer?"
            )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags
