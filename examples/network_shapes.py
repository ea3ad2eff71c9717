"""The shapes in networks with one output or many, stacked and in two directions.

Fits four tiny estimators, reads the shapes of everything that goes from layer to layer out of their
networks, and prints them. With a path, it draws the networks too, unrolled in time (with
matplotlib). Nothing is downloaded.

    python examples/network_shapes.py
    python examples/network_shapes.py shapes.png
"""

import sys
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from skseq import LSTMClassifier, LSTMTagger

N_SAMPLES, N_STEPS, N_FEATURES, N_CLASSES = 6, 4, 3, 5
OPTIONS = {"units": 8, "epochs": 1, "random_state": 0}
ONE_WAY = {"bidirectional": False, "pooling": "last"}
KINDS = {
    "Many to one": LSTMClassifier(**ONE_WAY, **OPTIONS),
    "Many to many": LSTMTagger(bidirectional=False, **OPTIONS),
    "Stacked, many to one": LSTMClassifier(layers=2, **ONE_WAY, **OPTIONS),
    "In two directions, many to many": LSTMTagger(bidirectional=True, **OPTIONS),
}
FILLS = {"forward": "#cfe2f7", "backward": "#fbdfc2", "join": "#e6e1f3", "dense": "#d5ecd4"}
EDGES = {"forward": "#2f6db0", "backward": "#c26a12", "join": "#6b56a5", "dense": "#3c8a3a"}
INK, FAINT = "#222222", "#777777"


class Level(NamedTuple):
    """A layer as it is printed and drawn."""

    kind: str  # a key of FILLS
    name: str
    shape: str  # of what it gives
    every_step: bool  # or only once for a sequence
    state: str  # shape of what it hands from step to step, if it does


def spell(shape):
    """Return a shape with words for what is not fixed: (None, None, 8) is (batch, steps, 8)."""
    words = ("batch", "steps")
    return f"({', '.join(words[i] if n is None else str(n) for i, n in enumerate(shape))})"


def levels(estimator):
    """Return the levels of a fitted estimator, from the input to the output."""
    network = estimator.engine_.model_

    def level(kind, name):
        layer = network.get_layer(name)
        shape = layer.output.shape
        sizes = getattr(layer, "state_size", None)  # of h and c, which are as wide as each other
        state = spell((None, sizes[0])) if sizes else ""
        return Level(kind, name, spell(shape), len(shape) == 3, state)

    found = []
    for i in range(estimator.layers):
        if estimator.bidirectional:
            found.append(level("forward", f"lstm_{i}_forward"))
            found.append(level("backward", f"lstm_{i}_backward"))
            found.append(level("join", f"lstm_{i}_concat"))
        else:
            found.append(level("forward", f"lstm_{i}"))
    return [*found, level("dense", "output")]


def call(estimator):
    """Return how the estimator is made, without what all of them have."""
    given = [f"units={estimator.units}"]
    if estimator.layers > 1:
        given.append(f"layers={estimator.layers}")
    if isinstance(estimator, LSTMTagger):
        given.append(f"bidirectional={estimator.bidirectional}")
    return f"{type(estimator).__name__}({', '.join(given)})"


