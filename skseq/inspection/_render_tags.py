"""``render_tags``: tagged sentences as text or HTML."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterable, Mapping
from itertools import groupby
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from ..metrics._schemes import is_tag_set, spans

# Light backgrounds under near-black letters: a contrast of at least 10:1 (WCAG AAA asks for 7:1).
# Eight hues, as more are hard to tell apart; the type is always written out too.
_INK = "#111"
_PALETTE = (
    "#ffd8a8",
    "#a5d8ff",
    "#b2f2bb",
    "#fcc2d7",
    "#ffec99",
    "#d0bfff",
    "#99e9f2",
    "#dee2e6",
)
# A hexadecimal colour, a name, or a function of numbers: no CSS that loads a file or ends a rule.
_COLOR = re.compile(r"#[0-9a-fA-F]+|[a-zA-Z]+(\([0-9%., /-]*\))?")


class _Piece(NamedTuple):
    """Text of neighbouring tokens that are shown together, and their tag or type, or None."""

    text: str
    kind: str | None


class RenderedTags(str):
    """HTML as a str, which notebooks display."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def render_tags(
    tokens: Any,
    tags: Any,
    *,
    format: str = "text",
    colors: Mapping[str, str] | None = None,
    max_width: int | None = None,
) -> str:
    """Return tokens together with their tags as text or HTML.

    Tags of the schemes IOB2 and IOBES are shown as spans; invalid tag sequences are read like by
    the conlleval script. Steps outside of spans ("O") have no mark. All other tags are shown at
    each token, or, for a string of characters, at each run of equal tags.

    Parameters
    ----------
    tokens : list of str, str, or list of those
        The tokens of one sequence; a string is a sequence of characters. Several sequences are
        given as a list of lists.
    tags : list, array or str, or list of those
        The tags of each sequence, one for each token.
    format : {"text", "html"}, default="text"
        Text with brackets, or HTML with highlighted spans, which a notebook displays. Tokens and
        tags are escaped in HTML.
    colors : mapping of str to str or None, default=None
        CSS colours of the background, such as "#ffd8a8" or "gold", by type ("PER", not "B-PER") or
        tag; letters are nearly black. Colours of other types depend on their names, so that a type
        has the same colour in most calls. Not used in text.
    max_width : int or None, default=None
        Maximum width of a line, in characters. Text is wrapped between spans; HTML has a maximum
        width. None is no limit.

    Returns
    -------
    str
        One line for each sequence, or more with ``max_width``. HTML is a subclass of str that
        notebooks display.

    Raises
    ------
    ValueError
        If the numbers of tokens and tags or of sequences differ, ``format`` is unknown, or a
        colour or width is invalid.
    TypeError
        If ``tokens`` or ``tags`` is not a collection, or a token is not a str.

    Examples
    --------
    >>> from skseq.inspection import render_tags
    >>> tokens = ["Ana", "García", "vive", "en", "Madrid", "."]
    >>> print(render_tags(tokens, ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]))
    [Ana García PER] vive en [Madrid LOC] .
    >>> print(render_tags(["The", "dog"], ["DET", "NOUN"]))
    The/DET dog/NOUN
    >>> print(render_tags("ACATGC", "NNCCCC"))
    [AC N][ATGC C]
    >>> page = render_tags(tokens, ["B-PER", "I-PER", "O", "O", "B-LOC", "O"], format="html")
    >>> page.count("<mark")
    2
    """
    if format not in ("text", "html"):
        raise ValueError(f"format is {format!r}; expected 'text' or 'html'.")
    is_width = isinstance(max_width, Integral) and not isinstance(max_width, bool) and max_width > 0
    if not (max_width is None or is_width):
        raise ValueError(f"max_width is {max_width!r}; expected a number of characters, or None.")
    sequences = _to_sequences(tokens, tags)
    all_tags = {tag for _, tags in sequences for tag in tags}
    has_spans = is_tag_set(all_tags) or all_tags == {"O"}
    rendered = []
    for tokens, tags in sequences:
        glue = "" if isinstance(tokens, str) else " "
        if has_spans:
            pieces = _pieces_of_spans(tokens, tags, glue)
        elif not glue:
            pieces = _pieces_of_runs(tokens, tags)
        else:
            pieces = [_Piece(token, str(tag)) for token, tag in zip(tokens, tags, strict=True)]
        rendered.append((pieces, glue))
    if format == "html":
        return _to_html(rendered, colors, max_width)
    is_bracketed = [has_spans or not glue for _, glue in rendered]
    lines = [
        _wrap([_to_text(piece, bracketed) for piece in pieces], glue, max_width)
        for (pieces, glue), bracketed in zip(rendered, is_bracketed, strict=True)
    ]
    return "\n".join(lines)


# ------------------------------------------------------------------------------- arguments


