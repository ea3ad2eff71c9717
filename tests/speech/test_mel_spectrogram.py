"""``MelSpectrogram`` equals plain loops over windows and frequencies, whatever recordings are."""

from __future__ import annotations

import io
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile
from sklearn import config_context
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import LSTMClassifier, Sequences
from skseq.speech import MelSpectrogram
from skseq.speech.features.filters import hz_to_mel, make_filters, mel_to_hz
from skseq.speech.features.waveforms import read_recording

RATE = 8000


def noise(n_samples, seed=0):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, n_samples)


def tone(frequency, n_samples=RATE // 2, rate=RATE, loudness=0.5):
    return loudness * np.sin(2 * np.pi * frequency * np.arange(n_samples) / rate)


def raw(**parameters):
    return MelSpectrogram(**{"sample_rate": RATE, "normalize": None, **parameters})


# ------------------------------------------------------------------ definition
def mel(frequency):
    return 1127.0 * np.log(1.0 + frequency / 700.0)


def plain_features(waveform, rate, n_mels, n_fft, win_length, hop_length, f_min, f_max, floor):
    """Return log-mel features by the definition of each step, in loops."""
    n_samples = len(waveform)
    starts, start = [0], 0
    while start + win_length < n_samples:
        start += hop_length
        starts.append(start)
    corners = [mel(f_min) + i * (mel(f_max) - mel(f_min)) / (n_mels + 1) for i in range(n_mels + 2)]
    corners = [700.0 * (np.exp(corner / 1127.0) - 1.0) for corner in corners]
    features = np.zeros((len(starts), n_mels))
    for row, start in enumerate(starts):
        window = np.zeros(n_fft)
        for i in range(win_length):
            if start + i < n_samples:
                weight = np.sin(np.pi * i / win_length) ** 2
                window[i] = weight * waveform[start + i]
        for k in range(n_fft // 2 + 1):
            angles = 2 * np.pi * k * np.arange(n_fft) / n_fft
            power = (window @ np.cos(angles)) ** 2 + (window @ np.sin(angles)) ** 2
            frequency = k * rate / n_fft
            for band in range(n_mels):
                low, centre, high = corners[band : band + 3]
                if low < frequency <= centre:
                    features[row, band] += power * (frequency - low) / (centre - low)
                elif centre < frequency < high:
                    features[row, band] += power * (high - frequency) / (high - centre)
    return np.log(features + floor)


@pytest.mark.parametrize("n_samples", [1, 30, 50, 51, 69, 70, 200])
@pytest.mark.parametrize(
    ("n_fft", "win_length", "hop_length", "f_min", "f_max", "floor"),
    [
        (64, 50, 20, 0.0, 4000.0, 1e-8),
        (50, 50, 50, 100.0, 3700.0, 1.0),
        (63, 50, 7, 0.0, 3000.0, 1e-4),
        (64, 1, 3, 0.0, 4000.0, 1e-8),
        (64, 20, 30, 0.0, 4000.0, 1e-8),
    ],
)
def test_features_equal_plain_loops(n_samples, n_fft, win_length, hop_length, f_min, f_max, floor):
    waveform = noise(n_samples)
    parameters = {
        "n_mels": 5,
        "n_fft": n_fft,
        "win_length": win_length,
        "hop_length": hop_length,
        "f_min": f_min,
        "f_max": f_max,
        "floor": floor,
    }
    found = raw(**parameters).fit_transform([waveform])[0]
    expected = plain_features(waveform, RATE, **parameters)
    if win_length == 1:  # the definition would weight the only sample by 0
        expected = plain_features_of_single_samples(waveform, hop_length, parameters)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-4)


def plain_features_of_single_samples(waveform, hop_length, parameters):
    filters = make_filters(RATE, parameters["n_fft"], 5, parameters["f_min"], parameters["f_max"])
    power = waveform[: len(waveform) : hop_length, None] ** 2
    n_windows = 1 + -(-(len(waveform) - 1) // hop_length)
    power = np.vstack([power, np.zeros((n_windows - len(power), 1))])
    return np.log(power * filters.sum(0) + parameters["floor"])


def test_long_recordings_are_the_windows_one_by_one():
    waveform = noise(RATE * 3)
    features = raw().fit_transform([waveform])[0]
    assert len(features) == 1 + -(-(len(waveform) - 200) // 80)
    for i in (0, 1, 63, 64, 65, 200, len(features) - 1):
        alone = raw().fit_transform([waveform[80 * i : 80 * i + 200]])[0]
        np.testing.assert_allclose(features[i], alone[0], atol=1e-5)


@pytest.mark.parametrize(
    ("sample_rate", "lengths"),
    [
        (8000, (256, 200, 80)),
        (16000, (512, 400, 160)),
        (22050, (1024, 551, 220)),
        (44100, (2048, 1102, 441)),
    ],
)
def test_default_lengths_are_25_and_10_milliseconds(sample_rate, lengths):
    model = MelSpectrogram(sample_rate, normalize=None).fit([noise(2000)])
    assert (model.n_fft_, model.win_length_, model.hop_length_) == lengths
    assert model.mean_ is None and model.scale_ is None


# ------------------------------------------------------------------- mel scale
def test_the_mel_scale_has_its_known_values():
    np.testing.assert_allclose(
        hz_to_mel([0.0, 100.0, 1000.0, 4000.0, 8000.0]),
        [0.0, 150.49, 999.99, 2146.06, 2840.02],
        atol=0.01,
    )
    frequencies = np.linspace(0, 8000, 50)
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(frequencies)), frequencies, atol=1e-9)


def test_filters_are_triangles_that_overlap_halfway():
    filters = make_filters(16000, n_fft=4096, n_mels=10, f_min=200.0, f_max=7000.0)
    assert filters.shape == (2049, 10)
    frequencies = np.arange(2049) * 16000 / 4096
    centres = mel_to_hz(np.linspace(hz_to_mel(200.0), hz_to_mel(7000.0), 12))
    np.testing.assert_allclose(frequencies[filters.argmax(0)], centres[1:-1], atol=2.0)
    assert filters.min() == 0.0 and filters.max() <= 1.0
    inside = (frequencies > centres[1]) & (frequencies < centres[-2])
    np.testing.assert_allclose(filters[inside].sum(1), 1.0)  # two fall and rise together
    assert not filters[(frequencies <= 200.0) | (frequencies >= 7000.0)].any()


@pytest.mark.parametrize("frequency", [120, 440, 1000, 1900, 3400])
def test_a_tone_is_loudest_in_its_band(frequency):
    features = raw(n_mels=30).fit_transform([tone(frequency)])[0]
    edges = mel_to_hz(np.linspace(0, hz_to_mel(RATE / 2), 32))
    band = int(features[:-1].mean(0).argmax())
    assert edges[band] < frequency < edges[band + 2]
    assert abs(hz_to_mel(edges[band + 1]) - hz_to_mel(frequency)) <= hz_to_mel(RATE / 2) / 31


def test_twice_as_loud_adds_a_constant_and_silence_is_the_floor():
    X = raw(floor=1e-30).fit_transform([noise(2000), 2 * noise(2000)])
    np.testing.assert_allclose(X[1] - X[0], np.log(4.0), atol=1e-4)
    silence = raw(floor=1e-3).fit_transform([np.zeros(1000)])[0]
    np.testing.assert_allclose(silence, np.log(1e-3), rtol=1e-6)


# --------------------------------------------------------------- normalisation
def test_normalized_over_each_recording():
    recordings = [noise(1500), 0.01 * noise(4000, seed=1), tone(500)]
    expected = raw().fit_transform(recordings)
    model = MelSpectrogram(RATE, normalize="utterance")
    X = model.fit_transform(recordings)
    for features, before in zip(X, expected, strict=True):
        scaled = (before - before.mean(0)) / before.std(0)
        np.testing.assert_allclose(features, scaled, atol=1e-3)
    np.testing.assert_allclose(X[1], model.fit_transform([recordings[1]])[0])


def test_normalized_over_all_training_recordings():
    train, test = [noise(1500), 0.1 * noise(4000, seed=1)], [0.3 * noise(900, seed=2)]
    model = MelSpectrogram(RATE, normalize="global")
    X = model.fit_transform(train)
    steps = raw().fit_transform(train).values
    np.testing.assert_allclose(model.mean_, steps.mean(0), rtol=1e-5)
    np.testing.assert_allclose(model.scale_, steps.std(0), rtol=1e-4)
    np.testing.assert_allclose(X.values, (steps - steps.mean(0)) / steps.std(0), atol=1e-4)
    expected = (raw().fit_transform(test)[0] - model.mean_) / model.scale_
    np.testing.assert_allclose(model.transform(test)[0], expected, atol=1e-5)
    model.set_params(normalize="utterance").fit(train)
    assert model.mean_ is None and model.scale_ is None


@pytest.mark.parametrize("normalize", ["utterance", "global"])
def test_what_never_varies_becomes_zeros(normalize):
    model = MelSpectrogram(RATE, normalize=normalize)
    assert not np.any(model.fit_transform([np.zeros(2000)]).values)
    assert not np.any(model.fit_transform([noise(100)]).values)  # one step


# --------------------------------------------------------- recordings in memory
def test_integers_mean_what_floats_do():
    levels = np.round(noise(3000) * 200)  # fit into 8 bits
    floats = levels / 128
    expected = raw().fit_transform([floats])
    pcm = [
        (levels + 128).astype(np.uint8),
        (levels * 2**8).astype(np.int16),
        (levels * 2**8).astype(">i2"),
        (levels * 2**24).astype(np.int32),
        floats.astype(np.float32),
        floats.astype(np.float16),
        floats.astype(">f8"),
        floats.tolist(),
        tuple(floats),
        floats.astype(object),
    ]
    for recording in pcm:
        np.testing.assert_array_equal(raw().fit_transform([recording]).values, expected.values)


def test_containers_agree():
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    rows = np.stack([noise(500, seed=i) for i in range(3)])
    expected = raw().fit_transform(list(rows))
    cells = np.empty(3, object)
    cells[:] = list(rows)
    series = pd.Series(list(rows), index=["c", "b", "a"])
    containers = [rows, tuple(rows), cells, cells[:, None], series, series.to_frame()]
    containers += [pa.array(rows.tolist()), iter(rows), pd.DataFrame(rows), rows.astype(object)]
    for X in containers:
        assert raw().fit_transform(X) == expected


def test_input_is_unmodified():
    X = [noise(500), (noise(400) * 1000).astype(np.int16)]
    before = pickle.dumps(X)
    MelSpectrogram(RATE).fit(X).transform(X)
    assert pickle.dumps(X) == before


# ------------------------------------------------------------------- wav files
def write_pcm(path, levels, width, rate=RATE, channels=1):
    """Write integer levels with the standard library, ``width`` bytes each."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        data = np.asarray(levels, np.int64).ravel()
        if width == 1:
            data = data + 128
        raw_bytes = data.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width]
        file.writeframes(raw_bytes.tobytes())
    return path


def test_files_mean_what_waveforms_do(tmp_path):
    levels = np.round(noise(3000) * 200)
    expected = raw().fit_transform([levels / 128])
    paths = [
        write_pcm(tmp_path / f"{width}.wav", levels * 2 ** (8 * (width - 1)), width)
        for width in (1, 2, 3, 4)
    ]
    for dtype in (np.float32, np.float64):
        paths.append(tmp_path / f"{np.dtype(dtype).name}.wav")
        wavfile.write(paths[-1], RATE, (levels / 128).astype(dtype))
    for path in paths:
        for form in (path, str(path)):
            assert raw().fit_transform([form]) == expected, path
    mixed = raw().fit_transform([paths[0], levels / 128, str(paths[1])])
    assert mixed.lengths.tolist() == [len(expected[0])] * 3
    as_array = raw().fit_transform(np.array([str(path) for path in paths]))
    assert len(as_array) == len(paths)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float32"])
def test_files_are_read_as_scipy_reads_them(tmp_path, dtype):
    path = tmp_path / "one.wav"
    samples = noise(2001)
    if dtype != "float32":
        full = {"uint8": 127, "int16": 2**15 - 1, "int32": 2**31 - 1}[dtype]
        samples = samples * full + (128 if dtype == "uint8" else 0)
    wavfile.write(path, RATE, samples.astype(dtype))
    assert raw().fit_transform([path]) == raw().fit_transform([wavfile.read(path)[1]])


def test_channels_are_averaged(tmp_path):
    left, right = (np.round(noise(2000, seed=i) * 1000) for i in range(2))
    stereo = write_pcm(tmp_path / "stereo.wav", np.stack([left, right], 1), 2, channels=2)
    expected = raw().fit_transform([(left + right) / 2 / 2**15])
    np.testing.assert_allclose(raw().fit_transform([stereo]).values, expected.values, atol=1e-4)


@pytest.mark.parametrize("rate", [4000, 11025, 16000, 44100])
def test_another_rate_is_resampled(tmp_path, rate):
    samples = tone(700, n_samples=rate, rate=rate)
    path = write_pcm(tmp_path / "tone.wav", np.round(samples * 2**15), 2, rate=rate)
    found = raw(f_max=1800.0).fit_transform([path])[0]
    expected = raw(f_max=1800.0).fit_transform([tone(700, n_samples=RATE)])[0]
    assert found.shape == expected.shape
    loudest = int(expected[10].argmax())
    assert (found.argmax(1) == loudest).all()
    np.testing.assert_allclose(found[5:-5, loudest], expected[5:-5, loudest], atol=0.05)


def test_resampling_leaves_out_what_the_lower_rate_cannot_hold(tmp_path):
    path = write_pcm(tmp_path / "high.wav", tone(6000, rate=16000) * 2**15, 2, rate=16000)
    assert raw().fit_transform([path])[0][5:-5].max() < raw().fit_transform([tone(2000)])[0].max()
    inner = raw().fit_transform([path])[0][5:-5]
    assert inner.max() < np.log(1e-3)  # a tone aliased to 2000 Hz would be above 1


def riff(*chunks):
    """Return a wav file made of chunks, (name, content) or (name, content, announced length)."""
    body = b"".join(
        name + struct.pack("<I", (*rest, len(content))[0]) + content + b"\0" * (len(content) % 2)
        for name, content, *rest in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def pcm_format(code=1, channels=1, rate=RATE, block=2, bits=16):
    return struct.pack("<HHIIHH", code, channels, rate, rate * block, block, bits)


SAMPLES = (noise(500) * 2**15).astype("<i2")
EXTENSIBLE = pcm_format(0xFFFE) + struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)


@pytest.mark.parametrize(
    "content",
    [
        riff((b"JUNK", b"odd"), (b"fmt ", pcm_format()), (b"data", SAMPLES.tobytes())),
        riff((b"fmt ", pcm_format()), (b"LIST", b"abcd"), (b"data", SAMPLES.tobytes())),
        riff((b"fmt ", pcm_format()), (b"data", SAMPLES.tobytes()), (b"bext", b"later")),
        riff((b"fmt ", pcm_format() + b"\0\0"), (b"data", SAMPLES.tobytes())),
        riff((b"fmt ", EXTENSIBLE), (b"data", SAMPLES.tobytes())),
        riff((b"fmt ", pcm_format()), (b"data", SAMPLES.tobytes() + b"x")),
        # Written to a pipe, by a program that could not go back.
        riff((b"fmt ", pcm_format()), (b"data", SAMPLES.tobytes(), 0xFFFFFFFF)),
        riff((b"fmt ", pcm_format()), (b"data", SAMPLES.tobytes(), 0x7FFFF000)),
    ],
)
def test_unusual_files_are_read(tmp_path, content):
    path = tmp_path / "unusual.wav"
    path.write_bytes(content)
    assert raw().fit_transform([path]) == raw().fit_transform([SAMPLES])


WHOLE = riff((b"fmt ", pcm_format()), (b"data", SAMPLES.tobytes()))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a wav file: it is empty"),
        (b"ID3\x04 and music", r"is not a wav file: it begins with b'ID3.*ffmpeg"),
        (WHOLE[:20], r"a chunk 'fmt ' and then a chunk 'data', this one has only \['fmt '\]"),
        (WHOLE[:36], r"has only \['fmt '\]"),
        (WHOLE[:700], "cut off: 1000 bytes of samples are announced, but it holds 656"),
        (riff((b"data", SAMPLES.tobytes())), r"has only \['data'\]"),
        (riff((b"fmt ", b"short"), (b"data", b"")), "its chunk 'fmt ' is too short"),
        (riff((b"fmt ", pcm_format(channels=0)), (b"data", b"")), "announces 0 channels"),
        (riff((b"fmt ", pcm_format(rate=0)), (b"data", b"")), "announces 0 samples per second"),
        (
            riff((b"fmt ", pcm_format(rate=999)), (b"data", SAMPLES.tobytes())),
            "announces 999 samples per second; expected 1000 to 1000000",
        ),
        # 2**32 - 1, which would fill any memory
        (WHOLE[:24] + b"\xff" * 4 + WHOLE[28:], "announces 4294967295 samples per second"),
        (riff((b"fmt ", pcm_format(block=0)), (b"data", b"")), "0 bytes for each"),
        (riff((b"fmt ", pcm_format(channels=2, block=3)), (b"data", b"")), "damaged"),
        (riff((b"fmt ", pcm_format(7, block=1)), (b"data", b"")), "mu-law with 8 bits.*ffmpeg"),
        (riff((b"fmt ", pcm_format(999)), (b"data", b"")), "format 999"),
        (riff((b"fmt ", pcm_format(block=8)), (b"data", b"")), "PCM with 64 bits"),
        (riff((b"fmt ", pcm_format()), (b"data", b"")), "has no samples"),
        (
            riff((b"fmt ", pcm_format(3, block=4)), (b"data", struct.pack("<f", np.nan))),
            "contains NaN",
        ),
    ],
)
def test_bad_files_are_named(tmp_path, content, message):
    path = tmp_path / "bad one.wav"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad one\.wav'.*{message}"):
        raw().fit([noise(500), path])


@pytest.mark.parametrize("kind", [Path, str])
def test_missing_files_are_named(tmp_path, kind):
    with pytest.raises(FileNotFoundError, match=r"There is no file '.*nowhere\.wav'"):
        raw().fit([kind(tmp_path / "nowhere.wav")])
    with pytest.raises(IsADirectoryError, match=r"is a folder; .*glob\('\*\.wav'\)"):
        raw().fit([kind(tmp_path)])
    with pytest.raises(IsADirectoryError, match="is a folder"):
        raw().fit(["~"])


# ---------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ("a.wav", ValueError, r"bare string.*put it in a list: \[X\]"),
        (Path("a.wav"), ValueError, r"put it in a list"),
        (noise(500), ValueError, r"one waveform.*put it in a list"),
        (noise(500).tolist(), ValueError, r"X\[0\] is .*single waveform must be in a list"),
        (noise(500)[:, None], ValueError, r"1 feature.*pass \[X\[:, 0\]\]"),
        (np.zeros((3, 0)), ValueError, r"0 feature\(s\) \(shape=\(3, 0\)\)"),
        ([], ValueError, "X is empty"),
        (np.zeros((0, 5)), ValueError, r"0 sample\(s\)"),
        ({"a": noise(5)}, TypeError, "X is dict"),
        (3, TypeError, "X is int; expected a list"),
        (Sequences.from_lists([[1.0, 2.0]]), TypeError, "already a Sequences"),
        ([noise(500), []], ValueError, r"X\[1\] has no samples"),
        ([noise(500), np.zeros((50, 2))], ValueError, r"X\[1\] has the shape \(50, 2\).*mean"),
        ([[[0.1], [0.2, 0.3]]], ValueError, r"X\[0\] is ragged"),
        ([np.array([0.1, np.nan])], ValueError, r"X\[0\] contains NaN"),
        ([np.array([0.1, -np.inf])], ValueError, r"X\[0\] contains NaN or infinity"),
        ([np.array([0.1, 1e30])], ValueError, r"X\[0\] contains 1e\+30"),
        ([noise(50) * 2**15], ValueError, r"X\[0\] contains 1\..*Divide by the full scale, 32768"),
        ([[0.1, None]], ValueError, r"X\[0\] contains None"),
        ([None], ValueError, r"X\[0\] contains None"),
        ([np.array([1, 2])], TypeError, r"X\[0\] holds int64; .*np\.int16"),
        ([np.array([True, False])], TypeError, r"X\[0\] holds bool"),
        ([np.array([1j])], ValueError, "Complex data not supported"),
        ([["a", "b"]], TypeError, r"X\[0\] holds text, 'a'; expected numbers"),
        ([["0.1", "0.2"]], TypeError, r"X\[0\] holds text, '0\.1'; expected numbers"),
        (b"a.wav", TypeError, "X is bytes.*fsdecode"),
        ([b"a.wav"], TypeError, r"X\[0\] is bytes.*fsdecode"),
        ([""], ValueError, r"X\[0\] is an empty path"),
        (np.array("a.wav"), ValueError, r"put a single path in a list: \[X\]"),
        ((RATE, noise(50)), TypeError, "X is a tuple of samples and their rate.*sample_rate"),
        ([(RATE, noise(50))], TypeError, r"X\[0\] is a tuple of samples and their rate"),
        ([(noise(50), RATE)], TypeError, r"X\[0\] is a tuple of samples and their rate"),
        ([{"array": noise(50), "sampling_rate": RATE}], TypeError, r"X\[0\] is a dict of samples"),
        ([np.ma.masked_less(noise(50), 0)], ValueError, r"X\[0\] is a masked array"),
        (np.ma.masked_less(noise(500).reshape(5, -1), 0), ValueError, "X is a masked array"),
        ([noise(50), {"a": 1}], TypeError, r"X\[1\] is neither a waveform nor the path"),
        (np.array([["a.wav", 3]], object), ValueError, r"has the shape \(1, 2\).*df\['path'\]"),
        (noise(500) * 1j, ValueError, "Complex data not supported"),
    ],
)
def test_wrong_recordings(X, error, message):
    with pytest.raises(error, match=message):
        raw().fit(X)
    model = raw().fit([noise(500)])
    with pytest.raises(error, match=message):
        model.transform(X)


@pytest.mark.parametrize(
    ("dtype", "axis"), [("uint8", 1), ("int16", 1), (">i2", 0), ("int32", 0), ("float32", 1)]
)
def test_the_advice_on_channels_gives_the_features_of_a_file(tmp_path, dtype, axis):
    samples = np.stack([noise(2000, seed=i) for i in range(2)], axis=1)
    if dtype != "float32":
        full = np.iinfo(dtype).max
        samples = samples * full if dtype != "uint8" else (samples + 1) * 127
    samples = samples.astype(dtype)
    wavfile.write(tmp_path / "stereo.wav", RATE, samples)
    waveform = samples if axis == 1 else samples.T
    with pytest.raises(ValueError, match=r"as in .*, or pick one") as caught:
        raw().fit([waveform])
    advice = str(caught.value).split("as in ")[1].split(", or pick")[0]
    assert f"axis={axis}" in advice
    found = raw().fit_transform([eval(advice, {"waveform": waveform})])
    expected = raw().fit_transform([tmp_path / "stereo.wav"])
    np.testing.assert_allclose(found.values, expected.values, atol=1e-3)


def test_a_table_of_paths_names_its_columns():
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"file": ["a.wav"], "speaker": ["ann"]})
    with pytest.raises(ValueError, match=r"has the columns \['file', 'speaker'\]; .* column"):
        raw().fit(table)


def test_the_least_floor_keeps_silence_finite():
    found = raw(floor=1.2e-38).fit_transform([np.zeros(500)])
    assert np.isfinite(found.values).all()


def test_odd_rates_are_resampled_quickly_and_well(tmp_path):
    for rate in (44_101, 999_983):
        samples = tone(700, n_samples=rate // 4, rate=rate)
        path = write_pcm(tmp_path / f"{rate}.wav", np.round(samples * 2**15), 2, rate=rate)
        start = time.perf_counter()
        found = read_recording(path, RATE, "X[0]")
        assert time.perf_counter() - start < 1
        assert abs(len(found) - RATE // 4) <= 1
        inner = slice(200, 1800)
        np.testing.assert_allclose(found[inner], tone(700)[inner], atol=5e-3)


def test_sparse_recordings_are_rejected():
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(TypeError, match="Sparse data was passed as X"):
        raw().fit(sparse.eye_array(5, format="csr"))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sample_rate": 0}, "sample_rate"),
        ({"sample_rate": 8000.0}, "sample_rate"),
        ({"n_mels": 0}, "n_mels"),
        ({"n_fft": 1.5}, "n_fft"),
        ({"win_length": 0}, "win_length"),
        ({"hop_length": 0}, "hop_length"),
        ({"f_min": -1.0}, "f_min"),
        ({"floor": 0.0}, "floor"),
        ({"floor": 1e-50}, "floor"),
        ({"normalize": "speaker"}, "normalize"),
        ({"n_fft": 128}, "n_fft=128 is shorter than a window of win_length=200"),
        ({"f_max": 4001.0}, "at most half of sample_rate, 4000 Hz"),
        ({"f_min": 500.0, "f_max": 500.0}, "f_min must be below f_max"),
        ({"f_min": 4000.0}, "f_min must be below f_max"),
    ],
)
def test_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        raw(**parameters).fit([noise(500)])


@pytest.mark.parametrize("sample_rate", [8000, 16000, 44100])
def test_too_many_bands_name_an_n_fft_that_is_enough(sample_rate):
    model = MelSpectrogram(sample_rate, n_mels=400)
    with pytest.raises(ValueError, match=r"of n_mels=400 filters are empty.*n_fft=\d+") as raised:
        model.fit([noise(500)])
    enough = int(str(raised.value).rstrip(".").split("n_fft=")[-1])
    assert model.set_params(n_fft=enough).fit([noise(500)]).n_fft_ == enough


# ------------------------------------------------------------- as an estimator
def test_unfitted_raises():
    with pytest.raises(NotFittedError):
        raw().transform([noise(500)])
    with pytest.raises(NotFittedError):
        raw().get_feature_names_out()


def test_fit_then_transform_is_fit_transform():
    X = [noise(500), noise(900, seed=1)]
    for normalize in ("utterance", "global", None):
        model = MelSpectrogram(RATE, normalize=normalize)
        assert model.fit_transform(X) == clone(model).fit(X).transform(X)


@pytest.mark.parametrize("normalize", ["utterance", "global", None])
def test_clone_and_pickle(normalize):
    X = [noise(500), noise(900, seed=1)]
    model = MelSpectrogram(RATE, normalize=normalize, n_mels=12)
    assert pickle.loads(pickle.dumps(model)).get_params() == model.get_params()
    model.fit(X)
    assert clone(model).get_params() == model.get_params()
    again = pickle.loads(pickle.dumps(model))
    assert again.transform(X[::-1]) == model.transform(X[::-1])


def test_a_file_of_a_version_with_other_modules_is_read():
    X = [noise(500), noise(900, seed=1)]
    model = MelSpectrogram(RATE, n_mels=12).fit(X)
    content = pickle.dumps(model, protocol=0)  # names stand in it as lines, of any length
    for name in ("mel", "log_mel"):
        today = f"skseq.speech.features.{name}\n".encode()
        assert today in content
        content = content.replace(today, f"skseq.speech._{name}\n".encode())
    assert b"features." not in content
    assert pickle.loads(content).transform(X) == model.transform(X)


def test_parameters_changed_after_fit_wait_for_the_next_fit():
    model = raw(n_mels=12).fit([noise(500)])
    expected = model.transform([noise(700)])
    model.set_params(n_mels=20, sample_rate=16000, normalize="utterance", hop_length=3)
    assert model.transform([noise(700)]) == expected
    assert model.fit([noise(500)]).transform([noise(700)])[0].shape[1] == 20


def test_feature_names_and_output_setting():
    model = raw(n_mels=3).fit([noise(500)])
    names = [f"melspectrogram{i}" for i in range(3)]
    assert model.get_feature_names_out().tolist() == names
    assert model.set_output(transform="pandas") is model
    assert isinstance(model.transform([noise(500)]), Sequences)
    with config_context(transform_output="pandas"):
        assert isinstance(raw().fit_transform([noise(500)]), Sequences)


def spoken(n_recordings=16):
    """Return short recordings, of a low and of a high tone in noise in turn."""
    rng = np.random.default_rng(0)
    y = np.arange(n_recordings) % 2
    lengths = rng.integers(600, 1200, n_recordings)
    X = [
        tone(2500 if label else 400, n) + 0.1 * noise(n, seed=i)
        for i, (label, n) in enumerate(zip(y, lengths, strict=True))
    ]
    return X, y


def test_grid_search_over_the_number_of_bands():
    X, y = spoken()
    search = GridSearchCV(
        make_pipeline(raw(), DummyClassifier()), {"melspectrogram__n_mels": [5, 10]}, cv=2
    )
    search.fit(X, y)
    assert search.best_estimator_[0].transform(X)[0].shape[1] in (5, 10)


def test_in_a_pipeline_with_a_classifier():
    X, y = spoken()
    model = make_pipeline(
        raw(n_mels=8, hop_length=200),
        LSTMClassifier(units=8, epochs=12, learning_rate=0.05, random_state=0),
    )
    assert model.fit(X, y).score(X, y) == 1.0


def test_importing_and_transforming_never_imports_tensorflow():
    code = (
        "import sys, numpy as np\n"
        "from skseq.speech import MelSpectrogram\n"
        "MelSpectrogram(8000).fit_transform([np.zeros(500)])\n"
        "assert not {'tensorflow', 'keras', 'scikeras'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# ------------------------------------------------------------------- real data
@pytest.mark.real_data
def test_spoken_digits(tmp_path):
    archive = Path(os.environ["SKSEQ_DATA"]) / "fsdd" / "recordings.tar.gz"
    paths, waveforms = [], []
    with tarfile.open(archive) as recordings:
        for member in recordings:
            if not member.name.endswith(".wav"):
                continue
            content = recordings.extractfile(member).read()
            paths.append(tmp_path / Path(member.name).name)
            paths[-1].write_bytes(content)
            waveforms.append(wavfile.read(io.BytesIO(content))[1])
            if len(paths) == 4:
                break
    X = MelSpectrogram(RATE).fit_transform(paths)
    assert MelSpectrogram(RATE).fit_transform(waveforms) == X
    assert X.lengths.tolist() == [1 + -(-(len(one) - 200) // 80) for one in waveforms]
    # Speech has most of its power below 2 kHz.
    steps = raw().fit_transform(waveforms).values
    assert (steps[:, :28].mean() > steps[:, 28:].mean()) and np.isfinite(steps).all()