def fit_all():
    """Fit every kind; return title, estimator and the shapes of X and of the prediction."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_SAMPLES, N_STEPS, N_FEATURES))
    of_steps = np.resize(np.arange(N_CLASSES), (N_SAMPLES, N_STEPS))
    for title, estimator in KINDS.items():
        y = of_steps if isinstance(estimator, LSTMTagger) else np.arange(N_SAMPLES) % N_CLASSES
        predicted = estimator.fit(X, y).predict(X)
        yield title, estimator, X.shape, np.shape(predicted)


def print_shapes(title, estimator, given, predicted) -> None:
    """Print a line for each shape, in the order in which they are computed."""
    steps = estimator.engine_.model_.get_layer("steps")
    print(f"\n{title}: {call(estimator)}")
    print(f"  {'X':18} {given}")
    print(f"  {'steps':18} {spell(steps.output.shape)}")
    for level in levels(estimator):
        state = f"  h and c {level.state}" if level.state else ""
        print(f"  {level.name:18} {level.shape:18}{state}".rstrip())
    print(f"  {'predict(X)':18} {predicted}")


# ---------------------------------------------------------------------- drawing
SPACING = 1.2  # from step to step
WIDTH, HEIGHT = 0.62, 0.42  # of a box
NODE = 0.22  # half the height of a node
ASIDE = 0.27  # how far the two directions stand beside the middle of their step
ASIDES = {"forward": -ASIDE, "backward": ASIDE}
STUB = 0.13  # from a node to where its arrows part
TEXTS = {"forward": "LSTM", "backward": "LSTM", "join": "join", "dense": "Dense"}


class Panel:
    """Draws one network, bottom to top; one unit upwards for each level."""

    def __init__(self, ax):
        self.ax = ax
        self.right = (N_STEPS - 1) * SPACING + 0.85

    def arrow(self, start, end, color=INK):
        """Draw an arrow between two points."""
        style = {"arrowstyle": "-|>", "color": color, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0}
        self.ax.annotate("", end, start, arrowprops=style, zorder=1)

    def node(self, x, y, text):
        """Draw what goes in or comes out at a step."""
        self.ax.text(
            x, y, text, ha="center", va="center", fontsize=11, zorder=3,
            bbox={"boxstyle": "circle,pad=0.25", "fc": "white", "ec": INK, "lw": 1.0},
        )  # fmt: skip

    def box(self, x, y, kind):
        """Draw a layer at one step."""
        from matplotlib.patches import FancyBboxPatch

        corner = (x - WIDTH / 2, y - HEIGHT / 2)
        self.ax.add_patch(
            FancyBboxPatch(
                corner, WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.08",
                fc=FILLS[kind], ec=EDGES[kind], lw=1.2, zorder=2,
            )
        )  # fmt: skip
        self.ax.text(x, y, TEXTS[kind], ha="center", va="center", fontsize=9, zorder=3)

    def label(self, y, text, color=INK):
        """Write the shape of what an arrow carries, at its height."""
        self.ax.text(
            self.right, y, text, va="center", color=color, family="monospace", fontsize=9.5
        )

    def fork(self, xs, y):
        """Draw what goes to both directions; return the height that it goes on from."""
        for x in xs:
            self.ax.plot([x, x], [y, y + STUB], color=INK, linewidth=1.1, zorder=1)
            self.ax.plot([x - ASIDE, x + ASIDE], [y + STUB] * 2, color=INK, linewidth=1.1, zorder=1)
        return y + STUB

    def draw(self, title, estimator, given, predicted):
        """Draw all of it; return the height of the highest level."""
        xs = np.arange(N_STEPS) * SPACING
        for i, x in enumerate(xs):
            self.node(x, 0, f"$x_{i + 1}$")
        self.label(0, f"X {given}", FAINT)
        steps = estimator.engine_.model_.get_layer("steps").output.shape
        self.label(0.5, spell(steps))

        found = levels(estimator)
        shown, below = xs, NODE  # where the next level stands, and the height that it reads from
        for y, level in enumerate(found, start=1):
            aside = ASIDES.get(level.kind, 0) if estimator.bidirectional else 0
            if level.kind == "forward" and aside:
                below = self.fork(shown, below)
            for x in shown + aside:
                self.box(x, y, level.kind)
                if level.kind == "join":
                    self.join(x, y)
                else:
                    self.arrow((x, below), (x, y - HEIGHT / 2))
            if level.state:
                self.pass_on(shown + aside, y, level)
            self.label(y + 0.5, level.shape, EDGES[level.kind] if aside else INK)
            if not level.every_step:
                shown = xs[-1:]
            if not aside:
                below = y + HEIGHT / 2

        top = len(found) + 1
        for i, x in enumerate(shown):
            self.arrow((x, below), (x, top - NODE))
            self.node(x, top, f"$y_{i + 1}$" if len(shown) > 1 else "$y$")
        self.label(top, f"predict(X) {predicted}", FAINT)
        left = -WIDTH / 2 - ASIDE
        self.ax.text(left, top + 0.95, title, fontsize=13, weight="bold", va="center")
        self.ax.text(
            left, top + 0.58, call(estimator), fontsize=9.5, family="monospace", va="center"
        )
        return top

    def join(self, x, y):
        """Draw what both directions give where they are put side by side."""
        for kind, lower in (("forward", y - 2), ("backward", y - 1)):
            edge = x + ASIDES[kind]
            self.arrow((edge, lower + HEIGHT / 2), (edge, y - HEIGHT / 2), EDGES[kind])

    def pass_on(self, xs, y, level):
        """Draw the states that go from step to step."""
        color = EDGES[level.kind]
        for left, right in pairwise(xs):
            ends = [(left + WIDTH / 2, y), (right - WIDTH / 2, y)]
            self.arrow(*(ends if level.kind == "forward" else ends[::-1]), color)
        sign = "→" if level.kind == "forward" else "←"
        self.label(y, f"{sign} h, c {level.state}", color)


def draw(fitted, path) -> None:
    """Draw all kinds into one picture."""
    from matplotlib.figure import Figure

    heights = [len(levels(estimator)) for _, estimator, _, _ in fitted]
    rows = [max(heights[:2]) + 2.9, max(heights[2:]) + 2.9]
    figure = Figure(figsize=(13, 0.62 * sum(rows) + 0.7), layout="constrained")
    axes = figure.subplots(2, 2, height_ratios=rows)
    for ax, one, room in zip(axes.flat, fitted, np.repeat(rows, 2), strict=True):
        panel = Panel(ax)
        top = panel.draw(*one) + 1.3
        ax.set(xlim=(-0.65, panel.right + 2.7), ylim=(top - room, top))
        ax.axis("off")
    figure.supxlabel(
        "Upwards: what a layer says of a step. To the side: its states h and c, from one step to "
        "the next.",
        fontsize=10,
        color=FAINT,
    )
    figure.savefig(path, dpi=130)


def main() -> None:
    fitted = list(fit_all())
    print(
        f"{N_SAMPLES} sequences of {N_STEPS} steps with {N_FEATURES} features, {N_CLASSES} "
        "classes;\n"
        "what a network is given may have any number of sequences (batch) and steps"
    )
    for one in fitted:
        print_shapes(*one)
    if sys.argv[1:]:
        try:
            draw(fitted, sys.argv[1])
        except ImportError:
            print("\nTo draw it, matplotlib is needed: pip install skseq[plot]")
        else:
            print(f"\nThe networks are drawn in {sys.argv[1]}")


if __name__ == "__main__":
    main()
