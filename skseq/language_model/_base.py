"""``LanguageModel``: parameters and training of all language models."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any, Self

import numpy as np

from .._seeding import generator
from .._tables import CELLS, names_of
from ..inputs.validation import Interval, StrOptions
from ..readers.encoder import Encoder, EncoderReader
from ..readers.language import LanguageReader
from ..sequences import Sequences
from ..targets.next_token import NextToken
from ..targets.weights import document_weights
from ..training.estimator import SequenceEstimator
from ._prediction import PredictionMixin

# Windows in a piece of a long document. A piece begins without a state, which matters little if it
# is long.
_WINDOWS_OF_A_PIECE = 4
# Rows of a batch, if nothing else is asked.
_ROWS = 32


class LanguageModel(PredictionMixin, SequenceEstimator):
    """Abstract base of recurrent language models; its subclasses define the token."""

    family = "language_model"

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceEstimator._parameter_constraints,
        "cell": [StrOptions(names_of(CELLS, steps_alone=True))],
        "units": [Interval(Integral, 1, None, closed="left")],
        "layers": [Interval(Integral, 1, None, closed="left")],
        "dropout": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="left")],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
        "embedding_dim": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "one_hot": ["boolean"],
        "tie_weights": ["boolean"],
        "n_sampled": [Interval(Integral, 1, None, closed="left"), None],
        "max_tokens": [Interval(Integral, 5, None, closed="left"), None],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "mode": [StrOptions({"tbptt", "windows"})],
        "tbptt_steps": [Interval(Integral, 1, None, closed="left")],
        "n_steps": [Interval(Integral, 1, None, closed="left")],
    }

    reader_: LanguageReader
    codec_: NextToken

    def __init__(
        self,
        *,
        cell="lstm",
        units=128,
        layers=1,
        dropout="auto",
        recurrent_dropout=0.0,
        embedding_dim="auto",
        one_hot=False,
        tie_weights=False,
        n_sampled=None,
        max_tokens=None,
        min_count=1,
        mode="tbptt",
        tbptt_steps=64,
        n_steps=40,
        optimizer="adam",
        learning_rate="auto",
        clipnorm=1.0,
        epochs="auto",
        max_time=None,
        batch_size="auto",
        early_stopping="auto",
        validation_fraction=0.1,
        n_iter_no_change="auto",
        tol=1e-4,
        callbacks=None,
        verbose=0,
        warm_start=False,
        random_state=None,
    ) -> None:
        self.cell = cell
        self.units = units
        self.layers = layers
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.embedding_dim = embedding_dim
        self.one_hot = one_hot
        self.tie_weights = tie_weights
        self.n_sampled = n_sampled
        self.max_tokens = max_tokens
        self.min_count = min_count
        self.mode = mode
        self.tbptt_steps = tbptt_steps
        self.n_steps = n_steps
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.max_time = max_time
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.callbacks = callbacks
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state

    # ---------------------------------------------------------------- for leaves
    @abstractmethod
    def _documents(self) -> Any:
        """Return the converter of documents to ids and of tokens to documents."""

    # ------------------------------------------------------------------ the core
    def _usual_batch_size(self, n_samples: int) -> int:
        return _ROWS  # documents are cut into pieces for as many

    @property
    def _n_rows(self) -> int:
        return _ROWS if self.batch_size == "auto" else self.batch_size

    def _make_codec(
        self, y: Any, classes: Any, reader: LanguageReader, sample_weight: Any
    ) -> NextToken:
        reader.set_conditions(y, classes)
        return NextToken(
            self.n_steps if self.mode == "windows" else None,
            n_rows=self._n_rows,
            shortest=_WINDOWS_OF_A_PIECE * self.tbptt_steps,
            is_sampled=self.n_sampled is not None,
        )

    def _known_codec(self, classes: Any) -> NextToken:
        known = self.reader_.conditions
        if classes is not None and (known is None or not np.array_equal(np.unique(classes), known)):
            raise ValueError(
                f"classes={np.unique(classes).tolist()} is not the same as in the first call: "
                f"{None if known is None else known.tolist()}."
            )
        return self.codec_

    def _network(self) -> tuple[str, dict[str, Any]]:
        if self.one_hot and (self.tie_weights or getattr(self, "vectors", None) is not None):
            raise ValueError(
                "one_hot=True has no embedding, which tie_weights and vectors are about; leave one "
                "of them out."
            )
        if self.n_sampled is not None and self.mode == "windows":
            raise ValueError("n_sampled goes with mode='tbptt' only; leave one of them out.")
        return "language", {
            "cell": self.cell,
            "units": self.units,
            "layers": self.layers,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "one_hot": self.one_hot,
            "tie_weights": self.tie_weights,
            "n_sampled": self.n_sampled,
        }

    def _n_steps(self) -> int | None:
        return self.tbptt_steps if self.mode == "tbptt" else None

    def _read_to_fit(self, X: Any, y: Any, reset: bool) -> tuple[LanguageReader, Sequences]:
        if not reset:
            return self.reader_, self.reader_.read_to_train_on(X)
        reader = LanguageReader(
            self._documents(), self.embedding_dim, getattr(self, "vectors", None)
        )
        return reader, reader.read_first(X)

    def _samples(
        self,
        reader: LanguageReader,
        codec: NextToken,
        X: Sequences,
        y: Any,
        sample_weight: Any,
        *,
        normalize: bool,
    ) -> Any:
        from ..training.samples import Samples

        longest = int(X.lengths.max()) - 2  # start and end aside
        is_chunk = not normalize
        if codec.n_context is not None and longest <= codec.n_context and not is_chunk:
            raise ValueError(
                f"The longest document has {longest} tokens, but a window of n_steps="
                f"{codec.n_context} and the token after it need {codec.n_context + 1}; pass "
                "longer documents, a smaller n_steps, or mode='tbptt'."
            )
        weight = document_weights(sample_weight, X.lengths - 1, normalize=normalize)
        inputs = reader.codes(X, reader.condition_numbers(y, X))
        return Samples(*codec.samples(X, inputs, weight))

    def _read_validation(self, X: Any, y: Any, reader: LanguageReader, codec: NextToken) -> Any:
        from ..training.samples import Samples

        ids = reader.read(X, "X_val")
        inputs = reader.codes(ids, reader.condition_numbers(y, ids, "y_val"))
        windows, following = codec.whole(ids, inputs)
        return Samples(windows, following, np.ones(len(windows), np.float32))

    def _hold_out(self, samples: Any, codec: NextToken, seed: int) -> tuple[Any, Any]:
        if codec.n_context is None:
            return super()._hold_out(samples, codec, seed)
        # Windows overlap: a run of them is held out, and none that shares a token with it is used
        # in training.
        X = samples.X
        n_held = int(np.ceil(len(X) * self.validation_fraction))
        begin = int(generator(seed).integers(len(X) - n_held + 1))
        held = np.arange(begin, begin + n_held)
        first, last = X.starts[held[0]], X.ends[held[-1]]
        apart = np.flatnonzero((X.ends < first) | (X.starts >= last))
        return samples.take(apart), samples.take(held)

    def _keep(self, *args: Any) -> None:
        super()._keep(*args)
        self.n_features_in_ = 1
        if self.reader_.conditions is not None:
            self.conditions_ = self.reader_.conditions
        elif hasattr(self, "conditions_"):
            del self.conditions_

    # --------------------------------------------------------------------- verbs
    def as_encoder(self) -> Encoder:
        """Return the learned embedding and layers, for the ``encoder`` of another estimator.

        Returns
        -------
        Encoder
            The vocabulary, and copies of the weights of the embedding and the recurrent layers.

        Raises
        ------
        ValueError
            If the model was fitted with conditions, which other estimators do not have.
        """
        self._check_is_fitted()
        reader, spec = self.reader_, self.network_state_.spec
        if reader.conditions is not None:
            raise ValueError(
                "A language model that was fitted with conditions cannot be an encoder; fit one "
                "without y."
            )
        from ..training.prediction import layer_weights

        names = [f"{spec.arguments['cell']}_{i}" for i in range(spec.arguments["layers"])]
        weights = layer_weights(self.network_state_)
        recurrent = [weights[name] for name in names]
        table = (
            weights["embedding"][0]
            if "embedding" in weights
            else np.eye(reader.n_rows, dtype=np.float32)
        )
        return Encoder(
            EncoderReader(reader.documents, reader.vocabulary),
            table,
            spec.arguments["cell"],
            spec.arguments["units"],
            recurrent,
            keeps_table=self._learning_rates().get("embedding") == 0.0,
        )

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on documents to predict the next token.

        Parameters
        ----------
        X : list of documents, or one document
            Training documents; the class says what a document is.
        y : array-like of shape (n_samples,), default=None
            The condition of each document, such as its author or style, which is then a parameter
            of :meth:`generate` and of the scores; None trains without conditions.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each document in the loss; None weighs all tokens alike.
        X_val, y_val : same kinds as X and y, default=None
            Validation data. With ``early_stopping`` they replace the share split off from X.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            If there are no documents, or none has a token, or, with ``mode="windows"``, all are
            shorter than a window.
        TypeError
            If documents are not text, or symbols cannot be hashed.
        """
        super().fit(X, y, sample_weight, X_val, y_val)
        return self

    def partial_fit(
        self, X: Any, y: Any = None, classes: Any = None, sample_weight: Any = None
    ) -> Self:
        """Train for one more epoch on one piece of a stream of documents.

        The first piece decides the vocabulary; new tokens of later pieces are ``<unk>``.

        Parameters
        ----------
        X : list of documents, one document, or an iterator of either
            An iterator, such as a generator that reads a large file, is read once, and each of its
            items is trained on as a piece; only one is in memory at a time.
        y : array-like of shape (n_samples,), default=None
            A condition for each document, as in :meth:`fit`; not with an iterator.
        classes : array-like, default=None
            All conditions of all pieces; needed in the first call if ``y`` does not have them all.
        sample_weight : array-like of shape (n_samples,), default=None
            As in :meth:`fit`; not with an iterator.

        Returns
        -------
        self : estimator
        """
        if not isinstance(X, Iterator):
            super().partial_fit(X, y, classes, sample_weight)
            return self
        if y is not None or sample_weight is not None:
            raise ValueError(
                "An iterator of pieces goes without y and sample_weight; call partial_fit for each "
                "piece instead."
            )
        n_pieces = 0
        for piece in X:
            super().partial_fit(piece, None)
            n_pieces += 1
        if not n_pieces:
            raise ValueError("X is an iterator without any piece; pass at least one document.")
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.required = False
        return tags
