"""Dates as people write them, to ISO 8601: "3rd of may, 94" becomes "1994-05-03".

Learns from made-up dates, counts how many others come out exactly right, and shows where the model
looks when it writes each character: as text, or as a picture (with matplotlib) if a path is given.
No network is needed.

    python examples/dates.py
    python examples/dates.py attention.png
"""

import sys

from sklearn.model_selection import train_test_split

from skseq import Seq2Seq
from skseq.datasets import make_dates
from skseq.inspection import AttentionDisplay

SHADES = " .:+#"


def print_map(display):
    """Print a row for each character written: the darker, the more was looked at."""
    print("      " + "".join(display.columns))
    for token, row in zip(display.rows, display.weights, strict=True):
        shades = (row * (len(SHADES) - 1)).round().astype(int)
        print(f"  {token} → " + "".join(SHADES[shade] for shade in shades))


def main() -> None:
    X, y = make_dates(4000, random_state=0)
    X, X_new, y, y_new = train_test_split(X, y, test_size=500, random_state=0)
    model = Seq2Seq(
        units=48,
        batch_size=64,
        learning_rate=0.01,
        epochs=6,
        random_state=0,
    )
    model.fit(X, y)
    found, finished = model.predict(X_new, return_finished=True)
    print(f"{len(X)} dates to learn from, loss {model.loss_curve_[-1]:.3f} nats a character")
    print(f"Of {len(X_new)} others {model.score(X_new, y_new):.3f} are exactly right")
    print(f"and {finished.mean():.3f} are complete.")
    print("\nThe first of them")
    for text, date in list(zip(X_new, found, strict=True))[:6]:
        print(f"  {text:28} {date}")
    wrong = [i for i, date in enumerate(found) if date != y_new[i]]
    if wrong:
        print("\nSome that are wrong")
        for i in wrong[:4]:
            print(f"  {X_new[i]:28} {found[i]}  right is {y_new[i]}")

    path = sys.argv[1] if sys.argv[1:] else None
    text = "Tuesday, 3 May 1994"
    print(f"\nWhere the model looks in {text!r}")
    display = AttentionDisplay.from_estimator(model, text, plot=path is not None)
    if path is None:
        print_map(display)
    else:
        display.figure_.savefig(path, dpi=120)
        print(f"is drawn in {path}")


if __name__ == "__main__":
    main()
