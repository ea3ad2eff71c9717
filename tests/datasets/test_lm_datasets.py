"""Texts and music for language models; no network, files only in ``tmp_path``."""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter

import numpy as np
import pytest

from skseq.datasets import (
    _fetch,
    _jsb_chorales,
    _lm_texts,
    fetch_alice,
    fetch_jsb_chorales,
    fetch_nietzsche,
    fetch_shakespeare,
    make_melodies,
    make_tales,
)

TEXT = "Änne:\r\nOne,\n\ntwo \u2028and\rthree."
CHORALES = {
    "train": [[[60, 64, 67], []], [[59]]],
    "valid": [[[62]]],
    "test": [[[60, 72], [60]], [[61]]],
}
TEXTS = [
    pytest.param(fetch_shakespeare, _lm_texts.SHAKESPEARE, id="shakespeare"),
    pytest.param(fetch_nietzsche, _lm_texts.NIETZSCHE, id="nietzsche"),
    pytest.param(fetch_alice, _lm_texts.ALICE, id="alice"),
]
FETCHERS = [*TEXTS, pytest.param(fetch_jsb_chorales, _jsb_chorales.SOURCE, id="jsb")]


def content_of(source):
    return TEXT.encode() if source.folder == "lm_texts" else json.dumps(CHORALES).encode()


def put(home, source, content):
    """Write a file as it lies at home and return its path."""
    path = home / source.folder / source.files[0]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture(autouse=True)
def no_network(monkeypatch, request):
    """Any attempt to download fails as it does where there is no network."""
    if "real_data" in request.keywords:
        return

    def refuse(url, *args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.delenv("SKSEQ_DATA", raising=False)
    monkeypatch.setattr(_fetch, "retrieve", refuse)


# --- fetching what is there ------------------------------------------------------------------


@pytest.mark.parametrize(("fetch", "source"), TEXTS)
def test_fetch_text_keeps_every_character_and_cuts_once(fetch, source, tmp_path):
    put(tmp_path, source, TEXT.encode())
    everything = fetch(data_home=tmp_path)
    assert everything.data == [TEXT] and set(everything) == {"data", "DESCR"}
    (train,) = fetch(subset="train", data_home=tmp_path).data
    (test,) = fetch(subset="test", data_home=tmp_path).data
    assert train + test == TEXT and len(train) == int(0.9 * len(TEXT))


def test_fetch_jsb_chorales_returns_tuples_of_pitches(tmp_path, monkeypatch):
    put(tmp_path, _jsb_chorales.SOURCE, json.dumps(CHORALES).encode())
    monkeypatch.setenv("SKSEQ_DATA", str(tmp_path))
    train = fetch_jsb_chorales()
    assert train.data == [[(60, 64, 67), ()], [(59,)]] and "ICML 2012" in train.DESCR
    assert fetch_jsb_chorales(subset="validation").data == [[(62,)]]
    assert fetch_jsb_chorales(subset="test").data == [[(60, 72), (60,)], [(61,)]]


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_never_writes_into_a_home_that_has_the_file(fetch, source, tmp_path):
    put(tmp_path, source, content_of(source))
    before = sorted(tmp_path.rglob("*"))
    (tmp_path / source.folder).chmod(0o555)
    try:
        fetch(data_home=tmp_path)
    finally:
        (tmp_path / source.folder).chmod(0o755)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_of_unknown_subset_says_what_is_known(fetch, source, tmp_path):
    for subset in ("dev", ["test"]):
        with pytest.raises(ValueError, match=r"subset is .*; expected '\w+'.* or '\w+'\."):
            fetch(subset=subset, data_home=tmp_path)


# --- fetching what is not there --------------------------------------------------------------


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_of_missing_file_says_where_it_goes(fetch, source, tmp_path):
    with pytest.raises(OSError) as caught:
        fetch(data_home=tmp_path, download_if_missing=False)
    for part in (tmp_path / source.folder / source.files[0], source.url, "SKSEQ_DATA", "is False"):
        assert str(part) in str(caught.value)
    with pytest.raises(ConnectionError, match=r"no route to host.*Check the network"):
        fetch(data_home=tmp_path)
    assert list((tmp_path / source.folder).iterdir()) == []


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_downloads_once_and_keeps_the_bytes(fetch, source, tmp_path, monkeypatch):
    calls = []

    def retrieve(url, sha256, folder):
        calls.append((url, sha256))
        path = folder / "download"
        path.write_bytes(content_of(source))
        return path

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    first = fetch(data_home=tmp_path)
    assert first.data == fetch(data_home=tmp_path).data
    assert calls == [(source.url, source.sha256)]
    (path,) = (tmp_path / source.folder).iterdir()
    assert path.name == source.files[0] and path.read_bytes() == content_of(source)


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_fetch_of_changed_download_is_refused(fetch, source, tmp_path, monkeypatch):
    def changed(url, sha256, folder):
        raise ValueError("SHA256 hash of downloaded file does not match")

    monkeypatch.setattr(_fetch, "retrieve", changed)
    with pytest.raises(ValueError, match=f"does not have the SHA-256 {source.sha256}.*Try again"):
        fetch(data_home=tmp_path)
    assert list((tmp_path / source.folder).iterdir()) == []


def test_sources_are_pinned_and_differ():
    sources = [parameter.values[1] for parameter in FETCHERS]
    assert all(re.fullmatch("[0-9a-f]{64}", source.sha256) for source in sources)
    assert len({source.url for source in sources}) == len({s.sha256 for s in sources}) == 4
    assert all(source.url.startswith("https://") for source in sources)


# --- fetching what is broken -----------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"", b"a \xff\n"], ids=repr)
@pytest.mark.parametrize(("fetch", "source"), TEXTS)
def test_fetch_of_damaged_text_names_it(fetch, source, damage, tmp_path):
    path = put(tmp_path, source, damage)
    with pytest.raises(ValueError, match="fetch again, or replace it") as caught:
        fetch(data_home=tmp_path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"<html>404</html>",
        b'"\xff"',
        b"[]",
        b"7",
        b"{}",
        b'{"train": []}',
        b'{"train": 3}',
        b'{"train": [3]}',
        b'{"train": [[3]]}',
        b'{"train": [["60"]]}',
        b'{"train": [[[60.5]]]}',
        b'{"train": [[[true]]]}',
        b'{"train": [[[-1]]]}',
        b'{"train": [[[[60]]]]}',
    ],
    ids=repr,
)
def test_fetch_of_damaged_chorales_names_the_file(damage, tmp_path):
    path = put(tmp_path, _jsb_chorales.SOURCE, damage)
    with pytest.raises(ValueError, match="fetch again, or replace it") as caught:
        fetch_jsb_chorales(data_home=tmp_path)
    assert str(path) in str(caught.value)


