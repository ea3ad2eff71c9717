"""``Seq2Seq``."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from .._tables import CELLS, names_of
from ..inputs.validation import Interval, StrOptions
from ._attention import SourceAttentionMixin
from ._base import SequenceToSequence


class Seq2Seq(SourceAttentionMixin, SequenceToSequence):
    """Turn documents into others with a recurrent encoder and decoder.

    One recurrent network reads the source; from its last state another writes the target, token by
    token, each after reading the one before [1]_. With ``attention`` it also looks back at all that
    the first has read [2]_ [3]_. Spelling of dates, sums, translations, answers: all that is needed
    are pairs of texts.


    Parameters
    ----------
    level : {"char", "word"}, default="char"
        What a token is, of sources and of targets. Words are joined by blanks, with none before
        closing and behind opening punctuation; other white space is forgotten by words, never by
        characters.
    tokenizer : callable, object with a ``tokenize`` method, str or None, default=None
        What splits a text instead, with ``level="word"``; see :class:`~skseq.Tokenizer`.
    lowercase : bool, default=False
        Whether to lower-case sources and targets first.
    max_tokens : int or None, default=None
        Greatest size of each vocabulary, the 4 special tokens included; the most frequent tokens
        stay, the others are ``<unk>``. None keeps all.
    min_count : int, default=1
        Tokens that occur fewer times in the training documents are ``<unk>``.
    cell : {"lstm", "gru", "simple"}, default="lstm"
        The recurrent cell of encoder and decoder.
    units : int, default=128
        Size of the state of each recurrent layer.
    layers : int, default=1
        Number of recurrent layers on top of each other, in the encoder and in the decoder.
    bidirectional : bool, default=False
        Whether the encoder reads in both directions.
    attention : {"dot", "general", "additive"} or None, default=None
        How a step of the decoder and one of the encoder are compared: by their product, by that
        with a learned matrix between them [2]_, or by a small network [3]_. None does not look
        back.
    decoder : {"autoregressive", "repeat"}, default="autoregressive"
        ``"repeat"`` writes a fixed number of tokens at once, from the last output of the encoder,
        repeated for each: for targets of one length, or nearly so. It never reads what it has
        written, and sources and targets share one vocabulary. Without ``attention`` and
        ``scheduled_sampling``.
    one_hot : bool, default=False
        Whether the networks read one-hot vectors instead of embeddings.
    embedding_dim : int or "auto", default="auto"
        Width of the trained embeddings; ``"auto"`` chooses 8 to 64 by the number of tokens.
    dropout : float, default=0.0
        Share of inputs dropped before each recurrent layer, the same at every step, and before the
        output; in [0, 1).
    recurrent_dropout : float, default=0.0
        Share of the state dropped between steps; in [0, 1). Slow.
    scheduled_sampling : float, default=0.0
        Share of the target tokens that the decoder reads in training which are its own instead of
        the right ones, at the end; it rises from 0 over the first half of training [4]_. Costs a
        second run of the decoder.
    label_smoothing : float, default=0.0
        Share of each target that is spread over all tokens; in [0, 1).
    num_beams : int, default=1
        Sequences that a beam search follows at once; 1 is greedy decoding.
    length_penalty : float, default=1.0
        What a beam is ranked by is its log-probability over its length to this power: 0 compares
        the sums, 1 the means.
    max_length : int or None, default=None
        Most tokens of an answer; None allows half as many again as the longest target of ``fit``
        has. :meth:`predict` says with ``return_finished`` what was cut off.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Keras optimiser; an object's settings are copied for each fit.
    learning_rate : float, keras schedule or None, default=None
        Step size; None keeps the optimiser's own (0.001 for Adam).
    clipnorm : float or None, default=1.0
        Largest norm of each weight's gradient; None does not clip.
    epochs : int, default=10
        Most passes over the training pairs.
    batch_size : int, default=32
        Pairs per step of training.
    early_stopping : bool, default=False
        Whether to set pairs aside, stop when their score no longer rises and keep the best weights.
    validation_fraction : float, default=0.1
        Share of the pairs set aside for early stopping, unless ``fit`` is given ``X_val``.
    n_iter_no_change : int, default=3
        Epochs without a better validation score before stopping.
    tol : float, default=1e-4
        Smallest change of score or loss that counts.
    callbacks : list or None, default=None
        Keras callbacks: classes, functions that return one, or unfitted objects, copied per fit.
    verbose : int, default=0
        1 shows a progress bar.
    warm_start : bool, default=False
        Whether ``fit`` goes on from where the last one ended.
    random_state : int, RandomState instance or None, default=None
        Decides initial weights, order and dropout.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The tokens of sources by id: 0 to 3 special, then the most frequent first.
    target_vocabulary_ : Vocabulary
        The tokens of targets; those of sources too with ``decoder="repeat"``.
    n_iter_ : int
        Epochs trained.
    loss_curve_ : list of float
        Mean loss (nats per target token, ends included) of each epoch.
    history_ : dict of str to list of float
        The same and whatever else was measured.
    validation_scores_ : list of float or None
        Mean log-probability per target token of the validation pairs after each epoch, each token
        after the right ones before it.
    engine_ : object
        What runs the network; ``engine_.network_`` is the Keras model.

    See Also
    --------
    TransformerSeq2Seq : The same without recurrence.

    Notes
    -----
    The decoder looks back after its recurrent layers [2]_, with every way of comparing, so that
    training reads all steps of a target at once. Padding is never read; a document becomes the same
    alone or among others.

    References
    ----------
    .. [1] Sutskever et al., "Sequence to Sequence Learning with Neural Networks", NeurIPS 2014.
    .. [2] Luong et al., "Effective Approaches to Attention-based Neural Machine Translation",
       EMNLP 2015.
    .. [3] Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and Translate",
       ICLR 2015.
    .. [4] Bengio et al., "Scheduled Sampling for Sequence Prediction with Recurrent Neural
       Networks", NeurIPS 2015.

    Examples
    --------
    >>> from skseq import Seq2Seq
    >>> words = ["cat", "act", "tac", "dog", "god"]
    >>> plurals = ["cats", "acts", "tacs", "dogs", "gods"]
    >>> model = Seq2Seq(units=32, attention="dot", epochs=60, learning_rate=0.01, random_state=0)
    >>> model.fit(words * 4, plurals * 4).predict(["dog", "cat"]).tolist()
    ['dogs', 'cats']
    """

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceToSequence._parameter_constraints,
        "cell": [StrOptions(names_of(CELLS, steps_alone=True))],
        "bidirectional": ["boolean"],
        "attention": [StrOptions({"dot", "general", "additive"}), None],
        "decoder": [StrOptions({"autoregressive", "repeat"})],
        "one_hot": ["boolean"],
        "embedding_dim": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        level="char",
        tokenizer=None,
        lowercase=False,
        max_tokens=None,
        min_count=1,
        cell="lstm",
        units=128,
        layers=1,
        bidirectional=False,
        attention=None,
        decoder="autoregressive",
        one_hot=False,
        embedding_dim="auto",
        dropout=0.0,
        recurrent_dropout=0.0,
        scheduled_sampling=0.0,
        label_smoothing=0.0,
        num_beams=1,
        length_penalty=1.0,
        max_length=None,
        optimizer="adam",
        learning_rate=None,
        clipnorm=1.0,
        epochs=10,
        batch_size=32,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=3,
        tol=1e-4,
        callbacks=None,
        verbose=0,
        warm_start=False,
        random_state=None,
    ) -> None:
        self.level = level
        self.tokenizer = tokenizer
        self.lowercase = lowercase
        self.max_tokens = max_tokens
        self.min_count = min_count
        self.cell = cell
        self.units = units
        self.layers = layers
        self.bidirectional = bidirectional
        self.attention = attention
        self.decoder = decoder
        self.one_hot = one_hot
        self.embedding_dim = embedding_dim
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.scheduled_sampling = scheduled_sampling
        self.label_smoothing = label_smoothing
        self.num_beams = num_beams
        self.length_penalty = length_penalty
        self.max_length = max_length
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.callbacks = callbacks
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state

    @property
    def _is_repeating(self) -> bool:
        return self.decoder == "repeat"

    def _network(self) -> tuple[str, dict[str, Any]]:
        arguments = {
            "cell": self.cell,
            "units": self.units,
            "layers": self.layers,
            "bidirectional": self.bidirectional,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "one_hot": self.one_hot,
        }
        reading = {"attention": self.attention, "scheduled_sampling": self.scheduled_sampling}
        if not self._is_repeating:
            return "recurrent_seq2seq", {**arguments, **reading}
        refused = [name for name, value in reading.items() if value]
        if refused:
            raise ValueError(
                f"decoder='repeat' does not read what it has written, so {refused} have no effect; "
                "leave them at their defaults, or use decoder='autoregressive'."
            )
        return "repeat_seq2seq", arguments
