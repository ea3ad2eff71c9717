"""``Seq2Seq``."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from .._tables import CELLS, names_of
from ..inputs.validation import Interval, StrOptions
from ._attention import SourceAttentionMixin
from ._base import SequenceToSequence


class Seq2Seq(SourceAttentionMixin, SequenceToSequence):
    """Predict target documents from source documents with a recurrent encoder-decoder network.

    The encoder reads the source. The decoder starts from the final state of the encoder and
    predicts the target token by token, each from the previous ones [1]_. With ``attention`` the
    decoder also attends to all steps of the encoder [2]_ [3]_. It is trained on pairs of texts, for
    example to rewrite dates, to add numbers, to translate or to answer questions.


    Parameters
    ----------
    level : {"char", "word"}, default="char"
        What a token is, in sources and in targets. Words are joined with spaces, except before
        closing and after opening punctuation; other white space is lost with ``"word"`` and kept
        with ``"char"``.
    tokenizer : callable, object with a ``tokenize`` method, str or None, default=None
        Custom tokenizer for texts, with ``level="word"``; see :class:`~skseq.Tokenizer`.
    lowercase : bool, default=False
        Whether to lower-case sources and targets first.
    max_tokens : int or None, default=None
        Maximum size of each vocabulary, the 4 special tokens included; the most frequent tokens
        are kept, the others are ``<unk>``. None keeps all.
    min_count : int, default=1
        Tokens that occur fewer times in the training documents are ``<unk>``.
    cell : {"lstm", "gru", "simple"}, default="lstm"
        The recurrent cell of encoder and decoder.
    units : int, default=128
        Size of the state of each recurrent layer.
    layers : int, default=1
        Number of recurrent layers on top of each other, in the encoder and in the decoder.
    bidirectional : bool or "auto", default="auto"
        Whether the encoder reads in both directions. ``"auto"`` does.
    attention : {"auto", "dot", "general", "additive"} or None, default="auto"
        The attention score of a step of the decoder and one of the encoder: their dot product, the
        product with a learned matrix between them [2]_, or a small network [3]_. None is no
        attention. ``"auto"`` is ``"dot"``, but None for ``decoder="repeat"``.
    decoder : {"autoregressive", "repeat"}, default="autoregressive"
        ``"repeat"`` predicts a fixed number of tokens at once, that of the longest target in
        ``fit``, from the last output of the encoder, which is repeated for each token. It suits
        targets of equal or similar length. It does not read its own tokens, and sources and targets
        share one vocabulary. Not with ``attention`` or ``scheduled_sampling``.
    one_hot : bool, default=False
        Whether encoder and decoder read one-hot vectors instead of embeddings.
    embedding_dim : int or "auto", default="auto"
        Width of the trained embeddings; ``"auto"`` chooses 8 to 64 by the number of tokens.
    dropout : float or "auto", default="auto"
        Dropout rate of the inputs of each recurrent layer, with one mask for all steps, and before
        the output layer; in [0, 1). ``"auto"`` is 0.
    recurrent_dropout : float, default=0.0
        Dropout rate of the state between steps; in [0, 1). Slow.
    scheduled_sampling : float, default=0.0
        Share of the tokens read by the decoder in training that are its own predictions, not the
        true tokens. It rises from 0 to this value over the first half of training [4]_. Needs a
        second forward pass of the decoder.
    label_smoothing : float, default=0.0
        Share of the probability of each target token that is spread over all tokens; in [0, 1).
    num_beams : int, default=1
        Number of beams of the beam search; 1 is greedy decoding.
    length_penalty : float, default=1.0
        Exponent of the length by which the log-probability of a beam is divided for ranking: 0
        compares the sums over tokens, 1 the means.
    max_length : int or None, default=None
        Maximum number of tokens of a predicted document; None is 1.5 times the length of the
        longest target in ``fit``. ``predict(X, return_finished=True)`` shows which were cut off.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Keras optimiser; an object's settings are copied for each fit.
    learning_rate : float, "auto", keras schedule or None, default="auto"
        Learning rate. ``"auto"`` rises over the first updates, to 0.003 for Adam and batches of 32
        (0.001 with Transformers), and falls when there is no more progress, or towards the end of a
        given number of ``epochs``. None keeps that of the optimiser (0.001 for Adam).
    clipnorm : float or None, default=1.0
        Maximum norm of the gradient of each weight; None does not clip.
    epochs : int or "auto", default="auto"
        Number of passes over the training pairs. ``"auto"`` trains until the loss on a validation
        part no longer improves, for 2000 to 8000 updates at most, or ten epochs if that is more;
        where there is too little to set aside, for 600 updates.
    max_time : float or None, default=None
        Seconds after which ``fit`` stops training, in the middle of an epoch too; with early
        stopping it restores the best weights. At least one batch is trained on. None sets no limit.
    batch_size : int or "auto", default="auto"
        Number of pairs per gradient update; ``"auto"`` is 16 for up to 300 pairs, 32 for up to
        8000, 64 for up to 40,000, and 128 beyond.
    early_stopping : bool or "auto", default="auto"
        Whether to set pairs aside, to stop when the score on them no longer improves, and to
        restore the best weights. ``"auto"`` does so if ``epochs`` is "auto" and there is enough to
        set aside; then, of up to 5000 pairs and 500,000 steps, it trains once more on all, for as
        long as the best weights took.
    validation_fraction : float, default=0.1
        Share of the pairs set aside for early stopping, unless ``fit`` is given ``X_val``.
    n_iter_no_change : int or "auto", default="auto"
        Epochs without improvement before stopping early. ``"auto"`` is 3; with ``epochs="auto"`` it
        is 300 updates or a quarter of those made, whichever is more, after which the learning rate
        is cut twice before training ends.
    tol : float, default=1e-4
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
        Controls initial weights, order and dropout.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The tokens of sources by id: 0 to 3 special, then the most frequent first.
    target_vocabulary_ : Vocabulary
        The tokens of targets; those of sources too with ``decoder="repeat"``.
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Mean loss (nats per target token, ends included) of each round.
    history_ : dict of str to list of float
        Everything measured after each round. A round is an epoch, or with ``epochs="auto"`` as many
        updates as an epoch has, at least 50 and usually at most 200.
    validation_scores_ : list of float or None
        Mean log-probability per target token of the validation pairs after each round, with teacher
        forcing.
    engine_ : Engine
        ``engine_.network_`` is the trained Keras model.

    See Also
    --------
    TransformerSeq2Seq : The same without recurrence.

    Notes
    -----
    The attention comes after the recurrent layers of the decoder [2]_, for all attention scores, so
    that training computes it for all steps of a target at once. Padding is never read; the
    prediction for a document does not depend on the others in its batch.

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
    >>> model = Seq2Seq(units=32, epochs=60, learning_rate=0.01, random_state=0)
    >>> model.fit(words * 4, plurals * 4).predict(["dog", "cat"]).tolist()
    ['dogs', 'cats']
    """

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceToSequence._parameter_constraints,
        "cell": [StrOptions(names_of(CELLS, steps_alone=True))],
        "bidirectional": ["boolean", StrOptions({"auto"})],
        "attention": [StrOptions({"auto", "dot", "general", "additive"}), None],
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
        bidirectional="auto",
        attention="auto",
        decoder="autoregressive",
        one_hot=False,
        embedding_dim="auto",
        dropout="auto",
        recurrent_dropout=0.0,
        scheduled_sampling=0.0,
        label_smoothing=0.0,
        num_beams=1,
        length_penalty=1.0,
        max_length=None,
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

    @property
    def _is_repeating(self) -> bool:
        return self.decoder == "repeat"

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        attention = None if self._is_repeating else "dot"
        usual = super()._usual(reader, codec, samples)
        return {**usual, "bidirectional": True, "attention": attention}

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
                f"decoder='repeat' does not read its own tokens, so {refused} have no effect; "
                "leave them at their defaults, or use decoder='autoregressive'."
            )
        return "repeat_seq2seq", arguments
