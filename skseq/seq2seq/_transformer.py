"""``TransformerSeq2Seq``."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from ..inputs.validation import Interval, StrOptions
from ._attention import SourceAttentionMixin
from ._base import SequenceToSequence


class TransformerSeq2Seq(SourceAttentionMixin, SequenceToSequence):
    """Predict target documents from source documents with an encoder-decoder Transformer.

    The blocks of the encoder read the source. The blocks of the decoder predict the target token by
    token; they attend to the source and to the previous tokens of the target [1]_.


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
    units : int, default=128
        Width of embeddings and steps.
    layers : int, default=2
        Number of blocks, in the encoder and in the decoder.
    num_heads : int, default=4
        Number of heads of each attention layer, each of width ``units / num_heads``, which must be
        an integer.
    feed_forward_dim : int, default=256
        Width of the hidden layer of each block's feed-forward network.
    positions : {"auto", "sinusoidal", "learned"}, default="auto"
        Which positions are added to the steps. ``"auto"`` is ``"sinusoidal"``.
    n_positions : int, default=512
        Number of learned positions; all later steps share the last one.
    dropout : float or "auto", default="auto"
        Dropout rate of the embeddings and of the sublayers of each block; in [0, 1). ``"auto"`` is
        0.1.
    scheduled_sampling : float, default=0.0
        Share of the tokens read by the decoder in training that are its own predictions, not the
        true tokens. It rises from 0 to this value over the first half of training [2]_. Needs a
        second forward pass of the decoder.
    label_smoothing : float, default=0.1
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
        given number of ``epochs``. None keeps that of the optimiser (0.001 for Adam). It is the
        highest rate where ``warmup_steps`` is given.
    warmup_steps : int or None, default=None
        Number of batches over which the learning rate rises; then it falls with the inverse square
        root of the number of batches [1]_. None keeps the rate constant.
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
        The tokens of targets.
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Mean loss (nats per target token, ends included, smoothing included) of each round.
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
    Seq2Seq : Recurrent encoder and decoder; often better with few pairs.

    Notes
    -----
    Layer normalisation comes before each sublayer, not after it [3]_, so training also works
    without warm-up. Prediction keeps the keys and values of previous tokens, so every token costs
    one step of the decoder, not a pass over the whole text again.

    References
    ----------
    .. [1] Vaswani et al., "Attention Is All You Need", NeurIPS 2017.
    .. [2] Mihaylova and Martins, "Scheduled Sampling for Transformers", ACL 2019 (student research
       workshop).
    .. [3] Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020.

    Examples
    --------
    >>> from skseq import TransformerSeq2Seq
    >>> words = ["cat", "act", "tac", "dog", "god"]
    >>> plurals = ["cats", "acts", "tacs", "dogs", "gods"]
    >>> model = TransformerSeq2Seq(
    ...     units=16, layers=1, dropout=0.0, epochs=40, learning_rate=0.01, random_state=0
    ... )
    >>> model.fit(words * 4, plurals * 4).predict(["dog", "cat"]).tolist()
    ['dogs', 'cats']
    """

    _rate_factor = 1 / 3

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceToSequence._parameter_constraints,
        "num_heads": [Interval(Integral, 1, None, closed="left")],
        "feed_forward_dim": [Interval(Integral, 1, None, closed="left")],
        "positions": [StrOptions({"auto", "sinusoidal", "learned"})],
        "n_positions": [Interval(Integral, 1, None, closed="left")],
        "warmup_steps": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        *,
        level="char",
        tokenizer=None,
        lowercase=False,
        max_tokens=None,
        min_count=1,
        units=128,
        layers=2,
        num_heads=4,
        feed_forward_dim=256,
        positions="auto",
        n_positions=512,
        dropout="auto",
        scheduled_sampling=0.0,
        label_smoothing=0.1,
        num_beams=1,
        length_penalty=1.0,
        max_length=None,
        optimizer="adam",
        learning_rate="auto",
        warmup_steps=None,
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
        self.units = units
        self.layers = layers
        self.num_heads = num_heads
        self.feed_forward_dim = feed_forward_dim
        self.positions = positions
        self.n_positions = n_positions
        self.dropout = dropout
        self.scheduled_sampling = scheduled_sampling
        self.label_smoothing = label_smoothing
        self.num_beams = num_beams
        self.length_penalty = length_penalty
        self.max_length = max_length
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.warmup_steps = warmup_steps
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

    def _embedding_dim(self) -> None:
        return None  # the width is units

    def _warmup_steps(self) -> int | None:
        return self.warmup_steps

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        usual = super()._usual(reader, codec, samples)
        return {**usual, "positions": "sinusoidal", "dropout": 0.1}

    def _network(self) -> tuple[str, dict[str, Any]]:
        if self.units % self.num_heads:
            raise ValueError(
                f"units={self.units} cannot be shared evenly by num_heads={self.num_heads}; use a "
                "multiple of it."
            )
        return "transformer_seq2seq", {
            "units": self.units,
            "layers": self.layers,
            "num_heads": self.num_heads,
            "feed_forward_dim": self.feed_forward_dim,
            "positions": self.positions,
            "n_positions": self.n_positions,
            "dropout": self.dropout,
            "scheduled_sampling": self.scheduled_sampling,
        }
