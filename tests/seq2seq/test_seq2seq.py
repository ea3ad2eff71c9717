"""Seq2Seq and TransformerSeq2Seq: networks, learning, options, saving, scikit-learn, bad input."""

from __future__ import annotations

import copy
import itertools
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skseq
from skseq import Seq2Seq, TransformerSeq2Seq
from skseq.datasets import make_addition
from skseq.metrics import chrf_scorer, edit_distance_scorer, exact_match_scorer
from skseq.networks import (
    recurrent_seq2seq_network,
    repeat_seq2seq_network,
    transformer_seq2seq_network,
)
from skseq.runtime.backend import keras
from skseq.training.dataset import compile_forward
from skseq.training.step_function import KerasEncoder, KerasStepFunction

# All strings of up to three of three letters: few tokens, so that compiled networks are shared.
X = ["".join(made) for n in (1, 2, 3) for made in itertools.product("abc", repeat=n)]
REVERSED = [text[::-1] for text in X]
OF_ONE_LENGTH = [(text * 3)[:3] for text in X]


def quick(**changes):
    return Seq2Seq(
        **{"units": 12, "epochs": 1, "learning_rate": 0.02, "random_state": 0, **changes}
    )


def small(**changes):
    options = {"units": 8, "layers": 1, "num_heads": 2, "feed_forward_dim": 8, "epochs": 1}
    return TransformerSeq2Seq(
        **{**options, "dropout": 0.0, "learning_rate": 0.01, "random_state": 0, **changes}
    )


@pytest.fixture(scope="module")
def model():
    return quick(attention="dot").fit(X, REVERSED)


@pytest.fixture(scope="module")
def transformer():
    return small().fit(X, REVERSED)


@pytest.fixture(scope="module")
def repeating():
    return quick(decoder="repeat").fit(X, REVERSED)


# ----------------------------------------------------------------------------- networks
def test_the_network_of_the_addition_example_has_its_size():
    questions, sums = make_addition(8, digits=3, random_state=0)
    # All twelve characters, blanks among them.
    questions, sums = [*questions, "123+4  ", "567+890"], [*sums, "127 ", "1457"]
    options = {"decoder": "repeat", "one_hot": True, "bidirectional": False}
    model = Seq2Seq(units=128, epochs=1, **options).fit(questions, sums)
    assert len(model.vocabulary_) == 4 + 12
    assert model.engine_.network_.count_params() == 205_324


SIZES = {"n_source": 9, "n_outputs": 8, "units": 4}
WIDTHS = {"source_embedding_dim": 3, "target_embedding_dim": 5}
CELLS, ATTENTIONS = ("lstm", "gru", "simple"), (None, "dot", "general", "additive")
COMBINATIONS = list(itertools.product(CELLS, ATTENTIONS, (False, True), (1, 2)))


def recurrent(cell, attention, bidirectional, layers, **options):
    settings = {"cell": cell, "attention": attention, "bidirectional": bidirectional}
    return recurrent_seq2seq_network(**SIZES, **WIDTHS, **settings, layers=layers, **options)


def transforming(**options):
    return transformer_seq2seq_network(**SIZES, num_heads=2, feed_forward_dim=6, **options)


# Every value of every argument once or more.
NETWORKS = {
    "lstm": (recurrent, ("lstm", None, False, 1), {"dropout": 0.5, "recurrent_dropout": 0.5}),
    "lstm, dot": (recurrent, ("lstm", "dot", True, 2), {}),
    "gru": (recurrent, ("gru", None, True, 2), {"one_hot": True}),
    "gru, additive": (recurrent, ("gru", "additive", False, 2), {}),
    "simple, general": (recurrent, ("simple", "general", True, 1), {}),
    "simple, dot": (recurrent, ("simple", "dot", False, 1), {"scheduled_sampling": 0.5}),
    "transformer": (transforming, (), {"layers": 2}),
    "transformer, learned": (
        transforming,
        (),
        {"layers": 1, "positions": "learned", "n_positions": 3, "scheduled_sampling": 0.5},
    ),
}


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    make, arguments, options = NETWORKS[request.param]
    model = make(*arguments, **options)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(weight + rng.normal(scale=0.1, size=weight.shape))
    forward = compile_forward(model)
    return model, lambda *given: forward(given[:-1], given[-1])


