"""Every file format of vectors, whole and streamed, and every way in which a file can be broken."""

from __future__ import annotations

import gzip
import pickle
import re
import struct

import numpy as np
import pytest

from skseq.preprocessing._vector_files import iterate_vectors
from skseq.preprocessing._vectors import open_vectors

VECTORS = {
    "the": np.float32([1, -2.5, 0]),
    "été": np.float32([0.5, 3e-5, 7]),
    "NASA": np.float32([0, 0, 1]),
    "a-b": np.float32([4, 5, 6]),
}
HEADER = f"{len(VECTORS)} 3\n"


def text_lines(end="\n"):
    return [f"{t} {' '.join(map(str, v.tolist()))}{end}" for t, v in VECTORS.items()]


def write_glove(path):
    path.write_text("".join(text_lines()), encoding="utf-8")


def write_glove_without_last_newline(path):
    path.write_text("".join(text_lines()).rstrip("\n"), encoding="utf-8")


def write_windows_lines(path):
    path.write_bytes("".join(text_lines("\r\n")).encode())


def write_word2vec_text(path):
    path.write_text(HEADER + "".join(text_lines()), encoding="utf-8")


def write_trailing_spaces_and_tabs(path):
    lines = [HEADER, *text_lines(" \n")]
    lines[2] = lines[2].replace(" ", "\t", 3)
    path.write_text("".join(lines), encoding="utf-8")


def write_gzipped(path):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(HEADER + "".join(text_lines()))


def write_binary(path, end=b""):
    body = b"".join(t.encode() + b" " + v.tobytes() + end for t, v in VECTORS.items())
    path.write_bytes(HEADER.encode() + body)


def write_binary_with_newlines(path):
    write_binary(path, b"\n")


