"""Series, videos, images and recordings: what is generated, and what is fetched."""

from __future__ import annotations

import dataclasses
import gzip
import io
import math
import os
import random
import struct
import tarfile
import wave
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from skseq.datasets import (
    _etth1,
    _fetch,
    _indoor_movement,
    _mnist,
    _spoken_digits,
    _univariate_series,
    fetch_airline_passengers,
    fetch_daily_min_temperatures,
    fetch_etth1,
    fetch_indoor_movement,
    fetch_mnist,
    fetch_monthly_sunspots,
    fetch_spoken_digits,
    make_irregular_series,
    make_long_range_sentences,
    make_moving_shapes,
    make_sine,
)
from skseq.datasets._series_table import End

ACTIONS = ["anticlockwise", "clockwise", "down", "left", "right", "up"]


@pytest.fixture(autouse=True)
def no_network(monkeypatch, request):
    """Any attempt to download fails as it does where there is no network."""
    if "real_data" in request.keywords:
        return

    def refuse(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.delenv("SKSEQ_DATA", raising=False)
    monkeypatch.setattr(_fetch, "retrieve", refuse)


# --- generated: what all have in common ------------------------------------------------------

GENERATORS = [
    pytest.param(lambda **kwargs: make_sine(30, noise=1.0, **kwargs), id="sine"),
    pytest.param(lambda **kwargs: make_irregular_series(6, **kwargs)[0], id="irregular"),
    pytest.param(lambda **kwargs: make_long_range_sentences(6, **kwargs)[0], id="long range"),
    pytest.param(lambda **kwargs: make_moving_shapes(6, **kwargs)[0], id="moving shapes"),
]


@pytest.mark.parametrize("make", GENERATORS)
def test_a_seed_gives_the_same_again(make):
    first = make(random_state=3)
    assert np.array_equal(first, make(random_state=3))
    assert np.array_equal(first, make(random_state=np.int64(3)))
    assert not np.array_equal(first, make(random_state=4))
    assert not np.array_equal(make(), make())


@pytest.mark.parametrize("make", GENERATORS)
def test_a_random_state_is_advanced_and_the_global_ones_are_not(make):
    state = np.random.RandomState(0)
    before = random.getstate(), np.random.get_state()[1].tolist()
    assert not np.array_equal(make(random_state=state), make(random_state=state))
    assert np.array_equal(
        make(random_state=np.random.RandomState(5)), make(random_state=np.random.RandomState(5))
    )
    make()
    assert before == (random.getstate(), np.random.get_state()[1].tolist())
    with pytest.raises(ValueError, match="random_state"):
        make(random_state="seven")


@pytest.mark.parametrize(
    "make", [make_irregular_series, make_long_range_sentences, make_moving_shapes]
)
def test_bad_numbers_of_samples_are_refused_and_none_are_given(make):
    with pytest.raises(ValueError, match="n_samples is -1"):
        make(-1)
    with pytest.raises(TypeError, match=r"n_samples is 1\.5"):
        make(1.5)
    X, y = make(0)
    assert len(X) == 0 and y.shape == (0,)
    with pytest.raises(TypeError):
        make(2, 3)  # all but the number of samples goes by name


# --- sine waves ------------------------------------------------------------------------------


def test_sine_has_its_period_and_amplitude():
    series = make_sine(1000, period=20)
    assert series.shape == (1000,) and series.dtype == np.float64
    assert np.allclose(series[20:], series[:-20]) and series.max() == pytest.approx(1)
    assert np.allclose(series[:3], np.sin(2 * np.pi * np.arange(3) / 20))


def test_features_of_a_sine_lag_behind_each_other():
    series = make_sine(100, period=20, n_features=4)
    assert series.shape == (100, 4)
    for j in range(1, 4):
        assert np.allclose(series[5 * j :, j], series[: -5 * j, 0])
    assert make_sine(100, n_features=1).shape == (100, 1)
    assert np.array_equal(make_sine(100, n_features=1)[:, 0], make_sine(100))


def test_noise_of_a_sine_has_its_deviation_and_a_longer_one_begins_alike():
    noise = make_sine(20_000, noise=0.3, n_features=2, random_state=0)
    noise = noise - make_sine(20_000, n_features=2)
    assert np.allclose(noise.std(axis=0), 0.3, rtol=0.02) and abs(noise.mean()) < 0.01
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.03
    long = make_sine(50, noise=1, n_features=3, random_state=0)
    assert np.array_equal(make_sine(20, noise=1, n_features=3, random_state=0), long[:20])


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"n_timesteps": 0}, ValueError, "n_timesteps is 0; expected 1 or more"),
        ({"n_timesteps": 10.0}, TypeError, "n_timesteps is 10.0; expected an integer"),
        ({"n_timesteps": True}, TypeError, "n_timesteps is True"),
        ({"period": 2}, ValueError, "period is 2; expected a finite number, more than 2"),
        ({"period": math.inf}, ValueError, "period is inf"),
        ({"period": "week"}, TypeError, "period is 'week'; expected a number"),
        ({"noise": -0.1}, ValueError, "noise is -0.1; expected a finite number, 0 or more"),
        ({"noise": math.nan}, ValueError, "noise is nan"),
        ({"noise": None}, TypeError, "noise is None"),
        ({"n_features": 0}, ValueError, "n_features is 0; expected 1 or more"),
    ],
)
def test_sine_refuses_nonsense(kwargs, error, message):
    with pytest.raises(error, match=message):
        make_sine(**kwargs)


