"""Tag schemes: how labels such as ``"B-PER"`` and ``"I-PER"`` mark spans of steps.

In IOB2 (also called BIO) a span is ``B I I …``. In IOBES (BIOES) a span of one step is ``S`` and a
longer one ``B I … E``. Steps outside all spans are ``O`` in both. There is one rule for all
schemes: a tag continues the span of the tag before exactly if that tag is B or I, this one is I or
E, and both have the same type.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

_NAMES = {"iob2": "IOB2", "bio": "IOB2", "iobes": "IOBES", "bioes": "IOBES"}
_PREFIXES = {"IOB2": "BI", "IOBES": "BIES", None: "BIES"}


class Tag(NamedTuple):
    """Prefix and type of a label; ``type`` is empty for ``"O"`` and for a prefix alone."""

    prefix: str
    type: str


_OUTSIDE = Tag("O", "")


def scheme_name(scheme: Any) -> str:
    """Return ``"IOB2"`` or ``"IOBES"`` for any of their names, in any case.

    Raises
    ------
    ValueError
        If it is another scheme.

    Examples
    --------
    >>> from skseq.metrics._schemes import scheme_name
    >>> scheme_name("bio"), scheme_name("BIOES")
    ('IOB2', 'IOBES')
    """
    name = _NAMES.get(scheme.lower()) if isinstance(scheme, str) else None
    if name is None:
        raise ValueError(
            f"Unknown tag scheme {scheme!r}; expected 'IOB2' (also called 'bio') or 'IOBES' (also "
            "called 'bioes'). Convert other tags first: BILOU, for one, is IOBES with L for E and "
            "U for S."
        )
    return name


def is_tag_set(labels: Iterable[Any]) -> bool:
    """Whether labels mark spans, in any scheme: ``"O"`` and prefixes with a type.

    Prefixes alone (``"B"``, ``"I"``, …) count too if ``"B"`` is among them; otherwise single
    letters are taken for names of classes. ``"O"`` alone marks no spans.

    Examples
    --------
    >>> from skseq.metrics._schemes import is_tag_set
    >>> is_tag_set(["O", "I-PER"]), is_tag_set(["O", "B", "I"]), is_tag_set(["NOUN", "X"])
    (True, True, False)
    """
    tags = [_split(label) for label in labels]
    inside = {tag for tag in tags if tag != _OUTSIDE}
    if None in inside or not inside:
        return False
    types = {tag.type for tag in inside if tag is not None}
    return "" not in types or (types == {""} and Tag("B", "") in inside)


def detect_scheme(labels: Iterable[Any]) -> str | None:
    """Return the scheme that a set of labels is written in.

    Parameters
    ----------
    labels : iterable
        The distinct labels of a data set.

    Returns
    -------
    {"IOB2", "IOBES"} or None
        None for labels that are not tags (parts of speech, numbers), and for tags of which some
        cannot occur in a well-formed sequence: ``"I-PER"`` without ``"B-PER"`` is a sign of IOB1,
        where B is only used between neighbouring spans.

    Examples
    --------
    >>> from skseq.metrics._schemes import detect_scheme
    >>> detect_scheme({"O", "B-PER", "I-PER"})
    'IOB2'
    >>> detect_scheme({"O", "B-PER", "E-PER", "S-PER"})
    'IOBES'
    >>> detect_scheme({"NOUN", "VERB"}) is None
    True
    """
    labels = set(labels)
    if not is_tag_set(labels):
        return None
    prefixes = {_parse(label).prefix for label in labels}
    if not prefixes & {"B", "S"}:
        return None
    scheme = "IOBES" if prefixes & {"E", "S"} else "IOB2"
    return None if _impossible(labels, scheme) else scheme


def check_scheme(labels: Iterable[Any], scheme: str) -> str:
    """Check that labels are tags of a scheme and can all occur in well-formed sequences.

    Parameters
    ----------
    labels : iterable
        The distinct labels of a data set.
    scheme : {"IOB2", "bio", "IOBES", "bioes"}
        The scheme, in small or capital letters.

    Returns
    -------
    {"IOB2", "IOBES"}
        The one name of the scheme.

    Raises
    ------
    ValueError
        If the scheme is unknown, a label is not a tag of it, or a tag cannot occur in a well-formed
        sequence, such as ``"I-PER"`` without ``"B-PER"``.

    Examples
    --------
    >>> from skseq.metrics._schemes import check_scheme
    >>> check_scheme(["O", "B-PER", "I-PER"], "bio")
    'IOB2'
    """
    scheme = scheme_name(scheme)
    labels = sorted(set(labels), key=str)
    tags = {label: _split(label) for label in labels}
    wrong = [label for label, tag in tags.items() if tag is None or not _fits(tag, scheme)]
    if wrong:
        raise ValueError(
            f"The labels {wrong} are no {scheme} tags; expected 'O' or one of the prefixes "
            f"{_listed(scheme)} with a type, e.g. 'B-PER'. Rename the labels or leave the tag "
            "scheme out."
        )
    impossible = _impossible(labels, scheme)
    if impossible:
        lacking = "a B before each I" if scheme == "IOB2" else "a B to begin and an E to end with"
        raise ValueError(
            f"The labels {impossible} occur in no well-formed {scheme} sequence: their types need "
            f"{lacking} among the labels {labels}. Are the tags of another scheme, such as IOB1? "
            "Convert them, correct the data, or leave the tag scheme out."
        )
    return scheme


def allowed_transitions(
    labels: Sequence[Any], scheme: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which tags may begin and end a sequence, and which may follow which.

    Parameters
    ----------
    labels : sequence of str, K of them
        The tags.
    scheme : {"IOB2", "bio", "IOBES", "bioes"}
        The scheme, in small or capital letters.

    Returns
    -------
    start : ndarray of shape (K,), bool
        Whether a sequence may begin with each tag.
    end : ndarray of shape (K,), bool
        Whether a sequence may end with each tag.
    transitions : ndarray of shape (K, K), bool
        Whether the tag of the column may follow the tag of the row.

    Raises
    ------
    ValueError
        If the scheme is unknown or a label is not a tag of it.

    Examples
    --------
    >>> from skseq.metrics._schemes import allowed_transitions
    >>> start, end, transitions = allowed_transitions(["B-PER", "I-PER", "O"], "IOB2")
    >>> start
    array([ True, False,  True])
    >>> transitions
    array([[ True,  True,  True],
           [ True,  True,  True],
           [ True, False,  True]])
    """
    scheme = scheme_name(scheme)
    tags = [_parse(label, scheme) for label in labels]
    types = np.array([tag.type for tag in tags], dtype=object)
    opened = np.array([tag.prefix in "BI" for tag in tags], bool)
    inside = np.array([tag.prefix in "IE" for tag in tags], bool)
    goes_on = opened[:, None] & inside & (types[:, None] == types)
    if scheme == "IOB2":
        return ~inside, np.ones(len(tags), bool), goes_on | ~inside
    return ~inside, ~opened, goes_on | ~(opened[:, None] | inside)