SOURCE = np.array([[4, 5, 6, 7, 8], [6, 5, 0, 0, 0], [7, 7, 4, 0, 0]], np.int32)
SOURCE_LENGTHS = np.array([5, 2, 3], np.int32)
STEPS = np.array([[2, 4, 5, 6], [2, 0, 0, 0], [2, 7, 6, 0]], np.int32)
LENGTHS = np.array([4, 1, 3], np.int32)


@pytest.mark.slow
def test_step_by_step_equals_the_whole(network):
    check_steps_equal_the_whole(*network)


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "bidirectional"), [("gru", False), ("simple", True)])
def test_a_single_state_is_carried_too(cell, bidirectional):
    model = recurrent(cell, None, bidirectional, 1)
    forward = compile_forward(model)
    check_steps_equal_the_whole(model, lambda *given: forward(given[:-1], given[-1]))


def check_steps_equal_the_whole(model, forward):
    whole = forward(SOURCE, SOURCE_LENGTHS, STEPS, LENGTHS)
    assert whole.shape == (3, 4, 8)
    whole -= np.log(np.exp(whole).sum(axis=-1, keepdims=True))
    states = KerasEncoder(model.get_layer("encoder"))((SOURCE,), SOURCE_LENGTHS)
    decoder = KerasStepFunction(model.get_layer("decoder"))
    for t in range(4):
        found, states = decoder.step((STEPS[:, t],), states)
        is_real = t < LENGTHS
        np.testing.assert_allclose(found[is_real], whole[is_real, t], atol=1e-4)


@pytest.mark.slow
def test_padding_never_matters(network):
    _, forward = network
    whole = forward(SOURCE, SOURCE_LENGTHS, STEPS, LENGTHS)
    other = np.random.default_rng(0).integers(4, 8, size=(3, 9)).astype(np.int32)
    source, steps = other.copy(), other[:, :7].copy()
    for row in range(3):
        source[row, : SOURCE_LENGTHS[row]] = SOURCE[row, : SOURCE_LENGTHS[row]]
        steps[row, : LENGTHS[row]] = STEPS[row, : LENGTHS[row]]
    found = forward(source, SOURCE_LENGTHS, steps, LENGTHS)
    for row, n in enumerate(LENGTHS):
        np.testing.assert_allclose(found[row, :n], whole[row, :n], atol=1e-4)


@pytest.mark.slow
def test_all_of_a_source_and_of_the_steps_before_matters(network):
    _, forward = network
    whole = forward(SOURCE, SOURCE_LENGTHS, STEPS, LENGTHS)
    for t in (0, 4):  # the first and the last token of the first source
        source = SOURCE.copy()
        source[0, t] = 5 if t == 0 else 4
        found = forward(source, SOURCE_LENGTHS, STEPS, LENGTHS)
        assert np.abs(found[0] - whole[0]).max() > 1e-6
    steps = STEPS.copy()
    steps[0, 2] = 7
    found = forward(SOURCE, SOURCE_LENGTHS, steps, LENGTHS)
    np.testing.assert_allclose(found[0, :2], whole[0, :2], atol=1e-4)  # what came before stays
    assert np.abs(found[0, 2:] - whole[0, 2:]).max() > 1e-6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "bidirectional", "layers"), [("simple", False, 2), ("gru", True, 1)]
)
def test_networks_that_repeat_are_blind_to_padding(cell, bidirectional, layers):
    network = repeat_seq2seq_network(
        **SIZES,
        n_steps=3,
        source_embedding_dim=3,
        cell=cell,
        layers=layers,
        bidirectional=bidirectional,
        one_hot=layers == 2,
    )
    forward = compile_forward(network)
    whole = forward((SOURCE,), SOURCE_LENGTHS)
    assert whole.shape == (3, 3, 8)
    alone = forward((SOURCE[1:2, :2],), SOURCE_LENGTHS[1:2])
    np.testing.assert_allclose(alone[0], whole[1], atol=1e-5)


@pytest.mark.slow
@pytest.mark.slow  # a tenth of a second each
@pytest.mark.parametrize("cell", CELLS)
def test_every_combination_builds(cell):
    for row in COMBINATIONS:
        if row[0] == cell:
            assert recurrent(*row).output_shape == (None, None, 8)


