"""``LSTMTagger``."""

from __future__ import annotations

from ._recurrent import RecurrentTagger


class LSTMTagger(RecurrentTagger):
    """Label each step of sequences with a long short-term memory (LSTM) network.

    For named entities, parts of speech or coding regions: one label for every token, character or
    frame. Token ids are embedded; numbers are features, which are standardised. Characters and
    casing features of tokens can be added. Recurrent layers read the steps in both directions, and
    a dense layer predicts the label of each step. A conditional random field can score labels
    together with their neighbours.

    Parameters
    ----------
    units : int, default=64
        Size of the state of each recurrent layer, in each direction.
    layers : int, default=1
        Number of recurrent layers on top of each other.
    bidirectional : bool or "auto", default="auto"
        Whether to read each sequence backwards too, so that labels also depend on later steps.
        ``"auto"`` does, unless an ``encoder`` of several layers is given.
    merge_mode : {"concat", "sum", "mul", "ave"}, default="concat"
        How to join the two directions.
    dropout : float or "auto", default="auto"
        Dropout rate of the inputs of each recurrent layer, with one mask for all steps, and before
        the output layer; in [0, 1). ``"auto"`` is 0.5 for words, 0.3 for other ids and 0.2 for
        numbers.
    recurrent_dropout : float, default=0.0
        Dropout rate of the state between steps; in [0, 1). Slow.
    word_dropout : float or "auto", default="auto"
        Share of steps replaced in training, ids by ``<unk>`` and features by zeros; in [0, 1).
        Keeps the network from relying on single words, and teaches it what to do with unknown ones.
        ``"auto"`` is 0.2 for words, otherwise 0.
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
        has a second input. It returns ``n_outputs`` values for each step: logits or, after a
        softmax activation, probabilities.
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
    RNNTagger : The same with the cell as a parameter.
    GRUTagger : The same with GRU cells, a quarter cheaper.
    TransformerTagger : Self-attention instead of recurrence.
    skseq.Tokenizer : Converts text to ids.
    skseq.EmbeddingLookup : Converts tokens to pretrained vectors.
    skseq.metrics : Token accuracy, span F1, reports and scorers.

    Notes
    -----
    Labels may be str or int and are returned in the same form, one for each step. The labels of a
    sequence do not depend on the others in its batch; an empty sequence gets ``[]``. In an array of
    ids zeros are padding, so only the other steps are labelled.

    References
    ----------
    Lample et al., "Neural Architectures for Named Entity Recognition", NAACL 2016.
    Ma and Hovy, "End-to-end Sequence Labeling via Bi-directional LSTM-CNNs-CRF", ACL 2016.

    Examples
    --------
    >>> from skseq import LSTMTagger
    >>> X = [["Ana", "sees", "Rome"], ["Rome", "sees", "Ana"], ["Ana", "sleeps"]] * 10
    >>> y = [["PER", "O", "LOC"], ["LOC", "O", "PER"], ["PER", "O"]] * 10
    >>> model = LSTMTagger(units=16, epochs=15, learning_rate=0.02, random_state=0)
    >>> model.fit(X, y).predict([["Rome", "sleeps"], ["Ana"]])
    [['LOC', 'O'], ['PER']]
    """

    _cell = "lstm"  # type: ignore[assignment]
