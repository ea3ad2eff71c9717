"""Tokens as printable labels, whatever characters they hold."""

from __future__ import annotations

import unicodedata
from typing import Any

_SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥"}
# Other white space, control characters and halves of surrogate pairs.
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cs"}


def token_label(token: Any, max_length: int | None = None) -> str:
    r"""Return a token with its white space made visible.

    Parameters
    ----------
    token : str or int
        A token, or the number of a step.
    max_length : int or None, default=None
        Longer labels are cut and end in "…"; None does not cut.

    Returns
    -------
    str
        Never empty, and without line breaks.

    Examples
    --------
    >>> from skseq.inspection._token_labels import token_label
    >>> [token_label(token) for token in ("a", " ", "\n", "", 3)]
    ['a', '␣', '↵', '""', '3']
    >>> token_label("Donaudampfschifffahrt", max_length=8)
    'Donauda…'
    """
    text = str(token)
    if not text:
        return '""'
    is_blank = all(unicodedata.category(character) == "Cf" for character in text)
    label = "".join(_escaped(c) if is_blank else _visible(c) for c in text)
    if max_length is not None and len(label) > max_length:
        label = label[: max_length - 1] + "…"
    return label


def _visible(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    return _escaped(character) if unicodedata.category(character) in _UNSEEN else character


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
