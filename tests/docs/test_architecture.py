"""The architecture page against the code it describes."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sklearn.pipeline import make_pipeline

import skseq
from skseq import LSTMClassifier, Padder, Tokenizer
from skseq.training.pool import POOL

ROOT = Path(skseq.__file__).resolve().parents[1]
PAGES = ("docs/architecture.rst", "docs/add_an_estimator.rst")
# Files that a page tells the reader to write.
TO_BE_WRITTEN = {"skseq/networks/averaging.py", "skseq/classification/_averaging.py"}


@pytest.fixture(scope="module")
def drawing():
    return runpy.run_path(str(ROOT / "tools" / "draw_architecture.py"))


def test_figures_are_those_of_this_code(drawing):
    for name, picture in drawing["figures"]().items():
        drawn = (ROOT / "docs" / "figures" / name).read_text("utf-8")
        assert drawn == picture, "run `python tools/draw_architecture.py`"
        ElementTree.fromstring(picture)


def test_every_folder_and_module_has_one_level(drawing):
    names = [name for level in drawing["layers"]() for name in level]
    there = {p.parent.name for p in ROOT.glob("skseq/*/__init__.py")}
    there |= {p.stem for p in ROOT.glob("skseq/*.py")} - {"__init__", "_old_names"}
    assert sorted(names) == sorted(there)


def calls_of(verb):
    """Return the files and functions of the package in which a call enters and leaves them."""
    package, found = str(Path(skseq.__file__).parent) + "/", []

    def note(frame, event, _):
        code = frame.f_code
        if code.co_filename.startswith(package) and event in ("call", "return"):
            found.append((code.co_filename.removeprefix(package), code.co_name))

    sys.setprofile(note)
    try:
        verb()
    finally:
        sys.setprofile(None)
    return found


def check_order(steps, calls):
    rest = iter(calls)
    for step in steps:
        expected = (step.module, step.function)
        assert expected in rest, f"{expected} is not called, or not in this place of the figure"


def test_a_fit_and_a_prediction_pass_what_their_figures_show(drawing, reviews):
    X, y = reviews
    model = make_pipeline(Tokenizer(), Padder(), LSTMClassifier(units=3, epochs=1, random_state=0))
    POOL.clear()  # a network is built for a new engine only
    check_order(drawing["FIT"], calls_of(lambda: model.fit(X, y)))
    check_order(drawing["PREDICTION"], calls_of(lambda: model.predict(X)))


def names_on(page):
    """Return the names in code markup of a page: words, dotted names, files and folders."""
    text = (ROOT / page).read_text("utf-8")
    return sorted(set(re.findall(r"``([\w./]+)``", text)) - TO_BE_WRITTEN)


def source_of(path):
    """Return the code of a module or a folder, "" where there is none."""
    files = [path.with_suffix(".py")] if path.with_suffix(".py").is_file() else path.rglob("*.py")
    return "\n".join(file.read_text("utf-8") for file in files)


def is_in_code(name, source):
    """Whether a file or folder is there; a module, which has the rest of the name; or a word."""
    if "/" in name or name.endswith((".py", ".rst", ".md", ".toml")):
        return any((ROOT / folder / name).exists() for folder in ("", "skseq", "skseq/tagging"))
    first, *rest = name.split(".")
    if rest and (ROOT / "skseq" / first).is_dir():
        inside = ROOT / "skseq" / first / rest[0]
        if inside.with_suffix(".py").is_file():
            rest = rest[1:]
        else:
            inside = inside.parent
        return set(rest) <= set(re.findall(r"\w+", source_of(inside)))
    return {first, *rest} <= source


@pytest.mark.parametrize("page", PAGES)
def test_names_on_the_page_are_in_the_code(page):
    source = set(re.findall(r"\w+", source_of(ROOT / "skseq")))
    source |= set(re.findall(r"\w+", (ROOT / "pyproject.toml").read_text("utf-8")))
    missing = [name for name in names_on(page) if not is_in_code(name, source)]
    assert not missing
