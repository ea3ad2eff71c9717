"""Which checks an estimator gets, and the two ways to run them."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Callable, Iterator
from typing import Any

from sklearn.base import is_classifier, is_regressor
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from . import (
    _classification,
    _common,
    _forecasting,
    _inputs,
    _language,
    _regression,
    _seq2seq,
    _sequences,
    _speech,
    _tagging,
    _training,
)
from ._data import (
    CheckData,
    default_data,
    features_data,
    is_forecaster,
    is_language_model,
    is_recognizer,
    is_seq2seq,
    is_tagger,
    tagged,
)

Check = Callable[[Any], None]


def yield_checks(estimator: Any, *, X: Any = None, y: Any = None) -> Iterator[Check]:
    """Yield the checks that apply to an estimator.

    Parameters
    ----------
    estimator : estimator object
        Decides by its tags, methods and parameters which checks apply.
    X, y : sequence-like and array-like, default=None
        Samples to check with; None takes a small corpus.

    Yields
    ------
    check : callable
        Takes the estimator, raises if it fails; ``check.__name__`` is its name.
    """
    data = default_data(estimator) if X is None else CheckData(X, y)
    for check in (*_common_checks(estimator, data), *_family_checks(estimator, data)):
        yield _bind(check, data)
    if data.kind == "ids" and X is None and _reads_features(estimator):
        features = tagged(features_data()) if is_tagger(estimator) else features_data()
        for check in _features_checks(estimator):
            yield _bind(check, features)
        for check in _lengths_checks(estimator):
            yield _bind(check, features, suffix="_of_features")


def _bind(check: Any, data: CheckData, suffix: str = "") -> Check:
    @functools.wraps(check)
    def bound(estimator: Any) -> None:
        check(estimator, data)

    bound.__name__ += suffix
    return bound


# ------------------------------------------------------------------------- families
def _common_checks(estimator: Any, data: CheckData) -> Iterator[Any]:
    yield from _named_checks(_common)
    if is_forecaster(estimator):  # whose samples are steps in time, not to be taken apart
        yield _inputs.check_empty_collection_raises
        yield _inputs.check_in_pipeline
        return
    if not is_language_model(estimator):  # to which it is a document
        yield _inputs.check_bare_string_raises
    yield _inputs.check_empty_collection_raises
    yield _inputs.check_one_output_per_sample
    yield _inputs.check_sample_order_invariance
    yield _inputs.check_batch_size_invariance
    yield _inputs.check_in_pipeline
    if isinstance(data.X, list):  # anything else is the only container there is
        yield _inputs.check_containers_agree
        if importlib.util.find_spec("pandas"):
            yield _inputs.check_series_agrees


def _family_checks(estimator: Any, data: CheckData) -> Iterator[Any]:
    if hasattr(estimator, "transform"):
        yield _inputs.check_fit_transform_agrees
    if is_forecaster(estimator):
        yield from _named_checks(_forecasting)
        yield _training.check_validation_share_is_held_out
        yield from _training_checks(estimator)
        return
    if is_language_model(estimator):
        yield from _named_checks(_language)
    elif is_recognizer(estimator):
        yield from _named_checks(_speech)
        yield _classification.check_y_of_other_length_raises
        yield _training.check_validation_share_is_held_out
        yield _sequences.check_neighbours_do_not_matter
    elif is_seq2seq(estimator):
        yield from _named_checks(_seq2seq)
        yield _classification.check_overfits_eight_samples
        yield _classification.check_y_of_other_length_raises
        yield _training.check_validation_share_is_held_out
    elif hasattr(estimator, "predict"):
        yield from _ids_checks(estimator) if data.kind == "ids" else _features_checks(estimator)
        yield from _lengths_checks(estimator)
    if is_tagger(estimator):
        yield from _tagger_checks(estimator, data)
    if is_classifier(estimator):
        yield from _classifier_checks(estimator, data)
    if is_regressor(estimator):
        yield from _named_checks(_regression)
        yield _classification.check_y_of_other_length_raises
        yield _training.check_validation_share_is_held_out
    weighs = hasattr(estimator, "predict") and has_fit_parameter(estimator, "sample_weight")
    # The ids of a vocabulary go by how often tokens occur, whatever their documents weigh.
    if weighs and not (is_language_model(estimator) or is_seq2seq(estimator)):
        yield _training.check_weight_two_equals_two_rows
        yield _training.check_zero_weight_equals_no_row
    if "epochs" in estimator.get_params(deep=False):
        yield from _training_checks(estimator)


def _ids_checks(estimator: Any) -> Iterator[Any]:
    yield _sequences.check_padding_is_invisible_in_predict
    yield _sequences.check_padding_is_invisible_in_fit
    yield _sequences.check_wrong_ids_raise
    if is_tagger(estimator):
        yield _tagging.check_unseen_tokens_are_labelled
    else:
        yield _sequences.check_unseen_tokens_are_scored
        yield _sequences.check_text_names_tokenizer


def _features_checks(estimator: Any) -> Iterator[Any]:
    yield _sequences.check_not_finite_features_raise
    yield _sequences.check_other_number_of_features_raises
    if is_tagger(estimator):
        yield _tagging.check_equal_lengths_are_labelled_as_an_array
    else:
        yield _sequences.check_equal_lengths_are_an_array


def _lengths_checks(estimator: Any) -> Iterator[Any]:
    yield _sequences.check_neighbours_do_not_matter
    if is_tagger(estimator):
        yield _tagging.check_short_sequences_are_labelled
    else:
        yield _sequences.check_short_sequences_are_scored


def _tagger_checks(estimator: Any, data: CheckData) -> Iterator[Any]:
    yield _tagging.check_one_label_per_step
    yield _tagging.check_label_types_are_kept
    yield _tagging.check_empty_sequence_has_no_labels
    yield _tagging.check_other_number_of_labels_raises
    yield _tagging.check_flat_labels_raise
    yield _classification.check_overfits_eight_samples
    yield _classification.check_y_of_other_length_raises
    if has_fit_parameter(estimator, "y_val"):
        yield _tagging.check_unseen_label_of_step_in_validation_raises
    params = estimator.get_params(deep=False)
    if "class_weight" in params:
        yield _tagging.check_balanced_helps_the_rare_label
    if has_fit_parameter(estimator, "sample_weight"):
        yield _tagging.check_zero_weight_step_is_not_learned_from
    if "early_stopping" in params:
        yield _tagging.check_early_stopping_keeps_best_epoch_of_labels
        yield _training.check_validation_share_is_held_out
    if data.kind == "ids":
        yield _tagging.check_grid_search_of_labels


def _classifier_checks(estimator: Any, data: CheckData) -> Iterator[Any]:
    yield _classification.check_probabilities_follow_classes
    yield _classification.check_overfits_eight_samples
    yield _classification.check_one_class_raises
    yield _classification.check_y_of_other_length_raises
    if has_fit_parameter(estimator, "y_val"):
        yield _classification.check_unseen_label_in_validation_raises
    if "class_weight" in estimator.get_params(deep=False):
        yield _classification.check_balanced_helps_the_rare_class
    if data.kind == "ids":
        yield _classification.check_grid_search
        yield _classification.check_three_classes
        if get_tags(estimator).classifier_tags.multi_label:
            yield _classification.check_multilabel_indicator


def _training_checks(estimator: Any) -> Iterator[Any]:
    yield _training.check_training_is_recorded
    if hasattr(estimator, "partial_fit"):
        yield _training.check_partial_fit_goes_on
        yield _training.check_partial_fit_resumes_from_pickle
    params = estimator.get_params(deep=False)
    if "warm_start" in params:
        yield _training.check_warm_start_goes_on
    if "early_stopping" in params and is_classifier(estimator):
        yield _training.check_early_stopping_keeps_best_epoch
        yield _training.check_validation_share_is_held_out


def _named_checks(module: Any) -> Iterator[Any]:
    for name, value in vars(module).items():
        if name.startswith("check_"):
            yield value


def _reads_features(estimator: Any) -> bool:
    if is_language_model(estimator) or is_seq2seq(estimator):
        return False
    return hasattr(estimator, "predict") and getattr(estimator, "embedding_dim", 0) in (
        "auto",
        None,
    )


# -------------------------------------------------------------------------- running
def check_estimator(
    estimator: Any,
    *,
    X: Any = None,
    y: Any = None,
    on_fail: str | None = "raise",
    expected_failed_checks: dict[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Check that an estimator keeps skseq's contract.

    The checks train for a few epochs with settings of their own (``epochs``, ``learning_rate``,
    ``batch_size``, ``random_state``); the network stays the one the estimator is set to, so give it
    a small one.

    Parameters
    ----------
    estimator : estimator object
        An instance; it is cloned, never fitted.
    X : sequence-like, default=None
        Samples to check with: at least 24, of two classes in turns; None takes a small corpus.
    y : array-like, default=None
        Targets of X.
    on_fail : "raise" or None, default="raise"
        Whether the first check that fails raises, or all run and the results tell.
    expected_failed_checks : dict of str to str, default=None
        Names of checks that may fail, with the reason.

    Returns
    -------
    list of dict
        One for each check: ``estimator``, ``check_name``, ``exception`` (None if there was none),
        ``status`` ("passed", "failed", "xfail" for an expected failure, "xpass" where it was
        expected in vain), ``expected_to_fail`` and ``expected_to_fail_reason``.

    See Also
    --------
    parametrize_with_checks : One pytest test for each check.
    sklearn.utils.estimator_checks.check_estimator : scikit-learn's own checks.

    Examples
    --------
    >>> from skseq import Padder
    >>> from skseq.estimator_checks import check_estimator
    >>> results = check_estimator(Padder(), on_fail=None)
    >>> {result["status"] for result in results}
    {'passed'}
    """
    if isinstance(estimator, type):
        raise TypeError(f"Pass an instance, {estimator.__name__}(), not the class.")
    if on_fail not in ("raise", None):
        raise ValueError(f"on_fail must be 'raise' or None, got {on_fail!r}.")
    reasons = expected_failed_checks or {}
    results = []
    for check in yield_checks(estimator, X=X, y=y):
        reason = reasons.get(check.__name__)
        exception = _run(check, estimator)
        if exception is not None and reason is None and on_fail == "raise":
            raise exception
        results.append(
            {
                "estimator": estimator,
                "check_name": check.__name__,
                "exception": exception,
                "status": _status(exception, reason),
                "expected_to_fail": reason is not None,
                "expected_to_fail_reason": reason,
            }
        )
    return results


