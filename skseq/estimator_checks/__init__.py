"""Checks that an estimator keeps skseq's contract, in the manner of scikit-learn's own.

scikit-learn's ``check_estimator`` feeds tables of numbers, so it says nearly nothing about text,
padding or sequences of different lengths. These checks do; run both.
"""

from ._runner import check_estimator, parametrize_with_checks, yield_checks

__all__ = ["check_estimator", "parametrize_with_checks", "yield_checks"]
