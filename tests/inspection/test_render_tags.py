"""``render_tags``: text and HTML of tagged sentences, and that nothing gets out of it."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from skseq.datasets import make_gene_sequences, make_tagged_sentences
from skseq.inspection import render_tags
from skseq.inspection._render_tags import _INK, _PALETTE

TOKENS = ["Ana", "García", "vive", "en", "Madrid", "."]
TAGS = ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]


class Page(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.styles, self.text, self.depth = [], [], "", []
        self.feed(page)
        self.close()
        assert self.depth == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.depth.append(tag)
        assert {name for name, _ in attributes} <= {"class", "style", "dir"}
        self.styles += [value for name, value in attributes if name == "style" and tag == "mark"]

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag

    def handle_data(self, data):
        self.text += data


def backgrounds(page):
    return re.findall(r"background:([^;]+)", str(page))


# --- text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "tags", "expected"),
    [
        (TOKENS, TAGS, "[Ana García PER] vive en [Madrid LOC] ."),
        (
            TOKENS,
            ["B-PER", "E-PER", "O", "O", "S-LOC", "O"],
            "[Ana García PER] vive en [Madrid LOC] .",
        ),
        (TOKENS[:3], ["B-PER", "B-PER", "O"], "[Ana PER] [García PER] vive"),
        (TOKENS[:3], ["I-PER", "I-LOC", "I-LOC"], "[Ana PER] [García vive LOC]"),
        (TOKENS[:3], ["B", "I", "O"], "[Ana García] vive"),
        (TOKENS[:3], ["O", "O", "O"], "Ana García vive"),
        (["The", "dog"], ["DET", "NOUN"], "The/DET dog/NOUN"),
        (["a", "b"], [1, 0], "a/1 b/0"),
        ("ACATGC", "NNCCCC", "[AC N][ATGC C]"),
        ("en Rio", ["O", "O", "O", "B-LOC", "I-LOC", "I-LOC"], "en [Rio LOC]"),
        ("ab", [1, 1], "[ab 1]"),
        ([], [], ""),
        ("", "", ""),
    ],
)
def test_text_of_one_sequence(tokens, tags, expected):
    assert render_tags(tokens, tags) == expected
    if not isinstance(tokens, str):
        assert render_tags(tuple(tokens), np.array(tags, dtype=object)) == expected
        assert render_tags(np.array(tokens, dtype=object), tags) == expected


def test_text_of_several_sequences_has_one_line_each():
    tokens, tags = [TOKENS, ["Llueve"], []], [TAGS, ["O"], []]
    expected = "[Ana García PER] vive en [Madrid LOC] .\nLlueve\n"
    assert render_tags(tokens, tags) == expected
    assert render_tags(tokens, [np.array(row, dtype=str) for row in tags]) == expected
    assert render_tags(["AC", "GT"], [["N", "N"], ["C", "N"]]) == "[AC N]\n[G C][T N]"


def test_text_is_wrapped_between_spans():
    assert render_tags(TOKENS, TAGS, max_width=20) == ("[Ana García PER]\nvive en [Madrid LOC]\n.")
    assert render_tags(TOKENS, TAGS, max_width=1).count("\n") == 4
    assert render_tags(TOKENS, TAGS, max_width=1000) == render_tags(TOKENS, TAGS)
    X, y = make_gene_sequences(1, random_state=0)
    assert "".join(render_tags(X[0], y[0], max_width=40).split("\n")) == render_tags(X[0], y[0])


# --- HTML ------------------------------------------------------------------------------------


def test_html_marks_spans_and_shows_itself_in_notebooks():
    page = render_tags(TOKENS, TAGS, format="html")
    assert isinstance(page, str) and page._repr_html_() == page and type(page._repr_html_()) is str
    parsed = Page(page)
    assert parsed.tags == ["div", "div", "mark", "small", "mark", "small"]
    assert parsed.text == "Ana García PER vive en Madrid LOC ."
    assert len(set(backgrounds(page))) == 2
    assert not hasattr(render_tags(TOKENS, TAGS), "_repr_html_")


def test_html_of_labels_at_tokens_and_of_characters():
    assert Page(render_tags(["The", "dog"], ["DET", "NOUN"], format="html")).tags.count("mark") == 2
    parsed = Page(render_tags("AC  GT", "NNNNCC", format="html"))
    assert parsed.tags.count("mark") == 2 and parsed.text == "AC   NGT C"
    several = Page(render_tags([TOKENS, ["Sí"]], [TAGS, ["O"]], format="html"))
    assert several.tags.count("div") == 3
    assert Page(render_tags(["a"], ["B"], format="html")).text == "a"
    assert Page(render_tags([], [], format="html")).text == ""


EVIL = ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "&amp;", "</mark></div>"]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("prefix", ["", "B-"])
def test_html_lets_nothing_out_of_tokens_and_tags(evil, prefix):
    plain = Page(render_tags(["w", "v"], [prefix + "X", prefix + "Y"], format="html"))
    for tokens, tags in (
        ([evil, "v"], ["X", "Y"]),
        (["w", "v"], [evil, "Y"]),
        ([evil] * 2, [evil] * 2),
    ):
        page = render_tags(tokens, [prefix + tag for tag in tags], format="html")
        parsed = Page(page)
        assert parsed.tags == plain.tags or len(set(tokens)) == 1
        assert set(parsed.tags) == {"div", "mark", "small"}
        assert evil in parsed.text and html.escape(evil) in page
    outside = Page(render_tags([evil, "v"], ["O", "B-X"], format="html"))
    assert outside.text.startswith(evil) and outside.tags.count("mark") == 1


def test_html_colors_hang_on_the_types_and_can_be_chosen():
    first = backgrounds(render_tags(TOKENS, TAGS, format="html"))
    assert first == backgrounds(render_tags(TOKENS, TAGS, format="html"))
    alone = backgrounds(render_tags(["Madrid"], ["B-LOC"], format="html"))
    assert alone == first[1:]
    assert backgrounds(
        render_tags(TOKENS, TAGS, format="html", colors={"PER": "gold", "ORG": "red"})
    ) == ["gold", *alone]
    many = [f"T{i}" for i in range(len(_PALETTE))]
    assert set(backgrounds(render_tags(many, many, format="html"))) == set(_PALETTE)
    more = [f"T{i}" for i in range(30)]
    assert len(backgrounds(render_tags(more, more, format="html"))) == 30


def test_html_colors_are_easy_to_read():
    def luminance(color):
        digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return np.dot([0.2126, 0.7152, 0.0722], parts)

    assert len(set(_PALETTE)) == len(_PALETTE)
    for color in _PALETTE:
        assert (luminance(color) + 0.05) / (luminance(_INK) + 0.05) > 10


def test_html_takes_the_width_in_characters():
    assert "max-width:40ch" in render_tags(TOKENS, TAGS, format="html", max_width=40)
    assert "max-width" not in render_tags(TOKENS, TAGS, format="html")


def test_html_of_generated_data_is_well_formed():
    X, y = make_tagged_sentences(30, random_state=0)
    parsed = Page(render_tags(X, y, format="html"))
    assert parsed.tags.count("div") == 31 and parsed.tags.count("mark") == sum(
        label[0] == "B" for labels in y for label in labels
    )


# --- mistakes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((TOKENS, TAGS[:-1]), ValueError, "tokens has 6 tokens and tags 5 tags; expected one tag"),
        (
            ([TOKENS, ["a"]], [TAGS, []]),
            ValueError,
            r"tokens\[1\] has 1 tokens and tags\[1\] 0 tags",
        ),
        (([TOKENS], [TAGS, TAGS]), ValueError, "tokens holds 1 sequences and tags 2"),
        ((TOKENS, [TAGS]), ValueError, "tokens holds 6 sequences and tags 1"),
        (([4, 5], ["A", "B"]), TypeError, r"tokens\[0\] is 4 of type int.*Vocabulary.to_tokens"),
        ((TOKENS, None), TypeError, "tags is None of type NoneType; expected a list"),
        ((TOKENS, {"a": 1}), TypeError, "tags is .* of type dict"),
    ],
)
def test_wrong_sequences_are_refused(arguments, error, message):
    for kind in ("text", "html"):
        with pytest.raises(error, match=message):
            render_tags(*arguments, format=kind)


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match="format is 'pdf'; expected 'text' or 'html'"):
        render_tags(TOKENS, TAGS, format="pdf")
    for width in (0, -1, "5", 2.5, True):
        with pytest.raises(ValueError, match=r"max_width is .*; expected a number of characters"):
            render_tags(TOKENS, TAGS, max_width=width)
    for color in ("red;position:fixed", 'red"', "url(//example.org/x)", 3, ""):
        with pytest.raises(ValueError, match=r"colors\['PER'\] is .*; expected a CSS colour"):
            render_tags(TOKENS, TAGS, format="html", colors={"PER": color})