def _run(check: Check, estimator: Any) -> Exception | None:
    try:
        check(estimator)
    except Exception as exception:
        return exception
    return None


def _status(exception: Exception | None, reason: str | None) -> str:
    if exception is None:
        return "passed" if reason is None else "xpass"
    return "failed" if reason is None else "xfail"


def parametrize_with_checks(
    estimators: list[Any],
    *,
    expected_failed_checks: Callable[[Any], dict[str, str]] | None = None,
) -> Any:
    """Decorate a pytest test with the arguments ``estimator`` and ``check``, one test per check.

    Parameters
    ----------
    estimators : list of estimator objects
        Instances to check.
    expected_failed_checks : callable, default=None
        Takes an estimator, returns a dict from the names of checks that must fail to the reason.

    Returns
    -------
    pytest.MarkDecorator
        Checks that take seconds are marked ``slow``, expected failures as strict ``xfail``.

    See Also
    --------
    check_estimator : The same checks in one call, without pytest.

    Examples
    --------
    >>> from skseq import Padder, Tokenizer
    >>> from skseq.estimator_checks import parametrize_with_checks
    >>> @parametrize_with_checks([Padder(), Tokenizer()])
    ... def test_keeps_the_contract(estimator, check):
    ...     check(estimator)
    """
    import pytest

    tests = []
    for estimator in estimators:
        reasons = expected_failed_checks(estimator) if expected_failed_checks else {}
        shown = re.sub(r"\s", "", repr(estimator))
        for check in yield_checks(estimator):
            marks = [pytest.mark.slow] if getattr(check, "is_slow", False) else []
            if check.__name__ in reasons:
                marks.append(pytest.mark.xfail(reason=reasons[check.__name__], strict=True))
            name = f"{shown}-{check.__name__}"
            tests.append(pytest.param(estimator, check, marks=marks, id=name))
    return pytest.mark.parametrize("estimator, check", tests)
