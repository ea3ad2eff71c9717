"""Docstrings against signatures, and shared parameter texts against each other."""

from __future__ import annotations

import inspect
import re

import pytest

from skseq import (
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    LSTMRegressor,
    LSTMTagger,
    Padder,
    RNNClassifier,
    RNNRegressor,
    RNNTagger,
    Tokenizer,
    TransformerClassifier,
    TransformerTagger,
)

CLASSIFIERS = [LSTMClassifier, GRUClassifier, RNNClassifier]
BLOCKS = [TransformerClassifier, TransformerTagger]


def parameter_texts(cls):
    """Return the text of each entry of the Parameters section, by name."""
    doc = inspect.getdoc(cls)
    section = re.search(r"Parameters\n-+\n(.*?)\n\n\w+\n-+\n", doc, re.S).group(1)
    entries = re.split(r"\n(?=\w+ : )", section)
    return {entry.split(" : ")[0]: entry.split(" : ", 1)[1] for entry in entries}


@pytest.mark.parametrize("cls", [*CLASSIFIERS, *BLOCKS, Tokenizer, Padder, EmbeddingLookup])
def test_documented_parameters_are_those_of_the_signature(cls):
    signature = inspect.signature(cls).parameters
    texts = parameter_texts(cls)
    assert list(texts) == list(signature)
    for name, parameter in signature.items():
        if parameter.default is not parameter.empty:
            shown = str(parameter.default)
            stated = re.search(r"default=(\S+)", texts[name])
            assert stated is not None, name
            assert stated.group(1).strip('"') == shown, name


@pytest.mark.parametrize(
    ("plain", "cls"),
    [(LSTMClassifier, RNNClassifier), (LSTMTagger, RNNTagger), (LSTMRegressor, RNNRegressor)],
)
def test_shared_parameters_are_described_alike(plain, cls):
    first, other = parameter_texts(plain), parameter_texts(cls)
    assert {name: other[name] for name in first} == first


def test_transformers_that_tag_are_described_like_those_that_classify_and_other_taggers():
    ours = parameter_texts(TransformerTagger)
    classifier, tagger = parameter_texts(TransformerClassifier), parameter_texts(LSTMTagger)
    names = list(ours)
    n_of_network = names.index("char_features")
    like = {**tagger, **{name: classifier[name] for name in names[:n_of_network]}}
    assert {name: like[name] for name in names} == ours