# --- irregular series ------------------------------------------------------------------------


def final_level(series):
    """Follow the level step by step, as the documentation states it."""
    level = 0.0
    for pulse, elapsed in series.astype(np.float64):
        level = level / math.log(math.e + elapsed) + pulse
    return level


@pytest.mark.parametrize("n_steps", [20, (5, 40)])
def test_irregular_series_are_labelled_by_their_final_level(n_steps):
    X, y = make_irregular_series(301, n_steps=n_steps, random_state=0)
    assert [final_level(series) > 1.5 for series in X] == y.astype(bool).tolist()
    assert Counter(y.tolist()) == {0: 151, 1: 150} and y.dtype == np.int64
    assert all(series.dtype == np.float32 and series[0, 1] == 0 for series in X)


def test_irregular_series_have_the_stated_pulses_and_times():
    X, _ = make_irregular_series(500, random_state=0)
    assert X.shape == (500, 20, 2) and X.dtype == np.float32
    pulses, elapsed = X[..., 0], X[:, 1:, 1]
    assert 0.5 <= pulses.min() < 0.51 and 1.49 < pulses.max() <= 1.5
    assert 1 <= elapsed.min() < 1.01 and 950 < elapsed.max() <= 1000.001
    # Steps long before the end are hardly chosen by the label: each power of ten has a third.
    counts, _ = np.histogram(np.log10(elapsed[:, :10]), bins=[-0.001, 1, 2, 3.001])
    assert np.allclose(counts / counts.sum(), 1 / 3, atol=0.02)


def test_neither_times_nor_pulses_alone_decide_on_irregular_series():
    X, y = make_irregular_series(2000, random_state=0)
    discounts = 1 / np.log(np.e + X[..., 1])
    features = {"pulses": X[..., 0], "times": discounts}
    accuracy = {
        name: LogisticRegression().fit(values[:1000], y[:1000]).score(values[1000:], y[1000:])
        for name, values in features.items()
    }
    assert 0.7 < accuracy["pulses"] < 0.85 and 0.7 < accuracy["times"] < 0.85
    levels = np.array([[final_level(series)] for series in X])
    assert LogisticRegression(C=100).fit(levels, y).score(levels, y) > 0.98


def test_ragged_irregular_series_have_all_lengths_whatever_the_label():
    X, y = make_irregular_series(2000, n_steps=[5, 9], random_state=0)
    lengths = np.array([len(series) for series in X])
    assert isinstance(X, list) and all(series.shape[1:] == (2,) for series in X)
    for label in (0, 1):
        counts = np.bincount(lengths[y == label], minlength=10)[5:]
        assert np.all(np.abs(counts - 200) < 60)
    same, _ = make_irregular_series(2, n_steps=(7, 7), random_state=0)
    assert isinstance(same, list) and {len(series) for series in same} == {7}


@pytest.mark.parametrize(
    ("n_steps", "error", "message"),
    [
        (4, ValueError, "n_steps is 4; expected 5 or more"),
        (20.0, TypeError, "n_steps is 20.0; expected an integer"),
        ((9, 5), ValueError, r"n_steps is \(9, 5\); expected the minimum length first"),
        ((5, 6, 7), ValueError, "the minimum and maximum length"),
        ((4, 9), ValueError, "n_steps is 4; expected 5 or more"),
    ],
)
def test_irregular_series_refuse_nonsense(n_steps, error, message):
    with pytest.raises(error, match=message):
        make_irregular_series(2, n_steps=n_steps)


# --- sentences with a clue far away ----------------------------------------------------------


@pytest.mark.parametrize("distance", [1, 10, 60])
def test_the_clue_stands_exactly_at_the_distance(distance):
    X, y = make_long_range_sentences(401, distance=distance, random_state=0)
    assert Counter(y.tolist()) == {"north": 201, "south": 200}
    for sentence, label in zip(X, y, strict=True):
        words = sentence.split(" ")
        assert words[-1 - distance] == label
        assert Counter(words)["north"] == Counter(words)["south"] == 1
        assert not {"north", "south"} & set(words[len(words) - distance :])
    lengths = Counter(len(sentence.split()) for sentence in X)
    assert sorted(lengths) == list(range(distance + 2, distance + 12))


def test_neither_the_words_nor_their_number_nor_the_end_tell_the_label():
    X, y = make_long_range_sentences(4000, distance=3, random_state=0)
    ends = [" ".join(sentence.split()[-3:]) for sentence in X]
    n_words = np.array([[len(sentence.split())] for sentence in X])
    counts = [CountVectorizer().fit_transform(texts) for texts in (X, ends)]
    for features in (*counts, n_words):
        model = LogisticRegression(max_iter=1000).fit(features[:2000], y[:2000])
        assert abs(model.score(features[2000:], y[2000:]) - 0.5) < 0.04


