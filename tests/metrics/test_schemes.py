"""Tag schemes: which labels are tags, which may follow which, and the spans they mark."""

from __future__ import annotations

import time

import numpy as np
import pytest

from skseq.metrics._schemes import (
    allowed_transitions,
    check_scheme,
    detect_scheme,
    is_tag_set,
    scheme_name,
    spans,
)

IOB2 = ["O", "B-X", "I-X", "B-Y", "I-Y"]
IOBES = ["O", *(f"{prefix}-{type_}" for type_ in "XY" for prefix in "BIES")]
LABELS = {"IOB2": IOB2, "IOBES": IOBES}


@pytest.mark.parametrize(
    ("labels", "scheme"),
    [
        ({"O", "B-PER", "I-PER"}, "IOB2"),
        ({"B-PER", "O"}, "IOB2"),
        ({"B-PER", "I-PER", "B-LOC"}, "IOB2"),
        ({"O", "B-x-y", "I-x-y"}, "IOB2"),
        ({"B", "I", "O"}, "IOB2"),
        ({"B"}, "IOB2"),
        (set(IOBES), "IOBES"),
        ({"S-x", "O"}, "IOBES"),
        ({"B-x", "E-x", "O"}, "IOBES"),
        ({"S-x", "B-y", "I-y", "E-y"}, "IOBES"),
        ({"B", "I", "E", "S"}, "IOBES"),
        ({"NOUN", "VERB"}, None),
        ({"X", "SYM"}, None),
        ({"O", "I-x"}, None),  # IOB1
        ({"O", "I-x", "I-y", "B-y"}, None),  # IOB1 too: x has no B
        ({"O", "I-x", "E-x"}, None),
        ({"B-x", "I-x", "S-x"}, None),  # no E to end with
        ({"O"}, None),
        (set(), None),
        ({"S", "O"}, None),
        ({"E", "I"}, None),
        ({"B", "I-x"}, None),
        ({"B-x", "PER"}, None),
        ({"B-x", "I-"}, None),
        ({"B-x", ""}, None),
        ({"B-x", 0}, None),
        ({0, 1}, None),
        ({"b-x", "i-x", "O"}, None),
        ({"BX", "IX", "O"}, None),
    ],
)
def test_detect_scheme(labels, scheme):
    assert detect_scheme(labels) == scheme


def test_detect_scheme_takes_numpy_strings():
    assert detect_scheme(np.array(["O", "B-x", "I-x"])) == "IOB2"


def test_is_tag_set_includes_tags_of_other_schemes():
    assert is_tag_set({"O", "I-x"})
    assert is_tag_set({"B-x", "I-y"})
    assert not is_tag_set({"O"})
    assert not is_tag_set({"O", "B-x", "NOUN"})


@pytest.mark.parametrize("name", ["bio", "BIO", "iob2", "IOB2"])
def test_names_of_iob2(name):
    assert scheme_name(name) == check_scheme(IOB2, name) == "IOB2"


@pytest.mark.parametrize("name", ["bioes", "BIOES", "iobes", "IOBES"])
def test_names_of_iobes(name):
    assert scheme_name(name) == check_scheme(IOBES, name) == "IOBES"


@pytest.mark.parametrize("name", ["bilou", "IOB1", "", None, 3, "auto"])
def test_unknown_scheme_is_rejected(name):
    with pytest.raises(ValueError, match="Unknown tag scheme"):
        check_scheme(IOB2, name)


def test_check_scheme_names_the_wrong_labels():
    with pytest.raises(ValueError, match=r"\['NOUN', 'X'\] are no IOB2 tags; .*'O' or .* B and I"):
        check_scheme(["X", "B-PER", "NOUN"], "bio")
    with pytest.raises(ValueError, match=r"\['E-PER', 'S-PER'\] are no IOB2"):
        check_scheme(["B-PER", "I-PER", "E-PER", "S-PER"], "bio")
    with pytest.raises(ValueError, match=r"\[1, 2\] are no IOBES tags"):
        check_scheme([1, 2], "bioes")


def test_check_scheme_names_labels_that_can_never_occur():
    with pytest.raises(ValueError, match=r"\['I-PER'\] occur in no well-formed IOB2.*IOB1"):
        check_scheme(["O", "I-PER", "B-LOC", "I-LOC"], "bio")
    with pytest.raises(ValueError, match=r"\['B-PER', 'I-PER'\] occur in no well-formed IOBES"):
        check_scheme(["O", "I-PER", "B-PER"], "bioes")


