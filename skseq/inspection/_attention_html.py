"""Tokens highlighted by weights, as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from ._token_labels import token_label

# From white to an orange on which near-black letters have a contrast of 9:1 (WCAG AAA: 7:1).
_INK = "#111"
_WHITE, _ORANGE = np.array([255, 255, 255]), np.array([255, 169, 77])


def attention_html(
    lines: Sequence[tuple[str | None, np.ndarray]], tokens: Sequence[str | int]
) -> str:
    """Return tokens on backgrounds that are darker for greater weights.

    Parameters
    ----------
    lines : sequence of (label, weights)
        For each line the weights (n_tokens,) of all tokens, and a label before them or None.
    tokens : sequence of str or int
        The tokens, the same in all lines. There are spaces between them unless all are single
        characters.

    Returns
    -------
    str
        An element <div>, in which labels and tokens are escaped. The greatest weight of all lines
        has the darkest background; a weight is shown when the pointer is on its token.
    """
    labels = [token_label(token) for token in tokens]
    glue = "" if all(isinstance(t, str) and len(t) == 1 for t in tokens) else " "
    greatest = max((float(weights.max(initial=0)) for _, weights in lines), default=0.0)
    rows = []
    for label, weights in lines:
        marks = [_mark(*pair, greatest) for pair in zip(labels, weights.tolist(), strict=True)]
        first = "" if label is None else f"<b>{html.escape(token_label(label))}</b> → "
        rows.append(f'<div dir="auto">{first}{glue.join(marks)}</div>')
    style = f"line-height:1.8;overflow-wrap:anywhere;background:#fff;color:{_INK};padding:.3em"
    return f'<div class="skseq-attention" style="{style}">{"".join(rows)}</div>'


def _mark(label: str, weight: float, greatest: float) -> str:
    share = weight / greatest if greatest > 0 else 0.0
    red, green, blue = np.round(_WHITE + share * (_ORANGE - _WHITE)).astype(int)
    style = f"background:#{red:02x}{green:02x}{blue:02x};color:{_INK};padding:.1em"
    return f'<mark style="{style}" title="{weight:.3g}">{html.escape(label)}</mark>'
