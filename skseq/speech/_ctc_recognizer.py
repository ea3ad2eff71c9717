"""``CTCRecognizer``, the recogniser of text in sequences of features."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, Self

import numpy as np

from .._tables import CELLS, names_of
from ..batches.ragged_list import RaggedList
from ..decoding import ctc_beam_search, ctc_greedy, ctc_log_likelihood
from ..inputs.parameters import checked_arguments
from ..inputs.validation import Interval, StrOptions, check_count
from ..metrics import edit_distance
from ..sequences import Sequences
from ..targets.transcripts import BLANK, Transcripts, check_transcripts
from ..training.estimator import SequenceEstimator
from ._rescoring import check_language_model, rescored
from .features.feature_checks import check_features

_WIDTH = 16  # num_beams of predict_top_k where the parameter is 1


class CTCRecognizer(SequenceEstimator):
    """Recogniser of transcripts that are not aligned with the steps of the sequence.

    Recurrent layers read features, such as those of a ``MelSpectrogram``. For each step a dense
    layer predicts the probability of every symbol and of no symbol, the blank. Training maximises
    the probability of the transcript, summed over all its alignments with the steps (connectionist
    temporal classification, CTC), so no alignment has to be known. Sequences may be speech,
    handwriting, sensor signals or anything else whose transcript is in the order of the steps.

    Parameters
    ----------
    cell : {"lstm", "gru", "simple", "peephole_lstm"}, default="lstm"
        The recurrent cell.
    units : int, default=64
        Size of the state of each recurrent layer, in each direction.
    layers : int, default=1
        Number of recurrent layers on top of each other.
    bidirectional : bool or "auto", default="auto"
        Whether to read each sequence backwards too. ``"auto"`` does.
    merge_mode : {"concat", "sum", "mul", "ave"}, default="concat"
        How to join the two directions.
    dropout : float or "auto", default="auto"
        Dropout rate of the inputs of each recurrent layer, with one mask for all steps, and before
        the output layer; in [0, 1). ``"auto"`` is 0.2.
    recurrent_dropout : float, default=0.0
        Dropout rate of the state between steps; in [0, 1). Slow.
    num_beams : int, default=1
        Number of prefixes that the beam search keeps. With 1 the best symbol of each step is taken
        instead, which is fast and often as good; ``predict_top_k`` then searches with 16.
    language_model : fitted language model or None, default=None
        A ``CharLanguageModel``, or a ``WordLanguageModel`` for transcripts that are lists of
        symbols. It rescores the transcripts found by the beam search, so it needs ``num_beams``
        above 1. ``clone`` shares it.
    lm_weight : float, default=0.5
        Factor of the language model's log-probabilities, which are added to those of the network;
        at least 0.
    insertion_bonus : float, default=0.0
        Added to the score for each symbol of a transcript, as language models prefer short ones.
        Needs ``num_beams`` above 1 unless it is 0.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Keras optimiser; an object's settings are copied for each fit.
    learning_rate : float, "auto", keras schedule or None, default="auto"
        Learning rate. ``"auto"`` rises over the first updates, to 0.003 for Adam and batches of 32
        (0.001 with Transformers), and falls when there is no more progress, or towards the end of a
        given number of ``epochs``. None keeps that of the optimiser (0.001 for Adam).
    clipnorm : float or None, default=1.0
        Maximum norm of the gradient of each weight; None does not clip.
    epochs : int or "auto", default="auto"
        Number of passes over the training samples. ``"auto"`` trains until the loss on a validation
        part no longer improves, for 2000 to 8000 updates at most, or ten epochs if that is more;
        where there is too little to set aside, for 600 updates. After only a few epochs, all
        predictions are blanks.
    max_time : float or None, default=None
        Seconds after which ``fit`` stops training, in the middle of an epoch too; with early
        stopping it restores the best weights. At least one batch is trained on. None sets no limit.
    batch_size : int or "auto", default="auto"
        Number of samples per gradient update; ``"auto"`` is 16 for up to 300 samples, 32 for up to
        8000, 64 for up to 40,000, and 128 beyond.
    early_stopping : bool or "auto", default="auto"
        Whether to set samples aside, to stop when the score on them no longer improves, and to
        restore the best weights. ``"auto"`` does so if ``epochs`` is "auto" and there is enough to
        set aside; then, of up to 5000 samples and 500,000 steps, it trains once more on all, for as
        long as the best weights took.
    validation_fraction : float, default=0.1
        Share of the samples set aside for early stopping, unless ``fit`` is given ``X_val``; in
        (0, 1).
    n_iter_no_change : int or "auto", default="auto"
        Epochs without improvement before stopping early. ``"auto"`` is 3; with ``epochs="auto"`` it
        is 300 updates or a quarter of those made, whichever is more, after which the learning rate
        is cut twice before training ends.
    tol : float, default=0.0001
        Smallest change of score or loss that counts as improvement; with ``epochs="auto"`` at least
        0.5 % of the first validation loss.
    callbacks : list or None, default=None
        Keras callbacks: classes, functions returning one, or objects, which are copied for each
        fit.
    verbose : int, default=0
        1 tells what "auto" has chosen and shows a progress bar with loss, validation score and time
        left; 0 prints nothing at all.
    warm_start : bool, default=False
        Whether ``fit`` continues training from the last ``fit``.
    random_state : int, RandomState instance or None, default=None
        Controls initial weights, shuffling, dropout and the validation split; the global generators
        of Python and NumPy are neither used nor changed.

    Attributes
    ----------
    symbols_ : list of str
        The symbols of transcripts, in sorted order; class i of the network is ``symbols_[i - 1]``,
        class 0 the blank.
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Training loss (nats for each transcript) of each round.
    validation_scores_ : list of float or None
        1 − the symbol error rate on the validation data after each round, decoded with
        ``num_beams=1``.
    history_ : dict of str to list of float
        Everything measured after each round. A round is an epoch, or with ``epochs="auto"`` as many
        updates as an epoch has, at least 50 and usually at most 200.
    fit_report_ : dict
        ``n_batches`` of an epoch and ``padding_waste``, the share of computed steps that were
        padding.
    n_features_in_ : int
        Number of features per step, or of columns of a 2-D X.
    network_state_ : NetworkState
        The weights as plain arrays.
    engine_ : Engine
        ``engine_.model_`` is the trained Keras model.

    See Also
    --------
    MelSpectrogram : Converts recordings to features.
    LSTMClassifier : One label for each sequence.
    LSTMTagger : One label for each step.
    skseq.decoding.ctc_beam_search : The beam search, also with a language model inside it.

    Notes
    -----
    A transcript needs one step for each symbol, and one more between two equal symbols in a row.

    References
    ----------
    Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with
    Recurrent Neural Networks", ICML 2006.
    Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional
    Recurrent DNNs", arXiv 1408.2873, for the beam search.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import CTCRecognizer
    >>> y = ["ab", "ba", "a", "b"] * 10
    >>> signals = {"a": [[1.0, 0.0]] * 3, "b": [[0.0, 1.0]] * 3}  # three steps a letter
    >>> X = [np.concatenate([signals[letter] for letter in text]) for text in y]
    >>> model = CTCRecognizer(units=16, epochs=60, learning_rate=0.02, random_state=0)
    >>> model.fit(X, y).predict(X[:3])
    ['ab', 'ba', 'a']
    """

    _shared_parameters = ("language_model",)

    family = "recognizer"

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceEstimator._parameter_constraints,
        "cell": [StrOptions(names_of(CELLS, reads_time=False))],
        "units": [Interval(Integral, 1, None, closed="left")],
        "layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean", StrOptions({"auto"})],
        "merge_mode": [StrOptions({"concat", "sum", "mul", "ave"})],
        "dropout": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="left")],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
        "num_beams": [Interval(Integral, 1, None, closed="left")],
        "language_model": "no_validation",  # checked by check_language_model
        "lm_weight": [Interval(Real, 0, None, closed="left")],
        "insertion_bonus": [Interval(Real, None, None, closed="neither")],
    }

    def __init__(
        self,
        cell="lstm",
        *,
        units=64,
        layers=1,
        bidirectional="auto",
        merge_mode="concat",
        dropout="auto",
        recurrent_dropout=0.0,
        num_beams=1,
        language_model=None,
        lm_weight=0.5,
        insertion_bonus=0.0,
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
        self.bidirectional = bidirectional
        self.merge_mode = merge_mode
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.num_beams = num_beams
        self.language_model = language_model
        self.lm_weight = lm_weight
        self.insertion_bonus = insertion_bonus
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

    # ---------------------------------------------------------------- the core
    def _check_y(self, y: Any, name: str) -> list[Any]:
        return check_transcripts(y, name)

    def _make_codec(self, y: Any, classes: Any, reader: Any, sample_weight: Any) -> Transcripts:
        codec = Transcripts(y, classes)
        self._check_decoding(codec)
        return codec

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        usual = super()._usual(reader, codec, samples)
        return {**usual, "bidirectional": True, "dropout": 0.2}

    def _network(self) -> tuple[str, dict[str, Any]]:
        return "ctc", {
            "cell": self.cell,
            "units": self.units,
            "layers": self.layers,
            "bidirectional": self.bidirectional,
            "merge_mode": self.merge_mode,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
        }

    def _known_codec(self, classes: Any) -> Transcripts:
        symbols = self.symbols_ if classes is None else self.codec_.read_classes(classes)
        if symbols != self.symbols_:
            raise ValueError(
                f"classes={symbols} is not the same as in the first call: {self.symbols_}."
            )
        self._check_decoding(self.codec_)
        return self.codec_

    def _read_to_fit(self, X: Any, y: Any, reset: bool) -> tuple[Any, Sequences]:
        check_features(X, "X")
        return super()._read_to_fit(X, y, reset)

    def _read_validation(self, X: Any, y: Any, reader: Any, codec: Transcripts) -> Any:
        check_features(X, "X_val")
        return super()._read_validation(X, y, reader, codec)

    def _read(self, X: Any) -> Sequences:
        self._check_is_fitted()
        check_features(X, "X")
        return super()._read(X)

    def _keep(self, *args: Any) -> None:
        super()._keep(*args)
        self.symbols_ = list(self.codec_.symbols)

    # ------------------------------------------------------------------ verbs
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on sequences and their transcripts.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            Features: a list of (n_steps, n_features) arrays, a 3-D array or ``Sequences``; a 2-D
            array has one feature per step.
        y : list of n_samples str, or of lists of str
            Transcripts. Their symbols are characters, or the items of lists; a transcript may be
            empty.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample in the loss; None weighs all alike.
        X_val, y_val : same kinds as X and y, default=None
            Validation data. With ``early_stopping`` they replace the share split off from X.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            If a transcript is too long for its sequence, or all are empty; if X holds text or token
            ids; if the language model knows none of the symbols, or ``num_beams`` is 1.
        TypeError
            If transcripts are not text, or ``language_model`` is not a language model.
        """
        super().fit(X, y, sample_weight, X_val, y_val)
        return self

    def predict_log_proba(self, X: Any) -> list[np.ndarray]:
        """Return the log-probabilities of the blank and the symbols at each step.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.

        Returns
        -------
        list of n_samples arrays of shape (n_steps, n_symbols + 1)
            In nats; the first column is the blank, the others are in the order of ``symbols_``.
            :func:`skseq.decoding.ctc_beam_search` accepts them.
        """
        X = self._read(X)
        found: list[Any] = [None] * len(X)
        for row, log_probs in self.codec_.frames(self._run(X)):
            found[row] = log_probs
        return found

    def predict(self, X: Any) -> list[Any]:
        """Return the transcript of each sequence.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.

        Returns
        -------
        list of n_samples str, or of lists of str
            Of the same type as ``y`` in ``fit``. The transcript of an empty sequence is empty.

        Notes
        -----
        ``num_beams=1`` returns the transcript of the most probable alignment. It is not always the
        most probable transcript, which ``predict_top_k`` searches for.
        """
        self._check_is_fitted()
        if self.num_beams == 1:
            self._check_decoding(self.codec_)
            rows = self.predict_log_proba(X)
            found = [self.codec_.decode(ctc_greedy(row, blank=BLANK)) for row in rows]
        else:
            found = [transcripts[0] for transcripts in self.predict_top_k(X, 1)]
        return found if self.codec_.is_text else RaggedList(found)

    @checked_arguments
    def predict_top_k(self, X: Any, k: int = 3, *, return_scores: bool = False) -> Any:
        """Return the ``k`` best transcripts of each sequence, found by a beam search.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        k : int, default=3
            Number of transcripts; there are fewer where the search finds fewer.
        return_scores : bool, default=False
            Whether to return their scores too.

        Returns
        -------
        transcripts : list of n_samples lists of up to k transcripts
            Best first.
        scores : list of n_samples arrays of shape (up to k,)
            The log-probability (nats), summed over the alignments that the search has found, plus
            the insertion bonus and the weighted score of the language model; only with
            ``return_scores``.

        Notes
        -----
        The search keeps ``num_beams`` prefixes, 16 if ``num_beams`` is 1, and at least ``k``. So if
        ``num_beams`` is above 1 and ``k`` is not greater, the first transcript is the same as that
        of ``predict``. With more prefixes the search may find a better one.
        """
        k = check_count(k, "k")
        self._check_is_fitted()
        self._check_decoding(self.codec_)
        options = {
            "num_beams": max(k, self.num_beams if self.num_beams > 1 else _WIDTH),
            "insertion_bonus": self.insertion_bonus,
        }
        found = [ctc_beam_search(row, blank=BLANK, **options) for row in self.predict_log_proba(X)]
        transcripts = [[self.codec_.decode(beam.ids) for beam in beams] for beams in found]
        scores = [np.array([beam.score for beam in beams]) for beams in found]
        if self.language_model is not None:
            scores = rescored(self.language_model, self.lm_weight, transcripts, scores)
        order = [np.argsort(-row, kind="stable")[:k] for row in scores]
        transcripts = [[row[i] for i in best] for row, best in zip(transcripts, order, strict=True)]
        if not return_scores:
            return transcripts
        return transcripts, [row[best] for row, best in zip(scores, order, strict=True)]

    def score_samples(self, X: Any, y: Any) -> np.ndarray:
        """Return the log-probability of given transcripts, without the language model.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        y : list of n_samples str, or of lists of str
            The transcripts to evaluate.

        Returns
        -------
        ndarray of shape (n_samples,)
            In nats, summed over all alignments.

        Raises
        ------
        ValueError
            If a transcript has symbols not seen in ``fit`` or is too long for its sequence.
        """
        read = self._read(X)
        encoded = self.codec_.encode(check_transcripts(y), "y", read)
        scores = np.empty(len(read))
        for row, log_probs in self.codec_.frames(self._run(read)):
            ids = encoded[row][encoded[row] > 0]
            scores[row] = ctc_log_likelihood(log_probs, ids, blank=BLANK)
        return scores

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return 1 − the symbol error rate, which for strings is the character error rate.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        y : list of n_samples str, or of lists of str
            The true transcripts; symbols that were not seen in ``fit`` count as errors.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each transcript's edits and symbols.

        Returns
        -------
        float
            At most 1; below 0 if there are more errors than symbols.
        """
        self._check_is_fitted()
        true = self.codec_.checked(check_transcripts(y), "y")
        found = self.predict(X)
        return 1.0 - edit_distance(true, found, normalize=True, sample_weight=sample_weight)

    # --------------------------------------------------------------- private
    def _check_decoding(self, codec: Transcripts) -> None:
        """Check the parameters of decoding, which may be changed after ``fit``."""
        self._validate_params()
        if self.language_model is not None:
            check_language_model(self.language_model, codec)
        if self.num_beams == 1 and (self.language_model is not None or self.insertion_bonus):
            name = "insertion_bonus" if self.language_model is None else "language_model"
            raise ValueError(
                f"{name} needs a beam search, but num_beams=1 is not one; set num_beams, e.g. to "
                f"{_WIDTH}."
            )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.three_d_array = True
        return tags
