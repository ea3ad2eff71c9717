"""English to Spanish, character by character.

Learns from the shortest sentence pairs of Tatoeba, translates sentences it has not seen, greedily
and with a beam search, and compares both with the translation of the most similar sentence among
those it learned from. A bare run learns to write something like Spanish, not to translate: from so
few pairs the most similar sentence is the better answer. The arguments are the number of pairs and
of epochs, for those who have more time. The pairs are downloaded (2.6 MB) unless they are in the
folder SKSEQ_DATA.

    python examples/translation.py
    python examples/translation.py 20000 15
"""

import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupShuffleSplit
from sklearn.neighbors import NearestNeighbors

from skseq import Seq2Seq
from skseq.datasets import fetch_tatoeba_spa
from skseq.metrics import bleu, chrf, exact_match


def most_similar(X, y, X_new):
    """Return the translations of the most similar training sentences."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4))
    neighbours = NearestNeighbors(n_neighbors=1, metric="cosine").fit(vectorizer.fit_transform(X))
    nearest = neighbours.kneighbors(vectorizer.transform(X_new), return_distance=False)
    return [y[i] for i in nearest[:, 0]]


def main() -> None:
    n_samples, epochs = (int(a) for a in [*sys.argv[1:], "4000", "12"][:2])
    try:
        X, y = fetch_tatoeba_spa(n_samples=n_samples, return_X_y=True)
    except (OSError, ImportError) as error:
        sys.exit(f"The sentences are not here: {error}")
    # Many sentences come several times. All of one go to the same side.
    split = GroupShuffleSplit(1, test_size=0.1, random_state=0).split(X, y, groups=X)
    (train, test), *_ = split
    X, X_new = [X[i] for i in train], [X[i] for i in test]
    y, y_new = [y[i] for i in train], [y[i] for i in test]
    print(f"{len(X)} pairs to learn from, {len(X_new)} others to be tested on, e.g.")
    for english, spanish in list(zip(X, y, strict=True))[:3]:
        print(f"  {english}  {spanish}")

    model = Seq2Seq(
        units=128,
        dropout=0.2,
        learning_rate=5e-3,
        epochs=epochs,
        random_state=0,
    )
    start = time.perf_counter()
    model.fit(X, y)
    print(f"\nLearned in {time.perf_counter() - start:.0f} s\n")

    found = {
        "most similar sentence": most_similar(X, y, X_new),
        "greedy": model.predict(X_new),
        "beam search, 4 beams": model.predict(X_new, num_beams=4),
    }
    print("On new sentences        chrF   BLEU  exactly right")
    for name, texts in found.items():
        scores = chrf(y_new, texts), bleu(y_new, texts), exact_match(y_new, texts)
        print("{:22} {:5.3f}  {:5.3f}  {:13.3f}".format(name, *scores))

    for i in range(6):
        print(f"\n{X_new[i]}")
        print(f"  {'Tatoeba':22} {y_new[i]}")
        for name, texts in found.items():
            print(f"  {name:22} {texts[i]}")


if __name__ == "__main__":
    main()
