"""Docstrings against signatures, and shared parameter texts against each other."""

from __future__ import annotations

import inspect
import re

import pytest

from skseq import (
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    Padder,
    RNNClassifier,
    Tokenizer,
)

CLASSIFIERS = [LSTMClassifier, GRUClassifier, RNNClassifier]


def parameter_texts(cls):
    """Return the text of each entry of the Parameters section, by name."""
    doc = inspect.getdoc(cls)
    section = re.search(r"Parameters\n-+\n(.*?)\n\n\w+\n-+\n", doc, re.S).group(1)
    entries = re.split(r"\n(?=\w+ : )", section)
    return {entry.split(" : ")[0]: entry.split(" : ", 1)[1] for entry in entries}


@pytest.mark.parametrize("cls", [*CLASSIFIERS, Tokenizer, Padder, EmbeddingLookup])
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


@pytest.mark.parametrize("cls", CLASSIFIERS[1:])
def test_shared_parameters_are_described_alike(cls):
    first, other = parameter_texts(LSTMClassifier), parameter_texts(cls)
    assert {name: other[name] for name in first} == first
