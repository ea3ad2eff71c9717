"""``EmbeddingLookup``: the table, tokens without a vector, pooling, sharing, learning."""

from __future__ import annotations

import copy
import pickle
import re
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn import set_config
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import EmbeddingLookup, Padder, Sequences, Tokenizer
from skseq.preprocessing import Embedding

RNG = np.random.default_rng(0)
VECTORS = {token: RNG.normal(size=3).astype(np.float32) for token in "abcdef"} | {
    "NASA": np.float32([1, 2, 3])
}
DOCUMENTS = ["a b c zzz", "b b", "", "c a yy zzz", "nasa d"]
TOKENIZER = Tokenizer().fit(DOCUMENTS)
X = TOKENIZER.transform(DOCUMENTS)
UNSEEN = TOKENIZER.transform(["a e new", "f e b"])  # e and f have vectors, new has none


def look_up_one_by_one(documents, missing=(0, 0, 0), others=()):
    """Return the vectors of each document with a loop over its tokens."""
    known = VECTORS | {"nasa": VECTORS["NASA"]}
    seen = set(TOKENIZER.vocabulary_.tokens) | set(others)
    return [
        np.array(
            [known[t] if t in known and t in seen else missing for t in text.split()], np.float32
        ).reshape(-1, 3)
        for text in documents
    ]


def word2vec(tokens, n_features=4):
    models = pytest.importorskip("gensim.models")
    vectors = models.KeyedVectors(n_features)
    vectors.add_vectors(tokens, RNG.normal(size=(len(tokens), n_features)).astype(np.float32))
    return vectors


@pytest.fixture(scope="module")
def fasttext():
    models = pytest.importorskip("gensim.models")
    sentences = [["film", "films"], ["year", "years"]]
    return models.FastText(sentences, vector_size=4, min_count=1, bucket=50, seed=1, workers=1)


# ------------------------------------------------------------------------------ table
def test_lookup_gives_each_token_its_vector():
    lookup = EmbeddingLookup(VECTORS).fit(X)
    out = lookup.transform(X)
    assert isinstance(out, Sequences)
    assert out.shape == (5, 4, 3)
    array = np.asarray(out)
    for row, expected in zip(array, look_up_one_by_one(DOCUMENTS), strict=True):
        np.testing.assert_array_equal(row[len(row) - len(expected) :], expected)
        assert not row[: len(row) - len(expected)].any()


def test_lookup_table_follows_the_vocabulary():
    lookup = EmbeddingLookup(VECTORS).fit(X)
    assert lookup.table_.shape == (len(TOKENIZER.vocabulary_), 3)
    assert lookup.table_.dtype == np.float32
    assert not lookup.table_[:4].any()
    np.testing.assert_array_equal(lookup.table_[TOKENIZER.vocabulary_["b"]], VECTORS["b"])
    assert lookup.n_features_out_ == 3
    assert lookup.vocabulary_ == TOKENIZER.vocabulary_


def test_lookup_coverage_counts_occurrences():
    lookup = EmbeddingLookup(VECTORS).fit(X)
    assert lookup.coverage_ == pytest.approx(9 / 12)
    assert lookup.oov_tokens_ == ["zzz", "yy"]


def test_lookup_coverage_counts_tokens_cut_from_the_vocabulary():
    cut = Tokenizer(max_tokens=5, add_start_end=True).fit_transform(["a a b", "a e zzz"])
    assert EmbeddingLookup(VECTORS).fit(cut).coverage_ == pytest.approx(3 / 6)
    assert EmbeddingLookup(VECTORS, keep_all=True).fit(cut).coverage_ == pytest.approx(5 / 6)


@pytest.mark.parametrize("oov", ["zeros", "mean", "random"])
def test_lookup_oov_rule_fills_rows_without_vector(oov):
    lookup = EmbeddingLookup(VECTORS, oov=oov, random_state=0).fit(X)
    vocabulary = TOKENIZER.vocabulary_
    missing = [1, 2, 3, vocabulary["zzz"], vocabulary["yy"]]
    known = np.stack([VECTORS[token] for token in ("a", "b", "c", "d", "NASA")])
    filled = lookup.table_[missing]
    assert not lookup.table_[0].any()
    if oov == "zeros":
        assert not filled.any()
    elif oov == "mean":
        np.testing.assert_allclose(filled, np.tile(known.mean(axis=0), (5, 1)), rtol=1e-5)
    else:
        assert 0.2 * known.std() < filled.std() < 5 * known.std()
        assert len(np.unique(filled)) == filled.size


