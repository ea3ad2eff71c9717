"""Spoken digits: one in a recording, and then strings of them that no one has cut apart.

A network reads log-mel features and says which digit it was, beside a logistic regression on means
and extremes of the same features. Then recordings are joined to strings of one to five digits, and
a network learns to write them, from the transcripts alone. It is tested on codes that it has not
learned from; a character model that has read the list of codes, but heard nothing, then ranks anew
what the recogniser takes for possible.

The recordings are those of ``fetch_spoken_digits`` if they are in the folder SKSEQ_DATA or in the
cache, or with ``download`` from the network, else made-up ones, as with ``tones``: two tones a
digit, with noise. With ``full`` it learns from all of them and takes some minutes.

    python examples/spoken_digits.py
    python examples/spoken_digits.py full
    python examples/spoken_digits.py download
    python examples/spoken_digits.py tones
"""

import sys
import time
from itertools import permutations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import Bunch

from skseq import CharLanguageModel, CTCRecognizer, GRUClassifier, MelSpectrogram
from skseq.datasets import fetch_spoken_digits
from skseq.metrics import edit_distance

N_CODES = 60
N_VOICES = 6


def load():
    """Return the recordings to learn from and the others, spoken ones if they are here."""
    if "tones" not in sys.argv[1:]:
        missing = "download" in sys.argv[1:]
        try:
            return [
                fetch_spoken_digits(subset=subset, download_if_missing=missing)
                for subset in ("train", "test")
            ]
        except OSError:
            print("The recordings are not here, so here are tones with noise.\n")
    return make_tones(45, seed=0), make_tones(5, seed=1)


def make_tones(n_each, seed):
    """Return made-up recordings, each digit so often in each of six voices.

    A digit is two of four tones, one after the other, and a pause; a voice is how high they are.
    """
    rng = np.random.default_rng(seed)
    tones = np.array(list(permutations([500, 700, 980, 1372], 2))[:10])  # Hz
    rate, pause, data, target, speakers = 8000, 400, [], [], []
    for _ in range(n_each):
        for voice in range(N_VOICES):
            for digit in range(10):
                pitches = tones[digit] * 2 ** (voice / 20) * rng.normal(1, 0.01, size=2)
                lengths = rng.integers(rate // 10, rate // 4, size=2)
                phases = 2 * np.pi * np.cumsum(np.repeat(pitches, lengths)) / rate
                clean = np.append(rng.uniform(0.05, 0.2) * np.sin(phases), np.zeros(pause))
                noisy = clean + 0.08 * rng.normal(size=len(clean))
                data.append(noisy.astype(np.float32))
                target.append(digit)
                speakers.append(f"voice {voice}")
    speakers = np.array(speakers)
    return Bunch(data=data, target=np.array(target), speakers=speakers, sample_rate=rate)


def summaries(X):
    """Return the mean, deviation, minimum and maximum of each feature over the steps."""
    return np.stack(
        [np.concatenate([x.mean(axis=0), x.std(axis=0), x.min(axis=0), x.max(axis=0)]) for x in X]
    )


def random_strings(n_strings, lengths, rng):
    """Return strings of digits, equally many of each length."""
    return [
        "".join(map(str, rng.integers(10, size=lengths[i % len(lengths)])))
        for i in range(n_strings)
    ]


def say(texts, part, rng):
    """Return a waveform for each text: recordings of its digits by one speaker, joined."""
    voices = np.unique(part.speakers)
    rows = {
        (voice, str(digit)): np.flatnonzero((part.speakers == voice) & (part.target == digit))
        for voice in voices
        for digit in range(10)
    }
    waveforms = []
    for text in texts:
        voice = rng.choice(voices)
        chosen = [rng.choice(rows[voice, digit]) for digit in text]
        waveforms.append(np.concatenate([part.data[row] for row in chosen]))
    return waveforms


def one_digit(train, test, epochs) -> None:
    """Compare classifiers of single digits."""
    mel = MelSpectrogram(train.sample_rate, hop_length=train.sample_rate // 50)
    gru = GRUClassifier(
        units=48,
        bidirectional=True,
        pooling="mean_max",
        dropout=0.3,
        epochs=epochs,
        learning_rate=4e-3,
        random_state=0,
    )
    regression = LogisticRegression(max_iter=2000)
    print(f"One digit: accuracy on {len(test.data)} of {len(train.data)} to learn from")
    for name, model in {
        "logistic regression on summaries": make_pipeline(
            mel, FunctionTransformer(summaries), StandardScaler(), regression
        ),
        "GRUClassifier": make_pipeline(mel, gru),
    }.items():
        start = time.perf_counter()
        score = model.fit(train.data, train.target).score(test.data, test.target)
        print(f"  {name:34} {score:.3f}  {time.perf_counter() - start:4.0f} s", flush=True)


def strings(train, test, n_strings, epochs) -> None:
    """Recognise joined digits, by sound alone and with a model of the codes there are."""
    rng = np.random.default_rng(0)
    codes = sorted(set(random_strings(N_CODES, (2, 3, 4, 5), rng)))
    y = [text for text in random_strings(n_strings, (1, 2, 3, 4, 5), rng) if text not in codes]
    y_test = [str(code) for code in rng.choice(codes, 200)]
    X, X_test = say(y, train, rng), say(y_test, test, rng)
    mel = MelSpectrogram(train.sample_rate, hop_length=train.sample_rate // 50)
    recognizer = CTCRecognizer(
        "gru", dropout=0.2, epochs=epochs, learning_rate=6e-3, random_state=0
    )
    model = make_pipeline(mel, recognizer)
    start = time.perf_counter()
    model.fit(X, y)
    print(f"\nCodes of two to five digits, {len(y)} other strings to learn from", end="")
    print(f"  {time.perf_counter() - start:4.0f} s")
    language = CharLanguageModel(
        units=64, epochs=60, batch_size=8, learning_rate=0.01, random_state=0
    ).fit(codes)
    found = {}
    print("  character error rate of")
    for name, params in {
        "the best symbol of each step": {},
        "a search with 8 beams": {"num_beams": 8},
        "the same, ranked anew": {"language_model": language},
    }.items():
        recognizer.set_params(**params)
        found[name] = model.predict(X_test)
        rate = edit_distance(y_test, found[name], normalize=True)
        print(f"    {name:32} {rate:.3f}", flush=True)

    by_sound, ranked = found["a search with 8 beams"], found["the same, ranked anew"]
    order = sorted(range(len(y_test)), key=lambda i: by_sound[i] == y_test[i])
    print("\nSome of them, wrong ones first\n  said    recognised  ranked anew")
    for i in [*order[:5], *order[-3:]]:
        print(f"  {y_test[i]:7} {by_sound[i]:11} {ranked[i]}")


def main() -> None:
    train, test = load()
    if "full" in sys.argv[1:]:
        one_digit(train, test, epochs=15)
        strings(train, test, n_strings=4000, epochs=12)
        return
    # The recordings come in the order of their numbers, so that every voice has as many of each.
    part = Bunch(**train)
    part.update({name: train[name][:1200] for name in ("data", "target", "speakers")})
    one_digit(part, test, epochs=10)
    strings(part, test, n_strings=1200, epochs=14)


if __name__ == "__main__":
    main()
