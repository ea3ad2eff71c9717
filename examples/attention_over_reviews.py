"""What a network looks at in a review, when order counts and when it does not.

Classifies the reviews that come with skseq by a single layer of self-attention and prints what it
looks at most in two of them. The layer does not know in which order the words stand, no more than a
bag of words does, and these reviews were written so that the order matters: pairs of neighbouring
words do better. With ``transformer`` as argument it is a Transformer encoder, which knows positions
and does better still. With a path ending in .html the two reviews are written there with their
words highlighted. No network is needed.

    python examples/attention_over_reviews.py
    python examples/attention_over_reviews.py transformer reviews.html
"""

import sys
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skseq import SelfAttentionClassifier, Tokenizer, TransformerClassifier
from skseq.datasets import load_reviews
from skseq.inspection import AttentionDisplay


def main() -> None:
    reviews = load_reviews(language="en")
    texts, new_texts, labels, new_labels = train_test_split(
        reviews.data, reviews.target, test_size=0.25, stratify=reviews.target, random_state=0
    )
    if "transformer" in sys.argv[1:]:
        classifier = TransformerClassifier(epochs=12, learning_rate=2e-3, random_state=0)
    else:
        classifier = SelfAttentionClassifier(epochs=12, learning_rate=5e-3, random_state=0)
    model = make_pipeline(Tokenizer(), classifier)
    words = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10))
    pairs = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10))
    print(f"Accuracy on {len(new_texts)} unseen reviews")
    for name, one in {
        type(classifier).__name__: model,
        "TF-IDF of words": words,
        "TF-IDF of words and pairs": pairs,
    }.items():
        start = time.perf_counter()
        score = one.fit(texts, labels).score(new_texts, new_labels)
        print(f"  {name:26} {score:.3f}  {time.perf_counter() - start:4.0f} s")

    # How likely each class is, and how much each word was looked at, by all words on average.
    chosen = [new_texts[list(new_labels).index(label)] for label in ("positive", "negative")]
    displays = [AttentionDisplay.from_estimator(model, text, plot=False) for text in chosen]
    for text, display, row in zip(chosen, displays, model.predict_proba(chosen), strict=True):
        print(f"\n{text}")
        shares = [f"{label} {share:.2f}" for label, share in zip(model.classes_, row, strict=True)]
        print(f"  {', '.join(shares)}")
        looked_at = display.weights.mean(axis=0)
        print("  most looked at: ", end="")
        best = np.argsort(-looked_at, kind="stable")[:5]
        print(", ".join(f"{display.columns[i]} {looked_at[i]:.2f}" for i in best))

    for path in (Path(a) for a in sys.argv[1:] if a.endswith(".html")):
        body = "\n".join(display.to_html() for display in displays)
        path.write_text(f'<!doctype html>\n<meta charset="utf-8">\n{body}\n', encoding="utf-8")
        print(f"\nThe words are highlighted in {path}")


if __name__ == "__main__":
    main()