def test_lookup_random_rows_follow_random_state():
    tables = [
        EmbeddingLookup(VECTORS, oov="random", random_state=s).fit(X).table_ for s in (1, 1, 2)
    ]
    np.testing.assert_array_equal(tables[0], tables[1])
    assert not np.array_equal(tables[0], tables[2])


def test_lookup_leaves_global_generators_alone():
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    EmbeddingLookup(VECTORS, oov="random").fit(X)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("oov", ["zeros", "mean", "random"])
@pytest.mark.parametrize("keep_all", [False, True])
def test_lookup_normalize_gives_length_one_or_zero(oov, keep_all):
    lookup = EmbeddingLookup(VECTORS, oov=oov, normalize=True, keep_all=keep_all, random_state=0)
    embedding = lookup.fit(X).transform(UNSEEN).embedding
    lengths = np.linalg.norm(embedding.vectors(np.arange(len(lookup.table_) + 3)), axis=1)
    is_unit = np.isclose(lengths, 1)
    np.testing.assert_array_equal(is_unit | (lengths == 0), True)
    assert is_unit[4:].sum() >= 5
    assert not np.shares_memory(embedding.table, VECTORS["a"])
    assert VECTORS["NASA"].tolist() == [1, 2, 3]


def test_lookup_subword_vectors_come_from_ngrams(fasttext):
    sequences = Tokenizer().fit_transform(["film filmed years"])
    lookup = EmbeddingLookup(fasttext, oov="subword", keep_all=True).fit(sequences)
    ids = sequences.vocabulary
    for token in ("film", "filmed", "years"):
        np.testing.assert_allclose(lookup.table_[ids[token]], fasttext.wv[token], rtol=1e-6)
    assert lookup.oov_tokens_ == ["filmed"]
    assert lookup.coverage_ == pytest.approx(2 / 3)
    known = lookup.table_[[ids["film"], ids["years"]]]
    np.testing.assert_allclose(lookup.table_[1], known.mean(axis=0), rtol=1e-5)
    new = Tokenizer().fit(["film filmed years"]).transform(["year yearly"])
    np.testing.assert_allclose(
        np.asarray(lookup.transform(new))[0], fasttext.wv[["year", "yearly"]], rtol=1e-6
    )


def test_lookup_subword_works_where_no_token_is_known(fasttext):
    lookup = EmbeddingLookup(fasttext, oov="subword").fit(Tokenizer().fit_transform(["yearly"]))
    assert lookup.coverage_ == 0
    assert lookup.table_[4].any()


# ----------------------------------------------------------------------------- unseen
def test_lookup_unseen_tokens_look_unknown_by_default():
    lookup = EmbeddingLookup(VECTORS, oov="mean").fit(X)
    array = np.asarray(lookup.transform(UNSEEN))
    np.testing.assert_array_equal(array[0, 1], lookup.table_[1])
    assert lookup.transform(UNSEEN).embedding.extra is None


@pytest.mark.parametrize("form", ["dict", "gensim", "text", "native"])
def test_lookup_keep_all_gives_unseen_tokens_their_vectors(form, tmp_path):
    vectors = VECTORS
    if form != "dict":
        vectors = word2vec(list(VECTORS), 3)
        vectors.vectors[:] = np.stack(list(VECTORS.values()))
    if form == "text":
        vectors.save_word2vec_format(str(tmp_path / "v.txt"))
        vectors = tmp_path / "v.txt"
    elif form == "native":
        vectors.save(str(tmp_path / "v.kv"))
        vectors = str(tmp_path / "v.kv")
    lookup = EmbeddingLookup(vectors, keep_all=True, oov="mean").fit(X)
    lookup = pickle.loads(pickle.dumps(lookup))
    array = np.asarray(lookup.transform(UNSEEN))
    expected = look_up_one_by_one(["a e new", "f e b"], lookup.table_[1], others="ef")
    np.testing.assert_allclose(array, np.stack(expected), rtol=1e-5)


