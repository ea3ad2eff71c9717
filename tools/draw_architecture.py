"""Draw the figures of docs/architecture.rst: the levels, a fit, a prediction.

The levels are those that import-linter enforces, read from pyproject.toml, with the first lines of
the folders' docstrings. The steps of a fit and of a prediction stand in the two lists below; a test
compares them with what a real fit and a real prediction call.

Usage: ``python tools/draw_architecture.py [FOLDER]``
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
import tomllib
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "figures"
WIDTH = 920
LINE = 15  # from one line of text to the next
INK, GREY, WHITE = "#1f2933", "#7b8794", "#ffffff"
LIGHT, DARK, LANE, BORDER = "#dff0e6", "#e1e8f4", "#f5f7fa", "#9aa5b1"


@dataclass(frozen=True)
class Step:
    """One call on the way of a fit or a prediction.

    Attributes
    ----------
    room : str
        A heading of the figure.
    module : str
        The file, relative to ``skseq``.
    function : str
        What is called there.
    text : str
        What it does.
    """

    room: str
    module: str
    function: str
    text: str


ROOMS = ("family", "training", "readers", "targets", "networks", "batches")
FIT = (
    Step("training", "training/estimator.py", "fit", "what the user calls, in every family"),
    Step("readers", "readers/steps.py", "from_first", "is X ids, features or text? reads it"),
    Step("family", "classification/_base.py", "_make_codec", "says which codec y needs"),
    Step("targets", "targets/classes.py", "encode", "labels to class numbers, and weights"),
    Step("family", "classification/_recurrent.py", "_network", "says which network, and its size"),
    Step(
        "training",
        "training/specification.py",
        "joined_arguments",
        "one specification of network, loss and optimiser",
    ),
    Step("training", "training/pool.py", "borrow", "lends an idle engine, or makes one"),
    Step(
        "networks",
        "networks/recurrent.py",
        "recurrent_network",
        "builds the Keras model of a new engine",
    ),
    Step("training", "training/fit_loop.py", "train", "joins batches, engine and callbacks"),
    Step("batches", "batches/batching.py", "plan_epoch", "sequences of similar length together"),
    Step("training", "training/engine.py", "train", "Keras' fit, over batches padded on the right"),
    Step("training", "training/callbacks.py", "on_epoch_end", "validates, keeps the best epoch"),
    Step("training", "training/estimator.py", "_keep", "weights as arrays, history, classes"),
)
PREDICTION = (
    Step("family", "classification/_base.py", "predict", "what the user calls"),
    Step("training", "training/estimator.py", "_forward", "reads, runs and joins"),
    Step("readers", "readers/steps.py", "read", "reads X as fit did"),
    Step("training", "training/prediction.py", "run", "borrows a predictor with these weights"),
    Step("batches", "batches/batching.py", "plan_prediction", "rows of similar length together"),
    Step("training", "training/keras_predictor.py", "run", "the forward pass of one batch"),
    Step("batches", "batches/batching.py", "join_rows", "outputs in the order of the samples"),
    Step("targets", "targets/classes.py", "probabilities", "outputs to probabilities"),
    Step("targets", "targets/classes.py", "decode", "probabilities to the user's labels"),
)


def layers() -> list[list[str]]:
    """Return the names on each level, from the top down, as import-linter knows them."""
    contract = _contracts()[0]
    assert contract["type"] == "layers"
    return [re.findall(r"skseq\.(\w+)", layer) for layer in contract["layers"]]


def without_tensorflow() -> set[str]:
    """Return the names that may not import Keras or TensorFlow."""
    modules = _contracts()[1]["source_modules"]
    return {module.removeprefix("skseq.") for module in modules}


def _contracts() -> list[dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def purpose(name: str) -> str:
    """Return the first line of a docstring, without the name at its beginning."""
    path = ROOT / "skseq" / name
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    line = docstring.split("\n\n")[0].replace("\n", " ").replace("``", "")
    line = re.sub(r":\w+:`(.*?)`", r"\1", line)
    line = line.split(": ", 1)[-1].rstrip(".")
    is_name = not line.split()[0].isalpha()  # random_state
    return line if is_name else line[0].upper() + line[1:]


# -------------------------------------------------------------------------- drawing
def _wrapped(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, int(width / 6.4))  # of 12 px letters


def _text(
    x: float, y: float, text: str, *, size: int = 12, code: bool = False, **style: str
) -> str:
    family = "monospace" if code else "sans-serif"
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    fill = "" if "fill" in style else f' fill="{INK}"'
    start = f'<text x="{x:g}" y="{y:g}" font-family="{family}" font-size="{size}"'
    return f"{start}{fill}{more}>{escape(text, quote=False)}</text>"


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {place} rx="5" fill="{fill}" stroke="{BORDER}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, **style: str) -> str:
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    ends = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    return f'<line {ends} stroke="{GREY}"{more}/>'


def _picture(title: str, height: float, parts: list[str]) -> str:
    head = f'viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" role="img"'
    tip = f'<path d="M0 0L8 4L0 8z" fill="{GREY}"/>'
    marker = '<marker id="tip" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {head}>',
            f"<title>{escape(title)}</title>",
            f"<defs>{marker}{tip}</marker></defs>",
            f'<rect width="{WIDTH}" height="{height:g}" fill="{WHITE}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def draw_levels() -> str:
    """Return the figure of the levels."""
    left, gap, light = 34, 8, without_tensorflow()
    parts, y = [], 8.0
    for level in layers():
        width = (WIDTH - left - gap * len(level)) / len(level)
        texts = {name: _wrapped(purpose(name), width - 16) for name in level}
        height = 28 + LINE * max(map(len, texts.values()))
        for number, (name, lines) in enumerate(texts.items()):
            x = left + number * (width + gap)
            is_light = name in light
            parts.append(_box(x, y, width, height, LIGHT if is_light else DARK))
            size = 13 if width > 8.2 * len(name) + 16 else 11
            parts.append(_text(x + 8, y + 18, name, size=size, code=True, font_weight="bold"))
            for row, line in enumerate(lines):
                parts.append(_text(x + 8, y + 35 + row * LINE, line))
        y += height + gap
    parts.append(_line(16, 10, 16, y - gap, marker_end="url(#tip)"))
    middle = f"rotate(-90 11 {y / 2:g})"
    parts.append(
        _text(11, y / 2, "imports", size=11, transform=middle, text_anchor="middle", fill=GREY)
    )
    for x, fill, text in (
        (left, LIGHT, "may not import Keras or TensorFlow"),
        (left + 280, DARK, "may, and most do so only when they build or run a network"),
    ):
        parts += [_box(x, y + 4, 22, 14, fill), _text(x + 30, y + 15, text)]
    return _picture(
        "The levels of skseq: a folder imports only what stands below it", y + 28, parts
    )


def draw_steps(title: str, steps: tuple[Step, ...]) -> str:
    """Return the figure of a fit or a prediction: rooms side by side, time downwards."""
    left, gap = 8, 10
    rooms = [room for room in ROOMS if any(step.room == room for step in steps)]
    width = (WIDTH - 2 * left - gap * (len(rooms) - 1)) / len(rooms)
    x_of = {room: left + number * (width + gap) for number, room in enumerate(rooms)}
    boxes = _placed(steps, x_of, width)
    end = max(box.bottom for box in boxes) + 12
    parts = []
    for room, x in x_of.items():
        place = f'x="{x:g}" y="8" width="{width:g}" height="{end - 8:g}"'
        parts.append(f'<rect {place} fill="{LANE}"/>')
        parts.append(_text(x + 8, 27, room, size=13, font_weight="bold"))
    parts += [_arrow(box, following, width) for box, following in pairwise(boxes)]
    light = without_tensorflow()
    for number, (step, box) in enumerate(zip(steps, boxes, strict=True), start=1):
        folder, name = step.module.split("/", 1)
        fill = LIGHT if folder in light else DARK
        parts.append(_box(box.x, box.y, width, box.bottom - box.y, fill))
        parts.append(_text(box.x + 8, box.y + 17, str(number), size=11, fill=GREY))
        size = 12 if len(name) * 7.3 < width - 33 else 11
        parts.append(_text(box.x + 25, box.y + 17, name, size=size, code=True, font_weight="bold"))
        parts.append(_text(box.x + 8, box.y + 33, f"{step.function}()", size=11, code=True))
        for row, line in enumerate(box.lines):
            parts.append(_text(box.x + 8, box.y + 49 + row * LINE, line))
    return _picture(title, end + 8, parts)


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    lines: list[str]

    @property
    def bottom(self) -> float:
        return self.y + 40 + LINE * len(self.lines)

    @property
    def middle(self) -> float:
        return (self.y + self.bottom) / 2


def _placed(steps: tuple[Step, ...], x_of: dict[str, float], width: float) -> list[_Box]:
    """Place boxes so close that the arrow to each still passes below all boxes but the last."""
    boxes: list[_Box] = []
    for step in steps:
        x, lines = x_of[step.room], _wrapped(step.text, width - 16)
        half = _Box(x, 0, lines).middle
        y = 38.0
        if boxes:
            above = [box.bottom for box in boxes if box.x == x]
            y = max([boxes[-1].middle + 18, boxes[-1].bottom + 6 - half, *[b + 18 for b in above]])
        boxes.append(_Box(x, y, lines))
    return boxes


def _arrow(box: _Box, following: _Box, width: float) -> str:
    centre = following.x + width / 2
    if box.x == following.x:
        path = f"M{centre:g} {box.bottom:g}V{following.y:g}"
    else:
        side = box.x + width if following.x > box.x else box.x
        path = f"M{side:g} {box.middle:g}H{centre:g}V{following.y:g}"
    return f'<path d="{path}" fill="none" stroke="{GREY}" marker-end="url(#tip)"/>'


def figures() -> dict[str, str]:
    """Return the figures by the names of their files."""
    return {
        "levels.svg": draw_levels(),
        "fit.svg": draw_steps("What a fit of LSTMClassifier passes", FIT),
        "prediction.svg": draw_steps("What a prediction of LSTMClassifier passes", PREDICTION),
    }


def main() -> None:
    """Write the figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in figures().items():
        (folder / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
