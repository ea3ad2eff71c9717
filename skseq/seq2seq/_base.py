"""The base of models from sequence to sequence; subclasses add their network."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_consistent_length

from ..inputs.documents import check_documents
from ..inputs.validation import Interval, StrOptions
from ..preprocessing import Tokenizer
from ..readers.source import SourceReader
from ..sequences import Sequences
from ..targets.texts import FixedLength, FollowingTokens
from ..targets.weights import document_weights
from ..training.estimator import SequenceEstimator
from ._decoding import Codec, DecodingMixin

# Updates over which sampling from the model becomes as frequent as asked, without ``epochs``.
_USUAL_UPDATES = 2000


class SequenceToSequence(DecodingMixin, SequenceEstimator):
    """Abstract base of models from documents to documents; subclasses define the network."""

    family = "seq2seq"

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceEstimator._parameter_constraints,
        "level": [StrOptions({"char", "word"})],
        "tokenizer": "no_validation",  # checked by the Tokenizer
        "lowercase": ["boolean"],
        "max_tokens": [Interval(Integral, 5, None, closed="left"), None],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "units": [Interval(Integral, 1, None, closed="left")],
        "layers": [Interval(Integral, 1, None, closed="left")],
        "dropout": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="left")],
        "scheduled_sampling": [Interval(Real, 0, 1, closed="both")],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "num_beams": [Interval(Integral, 1, None, closed="left")],
        "length_penalty": [Interval(Real, None, None, closed="neither")],
        "max_length": [Interval(Integral, 1, None, closed="left"), None],
    }

    _trains_to_the_last = True  # one wrong token makes an answer wrong

    reader_: SourceReader
    codec_: Codec

    # ------------------------------------------------------------------ the core
    @property
    def _is_repeating(self) -> bool:
        """Whether a fixed number of tokens is predicted at once."""
        return False

    def _tokenizer(self, *, add_start_end: bool) -> Tokenizer:
        return Tokenizer(
            level=self.level,
            tokenizer=self.tokenizer,
            lowercase=self.lowercase,
            max_tokens=self.max_tokens,
            min_count=self.min_count,
            add_start_end=add_start_end,
        )

    def _embedding_dim(self) -> Any:
        return self.embedding_dim

    def _read_to_fit(self, X: Any, y: Any, reset: bool) -> tuple[SourceReader, Sequences]:
        sources = check_documents(X)
        check_consistent_length(sources, y)
        if not reset:
            return self.reader_, self.reader_.read(sources)
        is_plain = self._is_repeating and bool(getattr(self, "one_hot", False))
        reader = SourceReader(self._tokenizer(add_start_end=False), self._embedding_dim(), is_plain)
        return reader, reader.read_first(sources, y if self._is_repeating else ())

    def _make_codec(self, y: Any, classes: Any, reader: SourceReader, sample_weight: Any) -> Codec:
        if self._is_repeating:
            return FixedLength(reader.tokenizer, y)
        tokenizer = self._tokenizer(add_start_end=True)
        return FollowingTokens(tokenizer, self._embedding_dim(), y)

    def _known_codec(self, classes: Any) -> Codec:
        return self.codec_

    def _initial_weights(self, reader: SourceReader, codec: Codec, X: Any) -> dict[str, Any]:
        initial_weights = super()._initial_weights(reader, codec, X)
        if self.scheduled_sampling and not self._is_repeating:
            n_updates = _USUAL_UPDATES
            if self.epochs != "auto":
                n_updates = self.epochs * -(-len(X) // self.batch_size)
            initial_weights["scheduled_sampling"] = {"ramp": np.float32(max(1, n_updates // 2))}
        return initial_weights

    def _loss_arguments(self) -> dict[str, Any]:
        return {"label_smoothing": float(self.label_smoothing)} if self.label_smoothing else {}

    def _samples(
        self,
        reader: SourceReader,
        codec: Codec,
        X: Sequences,
        y: Any,
        sample_weight: Any,
        *,
        normalize: bool,
    ) -> Any:
        from ..training.samples import Samples

        pairs, following = codec.pairs(X, y, refuse_empty=True)
        weight = document_weights(sample_weight, following.lengths, normalize=normalize)
        return Samples(pairs, following, weight)

    def _read_validation(self, X: Any, y: Any, reader: SourceReader, codec: Codec) -> Any:
        from ..training.samples import Samples

        source, y = reader.read(X, "X_val"), check_documents(y, name="y_val")
        check_consistent_length(source, y)
        pairs, following = codec.pairs(source, y, "y_val", refuse_empty=True)
        return Samples(pairs, following, np.ones(len(source), np.float32))

    def _keep(self, *args: Any) -> None:
        super()._keep(*args)
        self.n_features_in_ = 1
        self.target_vocabulary_ = self.codec_.vocabulary

    # --------------------------------------------------------------------- verbs
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on pairs of source and target documents.

        Parameters
        ----------
        X : list of n_samples documents
            The sources: ``str``, or lists of tokens.
        y : list of n_samples documents
            The target of each source.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each pair in the loss; None weighs all target tokens alike.
        X_val, y_val : same kinds as X and y, default=None
            Validation data. With ``early_stopping`` they replace the share split off from X.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            If X and y have different lengths, and for empty documents.
        TypeError
            For documents that are not text.
        """
        super().fit(X, check_documents(y, name="y"), sample_weight, X_val, y_val)
        return self

    # Targets are documents, so there are no ``classes`` as in the base.
    def partial_fit(  # type: ignore[override]
        self, X: Any, y: Any, sample_weight: Any = None
    ) -> Self:
        """Train for one more epoch on these pairs, from the current weights.

        The first call determines the vocabularies; tokens that are new in later calls are
        ``<unk>``.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.

        Returns
        -------
        self : estimator
        """
        super().partial_fit(X, check_documents(y, name="y"), None, sample_weight)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.required = True
        return tags
