"""From raw text to a saved classifier, in one go.

Searches over a pipeline's parameters by cross-validation, compares the winner with a bag of words
on reviews nobody has seen, saves it, loads it in a new process and classifies three sentences
there. Uses the reviews that come with skseq; no network is needed.

    python examples/demo.py
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline

from skseq import GRUClassifier, Padder, Tokenizer
from skseq.datasets import load_reviews

SENTENCES = [
    "I expected the kettle to be awful, but it is great.",
    "I expected the kettle to be great, but it is awful.",
    "It is okay, neither great nor awful.",
]
CLASSIFY = """
import json, sys, joblib
model = joblib.load(sys.argv[1])
print(json.dumps(model.predict(json.loads(sys.argv[2])).tolist()))
"""


def main() -> None:
    start = time.perf_counter()
    reviews = load_reviews(language="en")
    texts, unseen_texts, labels, unseen_labels = train_test_split(
        reviews.data, reviews.target, test_size=0.25, stratify=reviews.target, random_state=0
    )
    print(f"{len(texts)} reviews to learn from, {len(unseen_texts)} to be tested on, e.g.")
    for text, label in list(zip(texts, labels, strict=True))[:3]:
        print(f"  {label:9} {text}")

    pipe = make_pipeline(
        Tokenizer(),
        Padder(maxlen=40),
        GRUClassifier(epochs=8, learning_rate=5e-3, random_state=0),
    )
    grid = {"gruclassifier__units": [16, 32], "gruclassifier__pooling": ["last", "max"]}
    print("\nSearching 4 candidates × 2 folds in two processes …", flush=True)
    search = GridSearchCV(pipe, grid, cv=2, n_jobs=2, refit=False, verbose=2).fit(texts, labels)
    for params, score in zip(
        search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
    ):
        print(f"  accuracy {score:.3f}  {params}")

    print(f"\nTraining the best, {search.best_params_}:", flush=True)
    model = pipe.set_params(**search.best_params_, gruclassifier__verbose=1).fit(texts, labels)
    print("\nOn unseen reviews:")
    print(classification_report(unseen_labels, model.predict(unseen_texts), digits=3))
    bag = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10))
    bag_score = bag.fit(texts, labels).score(unseen_texts, unseen_labels)
    print(f"A bag of words and word pairs with logistic regression: accuracy {bag_score:.3f}")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.joblib"
        joblib.dump(model, path)
        print(f"\nSaved ({path.stat().st_size / 1e6:.1f} MB). A new process loads it and says:")
        command = [sys.executable, "-c", CLASSIFY, str(path), json.dumps(SENTENCES)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for sentence, label in zip(SENTENCES, json.loads(answer), strict=True):
        print(f"  {label:9} {sentence}")
    print(f"\nDone in {time.perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    main()
