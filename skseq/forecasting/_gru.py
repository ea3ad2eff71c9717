"""``GRUForecaster``."""

from __future__ import annotations

from ._recurrent import RecurrentForecaster


class GRUForecaster(RecurrentForecaster):
    """Forecast a series with a gated recurrent unit (GRU) network.

    Recurrent layers read windows of the series, and from their final state a dense layer predicts
    the values after the window. X is the series itself, with a row for each time step in time
    order. The estimator makes the windows, without copying, and standardises the numbers. So it
    works in a ``Pipeline``, in ``cross_validate`` and in ``GridSearchCV(cv=TimeSeriesSplit())``.

    Parameters
    ----------
    window : int, default=24
        Number of time steps that a forecast is computed from.
    horizon : int, default=1
        Number of time steps to forecast.
    strategy : {"direct", "recursive"}, default="direct"
        ``"direct"`` forecasts all steps of the horizon at once. ``"recursive"`` forecasts one step
        at a time and feeds the forecasts back as input; it forecasts all columns of X.
    target : int, str, list of them, or None, default=None
        Indices or names of the columns of X to forecast; None forecasts all. All columns are inputs
        of the network.
    relative : bool, default=True
        Whether the network reads windows relative to their last values and predicts differences
        from these, so that a series may drift out of the range seen in ``fit``. If False it reads
        and predicts the values themselves, which may be better if the level of a series has a
        meaning. No effect if a series is given as y.
    linear : bool, default=True
        Whether to add the outputs of a linear layer on the window of each column, so that the
        recurrent layers only have to learn what is not linear. No effect if a series is given as y.
    season : int or "auto", default="auto"
        Number of time steps of a season, for the seasonal baseline of ``naive_score_`` only;
        ``"auto"`` estimates it from the series, from the first of several columns to forecast.
    time_column : int, str or None, default=None
        Index or name of a column of time stamps, which must increase and is not used as a feature.
        An index of dates must increase too.
    missing : {"error", "mask"}, default="error"
        What to do with NaN: ``"error"`` raises an error; ``"mask"`` fills in the previous value and
        adds features that mark missing values, one per column. Missing targets are left out of the
        loss.
    units : int, default=64
        Size of the state of each recurrent layer, in each direction.
    layers : int, default=1
        Number of recurrent layers on top of each other.
    bidirectional : bool or "auto", default="auto"
        Whether to read each window backwards too. ``"auto"`` does not.
    merge_mode : {"concat", "sum", "mul", "ave"}, default="concat"
        How to join the two directions.
    dropout : float or "auto", default="auto"
        Dropout rate of the inputs of each recurrent layer, with one mask for all steps, and before
        the output layer; in [0, 1). ``"auto"`` is 0.
    recurrent_dropout : float, default=0.0
        Dropout rate of the state between steps; in [0, 1). Slow.
    loss : {"auto", "squared_error", "absolute_error", "huber", "quantile"}, default="auto"
        The training loss, on standardised targets. ``"huber"`` is linear in errors beyond 1,
        ``"quantile"`` is the pinball loss. ``"auto"`` is the squared error, or the pinball loss if
        ``quantiles`` are given.
    quantiles : sequence of float or None, default=None
        The quantiles to train with ``loss="quantile"``, in (0, 1), in addition to the median. None
        trains 0.05, 0.1, 0.25, 0.5, 0.75, 0.9 and 0.95. With ``strategy="direct"`` only.
    score_metric : {"r2", "neg_mean_absolute_error", "neg_mean_squared_error"}, default="r2"
        The metric of :meth:`score`, averaged over the steps of the horizon and the columns.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Keras optimiser; an object's settings are copied for each fit.
    learning_rate : float, "auto", keras schedule or None, default="auto"
        Learning rate. ``"auto"`` rises over the first updates, to 0.003 for Adam and batches of 32
        (0.001 with Transformers), and falls when there is no more progress, or towards the end of a
        given number of ``epochs``. None keeps that of the optimiser (0.001 for Adam).
    clipnorm : float or None, default=1.0
        Maximum norm of the gradient of each weight; None does not clip.
    epochs : int or "auto", default="auto"
        Number of passes over the training windows. ``"auto"`` trains until the loss on a validation
        part no longer improves, for 2000 to 8000 updates at most, or ten epochs if that is more;
        where there is too little to set aside, for 600 updates.
    max_time : float or None, default=None
        Seconds after which ``fit`` stops training, in the middle of an epoch too; with early
        stopping it restores the best weights. At least one batch is trained on. None sets no limit.
    batch_size : int or "auto", default="auto"
        Number of windows per gradient update; ``"auto"`` is 16 for up to 300 windows, 32 for up to
        8000, 64 for up to 40,000, and 128 beyond.
    early_stopping : bool or "auto", default="auto"
        Whether to set the windows at the end aside, to stop when the score on them no longer
        improves, and to restore the best weights. ``"auto"`` does so if ``epochs`` is "auto" and
        there is enough to set aside; then, of up to 5000 windows and 500,000 steps, it trains once
        more on all, for as long as the best weights took.
    validation_fraction : float, default=0.1
        Share of the windows, those at the end, set aside for early stopping, unless ``fit`` is
        given ``X_val``; in (0, 1). Training windows with targets in that part are left out.
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
        Controls initial weights, shuffling and dropout; the global generators of Python and NumPy
        are neither used nor changed.

    Attributes
    ----------
    naive_score_ : dict of str to float
        The :meth:`score` of two baselines on the training series: ``"last_value"`` forecasts the
        last value, ``"seasonal"`` the value one season before. NaN if only a single row can be
        scored, as R² is not defined for it. See :meth:`naive_scores`.
    season_ : int
        Number of time steps of a season; 1 if there is none.
    last_window_ : ndarray of shape (window, n_inputs)
        The standardised end of the training series, which :meth:`forecast` continues.
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
        R² on the validation windows after each round, relative to the variance of the training
        series.
    history_ : dict of str to list of float
        Everything measured after each round. A round is an epoch, or with ``epochs="auto"`` as many
        updates as an epoch has, at least 50 and usually at most 200.
    fit_report_ : dict
        ``n_batches`` of an epoch and ``padding_waste``, the share of computed steps that were
        padding.
    n_features_in_ : int
        Number of columns of X, without that of time stamps.
    feature_names_in_ : ndarray of str
        Names of the columns, if X has names.
    network_state_ : NetworkState
        The weights as plain arrays.
    engine_ : Engine
        ``engine_.model_`` is the trained Keras model.

    See Also
    --------
    LSTMForecaster : The same with LSTM cells.
    LSTMRegressor : Predicts numbers from windows that you make, or from many series.
    sklearn.model_selection.TimeSeriesSplit : Folds in time order.

    Notes
    -----
    Row t of the result of :meth:`predict` is computed from the rows up to t only. In
    cross-validation, windows do not reach back into the rows before a test fold. So its first
    ``window - 1`` rows have shorter windows, and :meth:`score` leaves them out if it can.

    References
    ----------
    Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation", arXiv 1406.1078.
    Lai et al., "Modeling Long- and Short-Term Temporal Patterns with Deep Neural Networks", SIGIR
    2018, for ``linear``.
    Zeng et al., "Are Transformers Effective for Time Series Forecasting?", AAAI 2023, for
    ``relative``.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import GRUForecaster
    >>> series = np.sin(np.arange(300) * 2 * np.pi / 25)
    >>> model = GRUForecaster(
    ...     window=25, horizon=5, units=16, epochs=10, learning_rate=0.02, random_state=0
    ... )
    >>> model.fit(series).predict(series).shape
    (300, 5)
    >>> model.forecast(50).shape
    (50,)
    >>> bool(model.score(series) > 0.99 > model.naive_score_["last_value"])
    True
    """

    _cell = "gru"  # type: ignore[assignment]
