"""``TransformerClassifier``."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from .._tables import POOLINGS, names_of
from ..inputs.validation import Interval, StrOptions
from ..training import choices
from ..training.mixins.attention_weights import SelfAttentionMixin
from ._base import SequenceClassifier


class TransformerClassifier(SelfAttentionMixin, SequenceClassifier):
    """Classify sequences with a Transformer encoder.

    Token ids are embedded; numbers are features, which are projected. Positions are added, then
    follow blocks of multi-head self-attention and feed-forward networks. The steps are pooled, and
    a dense layer predicts the classes.


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
    pooling : {"auto", "mean", "max", "mean_max", "last"}, default="auto"
        How the outputs of the last block are pooled for classification. ``"auto"`` is the mean.
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
        Weight of each class in the loss; ``"balanced"`` weighs inversely to frequency, with several
        labels a sample the two classes of each label.
    early_stopping : bool or "auto", default="auto"
        Whether to set samples aside, to stop when the score on them no longer improves, and to
        restore the best weights. ``"auto"`` does so if ``epochs`` is "auto" and there is enough to
        set aside; then, of up to 5000 samples and 500,000 steps, it trains once more on all, for as
        long as the best weights took.
    validation_fraction : float, default=0.1
        Share of the samples set aside for early stopping, stratified by class, unless ``fit`` is
        given ``X_val``; in (0, 1).
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
        The labels in sorted order; for multilabel targets the names of the columns of y, or their
        indices if it has no names.
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Training loss (nats) of each round.
    validation_scores_ : list of float or None
        Validation accuracy after each round.
    history_ : dict of str to list of float
        Everything measured after each round. A round is an epoch, or with ``epochs="auto"`` as many
        updates as an epoch has, at least 50 and usually at most 200.
    fit_report_ : dict
        ``n_batches`` of an epoch and ``padding_waste``, the share of computed steps that were
        padding.
    n_features_in_ : int
        Number of columns of a 2-D X, or of features per step.
    vocabulary_ : Vocabulary
        The tokens that the ids stand for; only if X has a vocabulary.
    network_state_ : NetworkState
        The weights as plain arrays.
    engine_ : Engine
        ``engine_.model_`` is the trained Keras model.

    See Also
    --------
    SelfAttentionClassifier : A single layer of attention.
    LSTMClassifier : Recurrent layers, which read step by step.
    TransformerTagger : A label for every step.

    Notes
    -----
    Time and memory grow with the square of the number of steps.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, with layer normalisation before each
    sublayer as in Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML
    2020.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import TransformerClassifier, Tokenizer
    >>> texts = ["a good film", "a bad film", "good indeed", "bad indeed"] * 5
    >>> labels = ["positive", "negative"] * 10
    >>> classifier = TransformerClassifier(epochs=30, learning_rate=0.003, random_state=0)
    >>> model = make_pipeline(Tokenizer(), classifier)
    >>> model.fit(texts, labels).predict(["a good film", "bad indeed"]).tolist()
    ['positive', 'negative']
    """

    _rate_factor = 1 / 3

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceClassifier._parameter_constraints,
        "layers": [Interval(Integral, 1, None, closed="left")],
        "num_heads": [Interval(Integral, 1, None, closed="left")],
        "feed_forward_dim": [Interval(Integral, 1, None, closed="left")],
        "positions": [StrOptions({"auto", "sinusoidal", "learned"}), None],
        "n_positions": [Interval(Integral, 1, None, closed="left")],
        "pooling": [StrOptions({"auto", *names_of(POOLINGS, learns=False)})],
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
        pooling="auto",
        dropout="auto",
        word_dropout="auto",
        embedding_dim="auto",
        n_tokens=None,
        standardize="auto",
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
        self.pooling = pooling
        self.dropout = dropout
        self.word_dropout = word_dropout
        self.embedding_dim = embedding_dim
        self.n_tokens = n_tokens
        self.standardize = standardize
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

    _usual_dropout = choices.Dropout(words=0.1, symbols=0.1, numbers=0.1)

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        return {
            **super()._usual(reader, codec, samples),
            "positions": choices.positions(reader),
            "pooling": "mean",
        }

    def _network(self) -> tuple[str, dict[str, Any]]:
        return "transformer", {
            "units": self.units,
            "layers": self.layers,
            "num_heads": self.num_heads,
            "feed_forward_dim": self.feed_forward_dim,
            "positions": self.positions,
            "n_positions": self.n_positions,
            "pooling": self.pooling,
            "dropout": self.dropout,
            "word_dropout": self.word_dropout,
        }
