"""Checks that an estimator keeps skseq's contract, in the manner of scikit-learn's own.

scikit-learn's ``check_estimator`` feeds tables of numbers, so it says nearly nothing about text,
padding or sequences of different lengths. These checks do; run both.

Classifiers, regressors and transformers are known by scikit-learn's tags. An estimator of another
kind declares what it is by a class attribute ``family``: ``"tagger"``, ``"forecaster"``,
``"language_model"``, ``"seq2seq"`` or ``"recognizer"``. That decides which data and which checks it
gets.
"""

from ._runner import check_estimator, parametrize_with_checks, yield_checks

__all__ = ["check_estimator", "parametrize_with_checks", "yield_checks"]