def test_lookup_keep_all_survives_selection_and_padding():
    lookup = EmbeddingLookup(VECTORS, keep_all=True).fit(X)
    whole = np.asarray(lookup.transform(UNSEEN))
    np.testing.assert_array_equal(np.asarray(lookup.transform(UNSEEN)[[1]])[0], whole[1])
    padded = Padder(2).fit_transform(lookup.transform(UNSEEN))
    np.testing.assert_array_equal(np.asarray(padded), whole[:, -2:])


# ---------------------------------------------------------------------------- pooling
@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("chunk", [1, 12, 1 << 22])
@pytest.mark.parametrize("keep_all", [False, True])
def test_lookup_pooling_equals_pooling_one_by_one(pooling, chunk, keep_all, monkeypatch):
    monkeypatch.setattr("skseq.preprocessing._pooling._CHUNK", chunk)
    documents = ["", "a e new", *DOCUMENTS, "", "f e b", ""]
    lookup = EmbeddingLookup(VECTORS, pooling=pooling, keep_all=keep_all).fit(X)
    pooled = lookup.transform(TOKENIZER.transform(documents))
    steps = look_up_one_by_one(documents, others="ef" if keep_all else "")
    reduce = {"mean": np.mean, "max": np.max}[pooling]
    expected = [reduce(v, axis=0) if len(v) else np.zeros(3) for v in steps]
    np.testing.assert_allclose(pooled, expected, rtol=1e-5, atol=1e-6)
    assert pooled.dtype == np.float32


def test_lookup_pooling_of_only_empty_documents_is_zeros():
    lookup = EmbeddingLookup(VECTORS, pooling="max").fit(X)
    assert lookup.transform(TOKENIZER.transform(["", ""])).tolist() == [[0, 0, 0]] * 2


def test_lookup_pooled_output_has_names_and_becomes_pandas():
    pipeline = make_pipeline(Tokenizer(), EmbeddingLookup(VECTORS, pooling="mean"))
    frame = pipeline.set_output(transform="pandas").fit_transform(DOCUMENTS)
    assert isinstance(frame, pd.DataFrame)
    assert list(frame) == ["embedding0", "embedding1", "embedding2"]
    assert list(pipeline[-1].get_feature_names_out()) == list(frame)


def test_lookup_unpooled_output_stays_sequences():
    pipeline = make_pipeline(Tokenizer(), EmbeddingLookup(VECTORS)).set_output(transform="pandas")
    assert isinstance(pipeline.fit_transform(DOCUMENTS), Sequences)
    assert not hasattr(pipeline[-1], "get_feature_names_out")
    set_config(transform_output="pandas")
    try:
        assert isinstance(EmbeddingLookup(VECTORS).fit_transform(X), Sequences)
        assert isinstance(Tokenizer().fit_transform(DOCUMENTS), Sequences)
    finally:
        set_config(transform_output="default")


def test_lookup_memory_stays_below_a_fraction_of_the_vectors():
    rng = np.random.default_rng(0)
    n_samples, n_steps, n_features = 1000, 400, 50
    tokens = [f"t{i}" for i in range(500)]
    vectors = {token: rng.normal(size=n_features).astype(np.float32) for token in tokens}
    vocabulary = Tokenizer().fit([tokens]).vocabulary_
    ids = rng.integers(4, len(vocabulary), n_samples * n_steps)
    sequences = Sequences(ids, np.arange(n_samples + 1) * n_steps, vocabulary=vocabulary)
    tracemalloc.start()
    try:
        pooled = EmbeddingLookup(vectors, pooling="mean").fit(sequences).transform(sequences)
        EmbeddingLookup(vectors).fit(sequences).transform(sequences)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert pooled.shape == (n_samples, n_features)
    assert peak < 0.4 * 4 * n_samples * n_steps * n_features  # 80 MB of vectors in all


# ---------------------------------------------------------------------------- sharing
def test_lookup_clone_shares_the_vectors_and_copies_the_rest():
    train_params = {"epochs": 2}
    lookup = EmbeddingLookup(VECTORS, oov="mean", train_params=train_params)
    lookup.set_params(train_params=train_params)
    cloned = clone(lookup)
    assert cloned.vectors is VECTORS
    assert lookup.vectors is VECTORS
    assert cloned.train_params == train_params
    assert cloned.train_params is not train_params
    assert cloned.get_params().keys() == lookup.get_params().keys()
    assert not hasattr(clone(EmbeddingLookup(VECTORS).fit(X)), "table_")


