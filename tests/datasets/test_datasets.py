"""The fetchers and the data home: no network, files only below ``tmp_path``."""

from __future__ import annotations

import dataclasses
import gzip
import io
import os
import sys
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from skseq.datasets import (
    _clothing,
    _fetch,
    _home,
    _imdb,
    fetch_clothing_reviews,
    fetch_imdb,
)
from skseq.datasets._table import read_table, write_table

ROOT = Path(__file__).resolve().parents[2]
SENTIMENTS = ["negative", "neutral", "positive"]
CLOTHING_HEADER = ("", "Title", "Review Text", "Rating", "Recommended IND")
CLOTHING_ROWS = [
    (0, "", "Lovely,\r\n and it fits", 5, 1),
    (1, "No text", "", 3, 1),
    (2, "Too small", "Sent it back", 2, 0),
]


@pytest.fixture(autouse=True)
def no_network(monkeypatch, request):
    """Any attempt to download fails as it does where there is no network."""
    if "real_data" in request.keywords:
        return

    def refuse(url, *args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.delenv("SKSEQ_DATA", raising=False)
    monkeypatch.setattr(_fetch, "retrieve", refuse)


@pytest.fixture
def home(tmp_path):
    """Make a data home with tiny files of the real layout."""
    for half in ("train", "test"):
        rows = [(f"{half} good {i}", "positive", 7 + i % 4, i) for i in range(20)]
        rows += [(f"{half} bad {i}", "negative", 1 + i % 4, i) for i in range(20)]
        (tmp_path / "imdb").mkdir(exist_ok=True)
        write_table(tmp_path / "imdb" / f"{half}.csv.gz", _imdb.COLUMNS, rows)
    (tmp_path / "womens_clothing").mkdir()
    write_table(tmp_path / "womens_clothing" / "reviews.csv.gz", CLOTHING_HEADER, CLOTHING_ROWS)
    return tmp_path


# --- the data home ---------------------------------------------------------------------------


def test_get_data_home_argument_beats_environment_beats_cache(monkeypatch, tmp_path):
    assert "skseq" in str(_home.get_data_home())
    monkeypatch.setenv("SKSEQ_DATA", "")
    assert "skseq" in str(_home.get_data_home())
    monkeypatch.setenv("SKSEQ_DATA", str(tmp_path))
    assert _home.get_data_home() == tmp_path
    assert _home.get_data_home(tmp_path / "x") == tmp_path / "x"
    assert not (tmp_path / "x").exists()
    assert _home.get_data_home("~/y") == Path.home() / "y"
    with pytest.raises(ValueError, match=r"data_home is empty; .*'\.' for the one you are in"):
        _home.get_data_home("")


def test_get_data_home_of_wrong_type_says_what_is_expected():
    with pytest.raises(TypeError, match=r"data_home is 3 .*pathlib.Path"):
        _home.get_data_home(3)


def test_import_pooch_missing_says_how_to_go_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install pooch.*SKSEQ_DATA"):
        _home.get_data_home()


# --- fetching what is there ------------------------------------------------------------------


@pytest.mark.parametrize("subset", ["train", "test"])
def test_fetch_imdb_half_is_shuffled_always_alike(home, subset):
    reviews = fetch_imdb(subset=subset, data_home=home)
    assert len(reviews.data) == 40 and all(text.startswith(subset) for text in reviews.data)
    assert Counter(reviews.target.tolist()) == {"negative": 20, "positive": 20}
    assert set(reviews.target[:10]) == set(reviews.target_names) == {"negative", "positive"}
    for text, sentiment, stars in zip(reviews.data, reviews.target, reviews.stars, strict=True):
        assert ("good" in text) == (sentiment == "positive") == (stars >= 7)
    assert np.issubdtype(reviews.stars.dtype, np.integer) and "Maas" in reviews.DESCR
    assert fetch_imdb(subset=subset, data_home=home).data == reviews.data


def test_fetch_imdb_all_is_train_then_test(home, monkeypatch):
    monkeypatch.setenv("SKSEQ_DATA", str(home))
    X, y = fetch_imdb(subset="all", return_X_y=True)
    assert fetch_imdb().data + fetch_imdb(subset="test").data == X
    assert y.shape == (80,)


def test_fetch_imdb_of_unknown_subset_says_what_is_known(home):
    for subset in ("dev", ["train"]):
        with pytest.raises(ValueError, match=r"'.*; expected 'train', 'test' or 'all'"):
            fetch_imdb(subset=subset, data_home=home)


def test_fetch_clothing_reviews_drops_rows_without_text_and_keeps_line_ends(home):
    reviews = fetch_clothing_reviews(data_home=home)
    assert reviews.data == ["Lovely,\r\n and it fits", "Sent it back"]
    assert reviews.target.tolist() == [1, 0] and reviews.target.dtype == np.int64
    assert reviews.rating.tolist() == [5, 2] and reviews.title == ["", "Too small"]
    assert reviews.target_names == ["not recommended", "recommended"]
    X, y = fetch_clothing_reviews(data_home=home, return_X_y=True)
    assert reviews.data == X and y.tolist() == [1, 0]


def test_fetchers_never_write_into_a_home_that_has_the_files(home):
    folders = [home, home / "imdb", home / "womens_clothing"]
    before = sorted(home.rglob("*"))
    for folder in folders:
        folder.chmod(0o555)
    try:
        fetch_imdb(subset="all", data_home=home)
        fetch_clothing_reviews(data_home=home)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert sorted(home.rglob("*")) == before


# --- fetching what is not there --------------------------------------------------------------

FETCHERS = [
    pytest.param(fetch_imdb, _imdb.SOURCE, "train.csv.gz", id="imdb"),
    pytest.param(fetch_clothing_reviews, _clothing.SOURCE, "reviews.csv.gz", id="clothing"),
]


@pytest.mark.parametrize(("fetch", "source", "file"), FETCHERS)
def test_fetch_missing_file_without_download_says_where_it_goes(fetch, source, file, tmp_path):
    with pytest.raises(OSError) as caught:
        fetch(data_home=tmp_path, download_if_missing=False)
    for part in (tmp_path / source.folder / file, source.url, "SKSEQ_DATA", "is False"):
        assert str(part) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("fetch", "source", "file"), FETCHERS)