# --- generators ------------------------------------------------------------------------------

GENERATORS = [
    pytest.param(make_tales, ["fable", "recipe", "weather"], id="tales"),
    pytest.param(make_melodies, ["jig", "reel", "waltz"], id="melodies"),
]


@pytest.mark.parametrize(("make", "known"), GENERATORS)
def test_generator_depends_on_the_seed_alone(make, known):
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist()
    first = make(20, random_state=7)
    assert first == make(20, random_state=7) == make(20, random_state=np.int64(7))
    assert first[:5] == make(5, random_state=7)
    assert first != make(20, random_state=8)
    assert make(20) != make(20)
    rng = np.random.RandomState(0)
    assert make(20, random_state=rng) != make(20, random_state=rng)
    assert before == (random.getstate(), np.random.get_state()[1].tolist())


@pytest.mark.parametrize(("make", "known"), GENERATORS)
def test_generator_draws_the_styles_asked_for(make, known):
    samples, styles = make(300, return_styles=True, random_state=0)
    assert type(samples) is type(styles) is list and len(samples) == len(styles) == 300
    assert samples == make(300, random_state=0)
    counts = Counter(styles)
    assert sorted(counts) == known and min(counts.values()) > 70
    assert make(300, styles=known[::-1], random_state=0) == samples
    for style in known:
        few, drawn = make(10, styles=style, return_styles=True, random_state=0)
        assert drawn == [style] * 10
        assert few == make(10, styles=(style, style), random_state=0)
    _, drawn = make(50, styles=iter(known[:2]), return_styles=True, random_state=0)
    assert set(drawn) == set(known[:2])
    assert make(0) == [] and make(0, return_styles=True) == ([], [])


