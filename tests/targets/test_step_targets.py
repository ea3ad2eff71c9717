"""Labels and weights of single steps as numbers, and back: what taggers take as ``y``."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from skseq import Sequences
from skseq.batches.batching import Batch
from skseq.decoding import LinearChain
from skseq.targets.label_rows import as_label_rows
from skseq.targets.step_labels import StepTarget
from skseq.targets.step_weights import step_weights

ROWS = [["O", "B-PER"], [], ["O"]]
LENGTHS = np.array([2, 0, 1])
TAGS = [["B-PER", "I-PER", "O"], ["B-LOC", "O"], ["O", "B-PER"]]


def objects(rows):
    cells = np.empty(len(rows), object)
    cells[:] = rows
    return cells


# ---------------------------------------------------------------------- reading labels
@pytest.mark.parametrize(
    "y",
    [
        ROWS,
        tuple(map(tuple, ROWS)),
        objects(ROWS),
        [np.array(row, dtype=str) for row in ROWS],
        [list(map(np.str_, row)) for row in ROWS],
        pd.Series(ROWS, index=list("zyx")),
        pd.DataFrame({"labels": ROWS}),
        pa.array(ROWS),
    ],
    ids=["lists", "tuples", "objects", "arrays", "np.str_", "series", "frame", "pyarrow"],
)
def test_label_rows_come_in_many_containers(y):
    rows = as_label_rows(y, "y", LENGTHS)
    assert rows == ROWS
    assert {type(label) for row in rows for label in row} == {str}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([np.int64(3), np.int32(-1)], [3, -1]),
        (np.array([3, -1]), [3, -1]),
        ([2.0, np.float32(1)], [2, 1]),
        ([True, np.bool_(False)], [1, 0]),
        ("NNC", ["N", "N", "C"]),
        ([np.str_("a"), "b"], ["a", "b"]),
    ],
)
def test_labels_become_plain_str_and_int(row, expected):
    (found,) = as_label_rows([row])
    assert found == expected
    assert [type(label) for label in found] == [type(label) for label in expected]


def test_array_has_one_row_a_sequence():
    assert as_label_rows(np.array([[1, 2], [3, 4]])) == [[1, 2], [3, 4]]
    frame = pd.DataFrame([["a", "b"], ["b", "a"]])
    assert as_label_rows(frame) == [["a", "b"], ["b", "a"]]


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (None, ValueError, "requires y to be passed, but the target y is None"),
        ("NNC", ValueError, "y is one str; expected a list of label lists"),
        (3, ValueError, "y is one int; expected a list of label lists"),
        ([1, 0, 1], ValueError, r"y\[0\] is one label.*put them into a list: \[y\]"),
        (np.array([1, 0]), ValueError, r"y\[0\] is one label"),
        ([["a"], None], ValueError, r"y\[1\] is one label"),
        (np.zeros((2, 3, 1), int), ValueError, r"y\[0\] is one label"),
        ([["a"], ["b", None]], ValueError, r"y\[1\]\[1\] is None; every step needs a label"),
        ([["a", float("nan")]], ValueError, r"y\[0\]\[1\] is nan; every step needs a label"),
        ([[1, np.nan]], ValueError, r"y\[0\]\[1\] is nan"),
        ([[0.5]], TypeError, r"y\[0\]\[0\] is float \(0\.5\); labels are str or int"),
        ([[["a"]]], TypeError, r"y\[0\]\[0\] is list \(\['a'\]\); labels are str or int"),
        ([[b"a"]], TypeError, "labels are str or int"),
    ],
)
def test_wrong_labels_are_explained(y, error, message):
    with pytest.raises(error, match=message):
        as_label_rows(y)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([["O", "O", "O"], [], ["O"]], r"X\[0\] has 2 steps, but y\[0\] has 3 labels"),
        ([["O", "O"], [], []], r"X\[2\] has 1 step, but y\[2\] has 0 labels"),
        ([["O", "O"], []], "inconsistent numbers of samples: X has 3, y has 2"),
    ],
)
def test_labels_that_do_not_fit_the_steps_are_explained(y, message):
    with pytest.raises(ValueError, match=message):
        as_label_rows(y, "y", LENGTHS)


# ------------------------------------------------------------------------ the codec
@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([["b", "a"], ["c"]], ["a", "b", "c"]),
        ([[3, -1], [2]], [-1, 2, 3]),
        ([[np.int64(3)], [np.int64(1)]], [1, 3]),
        (["NC", "C"], ["C", "N"]),
        (np.array([[1, 0], [2, 0]]), [0, 1, 2]),
    ],
)
def test_encoded_labels_come_back_as_they_were(y, classes):
    target = StepTarget(y)
    assert target.classes.tolist() == classes
    assert target.n_outputs == len(classes)
    encoded = target.encode(y)
    rows = target.labels(encoded.codes, encoded.offsets)
    assert rows == as_label_rows(y)
    assert {type(label) for row in rows for label in row} == {type(classes[0])}
    assert encoded.codes.dtype == np.int32


def test_empty_sequences_have_no_labels():
    target = StepTarget(ROWS)
    encoded = target.encode(ROWS)
    assert encoded.lengths.tolist() == [2, 0, 1]
    assert target.labels(encoded.codes, encoded.offsets) == ROWS


def test_classes_may_be_told_beforehand():
    target = StepTarget([["b"]], np.array(["c", "b", "a", "a"]))
    assert target.classes.tolist() == ["a", "b", "c"]
    assert target.encode([["c", "a"]]).codes.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("y", "classes", "message"),
    [
        ([[], []], None, "y holds no label at all; at least one sequence needs steps"),
        ([["a"], [1]], None, "mixes text and numbers"),
        ([["a", 1]], None, "mixes text and numbers"),
        ([["a"]], ["a", 1], "mixes text and numbers"),
    ],
)
def test_impossible_sets_of_labels_raise(y, classes, message):
    with pytest.raises(ValueError, match=message):
        StepTarget(y, classes)


def test_unseen_labels_raise_and_are_named():
    target = StepTarget([["a", "b"]])
    with pytest.raises(ValueError, match=r"y_val contains labels \['c', 'd'\].*\['a', 'b'\]"):
        target.encode([["d", "a", "c"]], "y_val")
    with pytest.raises(ValueError, match=r"labels \[1\] that were not seen"):
        target.encode([[1]])


# -------------------------------------------------------------------- constraints
@pytest.mark.parametrize(
    ("y", "crf", "constraints", "scheme"),
    [
        (TAGS, True, "auto", "IOB2"),
        (TAGS, True, "bio", "IOB2"),
        (TAGS, True, None, None),
        (TAGS, False, "auto", None),
        ([["B-PER", "E-PER", "S-PER", "O"]], True, "auto", "IOBES"),
        ([["B-PER", "I-PER", "E-PER", "O"]], True, "bioes", "IOBES"),
        ([["NOUN", "VERB"]], True, "auto", None),
        ([[1, 2]], True, "auto", None),
        (["NNC"], True, "auto", None),
    ],
)
def test_scheme_is_found(y, crf, constraints, scheme):
    target = StepTarget(y, crf=crf, constraints=constraints)
    assert target.scheme == scheme
    assert (target.forbidden is None) == (scheme is None)
    assert ("forbidden" in target.arguments()) == (scheme is not None)
    assert target.loss == ("crf" if crf else "step_softmax")


def test_iob2_forbids_spans_that_begin_inside():
    target = StepTarget(TAGS, crf=True)
    names = target.classes.tolist()  # B-LOC, B-PER, I-PER, O
    start, end, transitions = map(np.array, target.forbidden)
    assert [name for name, barred in zip(names, start, strict=True) if barred] == ["I-PER"]
    assert not end.any()
    barred = {(names[i], names[j]) for i, j in zip(*np.nonzero(transitions), strict=True)}
    assert barred == {("O", "I-PER"), ("B-LOC", "I-PER")}


def test_iobes_forbids_spans_that_never_end():
    y = [["B-PER", "I-PER", "E-PER", "O", "S-PER"]]
    target = StepTarget(y, crf=True)
    names = target.classes.tolist()
    start, end, transitions = map(np.array, target.forbidden)
    assert {names[i] for i in np.flatnonzero(start)} == {"I-PER", "E-PER"}
    assert {names[i] for i in np.flatnonzero(end)} == {"B-PER", "I-PER"}
    assert transitions[names.index("B-PER"), names.index("O")]
    assert not transitions[names.index("B-PER"), names.index("E-PER")]


def test_constraints_auto_allows_what_broken_sequences_do():
    target = StepTarget([*TAGS, ["I-PER", "O"], ["B-LOC", "I-PER"]], crf=True)
    names = target.classes.tolist()
    start, _, transitions = map(np.array, target.forbidden)
    assert not start.any()
    assert not transitions[names.index("B-LOC"), names.index("I-PER")]
    assert transitions[names.index("O"), names.index("I-PER")]  # nobody does this


def test_constraints_of_a_scheme_name_the_broken_sequence():
    with pytest.raises(ValueError, match=r"y\[3\] is not valid IOB2: \['I-PER', 'O'\].*'auto'"):
        StepTarget([*TAGS, ["I-PER", "O"]], crf=True, constraints="bio")


@pytest.mark.parametrize(("constraints", "scheme"), [("bio", "IOB2"), ("bioes", "IOBES")])
def test_constraints_of_a_scheme_refuse_other_labels(constraints, scheme):
    with pytest.raises(ValueError, match=rf"'NOUN'.*no {scheme} tags"):
        StepTarget([["NOUN", "O"]], crf=True, constraints=constraints)


@pytest.mark.parametrize("constraints", ["bio", "bioes"])
def test_without_a_crf_constraints_mean_nothing(constraints):
    assert StepTarget([["NOUN", "O"]], constraints=constraints).forbidden is None


# ----------------------------------------------------------------------------- weights
CLASSES = np.array(["a", "b"])
ENCODED = Sequences(np.array([0, 0, 0, 1], np.int32), np.array([0, 2, 2, 4]))


def weigh(sample_weight=None, class_weight=None, normalize=False):
    found = step_weights(sample_weight, class_weight, ENCODED, classes=CLASSES, normalize=normalize)
    assert found.offsets.tolist() == ENCODED.offsets.tolist()
    assert found.codes.dtype == np.float32
    return found.codes.tolist()


@pytest.mark.parametrize(
    ("sample_weight", "expected"),
    [
        (None, [1, 1, 1, 1]),
        (3.0, [3, 3, 3, 3]),
        ([2, 9, 5], [2, 2, 5, 5]),
        (np.array([2, 9, 5]), [2, 2, 5, 5]),
        (pd.Series([2, 9, 5], index=list("abc")), [2, 2, 5, 5]),
        ([[1, 2], [], [3, 4]], [1, 2, 3, 4]),
        ([np.array([1, 0]), np.array([]), (0, 4)], [1, 0, 0, 4]),
        (objects([[1, 2], [], [3, 4]]), [1, 2, 3, 4]),
        (pd.Series([[1, 2], [], [3, 4]], index=list("abc")), [1, 2, 3, 4]),
    ],
)
def test_weights_of_sequences_and_of_steps(sample_weight, expected):
    assert weigh(sample_weight) == expected


@pytest.mark.parametrize(
    ("sample_weight", "message"),
    [
        ([1, 1], r"sample_weight.shape == \(2,\), expected \(3,\)"),
        ([[1, 1], []], "sample_weight has 2 rows, expected 3"),
        ([[1, 1], [1], [1, 1]], r"sample_weight\[1\] has the shape \(1,\), expected \(0,\)"),
        ([[1, 1], 1, [1, 1]], r"sample_weight\[1\] has the shape \(\), expected \(0,\)"),
        ([-1, 1, 1], "finite and not negative"),
        ([[1, -1], [], [1, 1]], "finite and not negative"),
        ([[1, np.nan], [], [1, 1]], "finite and not negative"),
        ([0, 0, 0], "weights are zero"),
        ([[0, 0], [], [0, 0]], "weights are zero"),
        ([0, 1, 0], "weights are zero"),  # the second sequence is empty
        (0.0, "weights are zero"),
    ],
)
def test_wrong_weights_are_explained(sample_weight, message):
    with pytest.raises(ValueError, match=message):
        weigh(sample_weight)


@pytest.mark.parametrize("sample_weight", [-1.0, float("nan"), float("inf")])
def test_wrong_scalar_weight_is_explained(sample_weight):
    with pytest.raises(ValueError, match="finite and not negative"):
        weigh(sample_weight)


def test_weights_of_sequences_and_steps_in_one_list_are_explained():
    with pytest.raises(ValueError, match="sample_weight"):
        weigh([1, [], [1, 1]])


def test_weights_of_labels():
    assert weigh(class_weight={"b": 5}) == [1, 1, 1, 5]
    assert weigh(class_weight={"a": 0, "b": 1}) == [0, 0, 0, 1]
    assert weigh([2, 1, 1], {"a": 3}) == [6, 6, 3, 1]


def test_normalized_weights_set_proportions_only():
    assert np.mean(weigh([1, 1, 3], normalize=True)) == pytest.approx(1)
    assert weigh(1000.0, normalize=True) == [1, 1, 1, 1]
    assert weigh([[1, 0], [], [3, 2]], normalize=True) == [0.5, 0, 1.5, 1]


def test_balanced_weighs_inversely_to_frequency():
    found = weigh(class_weight="balanced", normalize=True)
    assert found[3] == pytest.approx(3 * found[0])
    assert sum(found[:3]) == pytest.approx(found[3])


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({"c": 1}, r"class_weight names the labels \['c'\].*\['a', 'b'\]"),
        ({"a": -1}, "not negative"),
        ({"a": np.nan}, "finite"),
        ("balanced", "needs all labels at once.*partial_fit"),
    ],
)
def test_wrong_weights_of_labels_are_explained(class_weight, message):
    with pytest.raises(ValueError, match=message):
        weigh(class_weight=class_weight)


# ---------------------------------------------------------------------------- decoding
def batches(target, lengths, chain=None, seed=0):
    """Two batches of random outputs, the longer sequences first, as prediction has them."""
    rng = np.random.default_rng(seed)
    order = np.argsort(-lengths, kind="stable")
    for rows in np.array_split(order, 2):
        width = max(1, lengths[rows].max())
        outputs = rng.normal(size=(len(rows), width, target.n_outputs))
        yield Batch(rows, lengths[rows], outputs, chain)


@pytest.mark.parametrize("crf", [False, True])
def test_decoding_agrees_with_enumeration(crf):
    target = StepTarget([["a", "b", "c"]], crf=crf)
    lengths = np.array([1, 3, 0, 2])
    offsets = np.append(0, np.cumsum(lengths))
    transitions = np.random.default_rng(1).normal(size=(3, 3)) * crf
    start, end = np.array([0.3, -0.2, 0.1]) * crf, np.array([0.0, 0.5, -1.0]) * crf
    chain = LinearChain(transitions, start, end)

    def fresh():
        return batches(target, lengths, chain if crf else None)

    paths = target.paths(fresh(), offsets)
    probabilities = target.probabilities(fresh(), offsets)
    best = {row: found for row, *found in target.best_paths(fresh(), 100)}
    encoded = Sequences(np.array([2, 0, 1, 1, 2, 0], np.int32), offsets)
    given = target.log_likelihood(fresh(), encoded)
    assert sorted(best) == [0, 1, 2, 3]
    for batch in fresh():
        for row, length, emissions in zip(batch.rows, batch.lengths, batch.outputs, strict=True):
            scores = {}
            for path in itertools.product(range(3), repeat=length):
                score = sum(emissions[t, k] for t, k in enumerate(path))
                score += sum(transitions[i, j] for i, j in itertools.pairwise(path))
                scores[path] = score + (start[path[0]] + end[path[-1]] if path else 0)
            total = np.logaddexp.reduce(list(scores.values()))
            mine = slice(offsets[row], offsets[row + 1])
            found_paths, found_scores = best[row]
            ranked = sorted(scores, key=scores.get, reverse=True)
            assert [tuple(path.tolist()) for path in found_paths] == ranked
            np.testing.assert_allclose(found_scores, [scores[path] - total for path in ranked])
            assert tuple(paths[mine].tolist()) == ranked[0]
            own = tuple(encoded[int(row)].tolist())
            np.testing.assert_allclose(given[row], scores[own] - total)
            marginals = np.zeros((length, 3))
            for path, score in scores.items():
                marginals[np.arange(length), list(path)] += np.exp(score - total)
            np.testing.assert_allclose(probabilities[mine], marginals)


@pytest.mark.parametrize("metric", ["token_accuracy", "span_f1"])
def test_validation_loss_and_score(metric):
    target = StepTarget(TAGS, score_metric=metric)
    encoded = target.encode(TAGS)
    lengths = encoded.lengths
    weight = target.weights(None, TAGS, None, encoded, True)
    loss, score = target.loss_and_score(batches(target, lengths), encoded, weight)
    total = target.log_likelihood(batches(target, lengths), encoded).sum()
    assert loss == pytest.approx(-total / lengths.sum())
    assert 0 <= score < 1

    def perfect():
        for batch in batches(target, lengths):
            for i, row in enumerate(batch.rows):
                own = encoded[int(row)]
                batch.outputs[i, np.arange(len(own)), own] += 50
            yield batch

    assert target.loss_and_score(perfect(), encoded, weight) == pytest.approx((0, 1), abs=1e-9)
