"""Translations and conversations; no network, files only in ``tmp_path``."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import sys
import zipfile
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from skseq.datasets import (
    _chatterbot,
    _fetch,
    _tatoeba,
    fetch_chatterbot,
    fetch_tatoeba_spa,
)

PAIRS = [
    ("Go.", "Ve."),
    ("Go.", "Vete."),
    ("Come!", "¡Ven!"),
    ("Hi.", "Hola."),
    ("I\u2028see.", "Ya\xa0veo."),
    ("I am at home.", "Estoy."),
]
TATOEBA = "".join(f"{english}\t{spanish}\n" for english, spanish in PAIRS)
GREETINGS = """\
categories:
- greetings
conversations:
- - Hello
  - Hi
- - How are you?
  - Fine,
    thank you.
  - 'It''s a secret '
"""
TRIVIA = """\
categories:
- trivia
conversations:
- - In which year?
  - 1963
- In a game, which number?
  - '22'
- - Is it so?
  - yes
- - "S\\xED: where?"
  - |
    Here:

      there
"""
FETCHERS = [
    pytest.param(fetch_tatoeba_spa, _tatoeba.SOURCE, id="tatoeba"),
    pytest.param(fetch_chatterbot, _chatterbot.SOURCE, id="chatterbot"),
]


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


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
    (tmp_path / "translation_tatoeba").mkdir()
    (tmp_path / "chatterbot").mkdir()
    path = tmp_path / "translation_tatoeba" / "spa.txt.gz"
    path.write_bytes(gzip.compress(TATOEBA.encode()))
    for name in _chatterbot.CATEGORIES:
        content = {"greetings": GREETINGS, "trivia": TRIVIA}.get(
            name, f"conversations:\n- - {name}?\n  - {name}!\n"
        )
        (tmp_path / "chatterbot" / f"{name}.yml").write_bytes(content.encode())
    return tmp_path


# --- Tatoeba ---------------------------------------------------------------------------------


def test_tatoeba_has_all_pairs_in_shuffled_order(home, monkeypatch):
    monkeypatch.setenv("SKSEQ_DATA", str(home))
    sentences = fetch_tatoeba_spa()
    assert set(sentences) == {"data", "target", "DESCR"} and "CC BY 2.0 FR" in sentences.DESCR
    assert type(sentences.data) is type(sentences.target) is list
    read = list(zip(sentences.data, sentences.target, strict=True))
    assert sorted(read) == sorted(PAIRS) and read != PAIRS
    assert fetch_tatoeba_spa(return_X_y=True) == (sentences.data, sentences.target)


def test_tatoeba_n_samples_are_the_shortest(home):
    for n_samples, shortest in ((3, [0, 1, 3]), (4, [0, 1, 2, 3]), (0, [])):
        X, y = fetch_tatoeba_spa(n_samples=n_samples, data_home=home, return_X_y=True)
        assert sorted(zip(X, y, strict=True)) == sorted(PAIRS[i] for i in shortest)
    X, _ = fetch_tatoeba_spa(n_samples=np.int64(6), data_home=home, return_X_y=True)
    assert len(X) == 6


def test_tatoeba_order_depends_on_the_seed_alone(home):
    def order(random_state):
        return fetch_tatoeba_spa(random_state=random_state, data_home=home).target

    assert order(0) == order(0) == fetch_tatoeba_spa(data_home=home).target
    assert len({tuple(order(seed)) for seed in range(10)}) > 5
    assert len({tuple(order(None)) for _ in range(10)}) > 5
    rng = np.random.RandomState(0)
    assert len({tuple(order(rng)) for _ in range(10)}) > 5


def test_tatoeba_wrong_arguments_say_what_is_expected(home):
    with pytest.raises(ValueError, match=r"n_samples is 7, but .*spa.txt.gz has 6 pairs"):
        fetch_tatoeba_spa(n_samples=7, data_home=home)
    with pytest.raises(ValueError, match="n_samples is -1; expected 0 or more"):
        fetch_tatoeba_spa(n_samples=-1, data_home=home)
    for n_samples in (2.0, True, "2"):
        with pytest.raises(TypeError, match=r"n_samples is .*; expected an integer"):
            fetch_tatoeba_spa(n_samples=n_samples, data_home=home)
    with pytest.raises(ValueError, match="random_state must be None"):
        fetch_tatoeba_spa(random_state="x", data_home=home)


def test_tatoeba_reads_newer_files_with_attributions(home):
    path = home / "translation_tatoeba" / "spa.txt.gz"
    path.write_bytes(gzip.compress(b"Go.\tVe.\tCC-BY 2.0 (France)\r\nHi.\tHola.\tCC-BY\r\n"))
    X, y = fetch_tatoeba_spa(data_home=home, return_X_y=True)
    assert sorted(zip(X, y, strict=True)) == [("Go.", "Ve."), ("Hi.", "Hola.")]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (b"", r"line 1: got ''; expected an English"),
        (b"Go.\tVe.", r"is damaged \(BadGzipFile"),
        (gzip.compress(TATOEBA.encode())[:-9], r"is damaged \(EOFError"),
        (gzip.compress(b"Go.\t\xff\n"), r"is damaged \(UnicodeDecodeError"),
        (gzip.compress(b""), "line 1: got ''; expected an English"),
        (gzip.compress(b"Go.\tVe.\n\nHi.\tHola.\n"), "line 2: got ''"),
        (gzip.compress(b"Go.\tVe.\nHi. Hola.\n"), r"line 2: got 'Hi\. Hola\.'"),
        (gzip.compress(b"Go.\t\n"), r"line 1: got 'Go\.\\t'"),
        (gzip.compress(b"a\tb\tc\td\n"), "line 1: got"),
    ],
    ids=range(9),
)
def test_tatoeba_damaged_file_is_named(damage, message, home):
    path = home / "translation_tatoeba" / "spa.txt.gz"
    path.write_bytes(damage)
    with pytest.raises(ValueError, match=message) as caught:
        fetch_tatoeba_spa(data_home=home)
    assert str(path) in str(caught.value) and "fetch again, or replace it" in str(caught.value)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_tatoeba_downloads_once_and_checks_the_text(line_end, tmp_path, monkeypatch):
    calls = []
    content = TATOEBA.replace("\n", line_end).encode()

    def retrieve(url, sha256, folder):
        calls.append((url, sha256))
        path = folder / "download"
        path.write_bytes(zipped({"spa-eng/_about.txt": b"x", "spa-eng/spa.txt": content}))
        return path

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    with pytest.raises(ValueError, match=r"spa.txt has the SHA-256 .*cut off.*or put the file"):
        fetch_tatoeba_spa(data_home=tmp_path)
    assert list((tmp_path / "translation_tatoeba").iterdir()) == []
    sha256 = hashlib.sha256(TATOEBA.encode()).hexdigest()
    monkeypatch.setattr(_tatoeba, "SOURCE", replace(_tatoeba.SOURCE, sha256=sha256))
    first = fetch_tatoeba_spa(data_home=tmp_path)
    assert first == fetch_tatoeba_spa(data_home=tmp_path)
    assert sorted(zip(first.data, first.target, strict=True)) == sorted(PAIRS)
    assert calls == [(_tatoeba.SOURCE.url, None)] * 2
    (path,) = (tmp_path / "translation_tatoeba").iterdir()
    assert gzip.decompress(path.read_bytes()) == TATOEBA.encode()


@pytest.mark.parametrize("download", [b"<html>404</html>", zipped({"spa.txt": TATOEBA})])
def test_tatoeba_download_of_something_else_is_refused(download, tmp_path, monkeypatch):
    def retrieve(url, sha256, folder):
        (folder / "download").write_bytes(download)
        return folder / "download"

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    with pytest.raises(ValueError, match=r"not what is expected.*no archive with spa-eng/spa.txt"):
        fetch_tatoeba_spa(data_home=tmp_path)
    assert list((tmp_path / "translation_tatoeba").iterdir()) == []


# --- ChatterBot ------------------------------------------------------------------------------


def test_chatterbot_texts_are_read_as_they_are(home):
    corpus = fetch_chatterbot(categories=["trivia", "greetings"], data_home=home)
    assert corpus.conversations == [
        ["In which year?", "1963"],
        ["Is it so?", "yes"],
        ["Sí: where?", "Here:\n\n  there"],
        ["Hello", "Hi"],
        ["How are you?", "Fine, thank you.", "It's a secret"],
    ]
    assert corpus.category == ["trivia"] * 3 + ["greetings"] * 3
    assert corpus.data[3:] == ["Hello", "How are you?", "How are you?"]
    assert corpus.target[3:] == ["Hi", "Fine, thank you.", "It's a secret"]
    assert "BSD-3" in corpus.DESCR


def test_chatterbot_pairs_are_answers_or_turns(home):
    options = {"categories": "greetings", "data_home": home, "return_X_y": True}
    X, y = fetch_chatterbot(**options)
    assert fetch_chatterbot(pairs="answers", **options) == (X, y)
    turns = fetch_chatterbot(pairs="turns", **options)
    assert turns == (["Hello", "How are you?", "Fine, thank you."], y)


def test_chatterbot_categories_are_all_by_default(home, monkeypatch):
    monkeypatch.setenv("SKSEQ_DATA", str(home))
    corpus = fetch_chatterbot()
    assert list(dict.fromkeys(corpus.category)) == list(_chatterbot.CATEGORIES)
    assert len(corpus.data) == len(corpus.target) == len(corpus.category) == 19 + 3 + 3
    assert corpus == fetch_chatterbot(categories=iter(_chatterbot.CATEGORIES))


def test_chatterbot_needs_only_the_files_asked_for(home):
    (home / "chatterbot" / "ai.yml").unlink()
    assert fetch_chatterbot(categories="food", data_home=home).target == ["food!"]
    with pytest.raises(ConnectionError, match=r"ai\.yml"):
        fetch_chatterbot(data_home=home)


def test_chatterbot_wrong_arguments_say_what_is_expected(home):
    with pytest.raises(ValueError, match="pairs is 'all'; expected 'answers' or 'turns'"):
        fetch_chatterbot(pairs="all", data_home=home)
    for categories in ("love", ["food", "love"]):
        with pytest.raises(ValueError, match=r"'love'; expected one of 'ai', .*'trivia'"):
            fetch_chatterbot(categories=categories, data_home=home)
    for categories in ([], ["food", "food"]):
        with pytest.raises(ValueError, match=r"categories is \[.*expected different ones of 'ai'"):
            fetch_chatterbot(categories=categories, data_home=home)
    with pytest.raises(TypeError, match="categories is 3 of type int; expected a category"):
        fetch_chatterbot(categories=3, data_home=home)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (b"", "has no list of conversations"),
        (b"[]", "has no list of conversations"),
        (b"conversations: yes", "has no list of conversations"),
        (b"categories:\n- food\n", "has no list of conversations"),
        (b"conversations: []", "has no conversations"),
        (b"conversations:\n- a\n", "has no conversations"),
        (b"conversations:\n- - a\n", r"conversation 0: got \['a'\]; expected a list of at least"),
        (b"conversations:\n- - a\n  - b\n- - a\n  - b: c\n", "conversation 1: got"),
        (b"conversations:\n- - a\n  -\n", "conversation 0: got"),
        (b"conversations:\n- - a\n  - [b]\n", "conversation 0: got"),
        (b"conversations:\n- - 'a\n  - b\n", "is damaged"),
        (b"conversations:\n- - \xff\n  - b\n", r"is damaged \(UnicodeDecodeError"),
        (b"<html>\n\t404: none</html>", "is damaged"),
    ],
)
def test_chatterbot_damaged_file_is_named(damage, message, home):
    path = home / "chatterbot" / "food.yml"
    path.write_bytes(damage)
    with pytest.raises(ValueError, match=message) as caught:
        fetch_chatterbot(categories="food", data_home=home)
    assert str(path) in str(caught.value) and "fetch again, or replace it" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_chatterbot_without_pyyaml_says_what_to_install(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ImportError, match="pip install pyyaml"):
        fetch_chatterbot(data_home=home)


def test_chatterbot_is_read_alike_without_the_compiled_loader(home, monkeypatch):
    yaml = pytest.importorskip("yaml")
    expected = fetch_chatterbot(data_home=home)
    monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    assert fetch_chatterbot(data_home=home) == expected


def test_chatterbot_download_becomes_the_files(home, tmp_path, monkeypatch):
    files = {
        f"chatterbot_corpus/data/english/{path.name}": path.read_bytes()
        for path in (home / "chatterbot").iterdir()
    }
    calls = []

    def retrieve(url, sha256, folder):
        calls.append((url, sha256))
        path = folder / "download"
        path.write_bytes(zipped({**files, "chatterbot_corpus/data/german/ai.yml": b""}))
        return path

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    other = tmp_path / "other"
    assert fetch_chatterbot(data_home=other) == fetch_chatterbot(data_home=home)
    assert fetch_chatterbot(data_home=other) == fetch_chatterbot(data_home=home)
    assert calls == [(_chatterbot.SOURCE.url, _chatterbot.SOURCE.sha256)]
    written = {path.name for path in (other / "chatterbot").iterdir()}
    assert written == set(_chatterbot.SOURCE.files)


# --- both ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_of_missing_file_says_where_it_goes(fetch, source, tmp_path):
    with pytest.raises(OSError) as caught:
        fetch(data_home=tmp_path, download_if_missing=False)
    for part in (tmp_path / source.folder / source.files[0], source.url, "SKSEQ_DATA", "is False"):
        assert str(part) in str(caught.value)
    with pytest.raises(ConnectionError, match=r"no route to host.*Check the network") as caught:
        fetch(data_home=tmp_path)
    assert str(tmp_path / source.folder / source.files[0]) in str(caught.value)
    assert list((tmp_path / source.folder).iterdir()) == []


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_into_what_is_no_folder_says_so(fetch, source, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"cannot be written to.*by data_home"):
        fetch(data_home=tmp_path / "file")


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_never_writes_into_a_home_that_has_the_files(fetch, source, home):
    before = sorted(home.rglob("*"))
    (home / source.folder).chmod(0o555)
    try:
        fetch(data_home=home)
    finally:
        (home / source.folder).chmod(0o755)
    assert sorted(home.rglob("*")) == before


def test_sources_are_pinned():
    for source in (_tatoeba.SOURCE, _chatterbot.SOURCE):
        assert re.fullmatch("[0-9a-f]{64}", source.sha256) and source.url.startswith("https://")


# --- the real files --------------------------------------------------------------------------


@pytest.mark.real_data
def test_real_tatoeba_has_the_documented_counts():
    path = os.path.join(os.environ["SKSEQ_DATA"], "translation_tatoeba", "spa.txt.gz")
    with gzip.open(path) as file:
        assert hashlib.sha256(file.read()).hexdigest() == _tatoeba.SOURCE.sha256
    sentences = fetch_tatoeba_spa(download_if_missing=False)
    X, y = sentences.data, sentences.target
    times = Counter(X)
    assert len(X) == len(y) == len(set(zip(X, y, strict=True))) == 118_964
    assert len(times) == 102_904 and "102,904" in sentences.DESCR
    assert 1 / 9 < np.mean([n > 1 for n in times.values()]) < 1 / 8
    n_words = [len(text.split()) for text in X]
    assert (min(n_words), max(n_words)) == (1, 47)
    lengths = [len(text) for text in X]
    assert abs(np.corrcoef(lengths, np.arange(len(X)))[0, 1]) < 0.02
    X, y = fetch_tatoeba_spa(n_samples=20_000, download_if_missing=False, return_X_y=True)
    assert sorted(map(len, X)) == sorted(lengths)[:20_000] and max(map(len, X)) == 20
    assert (X[0], y[0]) == ("The bird is dead.", "El pájaro está muerto.")


@pytest.mark.real_data
def test_real_chatterbot_has_the_documented_counts():
    assert os.environ["SKSEQ_DATA"]
    corpus = fetch_chatterbot(download_if_missing=False)
    assert len(corpus.conversations) == 2025 and "2,025" in corpus.DESCR
    assert len(corpus.data) == len(corpus.target) == 2306 and "2,306" in fetch_chatterbot.__doc__
    assert Counter(corpus.category)["tech_support"] == 1050
    assert 0.96 < np.mean([len(texts) == 2 for texts in corpus.conversations]) < 0.965
    assert all(text and text == text.strip() for text in corpus.data + corpus.target)
    turns = fetch_chatterbot(pairs="turns", download_if_missing=False)
    assert len(turns.data) == 2306 and turns.target == corpus.target
    X, y = fetch_chatterbot(categories="greetings", download_if_missing=False, return_X_y=True)
    assert (X[2], y[2]) == ("Greetings!", "Hello")