@pytest.mark.parametrize(("make", "known"), GENERATORS)
def test_generator_of_wrong_arguments_says_what_is_expected(make, known):
    with pytest.raises(ValueError, match=f"'ode'.*; expected '{known[0]}', .* or '{known[2]}'"):
        make(2, styles="ode")
    with pytest.raises(ValueError, match=r"styles is \[.*'ode'\]; expected"):
        make(2, styles=[known[0], "ode"])
    with pytest.raises(ValueError, match=r"styles is \[\]; expected"):
        make(2, styles=[])
    with pytest.raises(TypeError, match=r"styles is 3 of type int; expected a style"):
        make(2, styles=3)
    with pytest.raises(ValueError, match="n_samples is -1; expected 0 or more"):
        make(-1)
    with pytest.raises(TypeError, match=r"n_samples is 2\.5; expected an integer"):
        make(2.5)
    with pytest.raises(ValueError, match="random_state must be None"):
        make(2, random_state="x")


@pytest.mark.parametrize(("make", "known"), GENERATORS)
def test_generator_makes_samples_that_differ(make, known):
    samples = make(1000, random_state=0)
    assert len(set(map(tuple, samples))) > 950


# --- make_tales ------------------------------------------------------------------------------


WOMEN = ["Mira", "Tilda", "Oona", "Vesna", "Greta"]
MEN = ["Borin", "Jasper", "Pavel", "Ludo", "Otto"]
TOWNS = ["Eastmoor", "Norwick", "Saltby", "Highfell", "Greenford", "Longbay"]


def words_of(text):
    return re.findall("[a-z]+", text.lower())


def test_make_tales_is_short_and_of_few_words():
    texts = make_tales(2000, random_state=0)
    assert all(type(text) is str and 40 <= len(text) <= 400 for text in texts)
    assert all(text == text.strip() and "{" not in text and "  " not in text for text in texts)
    assert 150 <= len({word for text in texts for word in words_of(text)}) <= 250
    assert len(set("".join(texts))) == 61


def test_make_tales_name_of_the_first_line_comes_back():
    texts, styles = make_tales(1000, return_styles=True, random_state=0)
    for text, style in zip(texts, styles, strict=True):
        first, rest = text.split("\n", 1)
        hero = re.search("|".join(TOWNS if style == "weather" else WOMEN + MEN), first).group()
        assert hero in rest, text


def test_make_tales_pronouns_agree_with_the_first_name():
    n_pronouns = 0
    for text in make_tales(1000, random_state=0):
        pronouns = {"she", "her", "he", "him", "his"}.intersection(words_of(text))
        if pronouns:
            n_pronouns += 1
            hero = re.search("|".join(WOMEN + MEN), text).group()
            assert pronouns <= ({"she", "her"} if hero in WOMEN else {"he", "him", "his"}), text
    assert n_pronouns > 600


def test_make_tales_styles_are_told_apart_by_counting_words():
    texts, styles = make_tales(400, return_styles=True, random_state=0)
    counts = {style: Counter() for style in styles}
    for text, style in zip(texts[:200], styles[:200], strict=True):
        counts[style].update(words_of(text))
    for text, style in zip(texts[200:], styles[200:], strict=True):
        scores = {
            known: sum(np.log(seen[word] + 1) - np.log(seen.total()) for word in words_of(text))
            for known, seen in counts.items()
        }
        assert max(scores, key=scores.get) == style


def test_make_tales_recipes_use_what_they_list():
    for text in make_tales(200, styles="recipe", random_state=0):
        listed = [line.split()[-1] for line in text.split("\n") if line.startswith("- ")]
        steps = [line for line in text.split("\n") if re.match(r"\d\. ", line)]
        assert len(listed) == len(steps) == 3
        assert all(f" the {name}" in step for name, step in zip(listed, steps, strict=True))
        n_guests = {"two": 2, "three": 3, "four": 4, "six": 6}[
            re.search(r"for (\w+)", text).group(1)
        ]
        assert f"- {50 * n_guests} g of " in text and re.search(rf"- {n_guests} \w+s\n", text)


def test_make_tales_snow_is_cold_and_days_follow():
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    for text in make_tales(300, styles="weather", random_state=0):
        degrees = int(re.search(r"(-?\d+) degrees", text).group(1))
        assert ("snow" in text.lower()) == (degrees <= 0) and degrees != 1
        first, second = re.findall("|".join(days), text)
        assert days[(days.index(first) + 1) % 7] == second


# --- make_melodies ---------------------------------------------------------------------------