@pytest.mark.parametrize(("distance", "error"), [(0, ValueError), (2.0, TypeError)])
def test_long_range_sentences_refuse_nonsense(distance, error):
    with pytest.raises(error, match="distance is"):
        make_long_range_sentences(2, distance=distance)


# --- moving shapes ---------------------------------------------------------------------------


def circular_mean(video, axis):
    """Return the place of the light along one axis of a frame that goes round, in radians."""
    profile = np.clip(video - 0.25, 0, None).sum(axis=axis)
    return np.angle(profile @ np.exp(2j * np.pi * np.arange(profile.shape[-1]) / profile.shape[-1]))


def test_moving_shapes_have_the_stated_form():
    X, y = make_moving_shapes(61, n_frames=5, size=16, random_state=0)
    assert X.shape == (61, 5, 16, 16) and X.dtype == np.float32
    assert X.min() >= 0 and X.max() <= 1
    assert sorted(set(y.tolist())) == ACTIONS
    assert sorted(Counter(y.tolist()).values()) == [10, 10, 10, 10, 10, 11]


def test_shapes_move_where_their_labels_say():
    X, y = make_moving_shapes(300, size=16, random_state=0)
    pixel = 2 * np.pi / 16
    for video, action in zip(X, y, strict=True):
        steps = {
            name: np.diff(np.unwrap(circular_mean(video, axis))).mean() / pixel
            for name, axis in (("right", 1), ("down", 2))
        }
        steps |= {"left": -steps["right"], "up": -steps["down"]}
        if action in steps:
            assert 0.4 < steps.pop(action) < 1.6
            still = {"right", "left"} if action in ("down", "up") else {"down", "up"}
        else:
            still = set(steps)
        assert max(abs(steps[name]) for name in still) < 0.15


def test_shapes_turn_where_their_labels_say():
    # In the middle of the frame a shape turns as the phase of the light around it does.
    X, y = make_moving_shapes(300, n_frames=3, size=24, random_state=1)
    rows, columns = np.mgrid[:24, :24] - 11.5
    angle, near = np.arctan2(rows, columns), np.hypot(rows, columns) < 9
    n_told = n_turning = 0
    for video, action in zip(X, y, strict=True):
        if "clockwise" not in action:
            continue
        column, row = (
            int(np.round(circular_mean(video[:1], axis)[0] * 24 / (2 * np.pi) - 11.5))
            for axis in (1, 2)
        )
        centred = np.roll(video, (-row, -column), axis=(1, 2)) * near
        # A bar, a triangle and a cross look the same after 1/2, 1/3 and 1/4 of a turn.
        turns = []
        for fold in (2, 3, 4):
            waves = (centred * np.exp(1j * fold * angle)).sum(axis=(1, 2))
            turns.append((np.abs(waves).min(), np.angle(waves[1:] / waves[:-1]).sum()))
        n_turning += 1
        n_told += (max(turns)[1] > 0) == (action == "clockwise")
    assert n_turning == 100 and n_told > 90


def test_a_single_frame_tells_nothing_of_the_action():
    X, y = make_moving_shapes(1800, n_frames=4, size=8, random_state=0)
    for frame in (0, 3):
        pixels = X[:, frame].reshape(len(X), -1)
        model = LogisticRegression(max_iter=500).fit(pixels[:1200], y[:1200])
        assert abs(model.score(pixels[1200:], y[1200:]) - 1 / 6) < 0.05
    light = X.sum(axis=(2, 3)).mean(axis=1)
    for action in ACTIONS:
        assert light[y == action].mean() == pytest.approx(light.mean(), rel=0.06)


def test_the_mean_frame_tells_the_axis_and_no_direction():
    X, y = make_moving_shapes(900, random_state=0)
    axes = {"left": "across", "right": "across", "up": "along", "down": "along"}
    axis = np.array([axes.get(action, "turns") for action in y])
    waves = np.abs(np.fft.fft2(X.mean(axis=1))).reshape(len(X), -1)
    for target, low, high in ((axis, 0.95, 1.0), (y, 0.4, 0.6)):
        forest = RandomForestClassifier(50, random_state=0).fit(waves[:600], target[:600])
        assert low <= forest.score(waves[600:], target[600:]) <= high


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"n_frames": 1}, ValueError, "n_frames is 1; expected 2 or more"),
        ({"n_frames": "many"}, TypeError, "n_frames is 'many'"),
        ({"size": 7}, ValueError, "size is 7; expected 8 or more"),
        ({"size": (12, 12)}, TypeError, r"size is \(12, 12\)"),
    ],
)
def test_moving_shapes_refuse_nonsense(kwargs, error, message):
    with pytest.raises(error, match=message):
        make_moving_shapes(2, **kwargs)


# --- fetching what is there ------------------------------------------------------------------


