"""Digits, read row by row, from the top.

An image is a sequence of rows of pixels here. How early can a digit be told? One network learns
from whole images; another from images cut off after any number of rows, which makes sequences of
many lengths. Both are tried on the first rows of new images: the first is lost without the last
rows, the second is not. Beside them stands a logistic regression on the pixels, one fit for every
number of rows. It is ahead on the 8×8 digits of scikit-learn, for which no network is needed. With
``mnist`` the images are 28×28, and it is not; they are downloaded (12 MB) unless they are in the
folder SKSEQ_DATA, and take some minutes.

    python examples/image_rows.py
    python examples/image_rows.py mnist
"""

import sys
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from skseq import LSTMClassifier
from skseq.datasets import fetch_mnist

N_MNIST = 10_000  # images to learn from; all 60,000 take six times as long


def load_images(name):
    """Return images (n, rows, columns) from 0 to 1 and digits, to learn from and to test on."""
    if name == "mnist":
        try:
            X, y = fetch_mnist(return_X_y=True)
            X_new, y_new = fetch_mnist(subset="test", return_X_y=True)
        except (OSError, ImportError) as error:
            sys.exit(f"The images are not here: {error}")
        return X[:N_MNIST], X_new, y[:N_MNIST], y_new
    digits = load_digits()
    return train_test_split(
        digits.images / 16, digits.target, test_size=400, stratify=digits.target, random_state=0
    )


def main() -> None:
    name = sys.argv[1] if sys.argv[1:] else "digits"
    if name not in ("digits", "mnist"):
        sys.exit(f"The images are {name!r}; expected 'digits' or 'mnist'.")
    X, X_new, y, y_new = load_images(name)
    n_rows = X.shape[1]

    options = {"units": 128, "learning_rate": 3e-3, "batch_size": 64, "random_state": 0}
    options["epochs"] = 10 if name == "mnist" else 40  # there are fewer of the small ones
    model = LSTMClassifier(**options)
    start = time.perf_counter()
    model.fit(X, y)
    print(f"{len(X)} images to learn from, {time.perf_counter() - start:.0f} s", flush=True)
    # Every image once whole and once cut off: a list of sequences of different lengths.
    stops = np.random.default_rng(0).integers(1, n_rows, size=len(X), endpoint=True)
    cut = [image[:stop] for image, stop in zip(X, stops, strict=True)]
    of_any_length = LSTMClassifier(**options)
    start = time.perf_counter()
    of_any_length.fit([*X, *cut], np.concatenate([y, y]))
    print(f"and as many cut off, {time.perf_counter() - start:.0f} s", flush=True)

    print(f"\nAccuracy on {len(X_new)} others, by the rows read of {n_rows}")
    print("rows   learned whole   learned cut off   logistic regression")
    step = n_rows // 7  # 1 of 8 rows, 4 of 28
    for k in range(step, n_rows + 1, step):
        pixels = LogisticRegression(max_iter=1000).fit(X[:, :k].reshape(len(X), -1), y)
        scores = (
            model.score(X_new[:, :k], y_new),
            of_any_length.score(X_new[:, :k], y_new),
            pixels.score(X_new[:, :k].reshape(len(X_new), -1), y_new),
        )
        print("{:4} {:15.3f} {:17.3f} {:21.3f}".format(k, *scores), flush=True)


if __name__ == "__main__":
    main()
