"""Which of two texts is likelier?

Learns made-up tales, breaks tales it has not seen in four ways, and chooses the right one of each
pair by its log-probability: once with the language model, once with counts of neighbouring words.
What two neighbours show, counts know; what a word some lines before decides, they cannot, and the
farther back it is, the harder it is for the model too. Then it shows where a broken tale surprises.
No network is needed.

    python examples/sentence_likelihood.py
"""

from collections import Counter
from functools import partial
from itertools import pairwise

import numpy as np

from skseq import WordLanguageModel
from skseq.datasets import make_tales

# "her" is "him" or "his", and "his" and "him" are both "her".
OTHER_PRONOUN = {"he": "she", "she": "he", "him": "her", "his": "her", "He": "She", "She": "He"}
INGREDIENTS = ("onions", "carrots", "eggs", "apples", "tomatoes")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def shuffle(words, rng):
    """Put two neighbouring words into the other order."""
    i = rng.choice([i for i, (a, b) in enumerate(pairwise(words)) if a != b])
    return [*words[:i], words[i + 1], words[i], *words[i + 2 :]]


def break_agreement(words, rng):
    """Say "she" for "he", or "he" for "she", in one place."""
    places = [i for i, word in enumerate(words) if word in OTHER_PRONOUN]
    if not places:
        return None
    i = rng.choice(places)
    return [*words[:i], OTHER_PRONOUN[words[i]], *words[i + 1 :]]


def change_last(choices, words, rng):
    """Replace the last of certain words, which an earlier one decides, by another of them."""
    places = [i for i, word in enumerate(words) if word in choices]
    if len(places) < 2:
        return None
    i = places[-1]
    other = rng.choice([word for word in choices if word != words[i]]).item()
    return [*words[:i], other, *words[i + 1 :]]


def count_bigrams(documents):
    """Return a function that gives the log-probability of documents by counts plus one half."""
    pairs = Counter(pair for words in documents for pair in pairwise(words))
    firsts = Counter(word for words in documents for word in words[:-1])
    n_words = len({word for words in documents for word in words})

    def log_probability(words):
        return sum(
            np.log((pairs[pair] + 0.5) / (firsts[pair[0]] + 0.5 * n_words))
            for pair in pairwise(words)
        )

    return lambda X: np.array([log_probability(words) for words in X])


def main() -> None:
    tales = make_tales(1200, random_state=0)
    texts, unseen = tales[:1000], tales[1000:]
    model = WordLanguageModel(batch_size=16, epochs=25, learning_rate=5e-3, random_state=0)
    model.fit(texts)
    bigrams = count_bigrams(model.surprisal(texts, return_tokens=True)[1])

    right = model.surprisal(unseen, return_tokens=True)[1]
    rng = np.random.default_rng(0)
    print("Share of pairs in which the right one is likelier")
    print("                          pairs  WordLanguageModel  bigram counts")
    for name, change in {
        "two words exchanged": shuffle,
        "he and she exchanged": break_agreement,
        "another ingredient": partial(change_last, INGREDIENTS),
        "another day": partial(change_last, DAYS),
    }.items():
        pairs = [(words, change(words, rng)) for words in right]
        good, bad = zip(*(pair for pair in pairs if pair[1]), strict=True)
        good, bad = list(good), list(bad)
        by_model = np.mean(model.score_samples(good) > model.score_samples(bad))
        by_counts = np.mean(bigrams(good) > bigrams(bad))
        print(f"  {name:22} {len(good):6}  {by_model:17.3f}  {by_counts:13.3f}")

    tale = (
        'Borin the fox found a pear in the wood. Vesna the snake saw him. "Give me the pear!" '
        'said Vesna. "No," said Borin, and {} ran to the hill with his pear.'
    )
    values, words = model.surprisal([tale.format("he"), tale.format("she")], return_tokens=True)
    print("\nSurprisal (nats) of each word at the end of a tale, right and broken")
    for i in range(-15, 0):
        bar = "#" * round(4 * values[1][i])
        print(f"  {words[0][i]:6} {values[0][i]:5.2f}   {words[1][i]:6} {values[1][i]:5.2f} {bar}")


if __name__ == "__main__":
    main()