# ----------------------------------------------------------------------------- learning
LEARNING = {"epochs": 30, "batch_size": 4}
PLURALS = {"cat": "cats", "box": "boxes", "dog": "dogs", "bus": "buses", "tax": "taxes"}


@pytest.mark.parametrize(
    "task", [pytest.param("copy", marks=pytest.mark.slow), "reverse", "plural"]
)
def test_small_tasks_are_learned(task):
    if task == "plural":
        X_task, y = list(PLURALS) * 6, list(PLURALS.values()) * 6
    else:
        X_task, y = X, X if task == "copy" else REVERSED
    model = quick(attention="dot", **LEARNING).fit(X_task, y)
    assert model.score(X_task, y) == 1.0
    assert model.predict(X_task).tolist() == list(y)
    assert model.loss_curve_[-1] < 0.2 * model.loss_curve_[0]


@pytest.mark.slow
@pytest.mark.slow
def test_a_transformer_learns():
    model = small(**{**LEARNING, "epochs": 40}).fit(X, X)
    assert model.score(X, X) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("y", [REVERSED, OF_ONE_LENGTH], ids=["ends", "one length"])
def test_a_repeating_decoder_learns(y):
    model = quick(decoder="repeat", **{**LEARNING, "epochs": 40}).fit(X, y)
    assert model.score(X, y) > 0.9
    assert (model.codec_.end is None) == (y is OF_ONE_LENGTH)
    assert model.vocabulary_ is model.target_vocabulary_


WORDS = ["hello , you ( there ) !", "don't go", 'say " yes " , 50 %', "¿ qué ?"]
JOINED = ["Hello, you (there)!", "don't go", 'say "yes", 50%', "¿qué?"]


@pytest.mark.slow
def test_words_are_joined_as_is_usual():
    sources = ["one", "two", "three", "four"]
    model = quick(level="word", epochs=40, batch_size=2).fit(sources * 2, JOINED * 2)
    assert model.predict(sources).tolist() == JOINED
    assert model.score(sources, JOINED) == 1.0
    tokens = ["¿", "qué", "?"]
    assert model.score(["four"], [tokens]) == 1.0
    np.testing.assert_allclose(
        model.score_samples(["four"], [tokens]), model.score_samples(["four"], JOINED[3:])
    )


@pytest.mark.slow
def test_case_can_be_left_out():
    upper = [text.upper() for text in X]
    model = quick(lowercase=True, attention="dot", **LEARNING).fit(upper, upper)
    assert set(model.target_vocabulary_.tokens[4:]) == set("abc")
    assert model.predict(upper).tolist() == X
    assert model.score(upper, upper) == model.score(X, X) == 1.0
    np.testing.assert_array_equal(model.score_samples(X, X), model.score_samples(upper, upper))


@pytest.mark.slow
def test_rare_tokens_are_unknown_and_never_made():
    sources, y = ["ab", "ab", "ac"] * 2 + ["qq", "a"], ["ab", "ab", "ba"] * 2 + ["zz", "y"]
    model = quick(min_count=3, epochs=20).fit(sources, y)
    assert set(model.vocabulary_.tokens[4:]) == {"a", "b"}
    assert set(model.target_vocabulary_.tokens[4:]) == {"a", "b"}
    texts = model.predict(["qq", "zz", "ab", "??"], num_beams=3)
    assert all(set(text) <= {"a", "b"} for text in texts)
    assert texts[0] == texts[3]
    few = quick(max_tokens=5).fit(sources, y)
    assert len(few.vocabulary_) == len(few.target_vocabulary_) == 5


@pytest.mark.slow
def test_a_tokenizer_can_be_given():
    model = quick(level="word", tokenizer=str.split).fit(["a-b c", "c"], ["x-y", "z x-y"])
    assert set(model.vocabulary_.tokens[4:]) == {"a-b", "c"}
    assert set(model.target_vocabulary_.tokens[4:]) == {"x-y", "z"}


# ------------------------------------------------------------------------------ weights
@pytest.mark.slow
def test_weights_are_proportions_and_zero_is_left_out():
    expected = quick().fit(X, REVERSED)
    same = quick().fit(X, REVERSED, sample_weight=np.full(len(X), 7.0))
    np.testing.assert_allclose(same.loss_curve_, expected.loss_curve_, rtol=1e-5)
    weight = np.arange(len(X)) % 2
    wrong = list(REVERSED)
    wrong[::2] = wrong[::2][::-1]  # those without any weight
    model = quick().fit(X, wrong, sample_weight=weight)
    kept = quick().fit(X, REVERSED, sample_weight=weight)
    assert model.loss_curve_ == kept.loss_curve_
    np.testing.assert_array_equal(model.score_samples(X, X), kept.score_samples(X, X))