def test_lookup_clone_of_a_pipeline_shares_gensim_vectors():
    vectors = word2vec(list("ab"))
    pipeline = make_pipeline(Tokenizer(), EmbeddingLookup(vectors).set_output(transform="pandas"))
    assert clone(pipeline)[-1].vectors is vectors


def test_lookup_fit_leaves_parameters_and_vectors_alone():
    vectors = {token: vector.copy() for token, vector in VECTORS.items()}
    lookup = EmbeddingLookup(vectors, normalize=True, oov="mean", keep_all=True)
    before = lookup.get_params()
    lookup.fit(X).transform(UNSEEN)
    assert lookup.get_params() == before
    for token, vector in VECTORS.items():
        np.testing.assert_array_equal(vectors[token], vector)


def test_lookup_fitted_on_a_path_pickles_small_and_needs_no_file(tmp_path):
    path = tmp_path / "v.txt"
    rows = [f"{t} {' '.join(map(str, v))}\n" for t, v in VECTORS.items()]
    path.write_text("".join(rows) + "".join(f"t{i} 0.5 0.5 0.5\n" for i in range(3000)))
    lookup = EmbeddingLookup(path).fit(X)
    path.unlink()
    again = pickle.loads(pickle.dumps(lookup))
    assert len(pickle.dumps(lookup)) < 3000
    np.testing.assert_array_equal(
        np.asarray(again.transform(X)), np.asarray(EmbeddingLookup(VECTORS).fit_transform(X))
    )


def test_lookup_deepcopy_and_pickle_give_the_same():
    lookup = EmbeddingLookup(VECTORS, keep_all=True, pooling="mean").fit(X)
    for again in (copy.deepcopy(lookup), pickle.loads(pickle.dumps(lookup))):
        np.testing.assert_array_equal(again.transform(UNSEEN), lookup.transform(UNSEEN))


def test_lookup_parameters_changed_after_fit_keep_the_table():
    lookup = EmbeddingLookup(VECTORS, keep_all=True).fit(X)
    before = np.asarray(lookup.transform(UNSEEN))
    lookup.set_params(vectors={"a": [1.0]}, oov="mean", normalize=True, keep_all=False)
    np.testing.assert_array_equal(np.asarray(lookup.transform(UNSEEN)), before)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_lookup_in_a_grid_search(n_jobs):
    documents = ["a b", "b a a", "c d", "d d c"] * 5
    labels = [0, 0, 1, 1] * 5
    pipeline = make_pipeline(
        Tokenizer(), Padder(2), EmbeddingLookup(VECTORS, pooling="mean"), LogisticRegression(C=100)
    )
    grid = {"embeddinglookup__oov": ["zeros", "mean"]}
    search = GridSearchCV(pipeline, grid, n_jobs=n_jobs, cv=2).fit(documents, labels)
    assert search.best_score_ == 1
    assert search.best_estimator_[2].vectors is VECTORS


# --------------------------------------------------------------------------- learning
@pytest.mark.parametrize("learner", ["word2vec", "fasttext"])
def test_lookup_learns_vectors_from_the_training_tokens(learner, capfd):
    pytest.importorskip("gensim")
    oov = "subword" if learner == "fasttext" else "zeros"
    lookup = EmbeddingLookup(
        learner, train_params={"vector_size": 5, "epochs": 2}, oov=oov, random_state=0
    )
    table = lookup.fit(X).table_
    assert table.shape == (len(TOKENIZER.vocabulary_), 5)
    assert lookup.coverage_ == 1
    assert table[4:].any(axis=1).all()
    np.testing.assert_array_equal(clone(lookup).fit(X).table_, table)
    other = clone(lookup).set_params(random_state=1).fit(X).table_
    assert not np.array_equal(other, table)
    assert lookup.vectors == learner
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_lookup_learned_fasttext_vectors_reach_unseen_tokens():
    pytest.importorskip("gensim")
    parameters = {"vector_size": 4, "bucket": 100}
    lookup = EmbeddingLookup("fasttext", oov="subword", keep_all=True, train_params=parameters)
    embedding = lookup.fit(X).transform(UNSEEN).embedding
    assert embedding.extra.shape == (3, 4)
    assert embedding.extra.any(axis=1).all()


