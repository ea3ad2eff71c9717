"""Names of people, places and organisations, told apart by what stands around them.

Trains a tagger with a conditional random field on made-up sentences in which many names may be
anybody's, searches over one of its parameters by cross-validation, and compares it with the most
frequent tag of each word. No network is needed.

    python examples/named_entities.py
"""

from collections import Counter, defaultdict

from sklearn.model_selection import GridSearchCV

from skseq import LSTMTagger
from skseq.datasets import make_tagged_sentences
from skseq.inspection import render_tags
from skseq.metrics import span_f1, span_f1_scorer, tagging_report
from skseq.model_selection import StratifiedSequenceKFold


def most_frequent_tags(X, y):
    """Return a function that gives every word the tag it had most often."""
    counts = defaultdict(Counter)
    for words, tags in zip(X, y, strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts[word][tag] += 1
    best = {word: count.most_common(1)[0][0] for word, count in counts.items()}
    return lambda X: [[best.get(word, "O") for word in words] for words in X]


def main() -> None:
    X, y = make_tagged_sentences(900, random_state=0)
    X_test, y_test = X[600:], y[600:]
    X, y = X[:600], y[:600]

    tagger = LSTMTagger(units=32, epochs=12, learning_rate=0.01, random_state=0)
    search = GridSearchCV(
        tagger,
        {"char_features": [None, "cnn"]},
        cv=StratifiedSequenceKFold(3),
        scoring=span_f1_scorer,
    ).fit(X, y)
    for params, score in zip(
        search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
    ):
        print(f"span F1 {score:.3f} in cross-validation  {params}")

    best = search.best_estimator_
    baseline = most_frequent_tags(X, y)
    print(f"\nOn unseen sentences: span F1 {span_f1(y_test, best.predict(X_test)):.3f}, ", end="")
    print(f"most frequent tag of each word {span_f1(y_test, baseline(X_test)):.3f}\n")
    print(tagging_report(y_test, best.predict(X_test)))

    sentences = X_test[:4]
    print(render_tags(sentences, best.predict(sentences)))
    labellings, scores = best.predict_top_k(sentences[:1], k=2, return_scores=True)
    for labels, score in zip(labellings[0], scores[0], strict=True):
        print(f"log-probability {score:7.3f}  {' '.join(labels)}")


if __name__ == "__main__":
    main()
