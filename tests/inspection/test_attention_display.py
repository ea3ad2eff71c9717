"""``AttentionDisplay``: what it shows of whom, in pictures and in HTML, and what it refuses."""

from __future__ import annotations

import html
import itertools
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import GRUClassifier, LSTMClassifier, Tokenizer, TransformerClassifier
from skseq.inspection import AttentionDisplay
from skseq.inspection._attention_html import attention_html
from skseq.inspection._token_labels import token_label

TOKENS = ["not", "bad", "film"]
WEIGHTS = np.array([[0.1, 0.9, 0.0], [0.5, 0.25, 0.25], [0.0, 0.0, 1.0]])
QUICK = {"units": 4, "epochs": 1, "random_state": 0}


@pytest.fixture
def pyplot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot

    yield pyplot
    pyplot.close("all")


@pytest.fixture(scope="module")
def corpus():
    return ["a good film", "bad"] * 5, ["yes", "no"] * 5


@pytest.fixture(scope="module")
def transformer(corpus):
    model = TransformerClassifier(layers=2, num_heads=2, **QUICK)
    return make_pipeline(Tokenizer(), model).fit(*corpus)


class Page(HTMLParser):
    """Collects the tags, the text and the backgrounds of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.depth = [], "", []
        self.backgrounds = re.findall(r"<mark style=\"background:(#\w+)", page)
        self.feed(page)
        self.close()
        assert self.depth == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.depth.append(tag)
        assert {name for name, _ in attributes} <= {"class", "style", "dir", "title"}

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag

    def handle_data(self, data):
        self.text += data


class Translator:
    """Answers as a network from sequence to sequence does: rows were written, columns read."""

    def attention_weights(self, X, *, return_tokens=False):
        source = [text.split() for text in X]
        target = [[*"1987"] for _ in X]
        weights = [np.full((4, len(tokens)), 1 / len(tokens)) for tokens in source]
        return (weights, source, target) if return_tokens else weights


def shown_labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


# --- three kinds of attention ----------------------------------------------------------------


def test_steps_that_look_at_steps(transformer):
    display = AttentionDisplay.from_estimator(transformer, "A good plot", plot=False)
    assert display.rows == display.columns == ["a", "good", "plot"]
    X = transformer[:-1].transform(["A good plot"])
    np.testing.assert_array_equal(display.weights, transformer[-1].attention_weights(X)[0])
    for options in ({"layer": 0}, {"head": 1}, {"layer": 0, "head": 0}):
        display = AttentionDisplay.from_estimator(transformer, "A good plot", plot=False, **options)
        expected = transformer[-1].attention_weights(X, **options)[0]
        np.testing.assert_array_equal(display.weights, expected)
    assert not hasattr(display, "im_")


def test_a_network_that_pools_by_attention(corpus):
    model = GRUClassifier(pooling="attention", **QUICK)
    pipeline = make_pipeline(Tokenizer(), model).fit(*corpus)
    display = AttentionDisplay.from_estimator(pipeline, "a good film", plot=False)
    assert display.rows is None and display.columns == ["a", "good", "film"]
    assert display.weights.shape == (1, 3)
    assert Page(display.to_html()).text == "a good film"
    for options in ({"layer": 0}, {"head": 0}):
        with pytest.raises(ValueError, match=r"but the attention of GRUClassifier has no choice"):
            AttentionDisplay.from_estimator(pipeline, "a", plot=False, **options)


def test_sequence_to_sequence():
    display = AttentionDisplay.from_estimator(Translator(), "3 October 87", plot=False)
    assert display.columns == ["3", "October", "87"] and display.rows == ["1", "9", "8", "7"]
    assert display.weights.shape == (4, 3)
    page = Page(display.to_html())
    assert page.tags.count("div") == 5 and page.text.count("October") == 4
    assert Page(display.to_html(by_row=False)).tags.count("div") == 2


def test_estimators_with_and_without_transformers():
    for estimator in (
        Pipeline([("only", Translator())]),
        Pipeline([("none", "passthrough"), ("only", Translator())]),
        make_pipeline(FunctionTransformer(lambda X: X), make_pipeline(Translator())),
    ):
        display = AttentionDisplay.from_estimator(estimator, "3 October", plot=False)
        assert display.columns == ["3", "October"]


def test_numbers_have_steps_for_tokens():
    X = np.random.default_rng(0).normal(size=(6, 3, 2))
    model = TransformerClassifier(num_heads=2, **QUICK).fit(X, [0, 1] * 3)
    display = AttentionDisplay.from_estimator(model, X[0], plot=False)
    assert display.rows == display.columns == [0, 1, 2]
    assert Page(display.to_html()).text == "0 1 2"


# --- pictures --------------------------------------------------------------------------------


def test_plot_sets_what_scikit_learn_sets(pyplot, transformer):
    display = AttentionDisplay.from_estimator(transformer, "a good film")
    assert display.ax_.figure is display.figure_
    np.testing.assert_array_equal(display.im_.get_array(), display.weights)
    assert shown_labels(display.ax_.xaxis) == shown_labels(display.ax_.yaxis) == display.columns
    assert display.im_.norm.vmin == 0
    display.figure_.canvas.draw()

    _, ax = pyplot.subplots()
    before = len(pyplot.get_fignums())
    again = display.plot(ax, cmap="Reds", colorbar=False)
    assert again is display and display.ax_ is ax and len(ax.figure.axes) == 1
    assert display.im_.get_cmap().name == "Reds" and len(pyplot.get_fignums()) == before
    assert AttentionDisplay.from_estimator(transformer, "a film", ax=ax).ax_ is ax


@pytest.mark.parametrize("n_columns", [1, 2, 5, 60, 400])
@pytest.mark.parametrize("kind", ["square", "pooling", "flat", "high"])
def test_figures_grow_within_bounds_and_labels_stay_legible(pyplot, n_columns, kind):
    columns = [f"{'word' if i % 7 else 'incomprehensibility' * 2}{i}" for i in range(n_columns)]
    rows = {"square": columns, "pooling": None, "flat": ["a", "b"], "high": ["a"] * 90}[kind]
    shape = (1 if rows is None else len(rows), n_columns)
    display = AttentionDisplay(np.full(shape, 1 / n_columns), rows, columns).plot()
    width, height = display.figure_.get_size_inches()
    assert 2.5 < width < 16 and 1 < height < 16
    display.figure_.canvas.draw()
    labels = [label for label in display.ax_.get_xticklabels() if label.get_text()]
    assert 0 < len(labels) <= n_columns
    assert all(label.get_fontsize() >= 6 for label in labels)
    assert all(len(label.get_text()) <= 24 for label in labels)
    boxes = [label.get_window_extent() for label in labels]
    assert all(left.x1 <= right.x0 + 2 for left, right in itertools.pairwise(boxes))
    canvas = display.figure_.bbox
    for box in [*boxes, *(label.get_window_extent() for label in display.ax_.get_yticklabels())]:
        assert box.x0 >= canvas.x0 - 1 and box.y1 <= canvas.y1 + 1


def test_labels_are_never_formulas_and_never_invisible(pyplot):
    tokens = ["$", r"$\frac$", " ", "\n", "\t", "", "_", "^{"]
    display = AttentionDisplay(np.eye(8), tokens, tokens).plot()
    assert shown_labels(display.ax_.xaxis) == ["$", r"$\frac$", "␣", "↵", "⇥", '""', "_", "^{"]
    display.figure_.canvas.draw()  # where a formula would fail, and a missing glyph would warn


def test_long_labels_leave_room_for_the_cells(pyplot):
    display = AttentionDisplay(np.ones((1, 1)), ["W" * 99], ["W" * 99]).plot()
    display.figure_.canvas.draw()  # matplotlib warns where nothing is left
    assert display.ax_.get_window_extent().width > 10


def test_nothing_to_plot(pyplot, transformer):
    with pytest.raises(ValueError, match="no tokens to plot"):
        AttentionDisplay.from_estimator(transformer, "")
    display = AttentionDisplay.from_estimator(transformer, "", plot=False)
    assert display.columns == [] and Page(display.to_html()).text == ""


# --- HTML ------------------------------------------------------------------------------------


def test_html_is_the_darker_the_more_a_token_is_looked_at():
    display = AttentionDisplay(WEIGHTS, TOKENS, TOKENS)
    page = display.to_html()
    assert display._repr_html_() == page
    parsed = Page(page)
    assert parsed.text == "not bad film"
    assert parsed.tags == ["div", "div", "mark", "mark", "mark"]
    assert len(set(parsed.backgrounds)) == 3 and parsed.backgrounds[2] == "#ffa94d"
    assert re.findall(r'title="([\d.]+)"', page) == ["0.2", "0.383", "0.417"]
    by_row = Page(display.to_html(by_row=True))
    assert by_row.tags.count("div") == 4 and by_row.tags.count("mark") == 9
    assert by_row.text == "".join(f"{token} → not bad film" for token in TOKENS)
    assert by_row.backgrounds[8] == "#ffa94d" and by_row.backgrounds[2] == "#ffffff"


def test_html_of_characters_stands_together():
    assert Page(AttentionDisplay(np.ones(4), None, list("a\n b")).to_html()).text == "a↵␣b"
    assert Page(attention_html([(None, np.zeros(2))], ["ab", "c"])).backgrounds == ["#ffffff"] * 2


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "\"'><img/src=x>", "&amp;", "</mark></div>"]
)
def test_html_lets_nothing_out_of_tokens(evil):
    display = AttentionDisplay(np.ones((1, 2)), [evil], ["a", evil])
    page = display.to_html()
    parsed = Page(page)
    assert set(parsed.tags) == {"div", "b", "mark"} and page.count(html.escape(evil)) == 2
    assert parsed.text.count(evil) == 2
    assert display.to_html().encode("utf-8")
    assert AttentionDisplay(np.ones(1), None, ["\ud83d"]).to_html().encode("utf-8")


def test_labels():
    assert token_label("New York") == "New␣York"
    assert token_label("\u200d") == r"\u200d" and token_label("a\u200db") == "a\u200db"
    assert token_label("\x00\xa0") == r"\x00\xa0"
    assert token_label(7) == "7"
    assert token_label("abcdef", 4) == "abc…" and token_label("abcd", 4) == "abcd"


# --- mistakes --------------------------------------------------------------------------------


def test_estimators_without_attention_are_refused(corpus):
    pipeline = make_pipeline(Tokenizer(), LSTMClassifier(pooling="mean", **QUICK)).fit(*corpus)
    with pytest.raises(TypeError, match=r"LSTMClassifier has no attention.*pooling='attention'"):
        AttentionDisplay.from_estimator(pipeline, "a", plot=False)
    with pytest.raises(TypeError, match=r"LogisticRegression has no attention.*Transformer"):
        AttentionDisplay.from_estimator(LogisticRegression(), "a", plot=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((WEIGHTS, TOKENS[:2], TOKENS), r"shape \(3, 3\), but rows and columns name 2 and 3"),
        ((WEIGHTS, None, TOKENS), r"shape \(3, 3\), but rows and columns name 1 and 3"),
        ((WEIGHTS[0], None, TOKENS[:2]), r"shape \(3,\), but rows and columns name 1 and 2"),
        ((WEIGHTS, TOKENS, []), r"shape \(3, 3\), but rows and columns name 3 and 0"),
        ((-WEIGHTS, TOKENS, TOKENS), "negative numbers, NaN or infinity"),
        ((WEIGHTS * np.nan, TOKENS, TOKENS), "negative numbers, NaN or infinity"),
    ],
)
def test_weights_that_do_not_fit_their_tokens(arguments, message):
    with pytest.raises(ValueError, match=message):
        AttentionDisplay(*arguments)


def test_without_matplotlib_there_is_html(monkeypatch, transformer):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # importing it fails
    display = AttentionDisplay.from_estimator(transformer, "a good film", plot=False)
    assert Page(display.to_html()).text == "a good film"
    for plot in (display.plot, lambda: AttentionDisplay.from_estimator(transformer, "a")):
        with pytest.raises(ImportError, match=r"pip install skseq\[plot\]`, or use to_html"):
            plot()