def test_fetch_without_network_says_what_failed_and_what_to_do(fetch, source, file, tmp_path):
    with pytest.raises(ConnectionError) as caught:
        fetch(data_home=tmp_path)
    for part in (tmp_path / source.folder / file, source.url, "SKSEQ_DATA", "no route to host"):
        assert str(part) in str(caught.value)
    assert list((tmp_path / source.folder).iterdir()) == []


@pytest.mark.parametrize(("fetch", "source", "file"), FETCHERS)
def test_fetch_into_a_home_that_cannot_be_written_says_so(fetch, source, file, tmp_path):
    (tmp_path / source.folder).write_text("a file where the folder should be")
    with pytest.raises(OSError, match=r"cannot be written to.*data_home.*SKSEQ_DATA"):
        fetch(data_home=tmp_path)


def test_fetch_of_changed_download_is_refused(tmp_path, monkeypatch):
    def changed(url, sha256, folder):
        raise ValueError("SHA256 hash of downloaded file does not match")

    monkeypatch.setattr(_fetch, "retrieve", changed)
    with pytest.raises(ValueError, match=r"does not have the SHA-256 bd93cc51.*Try again"):
        fetch_clothing_reviews(data_home=tmp_path)
    assert list((tmp_path / "womens_clothing").iterdir()) == []


def test_retrieve_checks_the_pinned_hash(tmp_path, monkeypatch):
    calls = []

    class Pooch:
        @staticmethod
        def retrieve(url, known_hash, fname, path):
            calls.append((url, known_hash))
            return str(path / fname)

    monkeypatch.undo()
    monkeypatch.setattr(_fetch, "import_pooch", lambda: Pooch)
    assert _fetch.retrieve("https://example.org/a", "0f", tmp_path) == tmp_path / "download"
    assert calls == [("https://example.org/a", "sha256:0f")]


def test_fetch_clothing_reviews_downloads_once(tmp_path, monkeypatch):
    calls = []

    def retrieve(url, sha256, folder):
        calls.append((url, sha256))
        rows = [CLOTHING_HEADER, *CLOTHING_ROWS]
        text = "".join(",".join(f'"{field}"' for field in row) + "\n" for row in rows)
        path = folder / "download"
        path.write_bytes(text.encode())
        return path

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    first = fetch_clothing_reviews(data_home=tmp_path)
    again = fetch_clothing_reviews(data_home=tmp_path)
    assert first.data == again.data == ["Lovely,\r\n and it fits", "Sent it back"]
    assert calls == [(_clothing.SOURCE.url, _clothing.SOURCE.sha256)]
    assert [path.name for path in (tmp_path / "womens_clothing").iterdir()] == ["reviews.csv.gz"]


