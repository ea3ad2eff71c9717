"""A small chatbot, which knows answers by heart and understands nothing.

Learns some subjects of the ChatterBot corpus word by word. What it was asked before it answers
with what it has learned; several answers to one question show up among its best three. To all else
it says something that sounds like an answer and has little to do with the question: a few hundred
pairs do not make a conversation. It never says "I do not know", so it is printed how likely it
finds its answer. The arguments are questions to be answered. The corpus is downloaded
(0.3 MB) unless it is in the folder SKSEQ_DATA.

    python examples/chatbot.py
    python examples/chatbot.py "Are you a robot?" "What is the capital of France?"
"""

import sys

import numpy as np

from skseq import Seq2Seq
from skseq.datasets import fetch_chatterbot

CATEGORIES = ["greetings", "ai", "botprofile", "food", "literature", "science"]
KNOWN = ["What's up?", "Are you sentient?", "Where are you from", "what is a wavelength"]
NEW = ["Where do you come from?", "Do you eat bread?", "What is the capital of France?"]


def show(model, questions):
    """Print the best three answers to each question, and how likely each is."""
    # A penalty of 0 ranks answers by their log-probability, not by its mean over the words.
    answers, scores = model.predict_top_k(
        questions, k=3, num_beams=5, length_penalty=0.0, return_scores=True
    )
    for question, texts, logs in zip(questions, answers, scores, strict=True):
        print(f"\n> {question}")
        unknown = [word for word in words_of(model, question) if word not in model.vocabulary_]
        if unknown:
            print(f"  (words it has never seen: {', '.join(unknown)})")
        for text, probability in zip(texts, np.exp(logs), strict=True):
            print(f"  {probability:.2f}  {text}")


def words_of(model, text):
    """Return the words of a question as the model reads them."""
    (_, (words,), _) = model.attention_weights([text], [text], return_tokens=True)
    return words


def main() -> None:
    try:
        data = fetch_chatterbot(categories=CATEGORIES)
    except (OSError, ImportError) as error:
        sys.exit(f"The corpus is not here: {error}")
    short = [i for i, answer in enumerate(data.target) if len(answer.split()) <= 20]
    questions = [data.data[i] for i in short]
    answers = [data.target[i] for i in short]
    print(f"{len(questions)} answers to {len(set(questions))} questions to learn from")
    model = Seq2Seq(
        level="word",
        lowercase=True,
        attention="general",
        units=96,
        batch_size=16,
        learning_rate=5e-3,
        epochs=80,
        random_state=0,
    )
    model.fit(questions, answers)
    right = sum(
        answer in {a.lower() for q, a in zip(questions, answers, strict=True) if q == question}
        for question, answer in zip(questions, model.predict(questions), strict=True)
    )
    print(f"{right / len(questions):.2f} of the questions get one of the answers learned")

    if sys.argv[1:]:
        show(model, sys.argv[1:])
        return
    print("\nQuestions it has learned, with the probability of its best answers")
    show(model, KNOWN)
    print("\nQuestions it has not seen")
    show(model, NEW)


if __name__ == "__main__":
    main()