def _to_sequences(tokens: Any, tags: Any) -> list[tuple[Any, list[Any]]]:
    """Return pairs of tokens (a list of str or one str) and as many tags."""
    tokens, tags = _to_list(tokens, "tokens"), _to_list(tags, "tags")
    nested = (list, tuple, np.ndarray)
    if not any(isinstance(part, nested) for part in (*tokens, *tags)):
        return [_check_sequence(tokens, tags, "")]
    if len(tokens) != len(tags):
        raise ValueError(
            f"tokens holds {len(tokens)} sequences and tags {len(tags)}; expected the tags of "
            "each sequence. Pass one list of tokens and one of tags for a single sequence."
        )
    return [
        _check_sequence(
            _to_list(tokens[i], f"tokens[{i}]"), _to_list(tags[i], f"tags[{i}]"), f"[{i}]"
        )
        for i in range(len(tokens))
    ]


def _to_list(values: Any, name: str) -> Any:
    """Return a list, or a str unchanged."""
    if isinstance(values, str):
        return str(values)
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        raise TypeError(
            f"{name} is {values!r} of type {type(values).__name__}; expected a list, array or str."
        )
    return list(values)


def _check_sequence(tokens: Any, tags: Any, where: str) -> tuple[Any, list[Any]]:
    if len(tokens) != len(tags):
        raise ValueError(
            f"tokens{where} has {len(tokens)} tokens and tags{where} {len(tags)} tags; expected "
            "one tag a token."
        )
    for i, token in enumerate(tokens):
        if not isinstance(token, str):
            raise TypeError(
                f"tokens{where}[{i}] is {token!r} of type {type(token).__name__}; expected a str. "
                "Turn ids into tokens with Vocabulary.to_tokens, or other values with str()."
            )
    return tokens, list(tags)


# ------------------------------------------------------------------------------ output


def _pieces_of_spans(tokens: Any, tags: list[Any], glue: str) -> list[_Piece]:
    pieces, done = [], 0
    for kind, start, end in spans(tags):
        pieces += [_Piece(token, None) for token in tokens[done:start]]
        pieces.append(_Piece(glue.join(tokens[start:end]), kind))
        done = end
    return pieces + [_Piece(token, None) for token in tokens[done:]]


def _pieces_of_runs(characters: str, tags: list[Any]) -> list[_Piece]:
    pieces, start = [], 0
    for tag, run in groupby(tags):
        end = start + len(list(run))
        pieces.append(_Piece(characters[start:end], str(tag)))
        start = end
    return pieces


def _to_text(piece: _Piece, is_bracketed: bool) -> str:
    if piece.kind is None:
        return piece.text
    if is_bracketed:
        return f"[{piece.text} {piece.kind}]" if piece.kind else f"[{piece.text}]"
    return f"{piece.text}/{piece.kind}"


def _wrap(words: list[str], glue: str, max_width: int | None) -> str:
    """Join words and begin a new line before one that would exceed the width."""
    lines: list[str] = []
    for word in words:
        if lines and (max_width is None or len(lines[-1]) + len(glue) + len(word) <= max_width):
            lines[-1] += glue + word
        else:
            lines.append(word)
    return "\n".join(lines)


def _to_html(
    rendered: list[tuple[list[_Piece], str]],
    colors: Mapping[str, str] | None,
    max_width: int | None,
) -> RenderedTags:
    kinds = {piece.kind for pieces, _ in rendered for piece in pieces if piece.kind is not None}
    backgrounds = _choose_colors(kinds, colors or {})
    # pre-wrap keeps the blanks of characters; dir=auto shows Arabic and Hebrew from the right.
    style = "line-height:2;white-space:pre-wrap;overflow-wrap:anywhere"
    if max_width is not None:
        style += f";max-width:{max_width}ch"
    rows = [
        f'<div dir="auto">{glue.join(_mark(piece, backgrounds) for piece in pieces)}</div>'
        for pieces, glue in rendered
    ]
    return RenderedTags(f'<div class="skseq-tags" style="{style}">{"".join(rows)}</div>')


def _mark(piece: _Piece, backgrounds: Mapping[str, str]) -> str:
    text = html.escape(piece.text)
    if piece.kind is None:
        return text
    label = f' <small style="font-weight:bold">{html.escape(piece.kind)}</small>'
    style = f"background:{backgrounds[piece.kind]};color:{_INK};padding:.15em .3em"
    return f'<mark style="{style};border-radius:.3em">{text}{label if piece.kind else ""}</mark>'


def _choose_colors(kinds: set[str], colors: Mapping[str, str]) -> dict[str, str]:
    """Return the colour of each type: that of ``colors``, else one chosen by its name.

    A type whose colour is used already gets the next free one, or shares a colour if none is left.
    """
    chosen = {kind: _check_color(kind, colors[kind]) for kind in kinds if kind in colors}
    free = list(_PALETTE)
    for kind in sorted(kinds - set(chosen)):
        first = zlib.crc32(kind.encode("utf-8", "replace")) % len(_PALETTE)
        turned = _PALETTE[first:] + _PALETTE[:first]
        color = next((color for color in turned if color in free), turned[0])
        if color in free:
            free.remove(color)
        chosen[kind] = color
    return chosen


def _check_color(kind: str, color: Any) -> str:
    """Return the colour, or raise an error for anything that could end the CSS rule."""
    if not isinstance(color, str) or not _COLOR.fullmatch(color):
        raise ValueError(
            f"colors[{kind!r}] is {color!r}; expected a CSS colour such as '#ffd8a8' or 'gold'."
        )
    return color
