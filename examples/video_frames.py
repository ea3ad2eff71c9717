"""What happens in a video, told from its frames in their order.

Each frame of a made-up video is one row of brightnesses, and a network with gated recurrent units
reads frame after frame. Beside it: what logistic regression makes of one frame, of the mean of all
frames, and of all frames at once. A mean frame is smeared along the axis of motion, which a linear
model does not see, and says neither left nor right. Played backwards, what moves left moves right,
and the network should say so. Where a shape goes is told nearly always; which way it turns, hardly
better than by guessing. The argument is the number of videos to learn from. No network is needed.

    python examples/video_frames.py
    python examples/video_frames.py 8000
"""

import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

from skseq import GRUClassifier
from skseq.datasets import make_moving_shapes

N_NEW = 600
OPPOSITE = {"clockwise": "anticlockwise", "left": "right", "up": "down"}
OPPOSITE |= {after: before for before, after in OPPOSITE.items()}


def print_confusion(y, found, classes):
    """Print how often each action was taken for which, a row for each true action."""
    width = max(map(len, classes))
    print(" " * width, *(f"{name:>{width}}" for name in classes))
    for name, row in zip(classes, confusion_matrix(y, found, labels=classes), strict=True):
        print(f"{name:{width}}", *(f"{n:{width}}" for n in row))


def main() -> None:
    n_samples = int(sys.argv[1]) if sys.argv[1:] else 3000
    videos, y = make_moving_shapes(n_samples + N_NEW, random_state=0)
    # A frame of 12 x 12 pixels becomes a time step of 144 features.
    X = videos.reshape(*videos.shape[:2], -1)
    X, X_new, y, y_new = X[:-N_NEW], X[-N_NEW:], y[:-N_NEW], y[-N_NEW:]

    model = GRUClassifier(units=128, learning_rate=3e-3, epochs=15, random_state=0)
    linear = LogisticRegression(C=0.01, max_iter=1000)
    print(f"{len(X)} videos of {X.shape[1]} frames to learn from")
    print(f"Accuracy on {N_NEW} others; guessing gets {1 / len(set(y)):.3f}")
    for name, one, read in (
        ("GRUClassifier, frame by frame", model, lambda X: X),
        ("logistic regression, one frame", linear, lambda X: X[:, X.shape[1] // 2]),
        ("logistic regression, mean frame", linear, lambda X: X.mean(axis=1)),
        ("logistic regression, all frames", linear, lambda X: X.reshape(len(X), -1)),
    ):
        start = time.perf_counter()
        score = one.fit(read(X), y).score(read(X_new), y_new)
        print(f"  {name:33} {score:.3f}  {time.perf_counter() - start:4.0f} s", flush=True)

    print("\nWhat the network takes each action for")
    print_confusion(y_new, model.predict(X_new), model.classes_)

    backwards = np.array([OPPOSITE[action] for action in y_new])
    print(f"\nPlayed backwards, {model.score(X_new[:, ::-1], backwards):.3f} ", end="")
    print("are taken for the opposite action.")


if __name__ == "__main__":
    main()