def test_make_melodies_symbols_are_of_one_scale_and_end_on_its_tonic():
    scales = [{0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 9, 10}]
    for melody in make_melodies(500, random_state=0):
        assert 24 <= len(melody) <= 64
        assert all(type(event) is tuple and type(event[1]) is float for event in melody)
        assert {duration for _, duration in melody} <= {0.5, 1.0, 2.0}
        pitches = [pitch for pitch, _ in melody if pitch is not None]
        assert all(type(pitch) is int and 48 <= pitch <= 84 for pitch in pitches)
        tonic = pitches[-1]
        assert any({(pitch - tonic) % 12 for pitch in pitches} <= scale for scale in scales)
    assert len({event for melody in make_melodies(500, random_state=0) for event in melody}) < 100


@pytest.mark.parametrize(
    ("style", "bar", "form"), [("jig", 3, "AABB"), ("reel", 4, "AABB"), ("waltz", 3, "AABA")]
)
def test_make_melodies_fills_bars_and_repeats_its_parts(style, bar, form):
    for melody in make_melodies(100, styles=style, random_state=0):
        ends = np.cumsum([duration for _, duration in melody])
        starts = ends - [duration for _, duration in melody]
        n_bars = 16 if style == "waltz" else 8
        assert ends[-1] == n_bars * bar and set(np.arange(n_bars) * bar) <= set(starts)
        quarter = [
            [event for event, start in zip(melody, starts, strict=True) if start // length == i]
            for i, length in ((i, ends[-1] / 4) for i in range(4))
        ]
        for i, part in enumerate(form):
            assert quarter[i] == quarter[form.index(part)]
        assert sum(pitch is None for pitch, _ in melody) == (0 if style == "reel" else 4)


def test_make_melodies_styles_are_told_apart_by_durations():
    melodies, styles = make_melodies(300, return_styles=True, random_state=0)
    lengths = {"jig": 24, "reel": 32, "waltz": 48}
    for melody, style in zip(melodies, styles, strict=True):
        assert sum(duration for _, duration in melody) == lengths[style]


# --- the real files --------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("fetch", "n_characters", "n_different", "start"),
    [
        (fetch_shakespeare, 1_115_394, 65, "First Citizen:\nBefore"),
        (fetch_nietzsche, 600_893, 84, "PREFACE\n\n\nSUPPOSING"),
        (fetch_alice, 144_434, 73, "ALICE’S ADVENTURES"),
    ],
)
def test_fetch_real_texts_have_the_documented_characters(fetch, n_characters, n_different, start):
    assert os.environ["SKSEQ_DATA"]
    texts = {
        subset: fetch(subset=subset, download_if_missing=False)
        for subset in ("all", "train", "test")
    }
    (text,) = texts["all"].data
    assert len(text) == n_characters and len(set(text)) == n_different and text.startswith(start)
    assert "\r" not in text and texts["train"].data[0] + texts["test"].data[0] == text
    assert f"{n_characters:,} characters, {n_different} different" in texts["all"].DESCR
    for subset in ("train", "test"):
        assert f"({len(texts[subset].data[0]):,})" in fetch.__doc__


@pytest.mark.real_data
def test_fetch_real_chorales_have_the_documented_counts():
    assert os.environ["SKSEQ_DATA"]
    chords = {}
    for subset, size in (("train", 229), ("validation", 76), ("test", 77)):
        chorales = fetch_jsb_chorales(subset=subset, download_if_missing=False)
        assert len(chorales.data) == size and str(size) in chorales.DESCR
        assert all(25 <= len(chorale) <= 160 for chorale in chorales.data)
        chords[subset] = [chord for chorale in chorales.data for chord in chorale]
        assert f"{len(chords[subset]):,}" in fetch_jsb_chorales.__doc__
        assert all(list(chord) == sorted(set(chord)) for chord in chords[subset])
        assert {len(chord) for chord in chords[subset]} <= set(range(5))
    pitches = {pitch for subset in chords.values() for chord in subset for pitch in chord}
    assert (min(pitches), max(pitches)) == (43, 96) and len(set(chords["train"])) == 2420
    other = chords["validation"] + chords["test"]
    assert 0.09 < np.mean([chord not in set(chords["train"]) for chord in other[::10]]) < 0.13


@pytest.mark.real_data
@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_real_files_have_the_pinned_hashes(fetch, source):
    from hashlib import sha256
    from pathlib import Path

    path = Path(os.environ["SKSEQ_DATA"]) / source.folder / source.files[0]
    assert sha256(path.read_bytes()).hexdigest() == source.sha256
