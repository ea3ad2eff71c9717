"""Music, note by note.

Learns the chorales of Johann Sebastian Bach if they are in the folder SKSEQ_DATA (see
``fetch_jsb_chorales``), or else made-up jigs, reels and waltzes with their style as a condition.
Measures the perplexity of pieces it has not seen beside Markov chains, and goes on with the
beginning of one. No network is needed.

    python examples/chorales.py
    python examples/chorales.py melodies
"""

import sys
from collections import Counter, defaultdict

import numpy as np

from skseq import TokenLanguageModel
from skseq.datasets import fetch_jsb_chorales, make_melodies

START = "start"
BAR = None  # the end of a chord
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def name_of(pitch):
    """Return the name of a MIDI number, such as C4 for 60."""
    return "rest" if pitch is None else f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def markov_perplexity(pieces, unseen, order):
    """Return the perplexity under counts of what follows so many symbols, smoothed by fewer.

    The smoothing is that of Witten and Bell.
    """
    after = defaultdict(Counter)
    for piece in pieces:
        symbols = [START, *piece]
        for i in range(1, len(symbols)):
            for n in range(min(order, i) + 1):
                after[tuple(symbols[i - n : i])][symbols[i]] += 1
    logs = []
    for piece in unseen:
        symbols = [START, *piece]
        for i in range(1, len(symbols)):
            probability = 1 / (len(after[()]) + 1)
            for n in range(min(order, i) + 1):
                counts = after.get(tuple(symbols[i - n : i]))
                if counts is None:
                    break
                seen = counts[symbols[i]] + len(counts) * probability
                probability = seen / (counts.total() + len(counts))
            logs.append(np.log(probability))
    return np.exp(-np.mean(logs))


def compare(model, train, unseen, *conditions):
    """Print the perplexities of unseen pieces."""
    print("Perplexity of unseen pieces, lower is better")
    print(f"  TokenLanguageModel         {model.perplexity(unseen, *conditions):6.2f}")
    for order in (1, 2, 4, 6):
        print(f"  Markov chain of order {order}    {markov_perplexity(train, unseen, order):6.2f}")


def spell(chorale, shift=0):
    """Return the pitches of all chords, lowest first, each chord followed by its end."""
    return [symbol for chord in chorale for symbol in (*(p + shift for p in chord), BAR)]


def chorales(train, unseen) -> None:
    # A tenth of new chords were never seen whole, but all of their notes were. Moved up and down by
    # a tone, a chorale is still one.
    train = [spell(chorale, shift) for chorale in train for shift in range(-2, 3)]
    unseen = [spell(chorale) for chorale in unseen]
    model = TokenLanguageModel(
        batch_size=16, dropout=0.2, learning_rate=5e-3, epochs=4, random_state=0
    )
    model.fit(train)
    print(f"{len(train)} chorales to learn from, {len(model.vocabulary_)} symbols")
    compare(model, train, unseen)

    beginning = unseen[3][: [i for i, symbol in enumerate(unseen[3]) if symbol is BAR][7] + 1]
    made = model.generate(beginning, max_new_tokens=80, temperature=0.7, random_state=1)
    print("\nThe beginning of a chorale, one chord a quarter note, and how the model goes on")
    mark, line = " ", []
    for i, symbol in enumerate(made):
        if symbol is BAR:
            print(f"  {mark} {' '.join(line)}")
            mark, line = "|" if i + 1 >= len(beginning) else " ", []
        else:
            line.append(f"{name_of(symbol):4}")


def melodies() -> None:
    pieces, styles = make_melodies(1000, return_styles=True, random_state=0)
    train, unseen = pieces[:800], pieces[800:]
    model = TokenLanguageModel(batch_size=16, learning_rate=5e-3, epochs=20, random_state=0)
    model.fit(train, styles[:800])
    print(f"{len(train)} melodies to learn from, {len(model.vocabulary_)} notes and durations")
    compare(model, train, unseen, styles[800:])

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
            for subset in ("train", "test")
        ]
    except OSError:
        print("The chorales are not here, so here are melodies.\n")
        melodies()
    else:
        chorales(*parts)


if __name__ == "__main__":
    main()
