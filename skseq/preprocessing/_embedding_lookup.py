"""``EmbeddingLookup``: pretrained or learned vectors for the tokens of sequences."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from .._seeding import draw_seed
from ..inputs.parameters import CheckedParameters
from ..inputs.sequence_like import as_sequences
from ..inputs.validation import StrOptions, fit_context
from ..sequences import Sequences
from ..vocabulary import SPECIAL_TOKENS, UNKNOWN_ID, Vocabulary
from ._coverage import measure_coverage
from ._embedding import Embedding
from ._learning import open_or_learn
from ._pooling import pool
from ._table import build_table, extra_rows


def _is_pooled(lookup: EmbeddingLookup) -> bool:
    return lookup.pooling is not None  # Sequences have no columns to name


class EmbeddingLookup(TransformerMixin, BaseEstimator, metaclass=CheckedParameters):
    """Transformer that attaches vectors to the tokens of sequences.

    ``fit`` selects the vectors of the vocabulary that a :class:`~skseq.Tokenizer` learned;
    ``transform`` attaches them to the sequences. Vectors are looked up only when an estimator or
    ``np.asarray`` needs them, so sequences with vectors are as small as their ids. With ``pooling``
    the output is a matrix, for any scikit-learn estimator.

    Parameters
    ----------
    vectors : KeyedVectors, Word2Vec, FastText, dict, path, "word2vec" or "fasttext"
        The vectors, or their source:

        - gensim's ``KeyedVectors`` or a model that has them;
        - a dict from token to array;
        - the path (str or PathLike) of a file: word2vec text or binary, GloVe text, each also
          gzipped, gensim's ``save`` (memory-mapped) or fastText's ``.bin``. Text and binary files
          are read row by row. Load gensim files only if you trust them: they are pickles;
        - ``"word2vec"`` or ``"fasttext"``: learned by gensim from the training sequences.

        ``clone`` shares the vectors. In a parallel search every process gets a copy of an object,
        but only the name of a path, so prefer a path there.
    trainable : bool, default=False
        Whether an estimator trains the vectors further, starting from these.
    oov : {"zeros", "mean", "random", "subword"}, default="zeros"
        Vector of a token without one: zeros, the mean of the vectors found, normal noise with their
        standard deviation, or the vector of its character n-grams (FastText only).
    normalize : bool, default=False
        Whether to scale all vectors to length 1.
    keep_all : bool, default=False
        Whether ``transform`` uses the vectors of tokens outside the vocabulary too, which ``fit``
        has not seen. The vectors are then needed as long as the transformer: a path is opened
        again, and a text or binary file stays in memory as a whole.
    pooling : {"mean", "max"} or None, default=None
        Return one vector per sequence: the mean or maximum over its steps, tokens without a vector
        included. None keeps the steps.
    train_params : dict or None, default=None
        Parameters of gensim's ``Word2Vec`` or ``FastText`` for learning. The defaults are
        ``vector_size=100``, ``min_count=1``, ``epochs=5``, ``workers=1`` (more are faster, but the
        result is then not reproducible) and, for FastText, ``bucket=100_000``.
    random_state : int, RandomState instance or None, default=None
        Decides ``oov="random"`` and the learning of vectors.

    Attributes
    ----------
    table_ : ndarray of shape (n_tokens, n_features)
        The vector of each id, float32; row 0 is padding and all zeros.
    vocabulary_ : Vocabulary
        The vocabulary of the training sequences.
    n_features_out_ : int
        Length of a vector.
    coverage_ : float
        Share of the training tokens with a vector of their own, 0 to 1. Every occurrence counts.
        Special tokens and n-grams do not count; unseen tokens only with ``keep_all``.
    oov_tokens_ : list of str
        Tokens of the vocabulary without a vector, most frequent first.

    See Also
    --------
    Tokenizer : Makes the sequences of ids.

    Notes
    -----
    A token is looked up unchanged, then lower-cased, capitalised and upper-cased. The rows of
    ``<unk>``, ``<s>`` and ``<e>`` are set by ``oov``; with ``"subword"`` they are the mean.

    References
    ----------
    .. [1] T. Mikolov et al., "Efficient Estimation of Word Representations in Vector Space", 2013,
       arXiv:1301.3781.
    .. [2] J. Pennington, R. Socher and C. Manning, "GloVe: Global Vectors for Word
       Representation", EMNLP 2014.
    .. [3] P. Bojanowski et al., "Enriching Word Vectors with Subword Information", 2017,
       arXiv:1607.04606.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import EmbeddingLookup, Tokenizer
    >>> vectors = {"good": [1.0, 0.0], "bad": [0.0, 1.0]}
    >>> documents = ["Good!", "bad, bad"]
    >>> lookup = EmbeddingLookup(vectors)
    >>> X = make_pipeline(Tokenizer(), lookup).fit_transform(documents)
    >>> X.embedding
    Embedding(8 × 2, frozen)
    >>> lookup.coverage_, lookup.oov_tokens_
    (0.6, ['!', ','])
    >>> make_pipeline(Tokenizer(), EmbeddingLookup(vectors, pooling="max")).fit_transform(documents)
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """

    _parameter_constraints: dict = {
        "vectors": "no_validation",  # checked by open_vectors
        "trainable": ["boolean"],
        "oov": [StrOptions({"zeros", "mean", "random", "subword"})],
        "normalize": ["boolean"],
        "keep_all": ["boolean"],
        "pooling": [StrOptions({"mean", "max"}), None],
        "train_params": [dict, None],
        "random_state": ["random_state"],
    }

    table_: np.ndarray
    vocabulary_: Vocabulary
    n_features_out_: int
    coverage_: float
    oov_tokens_: list[str]

    def __init__(
        self,
        vectors: Any,
        *,
        trainable: bool = False,
        oov: str = "zeros",
        normalize: bool = False,
        keep_all: bool = False,
        pooling: str | None = None,
        train_params: dict[str, Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ):
        self.vectors = vectors
        self.trainable = trainable
        self.oov = oov
        self.normalize = normalize
        self.keep_all = keep_all
        self.pooling = pooling
        self.train_params = train_params
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> EmbeddingLookup:
        """Select the vectors of the vocabulary of the sequences, or learn them.

        Parameters
        ----------
        X : Sequences
            Training sequences with a vocabulary, from a ``Tokenizer``.
        y : None
            Ignored.

        Returns
        -------
        self : EmbeddingLookup

        Raises
        ------
        ValueError
            If sequences have no vocabulary, a file cannot be read, or no token has a vector.
        FileNotFoundError
            If there is no file at the path.
        """
        sequences, vocabulary = self._check_sequences(X)
        self._check_combination()
        seed = draw_seed(self.random_state)
        source = open_or_learn(self.vectors, sequences, self.train_params, seed, self.keep_all)
        tokens = vocabulary.tokens[len(SPECIAL_TOKENS) :]
        table, is_found = build_table(source, tokens, self.oov, self.normalize, seed)
        kept = source if self.keep_all else None
        coverage, oov_tokens = measure_coverage(sequences, is_found, kept)
        if coverage == 0 and self.oov != "subword":
            raise ValueError(
                f"None of the {len(tokens)} tokens has a vector (the first: {list(tokens[:5])}). "
                "Are the vectors of the same language, and tokens cut the same way?"
            )
        self._source = kept
        self.coverage_, self.oov_tokens_ = coverage, oov_tokens
        self.vocabulary_ = vocabulary
        self.table_ = table
        self.n_features_out_ = int(table.shape[1])
        self._oov_rule = self.oov, self.normalize
        return self

    def transform(self, X: Any) -> Sequences | np.ndarray:
        """Attach the vectors, or pool them.

        Parameters
        ----------
        X : Sequences
            Sequences with the vocabulary seen in ``fit``.

        Returns
        -------
        Sequences or ndarray of shape (n_samples, n_features)
            The same sequences with an ``embedding``; with ``pooling`` a float32 matrix, where an
            empty sequence is a row of zeros.
        """
        check_is_fitted(self)
        sequences, vocabulary = self._check_sequences(X)
        if vocabulary != self.vocabulary_:
            raise ValueError(
                "The sequences have another vocabulary than those in fit "
                f"({len(vocabulary)} tokens, fitted with {len(self.vocabulary_)}); fit Tokenizer "
                "and EmbeddingLookup together, in one Pipeline."
            )
        extra = self._extra(list(sequences.unseen_tokens))
        embedding = Embedding(self.table_, extra=extra, trainable=bool(self.trainable))
        if self.pooling is not None:
            return pool(sequences, embedding, self.pooling)
        return sequences.replace(embedding=embedding)

    @available_if(_is_pooled)
    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns, with ``pooling`` only.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str
            ``embedding0``, ``embedding1``, …
        """
        check_is_fitted(self)
        return np.array([f"embedding{i}" for i in range(self.n_features_out_)], dtype=object)

    def set_output(self, *, transform: Any = None) -> EmbeddingLookup:
        """Set the container of the output; without ``pooling`` it has no effect.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            As in every scikit-learn transformer. Sequences are not a table and stay unchanged.

        Returns
        -------
        self : EmbeddingLookup
        """
        if self.pooling is not None:
            super().set_output(transform=transform)
        return self

    def __sklearn_clone__(self) -> EmbeddingLookup:
        # clone deep-copies parameters; vectors are gigabytes and never changed, so they are shared.
        without = copy.copy(self)
        without.vectors = None
        cloned = super(EmbeddingLookup, without).__sklearn_clone__()
        cloned.vectors = self.vectors
        return cloned

    def _check_sequences(self, X: Any) -> tuple[Sequences, Vocabulary]:
        sequences = as_sequences(X)
        if sequences.vocabulary is None:
            raise ValueError(
                "EmbeddingLookup looks tokens up and needs sequences with a vocabulary; put a "
                "Tokenizer before it: make_pipeline(Tokenizer(), EmbeddingLookup(…))."
            )
        return sequences, sequences.vocabulary

    def _check_combination(self) -> None:
        if self.keep_all and self.trainable:
            raise ValueError(
                "keep_all=True and trainable=True exclude each other: only the vocabulary's rows "
                "are trained, and vectors outside it would no longer match. Set one to False."
            )

    def _extra(self, unseen: list[str]) -> np.ndarray | None:
        """Return the vectors of tokens outside the vocabulary, (n_unseen, n_features)."""
        if self._source is None or not unseen:
            return None
        return extra_rows(self._source, unseen, *self._oov_rule, self.table_[UNKNOWN_ID])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags
