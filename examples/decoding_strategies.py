"""Greedy, beam or drawn: how likely the texts are, and how varied.

Goes on with the same twenty beginnings in several ways. The more a strategy looks for what is
likely, the more alike its texts are: beams find the most likely ones, draws the most varied.
No network is needed.

    python examples/decoding_strategies.py
"""

from itertools import pairwise

import numpy as np

from skseq import WordLanguageModel
from skseq.datasets import make_tales

STRATEGIES = {
    "greedy": {"strategy": "greedy"},
    # Penalty 0: the score of a beam is its log-probability, as that of the others.
    "beam search, 2 beams": {"strategy": "beam", "num_beams": 2, "length_penalty": 0.0},
    "beam search, 8 beams": {"strategy": "beam", "num_beams": 8, "length_penalty": 0.0},
    "drawn at temperature 0.5": {"temperature": 0.5, "random_state": 0},
    "drawn from the 5 best": {"top_k": 5, "random_state": 0},
    "drawn from the best 90 %": {"top_p": 0.9, "random_state": 0},
    "drawn": {"random_state": 0},
}


def distinct_bigrams(documents):
    """Return the share of different ones among all pairs of neighbouring words."""
    pairs = [pair for words in documents for pair in pairwise(words)]
    return len(set(pairs)) / len(pairs)


def split(model, texts):
    """Return the words of texts as the model reads them."""
    return model.surprisal(texts, return_tokens=True)[1]


def main() -> None:
    tales = make_tales(900, random_state=0)
    texts, unseen = tales[:800], tales[800:]
    model = WordLanguageModel(batch_size=16, epochs=20, learning_rate=5e-3, random_state=0)
    model.fit(texts)

    documents = split(model, unseen[:20])
    prompts = [" ".join(words[:6]) for words in documents]
    print(f"log-probability  distinct bigrams   going on with {len(prompts)} beginnings")
    examples = {}
    for name, options in STRATEGIES.items():
        found, scores = model.generate(prompts, max_new_tokens=100, return_scores=True, **options)
        made = [words[6:] for words in split(model, found)]
        print(f"{np.mean(scores):15.1f}  {distinct_bigrams(made):16.2f}   {name}")
        examples[name] = found[0]
    true = model.score_samples(documents, include_end=True) - model.score_samples(prompts)
    ends = [words[6:] for words in documents]
    print(f"{np.mean(true):15.1f}  {distinct_bigrams(ends):16.2f}   the tales themselves")

    for name in ("greedy", "beam search, 8 beams", "drawn"):
        print(f"\n--- {name}\n{examples[name]}")


if __name__ == "__main__":
    main()
