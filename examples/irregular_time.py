"""Series with uneven time between their steps, and three ways to give it to a network.

Every step of these made-up series adds to a level, which fades in between: little in a short time,
much in a long one. Is it high at the end? A plain LSTM reads the time as one more feature, first as
it is and then as its logarithm; a time-aware LSTM forgets with the time. The logarithm alone turns
out to be nearly as good as that. Beside them is a logistic regression on all steps side by side,
with the logarithm too. With a number as argument, so many networks of each kind are fitted, from
different seeds. No network is needed.

    python examples/irregular_time.py
    python examples/irregular_time.py 5
"""

import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skseq import RNNClassifier
from skseq.datasets import make_irregular_series

N_TRAIN = 400
PULSE, ELAPSED = 0, 1  # the features of a step


def with_logarithm(X):
    """Return the series with the logarithm of 1 + the elapsed time, instead of the time."""
    X = X.copy()
    X[:, :, ELAPSED] = np.log1p(X[:, :, ELAPSED])
    return X


def side_by_side(X):
    """Return a row for each series, with all of its steps."""
    return X.reshape(len(X), -1)


def models(seed):
    """Return the models by what the table calls them."""
    options = {"units": 16, "epochs": 60, "learning_rate": 0.01, "random_state": seed}
    logarithm = FunctionTransformer(with_logarithm)
    return {
        "logistic regression, logarithm of the time": make_pipeline(
            logarithm, FunctionTransformer(side_by_side), StandardScaler(), LogisticRegression()
        ),
        "lstm, the time as it is": RNNClassifier("lstm", **options),
        "lstm, logarithm of the time": make_pipeline(logarithm, RNNClassifier("lstm", **options)),
        "time_lstm": RNNClassifier("time_lstm", time_feature=ELAPSED, **options),
    }


def main() -> None:
    n_seeds = int(sys.argv[1]) if sys.argv[1:] else 1
    X, y = make_irregular_series(N_TRAIN + 1000, random_state=0)
    X_new, y_new = X[N_TRAIN:], y[N_TRAIN:]
    X, y = X[:N_TRAIN], y[:N_TRAIN]
    print("The first steps of a series whose level ends " + ("high" if y[0] else "low"))
    for pulse, elapsed in X[0, :4]:
        print(f"  {elapsed:6.1f} time units later, {pulse:.2f} more")

    print(f"\nAccuracy on {len(X_new)} unseen series, of {N_TRAIN} to learn from")
    found = {}
    for seed in range(n_seeds):
        for name, model in models(seed).items():
            start = time.perf_counter()
            accuracy = model.fit(X, y).score(X_new, y_new)
            found.setdefault(name, []).append((accuracy, time.perf_counter() - start))
    means = {}
    for name, rows in found.items():
        accuracies, seconds = np.transpose(rows)
        means[name] = accuracies.mean()
        spread = f" ± {accuracies.std():.3f}" if n_seeds > 1 else ""
        print(f"  {name:44} {means[name]:.3f}{spread} {seconds.mean():5.1f} s")
    _, plain, logarithm, timed = means.values()
    print(f"\nThe logarithm alone gives the plain LSTM {logarithm - plain:+.3f},", end=" ")
    print(f"a memory that fades with the time {timed - plain:+.3f}.")


if __name__ == "__main__":
    main()