@pytest.mark.slow
def test_score_weighs_pairs(model):
    found = model.predict(X)
    y = [text if i % 2 else text + "!" for i, text in enumerate(found)]
    assert model.score(X, y) == pytest.approx(np.mean(np.arange(len(X)) % 2))
    weight = np.arange(len(X)) % 2
    assert model.score(X, y, sample_weight=weight) == 1.0


@pytest.mark.slow
def test_smoothing_changes_the_loss_only():
    plain, smooth = (
        quick(label_smoothing=s, epochs=2, learning_rate=1e-12).fit(X, REVERSED, None, X, REVERSED)
        for s in (0.0, 0.3)
    )
    # Weights hardly moved: what was measured differs, what is predicted does not.
    assert abs(plain.loss_curve_[0] - smooth.loss_curve_[0]) > 1e-4
    np.testing.assert_allclose(plain.validation_scores_, smooth.validation_scores_, atol=1e-4)
    np.testing.assert_allclose(
        plain.score_samples(X, REVERSED), smooth.score_samples(X, REVERSED), atol=1e-4
    )
    mean = plain.score_samples(X, REVERSED).sum() / (sum(map(len, X)) + len(X))
    assert plain.validation_scores_[-1] == pytest.approx(mean, abs=1e-4)
    assert plain.loss_curve_[-1] == pytest.approx(-mean, abs=1e-3)


# ------------------------------------------------------------------------- more epochs
@pytest.mark.slow
def test_early_stopping_stops():
    model = quick(early_stopping=True, n_iter_no_change=2, epochs=30, tol=10.0).fit(X, REVERSED)
    assert model.n_iter_ == 3 == len(model.validation_scores_)
    given = quick(early_stopping=True, n_iter_no_change=2, epochs=30, tol=10.0)
    given.fit(X, REVERSED, X_val=X[:9], y_val=REVERSED[:9])
    assert given.n_iter_ == 3
    mean = given.score_samples(X[:9], REVERSED[:9]).sum() / (sum(map(len, X[:9])) + 9)
    assert given.validation_scores_[0] == pytest.approx(mean, abs=1e-4)  # the best was the first


@pytest.mark.slow
def test_validation_changes_nothing_else(model):
    again = quick(attention="dot").fit(X, REVERSED, X_val=np.array(X[:3]), y_val=tuple(X[:3]))
    np.testing.assert_array_equal(again.score_samples(X, X), model.score_samples(X, X))
    assert len(again.validation_scores_) == 1


@pytest.mark.slow
@pytest.mark.parametrize("decoder", ["autoregressive", "repeat"])
def test_epochs_can_be_had_one_by_one(decoder):
    whole = quick(epochs=3, decoder=decoder).fit(X, REVERSED)
    parts = quick(decoder=decoder)
    for _ in range(3):
        parts.partial_fit(X, REVERSED)
    np.testing.assert_array_equal(parts.predict(X), whole.predict(X))
    np.testing.assert_allclose(
        parts.score_samples(X, REVERSED), whole.score_samples(X, REVERSED), atol=1e-5
    )
    warm = quick(warm_start=True, decoder=decoder).fit(X, REVERSED)
    warm.set_params(epochs=2).fit(X, REVERSED)
    assert warm.n_iter_ == 3
    np.testing.assert_array_equal(warm.score_samples(X, X), whole.score_samples(X, X))


@pytest.mark.slow
def test_later_tokens_are_unknown():
    model = quick().partial_fit(["ab", "b"], ["ba", "b"]).partial_fit(["zab"], ["zb"])
    assert "z" not in model.vocabulary_.tokens + model.target_vocabulary_.tokens
    repeating = quick(decoder="repeat").partial_fit(["ab", "b"], ["ba", "b"])
    with pytest.raises(ValueError, match=r"y\[0\] has 3 tokens.*at most 2"):
        repeating.partial_fit(["ab"], ["aba"])