def idx(values):
    """Write an array of bytes as IDX, compressed."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.astype(np.uint8).tobytes())


def wav(values, rate=8000, channels=1, width=2):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(np.asarray(values, "<i2").tobytes())
    return buffer.getvalue()


def walks(labels, groups, paths, **others):
    """Write an archive of walks with one step more each."""
    members = {
        "dataset/MovementAAL_target.csv": labels,
        "groups/MovementAAL_DatasetGroup.csv": groups,
        "groups/MovementAAL_Paths.csv": paths,
    }
    members = {
        name: "".join(["#sequence_ID, x\n", *(f"{i},{v}\n" for i, v in enumerate(values, 1))])
        for name, values in members.items()
    }
    for number in range(1, len(labels) + 1):
        steps = "".join(f"{-number / 10},0.5,1,{step}e-1\n" for step in range(number))
        members[f"dataset/MovementAAL_RSS_{number}.csv"] = f"#RSS_anchor1, ...\n{steps}"
    members |= others
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


# In the order of an archive, which is that of no sorting.
RECORDINGS = {
    "3_theo_5.wav": wav([0, 16384, -32768]),
    "1_jackson_0.wav": wav([32767]),
    "0_theo_5.wav": wav([1, 2]),
    "0_jackson_10.wav": wav([1, 2, 3, 4]),
    "9_jackson_4.wav": wav([5]),
}
ETT_HEADER = "date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Make a data home with tiny files of the real layout, and let them be whole."""
    monkeypatch.setattr(_etth1, "END", End(4, 3.25))
    ends = {"Daily minimum temperatures": End(2, 7.0)}
    ends |= dict.fromkeys(("Airline passengers", "Monthly sunspots"), End(2, 118.5))
    monkeypatch.setattr(_univariate_series, "ENDS", ends)
    monkeypatch.setattr(_spoken_digits, "N_RECORDINGS", {False: 3, True: 2})
    for folder in ("timeseries", "mnist", "fsdd", "indoor_movement"):
        (tmp_path / folder).mkdir()
    series = tmp_path / "timeseries"
    hours = "".join(f"2016-07-01 0{h}:00:00,{h},1,2,3,4,5,{h + 0.25}\n" for h in range(4))
    (series / "ETTh1.csv").write_text(ETT_HEADER + hours)
    # The files end their lines like this and have no line end after the last.
    months = '"Month","{}"\r\n"1949-01",112\r\n"1949-02",118.5'
    (series / "airline-passengers.csv").write_text(months.format("Passengers"), newline="")
    (series / "monthly-sunspots.csv").write_text(months.format("Sunspots"), newline="")
    days = '"Date","Temp"\r\n"1984-12-30",-0.5\r\n"1985-01-01",7.0'
    (series / "daily-min-temperatures.csv").write_text(days, newline="")
    for part, n, start in (("train", 3, 0), ("t10k", 2, 7)):
        images = np.zeros((n, 28, 28))
        images[:, 0, 1] = 255
        images[:, 27, 0] = 51
        (tmp_path / "mnist" / f"{part}-images-idx3-ubyte.gz").write_bytes(idx(images))
        labels = np.arange(start, start + n)
        (tmp_path / "mnist" / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    _spoken_digits.write_recordings(tmp_path / "fsdd" / "recordings.tar.gz", RECORDINGS)
    (tmp_path / "indoor_movement" / "IndoorMovement.zip").write_bytes(
        walks([1, -1, -1], [1, 2, 3], [5, 2, 6])
    )
    return tmp_path


def test_fetch_etth1_has_dates_names_and_the_usual_parts(home):
    series = fetch_etth1(data_home=home)
    assert series.data.shape == (4, 7) and series.data.dtype == np.float64
    assert series.data[2].tolist() == [2, 1, 2, 3, 4, 5, 2.25]
    assert series.feature_names == ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
    assert series.dates.dtype == np.dtype("M8[h]") and str(series.dates[3]) == "2016-07-01T03"
    assert series.splits == {
        "train": slice(0, 8640),
        "validation": slice(8640, 11520),
        "test": slice(11520, 14400),
    }
    assert "CC BY-ND" in series.DESCR


@pytest.mark.parametrize("fetch", [fetch_airline_passengers, fetch_monthly_sunspots])
def test_fetch_monthly_series(fetch, home, monkeypatch):
    monkeypatch.setenv("SKSEQ_DATA", str(home))
    series = fetch()
    assert series.data.tolist() == [112, 118.5] and series.data.dtype == np.float64
    assert series.dates.dtype == np.dtype("M8[M]")
    assert series.dates.astype(str).tolist() == ["1949-01", "1949-02"]
    assert "Source" in series.DESCR


def test_fetch_daily_min_temperatures_may_miss_days_and_be_below_zero(home):
    series = fetch_daily_min_temperatures(data_home=home)
    assert series.data.tolist() == [-0.5, 7]
    assert series.dates.astype(str).tolist() == ["1984-12-30", "1985-01-01"]


def test_fetch_mnist_scales_images_and_keeps_labels(home):
    digits = fetch_mnist(data_home=home)
    assert digits.data.shape == (3, 28, 28) and digits.data.dtype == np.float32
    assert digits.data[1, 0, 1] == 1 and digits.data[1, 27, 0] == np.float32(0.2)
    assert digits.data[1].sum() == pytest.approx(1.2)
    assert digits.target.tolist() == [0, 1, 2] and digits.target.dtype == np.int64
    assert digits.target_names == list("0123456789") and "LeCun" in digits.DESCR
    X, y = fetch_mnist(subset="all", data_home=home, return_X_y=True)
    assert X.shape == (5, 28, 28) and y.tolist() == [0, 1, 2, 7, 8]
    digits.data[0] = 0  # an array of the caller's own


def test_fetch_spoken_digits_sorts_and_splits_by_number(home):
    digits = fetch_spoken_digits(data_home=home)
    assert digits.names == ["0_theo_5.wav", "3_theo_5.wav", "0_jackson_10.wav"]
    assert digits.target.tolist() == [0, 3, 0] and digits.target.dtype == np.int64
    assert digits.speakers.tolist() == ["theo", "theo", "jackson"]
    assert [audio.shape for audio in digits.data] == [(2,), (3,), (4,)]
    assert digits.data[1].tolist() == [0, 0.5, -1] and digits.data[1].dtype == np.float32
    assert digits.sample_rate == 8000 and "Zohar Jackson" in digits.DESCR
    assert digits.target_names == list("0123456789")
    test = fetch_spoken_digits(subset="test", data_home=home)
    assert test.names == ["1_jackson_0.wav", "9_jackson_4.wav"]
    X, y = fetch_spoken_digits(subset="all", data_home=home, return_X_y=True)
    assert len(X) == 5 and y.tolist() == [0, 3, 0, 1, 9]


def test_fetch_indoor_movement_reads_walks_of_different_length(home):
    movement = fetch_indoor_movement(data_home=home)
    assert [walk.shape for walk in movement.data] == [(1, 4), (2, 4), (3, 4)]
    assert np.allclose(movement.data[1], [[-0.2, 0.5, 1, 0], [-0.2, 0.5, 1, 0.1]])
    assert movement.data[0].dtype == np.float32
    assert movement.target.tolist() == [1, 0, 0] and movement.target.dtype == np.int64
    assert [movement.target_names[label] for label in movement.target] == [
        "changes",
        "stays",
        "stays",
    ]
    assert movement.groups.tolist() == [1, 2, 3] and movement.paths.tolist() == [5, 2, 6]
    assert len(movement.feature_names) == 4 and "Bacciu" in movement.DESCR
    X, y = fetch_indoor_movement(data_home=home, return_X_y=True)
    assert len(X) == 3 and y.tolist() == [1, 0, 0]


@pytest.mark.parametrize("subset", ["dev", ["train"], None])
@pytest.mark.parametrize("fetch", [fetch_mnist, fetch_spoken_digits])
def test_unknown_subsets_are_refused(fetch, subset, home):
    with pytest.raises(ValueError, match=r"subset is .*; expected 'train', 'test' or 'all'") as e:
        fetch(subset=subset, data_home=home)
    assert repr(subset) in str(e.value)


def test_series_saved_by_hand_are_read(home):
    path = home / "timeseries" / "airline-passengers.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r", b"") + b"\n\n")
    assert fetch_airline_passengers(data_home=home).data.tolist() == [112, 118.5]