def test_fetch_imdb_converts_the_archive_and_keeps_files_already_there(home, monkeypatch):
    def retrieve(url, sha256, folder):
        path = folder / "download"
        with tarfile.open(path, "w:gz") as archive:
            for name, text in {
                "aclImdb/train/neg/0_2.txt": "Dull, “flat”",
                "aclImdb/train/pos/10_9.txt": "Ten",
                "aclImdb/train/pos/9_10.txt": "Nine<br />",
                "aclImdb/train/unsup/0_0.txt": "unlabelled",
                "aclImdb/README": "not a review",
                "aclImdb/test/pos/0_8.txt": "replaces nothing",
            }.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        return path

    kept = (home / "imdb" / "test.csv.gz").read_bytes()
    (home / "imdb" / "train.csv.gz").unlink()
    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    reviews = fetch_imdb(data_home=home)
    assert sorted(zip(reviews.data, reviews.target, reviews.stars, strict=True)) == [
        ("Dull, “flat”", "negative", 2),
        ("Nine<br />", "positive", 10),
        ("Ten", "positive", 9),
    ]
    stored = read_table(home / "imdb" / "train.csv.gz", ("id", "sentiment"))
    assert stored == [("9", "positive"), ("10", "positive"), ("0", "negative")]
    assert (home / "imdb" / "test.csv.gz").read_bytes() == kept
    assert {path.name for path in (home / "imdb").iterdir()} == {"train.csv.gz", "test.csv.gz"}


def test_fetch_imdb_of_one_half_keeps_the_other_one_too(tmp_path, monkeypatch):
    def convert(download, targets):
        for target in targets.values():
            write_table(target, _imdb.COLUMNS, [(target.name, "positive", 9, 0)])

    monkeypatch.setattr(_imdb, "SOURCE", dataclasses.replace(_imdb.SOURCE, convert=convert))
    monkeypatch.setattr(_fetch, "retrieve", lambda url, sha256, folder: folder / "download")
    assert fetch_imdb(data_home=tmp_path).data == ["train.csv.gz"]
    reviews = fetch_imdb(subset="test", data_home=tmp_path, download_if_missing=False)
    assert reviews.data == ["test.csv.gz"]


# --- fetching what is broken -----------------------------------------------------------------


DAMAGES = {
    "not gzip": lambda packed: b"<html>404</html>",
    "truncated": lambda packed: packed[:-30],
    "flipped": lambda packed: packed[:12] + bytes(28) + packed[40:],
    "no column": lambda packed: gzip.compress(b"a,b\n1,2\n"),
    "empty": lambda packed: gzip.compress(b""),
    "ragged": lambda packed: packed + gzip.compress(b"one field\n"),
    "not UTF-8": lambda packed: packed + gzip.compress(b"\xff\xfe\n"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(("fetch", "source", "file"), FETCHERS)
def test_fetch_of_damaged_file_names_it(fetch, source, file, damage, home):
    path = home / source.folder / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"fetch again, or replace it") as caught:
        fetch(data_home=home)
    assert str(path) in str(caught.value)


def test_fetch_of_wrong_values_names_file_and_column(home):
    path = home / "womens_clothing" / "reviews.csv.gz"
    write_table(path, CLOTHING_HEADER, [(0, "", "text", 5, 7)])
    with pytest.raises(ValueError, match=r"Recommended IND.*\[7\]; expected 0 and 1"):
        fetch_clothing_reviews(data_home=home)
    write_table(path, CLOTHING_HEADER, [(0, "", "text", "five", 1)])
    with pytest.raises(ValueError, match=r"column 'Rating'.*'five'.*whole numbers"):
        fetch_clothing_reviews(data_home=home)
    write_table(home / "imdb" / "train.csv.gz", _imdb.COLUMNS, [("text", "meh", 5, 0)])
    with pytest.raises(ValueError, match=r"train.csv.gz has 1 rows.*'meh'"):
        fetch_imdb(data_home=home)


# --- the real files --------------------------------------------------------------------------


@pytest.mark.real_data
def test_fetch_imdb_real_files_are_the_official_halves():
    assert os.environ["SKSEQ_DATA"]
    reviews = fetch_imdb(subset="all", download_if_missing=False)
    assert len(reviews.data) == 50_000 and set(reviews.stars) == {1, 2, 3, 4, 7, 8, 9, 10}
    for half in (reviews.target[:25_000], reviews.target[25_000:]):
        assert Counter(half.tolist()) == {"negative": 12_500, "positive": 12_500}
        assert 0.4 < np.mean(half[:1000] == "positive") < 0.6
    assert np.array_equal(reviews.target == "positive", reviews.stars >= 7)


@pytest.mark.real_data
def test_fetch_clothing_reviews_real_file_has_the_documented_counts():
    assert os.environ["SKSEQ_DATA"]
    reviews = fetch_clothing_reviews(download_if_missing=False)
    assert len(reviews.data) == len(reviews.title) == 22_641 and reviews.target.sum() == 18_540
    assert set(reviews.rating) == {1, 2, 3, 4, 5}