@pytest.mark.parametrize("scheme", ["IOB2", "IOBES"])
def test_sequence_is_well_formed_exactly_where_all_transitions_are_allowed(scheme):
    labels = LABELS[scheme]
    start, end, transitions = allowed_transitions(labels, scheme)
    assert start.dtype == end.dtype == transitions.dtype == bool
    assert transitions.shape == (len(labels), len(labels))
    rng = np.random.default_rng(0)
    n_well_formed = 0
    for _ in range(4000):
        numbers = rng.integers(len(labels), size=rng.integers(1, 6))
        tags = [labels[number] for number in numbers]
        allowed = start[numbers[0]] and end[numbers[-1]]
        allowed = allowed and transitions[numbers[:-1], numbers[1:]].all()
        covered = sum(last - first for _, first, last in spans(tags, scheme=scheme))
        well_formed = covered == sum(tag != "O" for tag in tags)
        assert allowed == well_formed, tags
        n_well_formed += well_formed
    assert 200 < n_well_formed < 3800


@pytest.mark.parametrize("scheme", ["IOB2", "IOBES"])
def test_lenient_and_strict_agree_on_well_formed_sequences(scheme):
    labels = LABELS[scheme]
    start, end, transitions = allowed_transitions(labels, scheme)
    rng = np.random.default_rng(1)
    for _ in range(300):
        numbers = [rng.choice(np.flatnonzero(start))]
        while len(numbers) < 12 or not end[numbers[-1]]:
            numbers.append(rng.choice(np.flatnonzero(transitions[numbers[-1]])))
        tags = [labels[number] for number in numbers]
        assert spans(tags) == spans(tags, scheme=scheme)


def test_allowed_transitions_of_iobes():
    labels = ["B-x", "I-x", "E-x", "S-x", "O", "E-y"]
    start, end, transitions = allowed_transitions(labels, "bioes")
    assert start.tolist() == [True, False, False, True, True, False]
    assert end.tolist() == [False, False, True, True, True, True]
    inside = [False, True, True, False, False, False]
    outside = [True, False, False, True, True, False]
    assert transitions.tolist() == [inside, inside, outside, outside, outside, outside]


def test_allowed_transitions_rejects_other_labels():
    with pytest.raises(ValueError, match="'NOUN' is no tag of IOB2; expected 'O' or"):
        allowed_transitions(["O", "NOUN"], "IOB2")


@pytest.mark.parametrize(
    ("tags", "lenient", "iobes"),
    [
        ("", [], []),
        ("O O", [], []),
        ("B-x I-x E-x", [("x", 0, 3)], [("x", 0, 3)]),
        ("S-x S-x", [("x", 0, 1), ("x", 1, 2)], [("x", 0, 1), ("x", 1, 2)]),
        ("B-x B-x", [("x", 0, 1), ("x", 1, 2)], []),
        ("I-x I-x O I-x", [("x", 0, 2), ("x", 3, 4)], []),
        ("B-x I-y E-y", [("x", 0, 1), ("y", 1, 3)], []),
        ("B-x E-x I-x", [("x", 0, 2), ("x", 2, 3)], [("x", 0, 2)]),
        ("S-x I-x E-x", [("x", 0, 1), ("x", 1, 3)], [("x", 0, 1)]),
        ("E-x E-x", [("x", 0, 1), ("x", 1, 2)], []),
        ("B-x S-x", [("x", 0, 1), ("x", 1, 2)], [("x", 1, 2)]),
        ("B I E O S", [("", 0, 3), ("", 4, 5)], [("", 0, 3), ("", 4, 5)]),
        ("B-a-b E-a-b", [("a-b", 0, 2)], [("a-b", 0, 2)]),
    ],
)
def test_spans_of_iobes(tags, lenient, iobes):
    assert spans(tags.split()) == lenient
    assert spans(tags.split(), scheme="IOBES") == iobes


@pytest.mark.parametrize(
    ("tags", "strict"),
    [
        ("B-x I-x O B-x", [("x", 0, 2), ("x", 3, 4)]),
        ("B-x B-x I-x", [("x", 0, 1), ("x", 1, 3)]),
        ("I-x O B-x", [("x", 2, 3)]),
        ("B-x I-y I-y", [("x", 0, 1)]),
        ("B-x I-y I-x", [("x", 0, 1)]),
        ("O I-x I-x", []),
    ],
)
def test_spans_of_iob2(tags, strict):
    assert spans(tags.split(), scheme="bio") == strict


@pytest.mark.parametrize("label", ["PER", "", "-x", "B-", "b-x", "L-x", "O-x", "OB", 3, None])
def test_spans_rejects_what_is_no_tag(label):
    with pytest.raises(ValueError, match=r"is no tag; expected 'O' or one of the prefixes B, I, E"):
        spans(["O", label])


def test_spans_rejects_tags_of_another_scheme():
    with pytest.raises(ValueError, match="'E-x' is no tag of IOB2"):
        spans(["B-x", "E-x"], scheme="IOB2")


def test_spans_is_fast():
    tags = np.random.default_rng(0).choice(IOBES, 100_000).tolist()
    started = time.perf_counter()
    spans(tags)
    spans(tags, scheme="IOBES")
    assert time.perf_counter() - started < 2
