"""How far a simple RNN, an LSTM and a GRU remember one word.

Every sentence has a clue, "north" or "south", after which meaningless words follow; which was it?
Networks that learned with 2 to 20 words after the clue are asked with up to 320, two of each cell
that differ in their seed. Chance is 0.5. Far below it nothing is forgotten either: the trace of the
clue has turned round on the way, as it may do again further on.

Others learn with 40 words from the beginning, which is another matter: there the GRU is behind. The
gates of a GRU that has not learned yet let go of half at every step, those of an LSTM of a quarter,
and the weights of the simple cell start from an orthogonal matrix, which keeps what goes round.
With a path, the first table is drawn too (with matplotlib). No network is needed.

    python examples/long_range_memory.py
    python examples/long_range_memory.py memory.png
"""

import sys
import time

import numpy as np
from sklearn.pipeline import make_pipeline

from skseq import RNNClassifier, Tokenizer
from skseq.datasets import make_long_range_sentences

CELLS = {"simple": "simple RNN", "lstm": "LSTM", "gru": "GRU"}
N_TRAIN, N_NEW = 2000, 300
LEARNED = (2, 5, 10, 20)
ASKED = (5, 10, 20, 40, 80, 160, 320)
ALONE = 40
SEEDS = (0, 1)


def sentences(distances):
    """Return sentences to learn from, equally many of each distance."""
    parts = [
        make_long_range_sentences(N_TRAIN // len(distances), distance=distance, random_state=0)
        for distance in distances
    ]
    return [text for X, _ in parts for text in X], np.concatenate([y for _, y in parts])


def accuracies(cell, learned, asked):
    """Return the accuracy of a network of each seed at the distances asked."""
    X, y = sentences(learned)
    unseen = [make_long_range_sentences(N_NEW, distance=d, random_state=1) for d in asked]
    rows = []
    for seed in SEEDS:
        classifier = RNNClassifier(
            cell, units=32, epochs=15, batch_size=64, learning_rate=5e-3, random_state=seed
        )
        model = make_pipeline(Tokenizer(), classifier).fit(X, y)
        rows.append([model.score(*part) for part in unseen])
    return np.array(rows)  # (n_seeds, n_distances)


def draw(found, path):
    """Draw the accuracy over the distance, a line for each network."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    ax = figure.subplots()
    ax.axvspan(ASKED[0] * 0.85, max(LEARNED), color="0.93", zorder=0)
    ax.axhline(0.5, color="0.6", linestyle=":", linewidth=1)
    for i, (cell, rows) in enumerate(found.items()):
        # A little beside each other, as many of them are 1.
        distances = np.array(ASKED) * 1.04 ** (i - 1)
        for seed, row in enumerate(rows):
            label = None if seed else CELLS[cell]
            ax.plot(distances, row, "os^"[i] + "-", color=f"C{i}", markersize=5, label=label)
    ax.text(ASKED[0] * 0.9, 0.03, "learned")
    ax.text(ASKED[0] * 0.9, 0.52, "chance", color="0.45")
    ax.set(
        xscale="log",
        xlim=(ASKED[0] * 0.85, ASKED[-1] * 1.18),
        ylim=(-0.03, 1.05),
        xlabel="words after the clue",
        ylabel="accuracy",
    )
    ax.set_xticks(ASKED, [str(distance) for distance in ASKED])
    ax.minorticks_off()
    ax.legend(loc="lower center")
    figure.savefig(path, dpi=150)


def main() -> None:
    print(f"Accuracy after {N_TRAIN} sentences with 2 to 20 words after the clue, a row a seed")
    print("  words     " + "".join(f"{distance:7}" for distance in ASKED))
    found = {}
    for cell, name in CELLS.items():
        start = time.perf_counter()
        found[cell] = accuracies(cell, LEARNED, ASKED)
        seconds = (time.perf_counter() - start) / len(SEEDS)
        for row in found[cell]:
            print(f"  {name:10}" + "".join(f"{share:7.2f}" for share in row), end="")
            print(f" {seconds:5.0f} s", flush=True)

    print("Far below 0.5 the clue is not forgotten: its trace has turned round on the way.")

    print(f"\nAccuracy after {N_TRAIN} sentences with {ALONE} words after the clue")
    print("  seed      " + "".join(f"{seed:7}" for seed in SEEDS))
    for cell, name in CELLS.items():
        alone = accuracies(cell, (ALONE,), (ALONE,))
        print(f"  {name:10}" + "".join(f"{share:7.2f}" for share in alone[:, 0]), flush=True)

    if sys.argv[1:]:
        try:
            draw(found, sys.argv[1])
        except ImportError:
            print("\nTo draw it, matplotlib is needed: pip install skseq[plot]")
        else:
            print(f"\nThe first table is drawn in {sys.argv[1]}")


if __name__ == "__main__":
    main()