@pytest.mark.slow
@pytest.mark.parametrize("make", [quick, pytest.param(small, marks=pytest.mark.slow)])
def test_networks_learn_from_their_own_tokens(make):
    model = make(scheduled_sampling=0.5, epochs=4).fit(X, REVERSED)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    layer = model.engine_.network_.get_layer("scheduled_sampling")
    n_batches = 4 * -(-len(X) // 32)
    assert float(layer.n_batches) == n_batches and float(layer.ramp) == n_batches // 2
    assert np.isfinite(model.score_samples(X, X)).all()


@pytest.mark.slow
def test_a_rate_that_warms_up():
    model = small(warmup_steps=4, epochs=2).fit(X, REVERSED)
    optimizer = model.engine_.model_.optimizer
    n_batches = int(optimizer.iterations)
    assert n_batches == 4
    assert float(optimizer.learning_rate) == pytest.approx(0.01 * np.sqrt(4 / 5))


@pytest.mark.slow
@pytest.mark.parametrize(
    "rate",
    [keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9), lambda: 0.1],
    ids=["schedule", "function"],
)
def test_a_warm_up_of_no_number_is_said(rate):
    with pytest.raises(ValueError, match=r"warmup_steps goes with a number as learning_rate"):
        small(warmup_steps=3, learning_rate=rate).fit(X, REVERSED)


@pytest.mark.slow
def test_a_warm_up_that_begins_later_is_said_or_done():
    model = small(warm_start=True).fit(X, REVERSED).set_params(warmup_steps=4)
    try:
        model.fit(X, REVERSED)
    except ValueError as error:
        assert "warmup_steps" in str(error)


@pytest.mark.slow
@pytest.mark.parametrize("warmup_steps", [None, 3])
def test_a_rate_may_be_any_number(warmup_steps):
    found, expected = (
        small(warmup_steps=warmup_steps, learning_rate=rate).fit(X, REVERSED).loss_curve_
        for rate in (np.float32(0.01), 0.01)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-4)


# ------------------------------------------------------------------------------- saving
def by_joblib(model, path):
    joblib.dump(model, path)
    return joblib.load(path)


def by_skseq(model, path):
    return skseq.load(skseq.save(model, path))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("model", by_joblib),
        ("transformer", by_skseq),
        ("repeating", by_joblib),
        ("model", by_skseq),
    ],
)
def test_saved_models_say_the_same(request, tmp_path, name, way):
    fitted = request.getfixturevalue(name)
    again = way(fitted, tmp_path / "model")
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
    np.testing.assert_array_equal(
        again.score_samples(X, REVERSED), fitted.score_samples(X, REVERSED)
    )
    expected = fitted.predict_top_k(X[:3], 2, return_scores=True)
    found = again.predict_top_k(X[:3], 2, return_scores=True)
    assert found[0] == expected[0]
    np.testing.assert_array_equal(np.concatenate(found[1]), np.concatenate(expected[1]))