def test_fetchers_never_write_into_a_home_that_has_the_files(home):
    before = sorted(home.rglob("*"))
    folders = [home, *(path for path in before if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        for fetch, *_ in (param.values for param in FETCHERS):
            fetch(data_home=home, download_if_missing=True)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert sorted(home.rglob("*")) == before


# --- fetching what is not there --------------------------------------------------------------

FETCHERS = [
    pytest.param(fetch_etth1, _etth1.SOURCE, id="etth1"),
    pytest.param(fetch_airline_passengers, _univariate_series.AIRLINE, id="airline"),
    pytest.param(fetch_daily_min_temperatures, _univariate_series.TEMPERATURES, id="temperatures"),
    pytest.param(fetch_monthly_sunspots, _univariate_series.SUNSPOTS, id="sunspots"),
    pytest.param(fetch_mnist, _mnist.SOURCES["train"][0], id="mnist images"),
    pytest.param(fetch_mnist, _mnist.SOURCES["train"][1], id="mnist labels"),
    pytest.param(fetch_spoken_digits, _spoken_digits.SOURCE, id="spoken digits"),
    pytest.param(fetch_indoor_movement, _indoor_movement.SOURCE, id="indoor movement"),
]


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_a_missing_file_that_is_not_to_be_downloaded_says_where_it_goes(fetch, source, home):
    path = home / source.folder / source.files[0]
    path.unlink()
    with pytest.raises(OSError, match="is False") as caught:
        fetch(data_home=home, download_if_missing=False)
    for part in (path, source.url, "SKSEQ_DATA", source.name):
        assert str(part) in str(caught.value)


@pytest.mark.parametrize(("fetch", "source"), FETCHERS)
def test_without_network_it_says_what_failed_and_what_to_do(fetch, source, home):
    path = home / source.folder / source.files[0]
    path.unlink()
    before = sorted(home.rglob("*"))
    with pytest.raises(ConnectionError, match="no route to host") as caught:
        fetch(data_home=home)
    for part in (path, source.url, "SKSEQ_DATA", source.name):
        assert str(part) in str(caught.value)
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize(
    ("fetch", "source"), [param for param in FETCHERS if param.values[1] != _spoken_digits.SOURCE]
)
def test_a_download_is_kept_as_it_is_and_asked_for_once(fetch, source, home, monkeypatch):
    path = home / source.folder / source.files[0]
    content, calls = path.read_bytes(), []
    path.unlink()

    def retrieve(url, sha256, folder):
        calls.append((url, sha256))
        (folder / "download").write_bytes(content)
        return folder / "download"

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    fetch(data_home=home)
    fetch(data_home=home)
    assert calls == [(source.url, source.sha256)] and path.read_bytes() == content


def pack_release(path, recordings):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in [("README.md", b"read me"), *recordings.items()]:
            folder = "recordings/" if name.endswith(".wav") else ""
            member = tarfile.TarInfo(f"free-spoken-digit-dataset-1.0.10/{folder}{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_recordings_are_taken_from_a_release_whatever_its_order(home, monkeypatch):
    path = home / "fsdd" / "recordings.tar.gz"
    expected = path.read_bytes()
    path.unlink()

    def release(url, sha256, folder):
        assert (url, sha256) == (_spoken_digits.SOURCE.url, None)
        pack_release(folder / "download", dict(sorted(RECORDINGS.items(), reverse=True)))
        return folder / "download"

    source = dataclasses.replace(_spoken_digits.SOURCE, sha256=_spoken_digits._hash(RECORDINGS))
    monkeypatch.setattr(_spoken_digits, "SOURCE", source)
    monkeypatch.setattr(_fetch, "retrieve", release)
    assert len(fetch_spoken_digits(subset="all", data_home=home).data) == 5
    assert path.read_bytes() == expected
    assert [file.name for file in path.parent.iterdir()] == [path.name]


RELEASES = {
    "other recordings": lambda target: pack_release(target, RECORDINGS),
    "no recordings": lambda target: pack_release(target, {}),
    "no archive": lambda target: target.write_bytes(b"<html>404</html>"),
    "cut off": lambda target: target.write_bytes(gzip.compress(bytes(9999))[:-9]),
}


@pytest.mark.parametrize("pack", RELEASES.values(), ids=RELEASES)
def test_a_changed_release_is_refused(pack, tmp_path, monkeypatch):
    def release(url, sha256, folder):
        pack(folder / "download")
        return folder / "download"

    monkeypatch.setattr(_fetch, "retrieve", release)
    with pytest.raises(ValueError, match=r"not what is expected.*SHA-256.*Try again"):
        fetch_spoken_digits(data_home=tmp_path)
    assert list((tmp_path / "fsdd").iterdir()) == []


def test_recordings_are_downloaded_with_pooch(tmp_path, monkeypatch):
    calls = []

    class Pooch:
        @staticmethod
        def HTTPDownloader():
            return lambda url, path, pooch: calls.append((url, path, pooch))

    monkeypatch.undo()
    monkeypatch.setattr(_fetch, "import_pooch", lambda: Pooch)
    path = _fetch.retrieve("https://example.org/a", None, tmp_path)
    assert path == tmp_path / "download"
    assert calls == [("https://example.org/a", str(path), None)]


# --- fetching what is broken -----------------------------------------------------------------

BROKEN_SERIES = {
    "empty": ("", "has the columns"),
    "other columns": ("Date,Daily minimum temperatures\n1981-01-01,3\n", "has the columns"),
    "no rows": ("Date,Temp\n", "has 0 time steps"),
    "a row less": ("Date,Temp\n1985-01-01,7\n", "1 time steps and ends with 7.0; expected 2 and"),
    "a digit less": ("Date,Temp\n1984-12-30,-0.5\n1985-01-01,", "line 3"),
    "another end": ("Date,Temp\n1984-12-30,-0.5\n1985-01-01,70", "cut off, or is another series"),
    "odd cell": ("Date,Temp\n1981-01-01,3\n1981-01-02,?0.2\n", r"line 3: got .*'\?0.2'"),
    "missing": ("Date,Temp\n1981-01-01,nan\n", "line 2: .*a value is missing"),
    "no date": ("Date,Temp\n,3\n", "line 2: .*a value is missing"),
    "other date": ("Date,Temp\n1/2/1981,3\n", "line 2: got"),
    "too many fields": ("Date,Temp\n1981-01-01,3,4\n", "line 2: .*3 fields in place of 2"),
    "twice": ("Date,Temp\n1981-01-01,3\n1981-01-01,4\n", "comes after 1981-01-01"),
    "not UTF-8": (b"Date,Temp\n\xff\xfe,3\n", "damaged .UnicodeDecodeError"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN_SERIES.values(), ids=BROKEN_SERIES)
def test_broken_series_name_file_and_line(content, message, home):
    path = home / "timeseries" / "daily-min-temperatures.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=message) as caught:
        fetch_daily_min_temperatures(data_home=home)
    assert str(path) in str(caught.value) and "fetch again, or replace it" in str(caught.value)


BROKEN_IMAGES = {
    "not gzip": (b"<html>404</html>", "damaged"),
    "cut off": (idx(np.zeros((3, 28, 28)))[:-9], "damaged"),
    "labels": (idx(np.zeros(3)), "begins with '00 00 08 01'; expected .* '00 00 08 03'"),
    "only a magic number": (gzip.compress(bytes([0, 0, 8, 3])), "has 4 bytes"),
    "empty": (gzip.compress(b""), "has 0 bytes"),
    "too few values": (
        gzip.compress(gzip.decompress(idx(np.zeros((3, 28, 28))))[:-1]),
        r"has 2351 values; expected 2352 for the shape \(3, 28, 28\)",
    ),
    "other size": (idx(np.zeros((3, 32, 32))), "images of 32 x 32 pixels; expected 28 x 28"),
    "other number": (idx(np.zeros((2, 28, 28))), "3 labels up to 2 for the 2 images"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN_IMAGES.values(), ids=BROKEN_IMAGES)
def test_broken_images_name_the_file(content, message, home):
    (home / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        fetch_mnist(data_home=home)
    assert "train-images-idx3-ubyte.gz" in str(caught.value)
    assert "fetch again, or replace it" in str(caught.value)


def test_labels_that_are_no_digits_are_refused(home):
    (home / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(idx(np.array([0, 1, 10])))
    with pytest.raises(ValueError, match=r"3 labels up to 10 for the 3 images.*from 0 to 9"):
        fetch_mnist(data_home=home)


BROKEN_RECORDINGS = {
    "stereo": wav([1, 2], channels=2),
    "bytes": wav([1, 2], width=1),
    "fast": wav([1, 2], rate=16000),
    "empty": wav([]),
    "cut off": wav([1, 2, 3])[:-2],
    "no WAV": b"<html>404</html>",
    "nothing": b"",
}


@pytest.mark.parametrize("content", BROKEN_RECORDINGS.values(), ids=BROKEN_RECORDINGS)
def test_broken_recordings_are_named(content, home):
    path = home / "fsdd" / "recordings.tar.gz"
    _spoken_digits.write_recordings(path, {**RECORDINGS, "3_theo_5.wav": content})
    with pytest.raises(ValueError, match=r"3_theo_5.wav: .*fetch again, or replace it") as caught:
        fetch_spoken_digits(data_home=home)
    assert str(path) in str(caught.value)
    fetch_spoken_digits(subset="test", data_home=home)  # the other part is read all the same


def repack(edit):
    return lambda packed: gzip.compress(edit(gzip.decompress(packed)))


# Members are a block of 512 bytes and one of content each.
@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: b"no",
        lambda packed: packed[:-40],
        lambda packed: packed[:60] + bytes(40) + packed[100:],
        repack(lambda archive: archive[:2048] + b"x" * 512 + archive[2560:]),
        repack(lambda archive: archive[:2048]),
    ],
)
def test_a_broken_archive_of_recordings_is_named(damage, home):
    path = home / "fsdd" / "recordings.tar.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"recordings.tar.gz (is damaged|has 2 rec).*replace it"):
        fetch_spoken_digits(subset="all", data_home=home)


def test_an_archive_without_the_wanted_part_says_so(home):
    path = home / "fsdd" / "recordings.tar.gz"
    _spoken_digits.write_recordings(path, {"1_theo_0.wav": wav([1]), "note.txt": b"hello"})
    with pytest.raises(ValueError, match=r"has 1 recordings, 0 of them of the part .* expected 3"):
        fetch_spoken_digits(data_home=home)


BROKEN_WALKS = {
    "no archive": b"<html>404</html>",
    "other label": walks([0], [1], [1]),
    "other group": walks([1], [4], [1]),
    "no number": walks(["x"], [1], [1]),
    "fewer groups": walks([1, 1], [1], [1, 1]),
    "none": walks([], [], []),
    "ragged": walks([1], [1], [1], **{"dataset/MovementAAL_RSS_1.csv": "1,2,3,4\n1,2,3\n"}),
    "three anchors": walks([1], [1], [1], **{"dataset/MovementAAL_RSS_1.csv": "1,2,3\n"}),
    "no steps": walks([1], [1], [1], **{"dataset/MovementAAL_RSS_1.csv": "#\n"}),
    "missing": walks([1], [1], [1], **{"dataset/MovementAAL_RSS_1.csv": "1,2,3,nan\n"}),
    "gap": walks([1], [1], [1], **{"dataset/MovementAAL_target.csv": "#\n1,1\n3,1\n"}),
}


@pytest.mark.parametrize("content", BROKEN_WALKS.values(), ids=BROKEN_WALKS)
def test_broken_walks_name_the_file(content, home):
    path = home / "indoor_movement" / "IndoorMovement.zip"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="fetch again, or replace it") as caught:
        fetch_indoor_movement(data_home=home)
    assert str(path) in str(caught.value)


def test_an_archive_that_is_damaged_anywhere_is_named(home):
    path = home / "indoor_movement" / "IndoorMovement.zip"
    whole = path.read_bytes()
    kinds = set()
    for start in range(0, len(whole) - 4, 7):
        flipped = bytes(byte ^ 0xFF for byte in whole[start : start + 4])
        path.write_bytes(whole[:start] + flipped + whole[start + 4 :])
        try:
            fetch_indoor_movement(data_home=home)
        except ValueError as error:  # some bytes, such as dates, say nothing of the content
            assert str(path) in str(error)
            kinds.add(type(error.__cause__).__name__)
    path.write_bytes(whole[: len(whole) // 3] + whole[len(whole) // 3 + 50 :])
    with pytest.raises(ValueError, match="is damaged"):
        fetch_indoor_movement(data_home=home)
    assert {"BadZipFile", "NotImplementedError"} <= kinds


def test_an_archive_that_may_not_be_read_is_not_called_damaged(home, monkeypatch):
    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermissionError):
        fetch_indoor_movement(data_home=home)


# --- the real files --------------------------------------------------------------------------


@pytest.mark.real_data
def test_the_real_series_have_the_documented_lengths_and_dates():
    assert os.environ["SKSEQ_DATA"]
    series = fetch_etth1(download_if_missing=False)
    assert series.data.shape == (17_420, 7) and np.all(np.diff(series.dates).astype(int) == 1)
    assert str(series.dates[-1]) == "2018-06-26T19"
    assert {name: len(series.data[part]) for name, part in series.splits.items()} == {
        "train": 8640,
        "validation": 2880,
        "test": 2880,
    }
    for fetch, n_timesteps, first, last, least, greatest in (
        (fetch_airline_passengers, 144, "1949-01", "1960-12", 104, 622),
        (fetch_daily_min_temperatures, 3650, "1981-01-01", "1990-12-31", 0, 26.3),
        (fetch_monthly_sunspots, 2820, "1749-01", "1983-12", 0, 253.8),
    ):
        series = fetch(download_if_missing=False)
        assert series.data.shape == series.dates.shape == (n_timesteps,)
        assert series.dates[[0, -1]].astype(str).tolist() == [first, last]
        assert (series.data.min(), series.data.max()) == (least, greatest)
    assert (np.diff(fetch_daily_min_temperatures().dates).astype(int) == 2).sum() == 2


@pytest.mark.real_data
def test_the_real_images_are_the_official_parts():
    assert os.environ["SKSEQ_DATA"]
    X, y = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
    assert X.shape == (10_000, 28, 28) and X.min() == 0 and X.max() == 1
    assert np.bincount(y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    y = fetch_mnist(download_if_missing=False).target
    assert len(y) == 60_000 and y[:5].tolist() == [5, 0, 4, 1, 9]


@pytest.mark.real_data
def test_the_real_recordings_are_balanced_and_have_the_pinned_content():
    assert os.environ["SKSEQ_DATA"]
    train = fetch_spoken_digits(download_if_missing=False)
    test = fetch_spoken_digits(subset="test", download_if_missing=False)
    for part, n_each in ((train, 45), (test, 5)):
        counts = Counter(zip(part.speakers.tolist(), part.target.tolist(), strict=True))
        assert len(counts) == 60 and set(counts.values()) == {n_each}
        assert all(np.abs(audio).max() <= 1 for audio in part.data)
    lengths = [len(audio) for audio in train.data + test.data]
    assert (min(lengths), max(lengths)) == (1148, 18_262)
    first = zip(train.speakers[:60].tolist(), train.target[:60].tolist(), strict=True)
    assert len(set(first)) == 60
    (path,) = _fetch.find_files(_spoken_digits.SOURCE, download_if_missing=False)
    with tarfile.open(path) as archive:
        members = _spoken_digits._read_members(archive)
    recordings = {match.group(1): content for match, content in members}
    assert _spoken_digits._hash(recordings) == _spoken_digits.SOURCE.sha256


@pytest.mark.real_data
def test_the_real_walks_have_the_documented_counts():
    assert os.environ["SKSEQ_DATA"]
    movement = fetch_indoor_movement(download_if_missing=False)
    lengths = [len(walk) for walk in movement.data]
    assert len(lengths) == 314 and sum(lengths) == 13_197
    assert (min(lengths), max(lengths)) == (19, 129)
    assert np.bincount(movement.target).tolist() == [156, 158]
    assert np.bincount(movement.groups).tolist() == [0, 104, 106, 104]
    assert set(movement.paths[movement.target == 1]) == {1, 5}
    assert all(np.abs(walk).max() <= 1 for walk in movement.data)
