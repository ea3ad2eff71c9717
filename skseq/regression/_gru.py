"""``GRURegressor``."""

from __future__ import annotations

from ._recurrent import RecurrentRegressor


class GRURegressor(RecurrentRegressor):
    """Predict numbers from sequences with a gated recurrent unit (GRU) network.

    Recurrent layers read numbers, or embedded token ids, step by step. From their states a dense
    layer predicts one number, or several, for each sequence or for each of its steps.

    Parameters
    ----------
    units : int, default=64
        Size of the state of each recurrent layer, in each direction.
    layers : int, default=1
        Number of recurrent layers on top of each other.
    bidirectional : bool or "auto", default="auto"
        Whether to read each sequence backwards too. ``"auto"`` does, unless an ``encoder`` is given
        or each step has a number.
    merge_mode : {"concat", "sum", "mul", "ave"}, default="concat"
        How to join the two directions.
    pooling : {"auto", "last", "mean", "max", "mean_max", "attention"}, default="auto"
        How the states of the last layer are pooled before the output layer: the state after the
        last step of each direction, the mean or maximum over all steps, both, or a mean weighted by
        learned attention. Padding is never included. No effect with ``return_sequences``.
        ``"auto"`` is ``"mean_max"``.
    return_sequences : bool or "auto", default="auto"
        Whether y has a number, or several, for each step (many-to-many) rather than for each
        sequence (many-to-one). ``"auto"`` tells them apart by y: rows of different lengths, or a
        third axis, are of steps; other two-dimensional targets are several numbers for each
        sequence. The prediction for a step depends on the steps up to it, or with ``bidirectional``
        on all steps.
    dropout : float or "auto", default="auto"
        Dropout rate of the inputs of each recurrent layer, with one mask for all steps, and before
        the output layer; in [0, 1). ``"auto"`` is 0.5 for words, otherwise 0.
    recurrent_dropout : float, default=0.0
        Dropout rate of the state between steps; in [0, 1). Slow.
    word_dropout : float or "auto", default="auto"
        Share of steps replaced in training, ids by ``<unk>`` and features by zeros; in [0, 1).
        Keeps the network from relying on single words, and teaches it what to do with unknown ones.
        ``"auto"`` is 0.2 for words, otherwise 0.
    embedding_dim : int, "auto" or None, default="auto"
        Width of the trained embedding of token ids. ``"auto"`` chooses 8 to 64 by the number of
        ids, which are those of ``Sequences`` from a ``Tokenizer``: integers in arrays and lists are
        features, unless a width is given. With None nothing is read as ids. Vectors from an
        ``EmbeddingLookup`` keep their width.
    n_tokens : int or None, default=None
        Number of ids, that is the largest plus 1, if X has no vocabulary. None chooses a number
        somewhat above the largest id seen in ``fit``.
    standardize : bool or "auto", default="auto"
        Whether each feature of an X of numbers is standardised: its mean over the steps of the
        training samples is subtracted, and it is divided by its standard deviation. ``"auto"`` does
        so if X holds numbers. A feature that never changes is centred only.
    encoder : fitted language model or None, default=None
        A pretrained ``CharLanguageModel``, ``WordLanguageModel`` or ``TokenLanguageModel`` of the
        same cell, fitted to a large amount of text without labels (Howard and Ruder, ACL 2018). Its
        embedding and recurrent layers are the initial weights. It determines ``units``, ``layers``
        and ``embedding_dim``, and X may also hold raw documents. In a bidirectional network it
        initialises the forward direction. ``clone`` shares it.
    encoder_learning_rate : float or None, default=None
        Learning rate of the encoder's layers, usually several times smaller than
        ``learning_rate``; None freezes them.
    network : callable or None, default=None
        A function that returns an uncompiled ``keras.Model`` to use instead of the built-in
        network. ``n_tokens``, ``n_features``, ``n_outputs``, ``embedding_dim`` and ``meta`` (all of
        them in a dict) are passed if it has arguments of these names; its other arguments are
        parameters ``network__<argument>``. The model takes right-padded steps, and lengths if it
        has a second input. It returns ``n_outputs`` standardised numbers, one for each output and
        quantile.
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
    loss : {"auto", "squared_error", "absolute_error", "huber", "quantile"}, default="auto"
        The training loss, on standardised targets. ``"huber"`` is linear in errors beyond 1,
        ``"quantile"`` is the pinball loss. ``"auto"`` is the squared error, or the pinball loss if
        ``quantiles`` are given.
    quantiles : sequence of float or None, default=None
        The quantiles to train with ``loss="quantile"``, in (0, 1), in addition to the median. None
        trains 0.05, 0.1, 0.25, 0.5, 0.75, 0.9 and 0.95.
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
    chosen_ : dict
        The value of each parameter that is "auto"; each is an attribute too, such as
        ``batch_size_``.
    epochs_ : int
        Number of epochs that led to the weights that are kept.
    n_iter_ : int
        Number of epochs trained.
    loss_curve_ : list of float
        Training loss of each round, on standardised targets.
    validation_scores_ : list of float or None
        R² on the validation data after each round, relative to the variance of the training
        targets.
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
    RNNRegressor : The same with the cell as a parameter.
    LSTMRegressor : The same with LSTM cells.
    skseq.LSTMForecaster : Forecasts a series, from windows that it makes.
    sklearn.compose.TransformedTargetRegressor : Predicts a function of y, such as its logarithm.

    Notes
    -----
    Time grows linearly with the number of steps and with the square of ``units``. Batches hold
    sequences of similar length, padded on the right, whichever side the input was padded on. The
    prediction for a sequence does not depend on the others in its batch. An empty sequence counts
    as one step of zeros. The same ``random_state`` gives the same model on the same machine.

    References
    ----------
    Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation", arXiv 1406.1078.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import GRURegressor
    >>> X = np.random.default_rng(0).normal(size=(200, 10))  # one feature a step
    >>> y = 50 + 10 * X.mean(axis=1)
    >>> model = GRURegressor(units=16, epochs=40, learning_rate=0.02, random_state=0)
    >>> model.fit(X[:150], y[:150]).predict(X[150:]).shape
    (50,)
    >>> model.score(X[150:], y[150:]) > 0.9
    True
    """

    _cell = "gru"  # type: ignore[assignment]