def test_lookup_learning_skips_special_tokens():
    wrapped = Tokenizer(add_start_end=True, max_tokens=6).fit_transform(["a b a c", "b a"])
    from skseq.preprocessing._learning import _Sentences

    assert list(_Sentences(wrapped)) == [["a", "b", "a", "c"], ["b", "a"]]
    assert list(_Sentences(wrapped)) == [["a", "b", "a", "c"], ["b", "a"]]


def test_lookup_takes_a_model(fasttext):
    lookup = EmbeddingLookup(fasttext).fit(Tokenizer().fit_transform(["film year"]))
    assert lookup.coverage_ == 1


# ----------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"keep_all": True, "trainable": True}, "keep_all=True and trainable=True exclude"),
        ({"train_params": {"epochs": 2}}, "train_params are for vectors='word2vec' or"),
        ({"oov": "subword"}, "oov='subword' needs vectors with character n-grams"),
        ({"oov": "skip"}, "The 'oov' parameter of EmbeddingLookup must be"),
        ({"pooling": "sum"}, "The 'pooling' parameter of EmbeddingLookup must be"),
        ({"vectors": {"nothing": [1.0]}}, "None of the 7 tokens has a vector (the first: ['b'"),
        ({"vectors": {"a": [np.nan]}}, "The vector of 'a' contains NaN or infinity"),
    ],
)
def test_lookup_wrong_parameters_say_what_to_do(parameters, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        EmbeddingLookup(**({"vectors": VECTORS} | parameters)).fit(X)


def test_lookup_missing_file_names_the_path_and_the_learners():
    with pytest.raises(FileNotFoundError, match=r"'nowhere\.txt'.*pass 'word2vec' or 'fasttext'"):
        EmbeddingLookup("nowhere.txt").fit(X)


@pytest.mark.parametrize("wrong", [[[4, 5]], np.array([[4, 5]]), Sequences.from_lists([[4]])])
def test_lookup_sequences_without_vocabulary_point_to_the_tokenizer(wrong):
    with pytest.raises(ValueError, match="needs sequences with a vocabulary; put a Tokenizer"):
        EmbeddingLookup(VECTORS).fit(wrong)


def test_lookup_text_points_to_the_tokenizer():
    with pytest.raises(ValueError, match="put a Tokenizer before it"):
        EmbeddingLookup(VECTORS).fit(DOCUMENTS)


def test_lookup_other_vocabulary_in_transform_raises():
    lookup = EmbeddingLookup(VECTORS).fit(X)
    with pytest.raises(
        ValueError, match=r"another vocabulary than those in fit \(5 tokens, fitted"
    ):
        lookup.transform(Tokenizer().fit_transform(["a"]))


def test_lookup_unfitted_raises():
    with pytest.raises(NotFittedError):
        EmbeddingLookup(VECTORS).transform(X)
    with pytest.raises(NotFittedError):
        EmbeddingLookup(VECTORS, pooling="mean").get_feature_names_out()


# -------------------------------------------------------------------------- embedding
def test_embedding_vectors_of_unseen_codes():
    table = np.arange(8, dtype=np.float32).reshape(4, 2)
    codes = np.array([3, 4, 0, 5])
    without = Embedding(table)
    np.testing.assert_array_equal(without.vectors(codes), table[[3, 1, 0, 1]])
    extra = np.float32([[9, 9], [8, 8]])
    with_extra = Embedding(table, extra=extra, trainable=True)
    np.testing.assert_array_equal(with_extra.vectors(codes), [[6, 7], [9, 9], [0, 1], [8, 8]])
    assert repr(without) == "Embedding(4 × 2, frozen)"
    assert repr(with_extra) == "Embedding(4 + 2 unseen × 2, trainable)"
    assert with_extra.n_features == 2


def test_embedding_pickles():
    embedding = pickle.loads(pickle.dumps(Embedding(np.eye(3, dtype=np.float32), trainable=True)))
    np.testing.assert_array_equal(embedding.table, np.eye(3))
    assert embedding.trainable
    assert embedding.extra is None


def test_lookup_trainable_reaches_the_embedding():
    assert EmbeddingLookup(VECTORS, trainable=True).fit_transform(X).embedding.trainable
    assert not EmbeddingLookup(VECTORS).fit_transform(X).embedding.trainable
