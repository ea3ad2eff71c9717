"""Music, chord by chord.

Learns the chorales of Johann Sebastian Bach if they are in the folder SKSEQ_DATA (see
``fetch_jsb_chorales``), or else made-up jigs, reels and waltzes with their style as a condition.
Measures the perplexity of pieces it has not seen beside a first-order Markov chain, and goes on
with the beginning of one. No network is needed.

    python examples/chorales.py
    python examples/chorales.py melodies
"""

import sys
from collections import Counter
from itertools import pairwise

import numpy as np

from skseq import TokenLanguageModel
from skseq.datasets import fetch_jsb_chorales, make_melodies

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def name_of(pitch):
    """Return the name of a MIDI number, such as C4 for 60."""
    return "rest" if pitch is None else f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def markov_perplexity(pieces, unseen, validation):
    """Return the perplexity under counts of pairs, mixed with those of single symbols.

    All three are pieces as ids, from the start to the last symbol. The share of the pairs is the
    one that is best on the validation pieces.
    """
    pairs = Counter(pair for ids in pieces for pair in pairwise(ids))
    firsts = Counter(i for ids in pieces for i in ids[:-1])
    singles = Counter(i for ids in pieces for i in ids[1:])
    n_singles, n_symbols = singles.total(), len(singles) + 1

    def score(pieces, share):
        logs = []
        for last, i in (pair for ids in pieces for pair in pairwise(ids)):
            single = (singles[i] + 1) / (n_singles + n_symbols)
            after = pairs[last, i] / firsts[last] if firsts[last] else single
            logs.append(np.log(share * after + (1 - share) * single))
        return np.mean(logs)

    best = max(np.linspace(0.05, 0.95, 19), key=lambda share: score(validation, share))
    return np.exp(-score(unseen, best))


def as_ids(model, pieces):
    """Return pieces as ids of the model's vocabulary, so that both models have the same <unk>."""
    ids = {symbol: i for i, symbol in enumerate(model.vocabulary_.tokens)}
    return [[ids["<s>"], *(ids.get(symbol, ids["<unk>"]) for symbol in p)] for p in pieces]


def compare(model, train, validation, unseen, *conditions):
    """Print the perplexities of unseen pieces."""
    ids = [as_ids(model, pieces) for pieces in (train, unseen, validation)]
    print("Perplexity of unseen pieces, lower is better")
    print(f"  TokenLanguageModel        {model.perplexity(unseen, *conditions):7.2f}")
    print(f"  first-order Markov chain  {markov_perplexity(*ids):7.2f}")


def chorales(parts) -> None:
    train, validation, unseen = parts
    # Twelve keys instead of one: every chorale three semitones down to three up.
    moved = [
        [tuple(pitch + shift for pitch in chord) for chord in piece]
        for piece in train
        for shift in range(-3, 4)
    ]
    model = TokenLanguageModel(
        units=192,
        min_count=3,
        dropout=0.4,
        learning_rate=3e-3,
        epochs=12,
        early_stopping=True,
        random_state=0,
    )
    model.fit(moved, X_val=validation)
    print(f"{len(moved)} chorales to learn from, {len(model.vocabulary_)} chords")
    compare(model, moved, validation, unseen)

    beginning = unseen[3][:8]
    made = model.generate(beginning, max_new_tokens=16, temperature=0.8, random_state=0)
    print("\nThe beginning of a chorale | and how the model goes on")
    for i, chord in enumerate(made):
        mark = "|" if i >= len(beginning) else " "
        print(f"  {mark} {' '.join(f'{name_of(pitch):4}' for pitch in chord)}")


def melodies() -> None:
    pieces, styles = make_melodies(1000, return_styles=True, random_state=0)
    train, validation, unseen = pieces[:800], pieces[800:900], pieces[900:]
    model = TokenLanguageModel(batch_size=16, learning_rate=5e-3, epochs=20, random_state=0)
    model.fit(train, styles[:800])
    print(f"{len(train)} melodies to learn from, {len(model.vocabulary_)} notes and durations")
    compare(model, train, validation, unseen, styles[900:])

    for style in model.conditions_:
        made = model.generate([(60, 0.5)], condition=style, temperature=0.7, random_state=0)
        print(f"\nA {style} that begins with half a C4")
        print(" ".join(f"{name_of(pitch)}:{duration:g}" for pitch, duration in made))


def main() -> None:
    if "melodies" in sys.argv[1:]:
        melodies()
        return
    try:
        parts = [
            fetch_jsb_chorales(subset=subset, download_if_missing=False).data
            for subset in ("train", "validation", "test")
        ]
    except OSError:
        print("The chorales are not here, so here are melodies.\n")
        melodies()
    else:
        chorales(parts)


if __name__ == "__main__":
    main()