@pytest.mark.slow
def test_models_say_the_same_in_a_new_process(tmp_path, model, transformer):
    paths = [str(skseq.save(model, tmp_path / "a")), str(tmp_path / "b")]
    joblib.dump(transformer, paths[1])
    code = (
        "import sys, joblib, skseq\n"
        f"models = skseq.load({paths[0]!r}), joblib.load({paths[1]!r})\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
        f"X = {X!r}\n"
        "print([m.predict(X, num_beams=2).tolist() for m in models])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    assert eval(done.stdout) == [m.predict(X, num_beams=2).tolist() for m in (model, transformer)]


@pytest.mark.slow
def test_training_goes_on_after_loading(tmp_path, model):
    never = copy.deepcopy(model).partial_fit(X, REVERSED)
    saved = by_skseq(model, tmp_path / "model").partial_fit(X, REVERSED)
    assert saved.loss_curve_ == never.loss_curve_


# ------------------------------------------------------------------------- scikit-learn
@pytest.mark.slow
@pytest.mark.parametrize("make", [quick, small])
def test_clones_have_the_same_parameters(make):
    estimator = make(num_beams=3, label_smoothing=0.2, max_length=7)
    again = clone(estimator)
    assert again.get_params() == estimator.get_params()
    assert not hasattr(again, "network_state_")
    assert set(estimator.get_params()) == set(type(estimator)().get_params())


@pytest.mark.slow
def test_a_pipeline_of_one_step(model):
    pipeline = Pipeline([("model", quick(attention="dot"))]).fit(X, REVERSED)
    np.testing.assert_array_equal(pipeline.predict(X), model.predict(X))
    assert pipeline.score(X, REVERSED) == model.score(X, REVERSED)
    np.testing.assert_array_equal(pipeline.predict(X, num_beams=3), model.predict(X, num_beams=3))


def backwards(texts):
    return [text[::-1] for text in texts]


@pytest.mark.slow
def test_texts_may_be_changed_before():
    expected = quick().fit(REVERSED, X).predict(REVERSED)
    pipeline = make_pipeline(FunctionTransformer(backwards), quick()).fit(X, X)
    np.testing.assert_array_equal(pipeline.predict(X), expected)


@pytest.mark.slow
def test_a_search_by_several_scorers():
    scorers = {
        "match": exact_match_scorer,
        "chrf": chrf_scorer,
        "distance": edit_distance_scorer,
    }
    grid = {"attention": [None, "dot"]}
    search = GridSearchCV(
        quick(), grid, cv=2, scoring=scorers, refit="chrf", error_score="raise"
    ).fit(X, X)
    for name in scorers:
        assert np.isfinite(search.cv_results_[f"mean_test_{name}"]).all()
    assert (search.cv_results_["mean_test_distance"] <= 0).all()
    assert search.predict(X[:2]).shape == (2,)


@pytest.mark.slow
def test_predictions_of_folds():
    found = cross_val_predict(quick(), X, REVERSED, cv=2)
    assert found.shape == (len(X),) and all(isinstance(text, str) for text in found)


# --------------------------------------------------------------------------- what X is
def kinds_of(texts):
    import pandas as pd
    import pyarrow as pa

    yield "tuple", tuple(texts)
    yield "array of str", np.array(texts)
    yield "array of objects", np.array(texts, object)
    yield "column of an array", np.array(texts)[:, None]
    yield "Series", pd.Series(texts, index=range(5, 5 + len(texts)))
    yield "DataFrame", pd.DataFrame({"text": texts})
    yield "string Series", pd.Series(texts, dtype="string")
    yield "pyarrow", pa.array(texts)
    yield "chunked pyarrow", pa.chunked_array([texts[:5], texts[5:]])
    yield "token lists", [list(text) for text in texts]


@pytest.mark.slow
@pytest.mark.parametrize("decoder", ["autoregressive", "repeat"])
def test_collections_of_all_kinds_are_read_alike(decoder):
    expected = quick(decoder=decoder).fit(X, REVERSED)
    texts, scores = expected.predict(X), expected.score_samples(X, REVERSED)
    for (name, sources), (_, y) in zip(kinds_of(X), kinds_of(REVERSED), strict=True):
        found = quick(decoder=decoder).fit(sources, y)
        np.testing.assert_array_equal(found.predict(sources), texts, err_msg=name)
        np.testing.assert_array_equal(found.score_samples(sources, y), scores, err_msg=name)
        assert found.score(sources, y) == expected.score(X, REVERSED)


@pytest.mark.slow
def test_documents_may_come_from_a_generator(model):
    np.testing.assert_array_equal(model.predict(text for text in X), model.predict(X))


@pytest.mark.slow
def test_targets_may_come_from_a_generator_or_it_is_said(model):
    found = quick(attention="dot").fit(X, (text for text in REVERSED))
    np.testing.assert_array_equal(found.predict(X), model.predict(X))


# ---------------------------------------------------------------------------- bad input
@pytest.mark.slow
@pytest.mark.parametrize(
    ("sources", "y", "error", "message"),
    [
        (["a", "b"], ["a"], ValueError, r"inconsistent numbers of samples: \[2, 1\]"),
        ("ab", ["a", "b"], ValueError, "X is a bare string object; put it in a list"),
        (["a", "b"], "ab", ValueError, "y is a bare string object; put it in a list"),
        (["a", ""], ["a", "b"], ValueError, r"X holds 1 empty documents, first X\[1\]"),
        (["a", "b"], ["a", ""], ValueError, r"y holds 1 empty documents, first y\[1\]"),
        (["a", []], ["a", "b"], ValueError, r"X holds 1 empty documents, first X\[1\]"),
        (["a", "b"], ["a", []], ValueError, r"y holds 1 empty documents, first y\[1\]"),
        ([None, "a"], ["a", "b"], TypeError, r"X\[0\] is NoneType"),
        (["a", "b"], ["a", None], TypeError, r"y\[1\] is NoneType"),
        (["a", np.nan], ["a", "b"], TypeError, r"X\[1\] is float \(nan\)"),
        ([1, 2], ["a", "b"], TypeError, r"X\[0\] is int"),
        (["a", "b"], [1, 2], TypeError, r"y\[0\] is int"),
        (["a", "b"], [[["a"]], "b"], TypeError, r"y\[0\]\[0\] is list"),
        ([[1, 2], "b"], ["a", "b"], TypeError, r"X\[0\]\[0\] is int"),
        ([], [], ValueError, "is empty"),
        (["a", "b"], None, TypeError, "y is NoneType"),
        ([["a"], ["b"]], np.array([["a", "b"]] * 2), ValueError, "y has 2 columns"),
        ([b"a", "b"], ["a", "b"], TypeError, r"X\[0\] is bytes"),
    ],
)
@pytest.mark.parametrize("decoder", ["autoregressive", "repeat"])
def test_bad_documents_are_said(sources, y, error, message, decoder):
    with pytest.raises(error, match=message):
        quick(decoder=decoder).fit(sources, y)


@pytest.mark.slow
def test_white_space_only_is_no_word_but_a_character():
    with pytest.raises(ValueError, match=r"X holds 1 empty documents, first X\[1\]"):
        quick(level="word").fit(["a", " \n"], ["a", "b"])
    model = quick().fit(["a", " \n"], [" ", "\t"])
    assert set(model.target_vocabulary_.tokens[4:]) == {" ", "\t"}
    assert np.isfinite(model.score_samples(["  "], ["\n"])).all()


@pytest.mark.slow
@pytest.mark.parametrize("decoder", ["autoregressive", "repeat"])
def test_targets_without_any_word_are_empty(decoder):
    with pytest.raises(ValueError, match=r"y holds 1 empty documents, first y\[1\]"):
        quick(level="word", decoder=decoder).fit(["a", "b"], ["a", " \n"])


@pytest.mark.slow
def test_nothing_works_before_fit():
    for estimator in (quick(), small()):
        for verb in ("predict", "predict_top_k"):
            with pytest.raises(NotFittedError):
                getattr(estimator, verb)(X)
        for verb in ("score", "score_samples"):
            with pytest.raises(NotFittedError):
                getattr(estimator, verb)(X, X)


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["score", "score_samples"])
def test_counts_must_agree_after_fit(model, verb):
    with pytest.raises(ValueError, match=r"2.*3|3.*2"):
        getattr(model, verb)(["a", "b"], ["a", "b", "c"])
    with pytest.raises(ValueError, match=r"first X\[1\]"):
        getattr(model, verb)(["a", ""], ["a", "b"])
    with pytest.raises(TypeError, match=r"y\[1\] is NoneType"):
        getattr(model, verb)(["a", "b"], ["a", None])