def write_gzipped_binary(path):
    write_binary(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def gensim_vectors():
    models = pytest.importorskip("gensim.models")
    vectors = models.KeyedVectors(3)
    vectors.add_vectors(list(VECTORS), np.stack(list(VECTORS.values())))
    return vectors


def write_native(path):
    gensim_vectors().save(str(path))


def write_native_with_mapped_array(path):
    gensim_vectors().save(str(path), sep_limit=0)


def write_by_gensim_as_text(path):
    gensim_vectors().save_word2vec_format(str(path))


def write_by_gensim_as_binary(path):
    gensim_vectors().save_word2vec_format(str(path), binary=True)


WRITERS = {
    "glove.txt": write_glove,
    "cut.txt": write_glove_without_last_newline,
    "windows.txt": write_windows_lines,
    "word2vec.txt": write_word2vec_text,
    "spaces.txt": write_trailing_spaces_and_tabs,
    "text.gz": write_gzipped,
    "binary.bin": write_binary,
    "newlines.bin": write_binary_with_newlines,
    "binary.gz": write_gzipped_binary,
    "native.kv": write_native,
    "mapped.kv": write_native_with_mapped_array,
    "gensim.txt": write_by_gensim_as_text,
    "gensim.bin": write_by_gensim_as_binary,
}


def train_model(class_name):
    models = pytest.importorskip("gensim.models")
    parameters = {"vector_size": 4, "min_count": 1, "seed": 1, "workers": 1}
    if class_name == "FastText":
        parameters["bucket"] = 50
    return getattr(models, class_name)([["film", "films"], ["year"]], **parameters)


@pytest.mark.parametrize("class_name", ["Word2Vec", "FastText"])
@pytest.mark.parametrize("part", ["model", "vectors"])
def test_saved_models_and_their_vectors_are_read(tmp_path, class_name, part):
    model = train_model(class_name)
    path = tmp_path / "saved"
    (model if part == "model" else model.wv).save(str(path))
    source = open_vectors(path)
    np.testing.assert_array_equal(source.rows(["film"])[0][0], model.wv["film"])
    if class_name == "FastText":
        np.testing.assert_allclose(
            source.subword_rows(["filmed"])[0], model.wv["filmed"], rtol=1e-6
        )
    else:
        with pytest.raises(ValueError, match="character n-grams"):
            source.subword_rows(["filmed"])


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_rows(tmp_path, name, whole):
    path = tmp_path / name
    WRITERS[name](path)
    source = open_vectors(path, whole=whole)
    rows, is_found = source.rows(["été", "other", "the"])
    assert is_found.tolist() == [True, False, True]
    np.testing.assert_array_equal(rows, [VECTORS["été"], [0, 0, 0], VECTORS["the"]])
    assert rows.dtype == np.float32
    again, _ = pickle.loads(pickle.dumps(source)).rows(["a-b"])
    np.testing.assert_array_equal(again, [VECTORS["a-b"]])


@pytest.mark.parametrize("name", WRITERS)
def test_spellings_stand_in_for_a_token(tmp_path, name):
    WRITERS[name](tmp_path / name)
    rows, is_found = open_vectors(str(tmp_path / name)).rows(["THE", "nasa", "Été", "A-B"])
    assert is_found.all()
    np.testing.assert_array_equal(rows, [VECTORS[t] for t in ("the", "NASA", "été", "a-b")])


@pytest.mark.parametrize("name", WRITERS)
def test_no_token_found_still_tells_the_width(tmp_path, name):
    WRITERS[name](tmp_path / name)
    rows, is_found = open_vectors(tmp_path / name).rows(["x"])
    assert rows.shape == (1, 3)
    assert not is_found.any()


def test_exact_spelling_wins_and_the_first_of_two_rows_wins(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("us 1 1\nUS 2 2\nus 3 3\n")
    rows, _ = open_vectors(path).rows(["us", "US", "Us"])
    assert rows[:, 0].tolist() == [1, 2, 1]


def test_tokens_with_spaces_or_none_are_read(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("a 1 2\n. . . 3 4\n 5 6\nb 7 8\n")
    read = {token: vector.tolist() for token, vector in iterate_vectors(path)}
    assert read == {"a": [1, 2], ". . .": [3, 4], "": [5, 6], "b": [7, 8]}
    _, is_found = open_vectors(path).rows(["b", ". . ."])
    assert is_found.all()


def test_a_large_binary_file_crosses_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr("skseq.preprocessing._vector_files._CHUNK", 50)
    rng = np.random.default_rng(0)
    vectors = {f"token{i}" * (i % 4 + 1): rng.normal(size=9).astype("<f4") for i in range(40)}
    body = b"".join(t.encode() + b" " + v.tobytes() for t, v in vectors.items())
    path = tmp_path / "v.bin"
    path.write_bytes(b"40 9\n" + body)
    read = dict(iterate_vectors(path))
    assert list(read) == list(vectors)
    for token, vector in vectors.items():
        np.testing.assert_array_equal(read[token], vector)


def test_pickle_of_a_file_source_holds_only_the_path(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("".join(f"t{i} {' '.join(['0.25'] * 50)}\n" for i in range(200)))
    source = open_vectors(path, whole=True)
    source.rows(["t1"])
    assert len(pickle.dumps(source)) < 500


# ------------------------------------------------------------------------ broken files
def test_last_line_incomplete_is_skipped_with_a_warning(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("a 1 2\nb 3 4\nc 5")
    with pytest.warns(UserWarning, match=r"The last line \(3\) of '.*v.txt' is incomplete"):
        _, is_found = open_vectors(path).rows(["a", "b", "c"])
    assert is_found.tolist() == [True, True, False]
    path.write_text("2 2\na 1 2\nb 3")
    with pytest.warns(UserWarning, match=r"The last line \(3\)"):
        _, is_found = open_vectors(path).rows(["a", "b"])
    assert is_found.tolist() == [True, False]


FORMATS = "Formats understood: word2vec text or binary, GloVe text"
BROKEN = {
    "line in the middle": (b"a 1 2\nb 3\nc 5 6\n", "line 2 is not a token followed by 2 numbers"),
    "line after a header": (b"3 2\na 1 2\nb x y\nc 5 6\n", "line 3 is not a token followed by 2"),
    "rows missing": (b"5 2\na 1 2\nb 3 4\n", "its header promises 5 vectors, it holds 2"),
    "binary rows missing": (b"3 2\na " + struct.pack("<4f", 1, 2, 3, 4)[:10], "it holds 1"),
    "prose": (b"This is a text.\nWith lines.\n", "its first line is neither a header"),
    "one column": (b"a\nb\n", "its first line is neither a header"),
    "empty": (b"", "its first line is neither a header"),
    "noise": (bytes(range(5, 255)), "its first line is neither a header"),
    "no features": (b"4 0\n", "vectors have 0 features"),
    "pickle of something else": (pickle.dumps({"a": 1}), "gensim cannot load it"),
    "damaged pickle": (b"\x80\x04garbage", "gensim cannot load it"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_error_names_file_and_formats(tmp_path, case):
    content, message = BROKEN[case]
    path = tmp_path / "broken.vec"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        open_vectors(path).rows(["a", "b"])
    assert "broken.vec" in str(caught.value)
    assert FORMATS in str(caught.value)


def test_broken_gzip_error_names_the_file(tmp_path):
    path = tmp_path / "v.gz"
    rng = np.random.default_rng(0)
    text = "".join(f"t{i} {x} {y}\n" for i, (x, y) in enumerate(rng.normal(size=(500, 2))))
    path.write_bytes(gzip.compress(text.encode())[:3000])
    with pytest.raises(ValueError, match=r"v\.gz': the compressed data is damaged or truncated"):
        open_vectors(path).rows(["x"])
    path.write_bytes(b"a 1 2\n")
    with pytest.raises(ValueError, match="damaged or truncated"):
        open_vectors(path).rows(["x"])


def test_missing_file_or_folder_error_names_the_path(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(FileNotFoundError, match=re.escape(str(path))):
            open_vectors(path)


def test_native_file_without_its_array_names_the_array(tmp_path):
    path = tmp_path / "v.kv"
    write_native_with_mapped_array(path)
    (tmp_path / "v.kv.vectors.npy").unlink()
    with pytest.raises(FileNotFoundError, match=r"vectors\.npy"):
        open_vectors(path).rows(["the"])


# --------------------------------------------------------------------------- in memory
@pytest.mark.parametrize(
    ("vectors", "error", "message"),
    [
        ({}, ValueError, "vectors is an empty dict"),
        ({"a": [[1.0]]}, ValueError, "one-dimensional array of numbers, got shape (1, 1)"),
        ({"a": "x"}, ValueError, "one-dimensional array of numbers"),
        (None, TypeError, "vectors is NoneType; expected gensim KeyedVectors"),
        (np.ones((2, 2)), TypeError, "vectors is ndarray"),
    ],
)
def test_wrong_vectors_say_what_is_expected(vectors, error, message):
    with pytest.raises(error, match=re.escape(message)):
        open_vectors(vectors)


def test_dict_of_different_lengths_names_the_token():
    with pytest.raises(ValueError, match=r"vectors\['b'\] has shape \(1,\), others have \(2,\)"):
        open_vectors({"a": [1.0, 2.0], "b": [1.0]}).rows(["a", "b"])


def test_facebook_fasttext_file_gives_subwords(tmp_path):
    fasttext = pytest.importorskip("gensim.models.fasttext")
    model = train_model("FastText")
    path = tmp_path / "model.bin"
    fasttext.save_facebook_model(model, str(path))
    source = open_vectors(path)
    rows, is_found = source.rows(["film", "filmed"])
    assert is_found.tolist() == [True, False]
    np.testing.assert_allclose(rows[0], model.wv["film"], rtol=1e-5)
    np.testing.assert_allclose(source.subword_rows(["filmed"])[0], model.wv["filmed"], rtol=1e-5)
