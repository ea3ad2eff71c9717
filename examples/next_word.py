"""The next word, as a keyboard would suggest it.

Learns made-up tales word by word, suggests three words after the beginnings of tales it has not
seen, and counts how often the right word is the first suggestion or among the three, beside a
table of which word follows which. No network is needed.

    python examples/next_word.py
"""

from collections import Counter, defaultdict

import numpy as np

from skseq import WordLanguageModel
from skseq.datasets import make_tales


def count_bigrams(documents):
    """Return a function that suggests what followed the last word most often."""
    after = defaultdict(Counter)
    for words in documents:
        for last, word in zip(["<s>", *words], [*words, "<e>"], strict=True):
            after[last][word] += 1

    def suggest(prompts, k):
        lasts = [(prompt or ["<s>"])[-1] for prompt in prompts]
        return [[word for word, _ in after[last].most_common(k)] for last in lasts]

    return suggest


def show(name, suggestions, right):
    """Print how often the right word is suggested."""
    hits = [
        [word in words[:k] for words, word in zip(suggestions, right, strict=True)] for k in (1, 3)
    ]
    print(f"  {name:18} {np.mean(hits[0]):.3f}  {np.mean(hits[1]):.3f}")


def main() -> None:
    tales = make_tales(1000, random_state=0)
    texts, unseen = tales[:800], tales[800:]
    model = WordLanguageModel(batch_size=16, epochs=25, learning_rate=5e-3, random_state=0)
    model.fit(texts)
    print(
        f"{len(model.vocabulary_)} tokens, perplexity {model.perplexity(unseen):.2f} on new tales"
    )

    _, documents = model.surprisal(texts, return_tokens=True)
    bigrams = count_bigrams(documents)
    _, documents = model.surprisal(unseen, return_tokens=True)
    rng = np.random.default_rng(0)
    prompts, right = [], []
    for words in documents:
        for cut in rng.choice(len(words), size=10, replace=False):
            prompts.append(words[:cut])
            right.append(words[cut])
    print(f"\nAmong {len(prompts)} next words   top 1  top 3")
    show("WordLanguageModel", model.predict_top_k(prompts, k=3), right)
    show("bigram counts", bigrams(prompts, 3), right)

    beginnings = [
        "Snow over Norwick on Friday at night. It is",
        "Fog over Saltby on Friday all day. It is 5 degrees, with a light wind from the north. "
        "Take a lamp with you. The fog stays over Saltby until",
        'Otto the fox found a nut in the meadow. Mira the cat saw him. "Give me the',
        'Otto the fox found a nut in the meadow. Mira the cat saw him. "Give me the nut!" said',
        "A soup for four by Greta: - 4 onions - 200 g of rice - 3 spoons of honey 1. Chop the",
    ]
    found, scores = model.predict_top_k(beginnings, k=3, return_scores=True)
    peer = bigrams([model.surprisal(b, return_tokens=True)[1] for b in beginnings], 3)
    for beginning, words, row, others in zip(beginnings, found, scores, peer, strict=True):
        print(f"\n…{beginning[-60:]} …")
        print("  " + ", ".join(f"{w} {p:.2f}" for w, p in zip(words, np.exp(row), strict=True)))
        print("  bigrams: " + ", ".join(others))


if __name__ == "__main__":
    main()
