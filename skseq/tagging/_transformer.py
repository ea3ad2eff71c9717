"""``TransformerTagger``."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from ..inputs.validation import Interval, StrOptions
from ..training import choices
from ..training.mixins.attention_weights import SelfAttentionMixin
from ._base import SequenceTagger


class TransformerTagger(SelfAttentionMixin, SequenceTagger):
    """Label each step of sequences with a Transformer encoder.

    For named entities, parts of speech or coding regions: one label for every token, character or
    frame. Token ids are embedded; numbers are features, which are projected. Characters and casing
    features of tokens can be added. Positions are added, then follow blocks of multi-head
    self-attention and feed-forward networks, and a dense layer predicts the label of each step. A
    conditional random field can score labels together with their neighbours.

    Parameters
    ----------
    units : int, default=64
        Width of the steps between blocks.
    layers : int, default=1
        Number of blocks.
    num_heads : int, default=4
        Number of attention heads in each block, each of width ``units / num_heads``.
    feed_forward_dim : int, default=128
        Width of the hidden layer of each block's feed-forward network.
    positions : {"auto", "sinusoidal", "learned"} or None, default="auto"
        Which positions are added to the steps; with None the order of steps has no effect.
        ``"auto"`` is ``"learned"`` for ids and ``"sinusoidal"`` for numbers.
    n_positions : int, default=512
        Number of learned positions; all later steps share the last one.
    dropout : float or "auto", default="auto"
        Dropout rate of the input, of the sublayers of each block, and before the output layer; in
        [0, 1). ``"auto"`` is 0.1.
    word_dropout : float or "auto", default="auto"
        Share of steps replaced in training, ids by ``<unk>`` and features by zeros; in [0, 1).
        Keeps the network from relying on single words, and teaches it what to do with unknown ones.
        ``"auto"`` is 0.2 for words in taggers, otherwise 0.
    embedding_dim : int, "auto" or None, default="auto"
        Width of the trained embedding of token ids. ``"auto"`` chooses 8 to 64 by the number of
        ids and reads numbers that are not integers as features; None reads integers as features
        too. Vectors from an ``EmbeddingLookup`` keep their width.
    n_tokens : int or None, default=None
        Number of ids, that is the largest plus 1, if X has no vocabulary. None chooses a number
        somewhat above the largest id seen in ``fit``.
    standardize : bool or "auto", default="auto"
        Whether each feature of an X of numbers is standardised: its mean over the steps of the
        training samples is subtracted, and it is divided by its standard deviation. ``"auto"`` does
        so if X holds numbers. A feature that never changes is centred only.
    char_features : {"auto", "cnn", "lstm"} or None, default="auto"
        Whether to read the characters of each token too, by a convolution or a bidirectional LSTM.
        Needs tokens: lists of tokens, or a ``Tokenizer(lowercase=False)`` before the estimator.
        ``"auto"`` is ``"cnn"`` where tokens are known and are words.
    shape_features : bool or "auto", default="auto"
        Whether to add casing features: capitals, digits, hyphens and full stops of each token;
        needs tokens. If X holds lists of tokens, words that differ only in case then share an
        embedding. ``"auto"`` adds them where tokens are known, are words, and some have capitals.
    crf : bool or "auto", default="auto"
        Whether to add a linear-chain conditional random field on top, which scores each label
        together with its neighbours. ``"auto"`` does so if all labels are IOB2 or IOBES tags.
    constraints : {"auto", "bio", "bioes"} or None, default="auto"
        With ``crf``, the scheme whose invalid transitions are forbidden. ``"auto"`` is IOB2 or
        IOBES if all labels follow it, else none, and allows invalid transitions that occur in the
        training data. The others raise an error for such labels and sequences.
    score_metric : {"token_accuracy", "span_f1"}, default="token_accuracy"
        The metric of :meth:`score` and of early stopping.
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
        where there is too little to set aside, for 600 updates.
    max_time : float or None, default=None
        Seconds after which ``fit`` stops training, in the middle of an epoch too; with early
        stopping it restores the best weights. At least one batch is trained on. None sets no limit.
    batch_size : int or "auto", default="auto"
        Number of samples per gradient update; ``"auto"`` is 16 for up to 300 samples, 32 for up to
        8000, 64 for up to 40,000, and 128 beyond.
    class_weight : dict, "balanced" or None, default=None
        Weight of each label in the loss; ``"balanced"`` weighs inversely to frequency. With
        ``crf`` it weighs the probability of a label given the labels before it.
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
    classes_ : ndarray of shape (n_classes,)
        The labels in sorted order.
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Training loss (nats per step) of each round.
    validation_scores_ : list of float or None
        Validation score (``score_metric``) after each round.
    history_ : dict of str to list of float
        Everything measured after each round. A round is an epoch, or with ``epochs="auto"`` as many
        updates as an epoch has, at least 50 and usually at most 200.
    fit_report_ : dict
        ``n_batches`` of an epoch and ``padding_waste``, the share of computed steps that were
        padding.
    n_features_in_ : int
        Number of columns of a 2-D X, or of features per step.
    vocabulary_ : Vocabulary
        The tokens that the ids stand for; only if X holds tokens or has a vocabulary.
    network_state_ : NetworkState
        The weights as plain arrays.
    engine_ : Engine
        ``engine_.model_`` is the trained Keras model.

    See Also
    --------
    LSTMTagger : Recurrent layers, which read step by step in both directions.
    TransformerClassifier : One label for the whole sequence.
    skseq.Tokenizer : Converts text to ids.
    skseq.EmbeddingLookup : Converts tokens to pretrained vectors.
    skseq.metrics : Token accuracy, span F1, reports and scorers.

    Notes
    -----
    Time and memory grow with the square of the number of steps.

    Labels may be str or int and are returned in the same form, one for each step. The labels of a
    sequence do not depend on the others in its batch; an empty sequence gets ``[]``. In an array of
    ids zeros are padding, so only the other steps are labelled.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, with layer normalisation before each
    sublayer as in Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML
    2020.

    Examples
    --------
    >>> from skseq import TransformerTagger
    >>> X = [["Ana", "sees", "Rome"], ["Rome", "sees", "Ana"], ["Ana", "sleeps"]] * 10
    >>> y = [["PER", "O", "LOC"], ["LOC", "O", "PER"], ["PER", "O"]] * 10
    >>> model = TransformerTagger(units=16, epochs=50, learning_rate=0.01, random_state=0)
    >>> model.fit(X, y).predict([["Rome", "sees", "Ana"], ["Ana", "sleeps"]])
    [['LOC', 'O', 'PER'], ['PER', 'O']]
    """

    _rate_factor = 1 / 3

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceTagger._parameter_constraints,
        "num_heads": [Interval(Integral, 1, None, closed="left")],
        "feed_forward_dim": [Interval(Integral, 1, None, closed="left")],
        "positions": [StrOptions({"auto", "sinusoidal", "learned"}), None],
        "n_positions": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        units=64,
        layers=1,
        num_heads=4,
        feed_forward_dim=128,
        positions="auto",
        n_positions=512,
        dropout="auto",
        word_dropout="auto",
        embedding_dim="auto",
        n_tokens=None,
        standardize="auto",
        char_features="auto",
        shape_features="auto",
        crf="auto",
        constraints="auto",
        score_metric="token_accuracy",
        optimizer="adam",
        learning_rate="auto",
        clipnorm=1.0,
        epochs="auto",
        max_time=None,
        batch_size="auto",
        class_weight=None,
        early_stopping="auto",
        validation_fraction=0.1,
        n_iter_no_change="auto",
        tol=1e-4,
        callbacks=None,
        verbose=0,
        warm_start=False,
        random_state=None,
    ) -> None:
        self.units = units
        self.layers = layers
        self.num_heads = num_heads
        self.feed_forward_dim = feed_forward_dim
        self.positions = positions
        self.n_positions = n_positions
        self.dropout = dropout
        self.word_dropout = word_dropout
        self.embedding_dim = embedding_dim
        self.n_tokens = n_tokens
        self.standardize = standardize
        self.char_features = char_features
        self.shape_features = shape_features
        self.crf = crf
        self.constraints = constraints
        self.score_metric = score_metric
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.max_time = max_time
        self.batch_size = batch_size
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.callbacks = callbacks
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state

    _usual_dropout = choices.Dropout(words=0.1, symbols=0.1, numbers=0.1, whole_words=0.2)

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        return {
            **super()._usual(reader, codec, samples),
            "positions": choices.positions(reader),
        }

    def _network(self) -> tuple[str, dict[str, Any]]:
        return "transformer_tagging", {
            "units": self.units,
            "layers": self.layers,
            "num_heads": self.num_heads,
            "feed_forward_dim": self.feed_forward_dim,
            "positions": self.positions,
            "n_positions": self.n_positions,
            "dropout": self.dropout,
            "word_dropout": self.word_dropout,
            "char_features": self.char_features,
            "crf": self.crf,
        }
