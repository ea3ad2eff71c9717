"""What taggers answer, how labels hang together, weights, copies and files."""

from __future__ import annotations

import copy
import itertools
import pickle

import joblib
import numpy as np
import pytest
from instances import TAGGERS
from sklearn.base import clone
from sklearn.utils import estimator_checks, get_tags

import skseq
from skseq import GRUTagger, LSTMTagger, RNNTagger
from skseq.metrics import span_f1, token_accuracy
from skseq.metrics._schemes import allowed_transitions
from skseq.runtime.backend import keras

X = [["Ana", "Lee", "sees", "Rome"], ["Rome", "sees", "Bob", "Lee"], ["Ana", "sleeps"], ["Bob"]]
Y = [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O", "B-PER", "I-PER"], ["B-PER", "O"], ["B-PER"]]
X, Y = X * 6, Y * 6


def quick(tagger=GRUTagger, **changes):
    options = {"units": 8, "epochs": 15, "learning_rate": 0.05, "crf": False, "random_state": 0}
    return tagger(**{**options, **changes})


@pytest.fixture(scope="module", params=[False, True], ids=["steps", "crf"])
def tagger(request):
    """Hardly trained, so that there is something to be unsure of."""
    return quick(crf=request.param, epochs=2, learning_rate=0.02).fit(X, Y)


def numbers(tagger, labels):
    return tuple(tagger.classes_.tolist().index(label) for label in labels)


def logits_and_chain(tagger, sentence):
    """The network's outputs for one sentence, and transitions, start and end as the layer holds."""
    read = tagger._read([sentence])
    (batch,) = list(tagger._run(read))
    n_classes = len(tagger.classes_)
    parts = np.zeros((n_classes, n_classes)), np.zeros(n_classes), np.zeros(n_classes)
    if tagger.crf:
        chain = tagger.engine_.linear_chain()
        parts = chain.transitions, chain.start, chain.end
    return batch.outputs[0, : len(sentence)].astype(float), parts


def all_log_probabilities(tagger, sentence):
    """Log-probability of every labelling of a sentence, by plain enumeration."""
    emissions, (transitions, start, end) = logits_and_chain(tagger, sentence)
    scores = {}
    for path in itertools.product(range(emissions.shape[1]), repeat=len(emissions)):
        score = start[path[0]] + end[path[-1]] + sum(emissions[t, k] for t, k in enumerate(path))
        scores[path] = score + sum(transitions[pair] for pair in itertools.pairwise(path))
    total = np.logaddexp.reduce(list(scores.values()))
    return {path: score - total for path, score in scores.items()}


# --------------------------------------------------------------------------- answers
def test_probabilities_are_those_of_all_labellings(tagger):
    for sentence, found in zip(X[:4], tagger.predict_proba(X[:4]), strict=True):
        expected = np.zeros((len(sentence), len(tagger.classes_)))
        for path, log_p in all_log_probabilities(tagger, sentence).items():
            expected[np.arange(len(path)), list(path)] += np.exp(log_p)
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_allclose(found.sum(axis=1), 1)


def test_prediction_is_the_best_labelling(tagger):
    for sentence, labels in zip(X[:4], tagger.predict(X[:4]), strict=True):
        log_p = all_log_probabilities(tagger, sentence)
        assert log_p[numbers(tagger, labels)] == pytest.approx(max(log_p.values()), abs=1e-5)


def test_without_a_crf_the_most_probable_label_is_predicted():
    model = quick(epochs=1).fit(X, Y)
    for p, labels in zip(model.predict_proba(X), model.predict(X), strict=True):
        assert model.classes_[p.argmax(axis=1)].tolist() == labels


def test_top_k_are_the_best_labellings_in_order(tagger):
    labellings, scores = tagger.predict_top_k([*X[:4], []], k=7, return_scores=True)
    assert [rows[0] for rows in labellings] == [*tagger.predict(X[:4]), []]
    assert tagger.predict_top_k([*X[:4], []], k=7) == labellings
    for sentence, rows, found in zip(X[:4], labellings[:4], scores[:4], strict=True):
        log_p = all_log_probabilities(tagger, sentence)
        possible = sorted((p for p in log_p.values() if p > -1e3), reverse=True)[:7]
        np.testing.assert_allclose(found, possible, atol=1e-5)
        assert len(rows) == len(found) == len({tuple(row) for row in rows})
        own = [log_p[numbers(tagger, row)] for row in rows]
        np.testing.assert_allclose(found, own, atol=1e-5)
        assert (np.diff(found) <= 0).all()
        assert np.exp(found).sum() <= 1 + 1e-9
    assert labellings[4] == [[]]
    np.testing.assert_array_equal(scores[4], [0.0])


def test_more_labellings_than_there_are(tagger):
    labellings, scores = tagger.predict_top_k([["Ana"], ["Ana", "Lee"]], k=500, return_scores=True)
    n_first, n_pairs = (3, 10) if tagger.crf else (4, 16)  # 'I-PER' follows PER only, begins none
    assert [len(rows) for rows in labellings] == [n_first, n_pairs]
    for found in scores:
        assert np.exp(found).sum() == pytest.approx(1)


@pytest.mark.parametrize("k", [0, -1, 2.0, "3", None])
def test_wrong_k_raises(tagger, k):
    with pytest.raises(ValueError, match=r"k=.* must be an integer of at least 1"):
        tagger.predict_top_k(X, k=k)


def test_score_samples_agrees_with_top_k(tagger):
    labellings, scores = tagger.predict_top_k(X[:3], k=3, return_scores=True)
    for i in range(3):
        found = tagger.score_samples([X[i]] * 3, labellings[i])
        np.testing.assert_allclose(found, scores[i], atol=1e-5)
    np.testing.assert_array_equal(tagger.score_samples([[]], [[]]), [0.0])


def test_score_samples_of_a_forbidden_labelling(tagger):
    (found,) = tagger.score_samples([["Ana", "Lee"]], [["O", "I-PER"]])
    assert np.isneginf(found) if tagger.crf else np.isfinite(found)


def test_scores_are_those_of_the_metrics(tagger):
    predicted = tagger.predict(X)
    assert tagger.score(X, Y) == token_accuracy(Y, predicted)
    weight = np.arange(len(X))
    assert tagger.score(X, Y, weight) == token_accuracy(Y, predicted, sample_weight=weight)
    steps = [np.arange(len(row)) for row in X]
    assert tagger.score(X, Y, steps) == token_accuracy(Y, predicted, sample_weight=steps)
    spans = copy.copy(tagger).set_params(score_metric="span_f1")
    assert spans.score(X, Y) == span_f1(Y, predicted)
    with pytest.raises(ValueError, match="takes no sample_weight"):
        spans.score(X, Y, weight)


def test_sentences_of_all_lengths_come_back_in_order(tagger):
    rng = np.random.default_rng(0)
    words = sorted({word for row in X for word in row})
    sentences = [rng.choice(words, size=n).tolist() for n in rng.integers(0, 30, size=80)]
    predicted = tagger.predict(sentences)
    assert list(map(len, predicted)) == list(map(len, sentences))
    order = rng.permutation(80)
    assert tagger.predict([sentences[i] for i in order]) == [predicted[i] for i in order]


# ---------------------------------------------------------------------- constraints
def is_valid(labels, scheme, classes):
    start, end, transitions = allowed_transitions(classes, scheme)
    path = [classes.index(label) for label in labels]
    moves = all(transitions[i][j] for i, j in itertools.pairwise(path))
    return start[path[0]] and end[path[-1]] and moves


def random_data(scheme, seed=0):
    """Ids that say nothing, and well-formed labels of two types at random."""
    rng = np.random.default_rng(seed)
    spans = {
        "IOB2": [["O"], ["B-x"], ["B-x", "I-x"], ["B-y", "I-y", "I-y"]],
        "IOBES": [["O"], ["S-x"], ["B-x", "E-x"], ["B-y", "I-y", "E-y"], ["S-y"]],
    }[scheme]
    y = [
        list(itertools.chain(*(spans[i] for i in rng.integers(0, len(spans), 4)))) for _ in "x" * 20
    ]
    return [rng.integers(4, 9, size=len(row)).tolist() for row in y], y


@pytest.mark.parametrize("scheme", ["IOB2", "IOBES"])
def test_decoded_labels_keep_to_the_scheme(scheme):
    x, y = random_data(scheme)
    model = quick(crf=True, epochs=1).fit(x, y)
    rng = np.random.default_rng(1)
    x = [rng.integers(4, 9, size=n).tolist() for n in rng.integers(1, 12, size=40)]
    classes = model.classes_.tolist()
    assert all(is_valid(row, scheme, classes) for row in model.predict(x))
    top = model.predict_top_k(x[:5], k=20)
    assert all(is_valid(row, scheme, classes) for rows in top for row in rows)


def test_without_constraints_anything_may_be_decoded():
    x, y = random_data("IOB2")
    model = quick(crf=True, epochs=1, constraints=None).fit(x, y)
    labellings = model.predict_top_k([[4, 5]], k=99)[0]
    assert len(labellings) == len(model.classes_) ** 2
    assert ["O", "I-x"] in labellings


def test_broken_labels_are_learned_with_constraints_auto():
    y = [["I-PER", "I-PER", "O", "B-LOC"], *Y[1:]]
    model = quick(crf=True, epochs=3).fit(X, y, X_val=X, y_val=y)
    assert np.isfinite(model.loss_curve_).all()
    assert max(model.loss_curve_) < 10
    assert np.isfinite(model.history_["val_loss"]).all()
    assert np.isfinite(model.score_samples(X, y)).all()
    labellings = model.predict_top_k([["Ana", "Lee"]], k=99)[0]
    assert ["I-PER", "I-PER"] in labellings  # as in the broken sentence
    assert ["O", "I-PER"] not in labellings  # as nowhere


@pytest.mark.parametrize(
    ("constraints", "row", "message"),
    [
        ("bio", ["I-PER", "O"], r"y\[2\] is not valid IOB2"),
        ("bio", ["NOUN", "O"], "'NOUN'.*no IOB2 tags"),
        ("bioes", ["B-PER", "O"], "IOBES"),
    ],
)
def test_labels_that_break_the_demanded_scheme_raise(constraints, row, message):
    with pytest.raises(ValueError, match=message):
        quick(crf=True, constraints=constraints).fit(X, [*Y[:2], row, *Y[3:]])


def test_labels_that_break_the_scheme_in_a_later_chunk_raise():
    model = quick(crf=True, constraints="bio").partial_fit(X, Y)
    with pytest.raises(ValueError, match=r"y\[2\] is not valid IOB2"):
        model.partial_fit(X, [*Y[:2], ["I-PER", "O"], *Y[3:]])


def test_broken_labels_in_a_later_chunk_are_refused_where_the_first_had_none():
    model = quick(crf=True).partial_fit(X, Y)
    with pytest.raises(ValueError, match=r"y\[2\] is not valid IOB2.*constraints=None"):
        model.partial_fit(X, [*Y[:2], ["I-PER", "O"], *Y[3:]])


def test_broken_validation_labels_have_a_finite_loss():
    y_val = [*Y[:2], ["I-PER", "O"], *Y[3:]]
    model = quick(crf=True, epochs=2).fit(X, Y, X_val=X, y_val=y_val)
    assert np.isfinite(model.history_["val_loss"]).all()


# --------------------------------------------------------------------------- weights
NOTHING = [[4] * 5] * 20  # says nothing of its labels
RARE = [["rare", *["often"] * 4]] * 6 + [["often"] * 5] * 14


def share_of_rare(**changes):
    model = quick(epochs=20, **changes.pop("options", {}))
    model.fit(NOTHING, RARE, **changes)
    return np.mean(np.concatenate(model.predict_proba(NOTHING))[:, 1])


@pytest.mark.parametrize("crf", [False, True])
def test_weights_of_labels_move_their_probability(crf):
    plain = share_of_rare(options={"crf": crf})
    for class_weight in ({"rare": 10.0}, "balanced"):
        options = {"crf": crf, "class_weight": class_weight}
        assert share_of_rare(options=options) > plain + 0.05
    assert share_of_rare(options={"crf": crf, "class_weight": {"rare": 0.1}}) < plain


@pytest.mark.parametrize("crf", [False, True])
def test_weights_of_sequences_and_steps_move_probabilities(crf):
    options = {"crf": crf}
    plain = share_of_rare(options=options)
    sequences = [10.0] * 6 + [1.0] * 14
    steps = [[1.0 + 9.0 * (label == "rare") for label in row] for row in RARE]
    for weight in (sequences, steps):
        assert share_of_rare(options=options, sample_weight=weight) > plain + 0.05


def weights_of(model):
    return model.network_state_.weights


def test_a_step_without_weight_is_not_learned_from():
    weight = [np.ones(len(row)) for row in Y]
    weight[0][1] = weight[4][0] = 0.0
    other = [list(row) for row in Y]
    other[0][1], other[4][0] = "O", "B-LOC"
    one, same = (quick(epochs=3).fit(X, y, sample_weight=weight) for y in (Y, other))
    np.testing.assert_equal(weights_of(one), weights_of(same))
    assert one.predict(X) == same.predict(X)
    differ = quick(epochs=3).fit(X, other)
    assert any((a != b).any() for a, b in zip(weights_of(one), weights_of(differ), strict=True))


def test_a_last_step_without_weight_is_not_learned_from_by_a_crf():
    weight = [np.ones(len(row)) for row in Y]
    weight[0][-1] = weight[2][-1] = 0.0
    other = [[*Y[0][:-1], "B-PER"], Y[1], ["B-PER", "B-LOC"], *Y[3:]]
    one, same = (quick(epochs=3, crf=True).fit(X, y, sample_weight=weight) for y in (Y, other))
    np.testing.assert_equal(weights_of(one), weights_of(same))
    assert one.loss_curve_ == same.loss_curve_


@pytest.mark.parametrize("crf", [False, True])
def test_a_sequence_without_weight_is_left_out(crf):
    weight = [0.0, *[1.0] * 23]
    steps = [[w] * len(row) for w, row in zip(weight, X, strict=True)]
    options = {"epochs": 2, "crf": crf}
    one, same = (quick(**options).fit(X, Y, sample_weight=w) for w in (weight, steps))
    np.testing.assert_equal(weights_of(one), weights_of(same))
    broken = [["O"] * 4, *Y[1:]]
    third = quick(**options).fit(X, broken, sample_weight=weight)
    np.testing.assert_equal(weights_of(one), weights_of(third))


# ------------------------------------------------------------------- copies and files
def by_skseq(model, path):
    return skseq.load(skseq.save(model, path))


def by_joblib(model, path):
    joblib.dump(model, path)
    return joblib.load(path)


WAYS = {
    "skseq": by_skseq,
    "joblib": by_joblib,
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
}


@pytest.fixture(scope="module")
def speller():
    """With everything there is to be stored: tokens, letters, shapes, a constrained CRF."""
    return quick(crf=True, char_features="cnn", shape_features=True, epochs=2).fit(X, Y)


@pytest.mark.parametrize("way", WAYS)
def test_copies_answer_the_same_and_train_on_alike(tmp_path, speller, way):
    again = WAYS[way](speller, tmp_path / "model")
    x = [*X, [], ["Zoe", "sees", "NATO"]]
    assert again.predict(x) == speller.predict(x)
    for one, other in zip(again.predict_proba(x), speller.predict_proba(x), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.predict_top_k(x, k=2) == speller.predict_top_k(x, k=2)
    assert again.get_params() == speller.get_params()
    straight = copy.copy(speller)
    for model in (straight, again):
        model.partial_fit(X, Y)
    np.testing.assert_equal(weights_of(again), weights_of(straight))


def test_clones_and_seeds_train_alike(speller):
    same = clone(speller)
    assert not hasattr(same, "classes_")
    np.testing.assert_equal(weights_of(same.fit(X, Y)), weights_of(speller))
    other = clone(speller).set_params(random_state=1).fit(X, Y)
    assert any((a != b).any() for a, b in zip(weights_of(other), weights_of(speller), strict=True))


def test_parameters_are_read_and_set():
    model = RNNTagger("simple")
    assert {"cell", "crf", "constraints", "char_features"} < set(model.get_params())
    assert model.set_params(cell="gru", crf=True).get_params()["crf"] is True
    with pytest.raises(ValueError, match="crv"):
        model.set_params(crv=True)
    assert repr(LSTMTagger(crf=True)) == "LSTMTagger(crf=True)"


@pytest.mark.parametrize(
    "wrong",
    [
        {"constraints": "iob1"},
        {"char_features": "gru"},
        {"score_metric": "f1"},
        {"word_dropout": 1.0},
        {"crf": "yes"},
        {"units": 0},
        {"class_weight": "equal"},
        {"embedding_dim": "wide"},
    ],
)
def test_wrong_parameters_raise_in_fit(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"'{name}' parameter of LSTMTagger must be"):
        LSTMTagger(**wrong).fit(X, Y)


@pytest.mark.parametrize(("cell", "named"), [("lstm", LSTMTagger), ("gru", GRUTagger)])
def test_rnn_tagger_with_a_cell_equals_the_class_of_that_name(cell, named):
    one = quick(RNNTagger, cell=cell, epochs=1).fit(X, Y)
    np.testing.assert_equal(weights_of(one), weights_of(quick(named, epochs=1).fit(X, Y)))


@pytest.mark.slow
def test_deep_networks_in_both_directions():
    options = {"layers": 2, "merge_mode": "mul", "dropout": 0.2, "units": 4, "epochs": 1}
    model = quick(RNNTagger, cell="simple", **options).fit(X, Y)
    alone = [model.predict_proba([row])[0] for row in X[:3]]
    for one, other in zip(alone, model.predict_proba([*X[:3], X[0] * 5]), strict=False):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("wanted", [False, True])
def test_what_follows_matters_only_where_both_directions_are_read(wanted):
    model = quick(epochs=1, bidirectional=wanted).fit(X, Y)
    one, other = model.predict_proba([["Ana", "Lee", "sees", "Rome"], ["Ana", "Lee", "sleeps"]])
    assert (np.abs(one[:2] - other[:2]).max(axis=1) > 1e-4).tolist() == [wanted, wanted]


# -------------------------------------------------------------------------- training
def test_partial_fit_takes_classes_and_chunks():
    classes = sorted({label for row in Y for label in row})
    model = quick(crf=True)
    for _ in range(6):
        for part in (0, 1):  # the second has no label of a place
            model.partial_fit(X[part::2], Y[part::2], classes=classes)
    assert model.classes_.tolist() == classes
    assert model.score(X, Y) > 0.9
    with pytest.raises(ValueError, match="not the same as in the first call"):
        model.partial_fit(X, Y, classes=["O"])
    with pytest.raises(ValueError, match=r"labels \['NEW'\] that were not seen.*classes="):
        model.partial_fit(X[2:3], [["NEW", "O"]])


def test_partial_fit_with_weights_of_steps():
    steps = [np.ones(len(row)) for row in X]
    one = quick().partial_fit(X, Y, sample_weight=steps)
    np.testing.assert_equal(weights_of(one), weights_of(quick().partial_fit(X, Y)))
    with pytest.raises(ValueError, match="cannot be used with partial_fit"):
        quick(class_weight="balanced").partial_fit(X, Y)


def test_warm_start_goes_on():
    straight = quick(epochs=4).fit(X, Y)
    warm = quick(epochs=2, warm_start=True).fit(X, Y)
    assert weights_of(warm.fit(X, Y))[0].shape == weights_of(straight)[0].shape
    assert warm.loss_curve_ == straight.loss_curve_


@pytest.mark.parametrize("metric", ["token_accuracy", "span_f1"])
def test_early_stopping_goes_by_the_score_metric(metric):
    wrong = [row if i % 3 else ["O"] * len(row) for i, row in enumerate(Y)]
    model = quick(epochs=30, early_stopping=True, n_iter_no_change=2, score_metric=metric)
    model.fit(X, Y, X_val=X[:12], y_val=wrong[:12])
    assert len(model.validation_scores_) < 30
    assert model.score(X[:12], wrong[:12]) == pytest.approx(max(model.validation_scores_))
    measure = {"token_accuracy": token_accuracy, "span_f1": span_f1}[metric]
    found = measure(wrong[:12], model.predict(X[:12]))
    assert found == pytest.approx(max(model.validation_scores_))


def test_validation_loss_is_that_of_score_samples():
    for crf in (False, True):
        model = quick(epochs=2, crf=crf).fit(X, Y, X_val=X[:7], y_val=Y[:7])
        n_steps = sum(map(len, Y[:7]))
        expected = -model.score_samples(X[:7], Y[:7]).sum() / n_steps
        assert model.history_["val_loss"][-1] == pytest.approx(expected, abs=1e-5)


def test_training_loss_is_in_nats_a_step():
    model = quick(epochs=1, learning_rate=1e-9, crf=True).fit(X, Y)
    expected = -model.score_samples(X, Y).sum() / sum(map(len, Y))
    assert model.loss_curve_[0] == pytest.approx(expected, abs=0.05)


def test_nothing_is_printed_unless_wanted(capfd):
    quick(epochs=1, crf=True).fit(X, Y).predict(X)
    assert capfd.readouterr() == ("", "")
    quick(epochs=1, verbose=1, crf=True).fit(X, Y, X_val=X, y_val=Y)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "GRUTagger" in shown.err
    assert "validation score" in shown.err


# ----------------------------------------------------------------------- own networks
def logits(n_tokens, n_outputs, units=8):
    steps = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(n_tokens, 8)(steps)
    x = keras.layers.GRU(units, return_sequences=True)(x)
    return keras.Model(steps, keras.layers.Dense(n_outputs)(x))


def softmax(meta):
    steps, lengths = keras.Input((None,), dtype="int32"), keras.Input((), dtype="int32")
    x = keras.layers.Embedding(meta["n_tokens"], 8)(steps)
    x = keras.layers.Conv1D(8, 3, padding="same")(x)
    outputs = keras.layers.Dense(meta["n_outputs"], activation="softmax")(x)
    return keras.Model([steps, lengths], outputs)


def for_sequences(n_tokens, n_outputs):
    steps = keras.Input((None,), dtype="int32")
    x = keras.layers.GRU(4)(keras.layers.Embedding(n_tokens, 8)(steps))
    return keras.Model(steps, keras.layers.Dense(n_outputs)(x))


@pytest.mark.parametrize("network", [logits, softmax])
def test_own_network_gives_labels_and_probabilities(network):
    model = quick(LSTMTagger, network=network, epochs=30).fit(X, Y)
    assert model.predict([*X[:4], []]) == [*Y[:4], []]
    for sentence, p in zip(X[:4], model.predict_proba(X[:4]), strict=True):
        np.testing.assert_allclose(p.sum(axis=1), 1)
        (raw,) = np.asarray(
            model.engine_.model_(
                [model._read([sentence]).codes[None], np.array([len(sentence)])]
                if network is softmax
                else model._read([sentence]).codes[None]
            )
        )
        expected = raw if network is softmax else np.exp(raw) / np.exp(raw).sum(1, keepdims=True)
        np.testing.assert_allclose(p, expected, atol=1e-4)
    total = sum(np.log(np.asarray(p).max(axis=1)).sum() for p in model.predict_proba(X[:4]))
    assert model.score_samples(X[:4], Y[:4]).sum() == pytest.approx(total, abs=1e-4)


@pytest.mark.parametrize(
    "built_in", [{"crf": True}, {"char_features": "cnn"}, {"shape_features": True}]
)
def test_what_belongs_to_the_built_in_network_is_refused(built_in):
    (name,) = built_in
    with pytest.raises(
        ValueError, match=rf"built-in network.s settings \[.{name}.\] have no effect"
    ):
        quick(network=logits, **built_in).fit(X, Y)


def test_own_network_with_one_output_a_sequence_is_explained():
    with pytest.raises(ValueError, match=r"for_sequences.*each step"):
        quick(network=for_sequences, epochs=1).fit(X, Y)


# ----------------------------------------------------------------- scikit-learn's eyes
@pytest.mark.parametrize("estimator", TAGGERS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize(
    "name",
    [
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_get_params_invariance",
        "check_set_params",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_valid_tag_types",
        "check_mixin_order",
    ],
)
def test_scikit_learn_checks_that_need_no_labels_pass(estimator, name):
    check = getattr(estimator_checks, name)
    check(type(estimator).__name__, clone(estimator))


def test_tags_say_what_taggers_need():
    tags = get_tags(LSTMTagger())
    assert tags.estimator_type is None
    assert tags.target_tags.required
    assert tags.input_tags.three_d_array
