"""Sums as text: "12+7" in, "19" out, and nobody tells the network what a digit is.

Compares two decoders on sums it has not seen: one repeats what the encoder has read and writes the
whole answer at once, one writes digit by digit and looks back at the question. The argument is the
number of digits, 2 if there is none; from 3 on it learns from 45,000 sums, which takes many
minutes. No network is needed.

    python examples/addition.py
    python examples/addition.py 3
"""

import sys
import time

from sklearn.model_selection import train_test_split

from skseq import Seq2Seq
from skseq.datasets import make_addition
from skseq.metrics import edit_distance, exact_match


def main() -> None:
    digits = int(sys.argv[1]) if sys.argv[1:] else 2
    n_samples = 4500 if digits == 2 else 50_000
    X, y = make_addition(n_samples, digits=digits, random_state=0)
    X, X_new, y, y_new = train_test_split(X, y, test_size=0.1, random_state=0)
    print(f"{len(X)} sums to learn from, {len(X_new)} others to be tested on, e.g.")
    for question, answer in zip(X[:3], y[:3], strict=True):
        print(f"  {question!r} → {answer!r}")

    # Every answer is as long as the others, blanks included, which "repeat" needs.
    options = {"batch_size": 64, "random_state": 0}
    if digits == 2:
        epochs = (60, 25)
        options.update(units=64, learning_rate=5e-3)
    else:
        epochs = (20, 12)
        options.update(units=128, learning_rate=2e-3)
    models = {
        "all digits at once": Seq2Seq(decoder="repeat", one_hot=True, epochs=epochs[0], **options),
        "looking back": Seq2Seq(attention="general", cell="gru", epochs=epochs[1], **options),
    }
    print("\n                     right  wrong digits  seconds to learn")
    for name, model in models.items():
        start = time.perf_counter()
        model.fit(X, y)
        seconds = time.perf_counter() - start
        found = model.predict(X_new)
        rate = edit_distance(y_new, found, normalize=True)
        print(f"{name:19}  {exact_match(y_new, found):.3f}  {rate:12.3f}  {seconds:16.0f}")

    print("\nSome that the last one gets wrong")
    pairs = zip(X_new, found, y_new, strict=True)
    wrong = [pair for pair in pairs if pair[1] != pair[2]]
    for question, answer, right in wrong[:5]:
        print(f"  {question} = {answer}  right is {right}")
    if not wrong:
        print("  none")


if __name__ == "__main__":
    main()
