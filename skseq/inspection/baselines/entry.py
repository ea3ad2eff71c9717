"""``baseline_report``: the simple peers of a task, fitted and scored beside estimators."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import check_consistent_length

from ..._seeding import draw_seed
from ...inputs.rows import is_sparse
from ...inputs.validation import refuse_masked
from .folds import check_cv
from .problem import Problem, timed
from .report import BaselineReport, BaselineRow
from .tasks import choose_task, last_step


def baseline_report(
    X: Any,
    y: Any = None,
    *,
    task: str = "auto",
    estimators: Any = None,
    cv: Any = 5,
    random_state: int | np.random.RandomState | None = None,
) -> BaselineReport:
    """Fit and score the simple peers of a task, and your estimators, on the same folds.

    A peer is a model that needs no tuning and little time. If an estimator is not better than its
    peers, it has not learned what makes the data worth a larger model.

    Parameters
    ----------
    X : str, list, array, column or Sequences
        What the estimators of the task take as X: texts, lists of tokens, ids, or numbers of shape
        (n_samples, n_steps[, n_features]) or as a list of (n_steps, n_features) arrays; of
        forecasting one series (n_timesteps,) or (n_timesteps, n_features).
    y : list, array or column, default=None
        What the estimators take as y. None for language models and forecasting.
    task : {"auto", "classification", "regression", "tagging", "language_model", "seq2seq", \
            "forecasting"}, default="auto"
        What to predict. ``"auto"`` is the task of the estimators, if they are of skseq, else what X
        and y look like.
    estimators : estimator, list of estimators, dict of str to estimator, or None, default=None
        Your own, with the methods of scikit-learn, pipelines too. Copies are fitted for each fold.
        Language models need ``score``, the mean log-probability per token in nats; forecasters need
        ``predict``, with the forecasts of the steps after each row; all others ``predict``.
    cv : int, splitter or iterable of (train, test), default=5
        The folds. A number makes that many: stratified by class and shuffled for classification,
        blocks in time for forecasting, each after what it is fitted on, consecutive blocks for a
        single document, otherwise shuffled.
    random_state : int, RandomState instance or None, default=None
        Controls folds and peers; estimators have a ``random_state`` of their own.

    Returns
    -------
    BaselineReport
        The rows, best first, with scores, their standard errors, and seconds. It displays as a
        table, and ``to_frame()`` makes a DataFrame of it.

    Raises
    ------
    ValueError
        For a y that several tasks may have, data that are not of the task, folds that cannot be
        made, and estimators of another task. What an estimator raises is raised.
    TypeError
        For estimators that are none.

    See Also
    --------
    skseq.model_selection.StratifiedSequenceKFold : Folds of taggers, balanced by label.

    Notes
    -----
    ==================  ==================================================  ========================
    task                peers                                               scores, the first ranks
    ==================  ==================================================  ========================
    classification      most frequent class; of text TF-IDF with logistic   accuracy, log-loss
                        regression and NB-SVM [1]_; of numbers a random     (nats); of several
                        forest on summaries                                 labels a sample micro
                                                                            F1, subset accuracy
    regression          mean; of text TF-IDF with ridge; of numbers ridge   R²
                        and a random forest on summaries
    tagging             most frequent tag of each token; CRF on windows     span F1 (of IOB2 and
                        with the package sklearn-crfsuite, without it, and  IOBES tags), token
                        for numbers, logistic regression on windows         accuracy
    language_model      unigram and n-gram with modified Kneser-Ney         bits per token
                        smoothing [2]_
    seq2seq             most frequent target; target of the most similar    exact match, chrF
                        source; the source itself
    forecasting         last value; last season; ridge on windows           mean absolute error, R²
    ==================  ==================================================  ========================

    Summaries of a sequence are mean, standard deviation, minimum, maximum, first and last value and
    mean absolute change of each feature, and its length. Language models predict the ends of
    documents, but as in ``score`` these do not count; tokens are those of the first estimator, or
    characters for texts. Forecasts of all rows of a test part are scored, from windows that may
    reach back before it. A score that is not defined in a fold is left out there.

    References
    ----------
    .. [1] Wang and Manning, "Baselines and Bigrams: Simple, Good Sentiment and Topic
       Classification", ACL 2012.
    .. [2] Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling",
       TR-10-98, Harvard University, 1998.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from skseq.inspection import baseline_report
    >>> X = ["a good film", "a very good cast", "a bad film", "bad and long"] * 5
    >>> y = ["yes", "yes", "no", "no"] * 5
    >>> mine = make_pipeline(CountVectorizer(), MultinomialNB())
    >>> report = baseline_report(X, y, estimators={"mine": mine}, random_state=0)
    >>> report.task, [row.name for row in report.rows if not row.is_peer]
    ('classification', ['mine'])
    >>> report.to_frame().loc["mine", "accuracy"]
    np.float64(1.0)
    """
    named = _named(estimators)
    check_cv(cv)
    seed = draw_seed(random_state)
    _check_lengths(X, y)
    task = choose_task(task, X, y, named)
    problem = _problem(task, X, y, cv, seed, list(named.values()))
    same = sorted(set(named) & set(problem.peers))
    if same:
        raise ValueError(f"A peer is called {same[0]!r} too; give your estimator another name.")
    rows = [_measured(problem, name, peer, True) for name, peer in problem.peers.items()]
    rows += [_measured(problem, name, model, False) for name, model in named.items()]
    return BaselineReport(task, rows, problem.metrics, problem.n_folds, problem.size)


def _named(estimators: Any) -> dict[str, Any]:
    """Return estimators by name: that of a class, with a number where it occurs twice."""
    if estimators is None:
        return {}
    if isinstance(estimators, Mapping):
        found = dict(estimators)
    else:
        several = isinstance(estimators, (list, tuple))
        found = {}
        for estimator in estimators if several else [estimators]:
            name = first = type(last_step(estimator)).__name__
            number = 1
            while name in found:
                number += 1
                name = f"{first} ({number})"
            found[name] = estimator
    for name, estimator in found.items():
        if not isinstance(name, str):
            raise TypeError(f"estimators has the name {name!r}; expected str.")
        is_one = hasattr(estimator, "fit") and hasattr(estimator, "get_params")
        if isinstance(estimator, type) or not is_one:
            hint = "make one of it: " if isinstance(estimator, type) else ""
            raise TypeError(
                f"The estimator {name!r} is {estimator!r:.60}; {hint}expected an object with fit "
                "and get_params, such as LSTMClassifier()."
            )
    return found


def _check_lengths(X: Any, y: Any) -> None:
    """Raise an error where X and y have different numbers of samples, or X is none."""
    if X is None or isinstance(X, (bytes, dict, set)) or not hasattr(X, "__len__"):
        raise ValueError(
            f"X is {type(X).__name__}; expected a list, array, column, Sequences or one text."
        )
    if is_sparse(X):
        raise ValueError("X is sparse, but sequences are dense; pass X.toarray().")
    if not len(X):
        raise ValueError("X is empty; pass at least a few samples.")
    if y is not None and not isinstance(X, str):
        check_consistent_length(X, y)


def _problem(task: str, X: Any, y: Any, cv: Any, seed: int, estimators: list[Any]) -> Problem:
    """Return the task with its data; only what it needs is imported."""
    if task not in ("language_model", "forecasting"):
        refuse_masked(X, "X")
        refuse_masked(y, "y")
        if y is None:
            raise ValueError(f"y is None, but task={task!r} needs one; pass y.")
        if isinstance(X, str):
            raise ValueError(f"X is one text, but task={task!r} needs samples; pass a list.")
    if task == "classification":
        from .classification import ClassificationProblem

        return ClassificationProblem(X, y, cv, seed)
    if task == "regression":
        from .regression import RegressionProblem

        return RegressionProblem(X, y, cv, seed)
    if task == "tagging":
        from .tagging import TaggingProblem

        return TaggingProblem(X, y, cv, seed)
    if task == "seq2seq":
        from .seq2seq import Seq2SeqProblem

        return Seq2SeqProblem(X, y, cv, seed)
    if task == "language_model":
        from .language_model import LanguageProblem

        return LanguageProblem(X, y, cv, seed, estimators)
    from .forecasting import ForecastingProblem

    return ForecastingProblem(X, y, cv, seed, estimators)


def _measured(problem: Problem, name: str, estimator: Any, is_peer: bool) -> BaselineRow:
    """Fit and score a copy for each fold."""
    scores: dict[str, list[float]] = {metric: [] for metric in problem.metrics}
    fitting, predicting = [], []
    with _quiet() if is_peer else contextlib.nullcontext():
        for fold, ((X, y), test) in enumerate(problem.folds(is_peer)):
            try:
                model = clone(estimator)
                _, seconds = timed(model.fit, X) if y is None else timed(model.fit, X, y)
                fitting.append(seconds)
                found, seconds = problem.measure(model, *test)
            except Exception as error:
                error.add_note(f"This was {name!r} in fold {fold} of baseline_report.")
                raise
            predicting.append(seconds)
            for metric in problem.metrics:
                scores[metric].append(found[metric])
    by_fold = {metric: np.array(found) for metric, found in scores.items()}
    means = float(np.mean(fitting)), float(np.mean(predicting))
    return BaselineRow(name, is_peer, by_fold, *means)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide what peers warn of on little data: nobody has chosen their settings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # scikit-learn's are subclasses
        yield