def spans(tags: Sequence[Any], *, scheme: str | None = None) -> list[tuple[str, int, int]]:
    """Return the spans that the tags of one sequence mark.

    Parameters
    ----------
    tags : sequence of str
        One tag for each step.
    scheme : {"IOB2", "bio", "IOBES", "bioes"} or None, default=None
        None reads tags like the conlleval script: a span begins at a tag other than O that cannot
        continue the tag before, and ends before the next tag that cannot. With a scheme only
        well-formed spans count: they begin with B, and in IOBES end with E or are one S.

    Returns
    -------
    list of (type, start, end)
        In order; ``end`` is the step after the last one.

    Raises
    ------
    ValueError
        If the scheme is unknown or a label is not a tag of it.

    References
    ----------
    .. [1] E. F. Tjong Kim Sang and S. Buchholz, "Introduction to the CoNLL-2000 Shared Task:
       Chunking", CoNLL 2000; with the script conlleval.

    Examples
    --------
    >>> from skseq.metrics._schemes import spans
    >>> spans(["B-PER", "I-PER", "O", "I-LOC"])
    [('PER', 0, 2), ('LOC', 3, 4)]
    >>> spans(["B-PER", "I-PER", "O", "I-LOC"], scheme="IOB2")
    [('PER', 0, 2)]
    """
    scheme = None if scheme is None else scheme_name(scheme)
    parsed = {label: _parse(label, scheme) for label in dict.fromkeys(tags)}
    found = []
    first, start = "O", 0
    before, type_before = _OUTSIDE
    for i, (prefix, type_) in enumerate([*map(parsed.__getitem__, tags), _OUTSIDE]):
        if prefix not in "IE" or before not in "BI" or type_ != type_before:
            if before != "O" and _is_well_formed(first, before, scheme):
                found.append((type_before, start, i))
            first, start = prefix, i
        before, type_before = prefix, type_
    return found


def _is_well_formed(first: str, last: str, scheme: str | None) -> bool:
    """Whether a span may have these prefixes at its ends; all others are I."""
    if scheme == "IOB2":
        return first == "B"
    return scheme is None or (first, last) in {("B", "E"), ("S", "S")}


def _impossible(labels: Iterable[str], scheme: str) -> list[str]:
    """Return the labels that no well-formed sequence of these labels can hold."""
    tags = {label: _parse(label) for label in labels}
    present = set(tags.values())
    needed = "B" if scheme == "IOB2" else "BE"
    return [
        label
        for label, (prefix, type_) in tags.items()
        if prefix in "BIE" and any(Tag(other, type_) not in present for other in needed)
    ]


def _parse(label: Any, scheme: str | None = None) -> Tag:
    """Return the parts of a label, or raise an error if it is not a tag."""
    tag = _split(label)
    if tag is None or not _fits(tag, scheme):
        raise ValueError(
            f"The label {label!r} is no tag{f' of {scheme}' if scheme else ''}; expected 'O' or "
            f"one of the prefixes {_listed(scheme)} with a type, e.g. 'B-PER'."
        )
    return tag


def _split(label: Any) -> Tag | None:
    """Return the parts of a label, or None if it is not a tag of any scheme."""
    if not isinstance(label, str):
        return None
    if label == "O":
        return _OUTSIDE
    prefix, separator, type_ = label.partition("-")
    if prefix not in {"B", "I", "E", "S"} or bool(separator) != bool(type_):
        return None
    return Tag(prefix, type_)


def _fits(tag: Tag, scheme: str | None) -> bool:
    return tag == _OUTSIDE or tag.prefix in _PREFIXES[scheme]


def _listed(scheme: str | None) -> str:
    prefixes = _PREFIXES[scheme]
    return f"{', '.join(prefixes[:-1])} and {prefixes[-1]}"