@pytest.mark.slow
def test_a_bare_target_is_said(model):
    with pytest.raises(ValueError, match="y is a bare string"):
        model.score(["a", "b"], "ab")
    with pytest.raises(ValueError, match="y is a bare string"):
        model.score_samples(["a", "b"], "ab")


@pytest.mark.slow
def test_a_bare_target_of_another_length_is_said(model):
    with pytest.raises(ValueError, match="y is a bare string"):
        model.score_samples(["a", "b"], "abc")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ({"X_val": ["a"]}, "X_val was given without y_val; pass both or neither"),
        ({"y_val": ["a"]}, "y_val was given without X_val; pass both or neither"),
        ({"X_val": ["a", "b"], "y_val": ["a"]}, "inconsistent numbers of samples"),
        ({"X_val": ["a", ""], "y_val": ["a", "b"]}, r"X_val holds 1 empty documents.*X_val\[1\]"),
        ({"X_val": ["a", "b"], "y_val": ["a", ""]}, r"y_val holds 1 empty documents.*y_val\[1\]"),
    ],
)
def test_bad_validation_data_is_said(validation, message):
    with pytest.raises(ValueError, match=message):
        quick().fit(X, REVERSED, **validation)


@pytest.mark.slow
def test_validation_targets_that_cannot_be_given_are_said():
    with pytest.raises(ValueError, match=r"y_val\[0\] has 4 tokens"):
        quick(decoder="repeat").fit(X, REVERSED, X_val=["a"], y_val=["aaaa"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (quick, {"num_beams": 0}, "'num_beams' parameter of Seq2Seq must be an int"),
        (quick, {"max_length": 0}, "'max_length' parameter"),
        (quick, {"length_penalty": "a"}, "'length_penalty' parameter"),
        (quick, {"dropout": 1.0}, "'dropout' parameter"),
        (quick, {"label_smoothing": 1.0}, "'label_smoothing' parameter"),
        (quick, {"scheduled_sampling": 1.1}, "'scheduled_sampling' parameter"),
        (quick, {"attention": "self"}, "'attention' parameter"),
        (quick, {"cell": "rnn"}, "'cell' parameter"),
        (quick, {"level": "subword"}, "'level' parameter"),
        (quick, {"decoder": "greedy"}, "'decoder' parameter"),
        (quick, {"max_tokens": 4}, "'max_tokens' parameter"),
        (quick, {"min_count": 99}, "vocabulary is empty"),
        (quick, {"tokenizer": str.split}, "tokenizer is for level='word'"),
        (quick, {"decoder": "repeat", "attention": "dot"}, r"decoder='repeat'.*\['attention'\]"),
        (
            quick,
            {"decoder": "repeat", "scheduled_sampling": 0.1},
            r"decoder='repeat'.*\['scheduled_sampling'\]",
        ),
        (quick, {"decoder": "repeat", "max_tokens": 6}, "tokens outside the vocabulary"),
        (small, {"units": 9}, "units=9 cannot be shared evenly by num_heads=2"),
        (small, {"num_heads": 0}, "'num_heads' parameter of TransformerSeq2Seq"),
        (small, {"positions": "none"}, "'positions' parameter"),
        (small, {"warmup_steps": 0}, "'warmup_steps' parameter"),
        (small, {"optimizer": "best"}, "optimizer='best' is not known to Keras"),
    ],
)
def test_options_out_of_range_are_said(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options).fit(X, REVERSED)


