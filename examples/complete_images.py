"""The lower half of a digit, from its upper half.

Reads scikit-learn's 8×8 digits line by line as sequences of 64 pixels in five shades of grey, each
with its class as a condition, and draws the lower halves of digits it has not seen. Beside it: the
lower half of the most similar upper half among the training digits of the class, and the shares of
the shades among the twenty most similar ones. No network is needed.

    python examples/complete_images.py [picture.png]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.model_selection import train_test_split

from skseq import TokenLanguageModel

N_SHADES = 5
HALF = 32
N_SHOWN = 10


def most_similar(X, y, X_new, y_new, k):
    """Return the lower halves (n, k, 32) of the k most similar upper halves of the same class."""
    distances = euclidean_distances(X_new[:, :HALF], X[:, :HALF])
    distances[y_new[:, None] != y] = np.inf
    return X[np.argsort(distances, axis=1)[:, :k], HALF:]


def draw(rows, names, path):
    """Draw rows of digits with matplotlib; what was made stands below the line."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(N_SHOWN * 0.8 + 1.4, len(rows) * 0.9), layout="constrained")
    grid = figure.subplots(len(rows), N_SHOWN)
    for axes, images, name in zip(grid, rows, names, strict=True):
        for axis, image in zip(axes, images, strict=True):
            axis.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=N_SHADES - 1)
            axis.axhline(3.5, color="tab:red", linewidth=1)
            axis.set(xticks=[], yticks=[])
        axes[0].set_ylabel(name, rotation=0, ha="right", va="center")
    figure.savefig(path, dpi=120)


def print_digits(rows, names):
    """Print rows of digits as text."""
    for images, name in zip(rows, names, strict=True):
        print(f"\n{name}")
        for line in range(8):
            pixels = (image.reshape(8, 8)[line] for image in images)
            print("  ".join("".join(" .+x#"[shade] * 2 for shade in row) for row in pixels))


def main() -> None:
    X, y = load_digits(return_X_y=True)
    X = np.round(X / 16 * (N_SHADES - 1)).astype(int)
    X, X_new, y, y_new = train_test_split(X, y, test_size=200, stratify=y, random_state=0)

    # A window holds a whole image and its end.
    model = TokenLanguageModel(
        tbptt_steps=65, batch_size=16, learning_rate=5e-3, epochs=12, random_state=0
    )
    model.fit(X, y)

    upper, lower = X_new[:, :HALF], X_new[:, HALF:]
    options = {"max_new_tokens": HALF, "allowed_tokens": range(N_SHADES), "condition": y_new}

    def complete(**more):
        found = model.generate(list(upper), **options, **more)
        # A document may end early; white is what is missing then.
        return np.array([[*row, *[0] * (64 - len(row))] for row in found])

    drawn = complete(temperature=0.7, random_state=0)
    likeliest = complete(strategy="beam", num_beams=4)
    similar = most_similar(X, y, X_new, y_new, 20)
    nearest = np.hstack([upper, similar[:, 0]])
    shares = np.stack([(similar == shade).mean(axis=1) for shade in range(N_SHADES)], axis=-1)
    shares = (20 * shares + 0.5) / (20 + 0.5 * N_SHADES)
    usual = np.hstack([upper, shares.argmax(axis=-1)])

    print("Lower halves of unseen digits    pixels right")
    for name, made in {
        "model, beam search": likeliest,
        "model, drawn": drawn,
        "most similar upper half": nearest,
        "usual among 20 similar": usual,
    }.items():
        print(f"  {name:30} {np.mean(made[:, HALF:] == lower):.3f}")
    whole, begun = model.score_samples(X_new, y_new), model.score_samples(upper, y_new)
    by_shares = np.log(np.take_along_axis(shares, lower[..., None], axis=-1))
    print("\nMean log-probability of a pixel of the true lower halves (nats)")
    print(f"  model                          {np.mean(whole - begun) / HALF:.3f}")
    print(f"  shares among 20 similar        {by_shares.mean():.3f}")

    shown = [np.flatnonzero(y_new == digit)[0] for digit in range(N_SHOWN)]
    rows = [made[shown] for made in (X_new, drawn, likeliest, nearest)]
    names = ["digits", "drawn", "beam search", "most similar"]
    path = Path(sys.argv[1] if sys.argv[1:] else Path(tempfile.mkdtemp()) / "digits.png")
    try:
        draw(rows, names, path)
    except ImportError:
        print_digits([made[:5] for made in rows], names)
    else:
        print(f"\nDigits and their completions are drawn in {path}")


if __name__ == "__main__":
    main()