@pytest.mark.slow
def test_one_pair_is_enough():
    for estimator in (quick(), small()):
        assert estimator.fit(["a"], ["b"]).predict(["a"]).shape == (1,)
    with pytest.raises(ValueError, match="leaves none to train on"):
        quick(early_stopping=True).fit(["a"], ["b"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model", "transformer", "repeating"])
def test_sources_may_be_longer_than_any_before(request, name):
    fitted = request.getfixturevalue(name)
    long = ["ab" * 300, "z" * 301]
    beside = fitted.predict([*X[:3], *long])
    np.testing.assert_array_equal(beside[:3], fitted.predict(X[:3]))
    assert np.isfinite(fitted.score_samples(long, ["ab", "a"])).all()


@pytest.mark.slow
def test_all_characters_are_kept():
    texts = ["👩‍👩‍👧x", "e\u0301\u0308", "é", "a\u0000b", "\u202eab", " a\u00a0b\n"]
    model = quick(attention="dot", **{**LEARNING, "epochs": 60}).fit(texts * 4, texts * 4)
    assert model.predict(texts).tolist() == texts


@pytest.mark.slow
def test_targets_may_be_equal_or_hold_the_same_token_again():
    model = quick(epochs=60).fit(X, ["aaa"] * len(X))
    assert set(model.predict(X)) == {"aaa"}
    repeating = quick(epochs=60, decoder="repeat").fit(X, ["aaa"] * len(X))
    assert set(repeating.predict([*X, "zzzz"])) == {"aaa"}


@pytest.mark.slow
def test_a_very_long_target_beside_short_ones():
    y = [*REVERSED[:-1], "ab" * 50]
    model = quick(batch_size=8).fit(X, y)
    assert np.isfinite(model.loss_curve_).all()
    assert model.codec_.longest == 100
    assert all(len(text) <= 150 for text in model.predict(X[:2]))


@pytest.mark.slow
def test_special_tokens_in_texts_mean_nothing():
    marked = [f"<s> {text} <e>" for text in X]
    model = quick(level="word", tokenizer=str.split).fit(X, marked)
    assert model.loss_curve_[0] < 10
    texts = model.predict(X)
    assert not any("<" in text for text in texts)
