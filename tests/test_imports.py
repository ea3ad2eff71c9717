"""What importing costs and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

import skseq


def check_runs(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def test_every_public_name_resolves_and_is_listed():
    for name in skseq.__all__:
        assert getattr(skseq, name) is not None
        assert name in dir(skseq)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        skseq.Nothing  # noqa: B018


def test_transformer_pipeline_never_imports_tensorflow():
    check_runs(
        "import sys, skseq\n"
        "from sklearn.pipeline import make_pipeline\n"
        "pipe = make_pipeline(skseq.Tokenizer(), skseq.Padder())\n"
        "pipe.fit_transform(['a b', 'c'])\n"
        "skseq.LSTMClassifier().set_params(units=3)\n"
        "assert not {'tensorflow', 'keras', 'scikeras', 'gensim'} & set(sys.modules)"
    )


def test_fit_prints_nothing_and_leaves_keras_unpatched():
    done = check_runs(
        "import skseq\n"
        "skseq.LSTMClassifier(units=2, epochs=1).fit([[4], [5]], [0, 1]).predict([[4]])\n"
        "import keras\n"
        "owners = (keras.Model, keras.losses.Loss, keras.metrics.Metric)\n"
        "assert not any('scikeras' in str(vars(o).get('__reduce__')) for o in owners)\n"
        "assert '__deepcopy__' not in vars(keras.Model)"
    )
    assert done.stdout == ""
    assert done.stderr == ""


def test_fit_leaves_the_callers_random_numbers_alone():
    check_runs(
        "import random, numpy as np, skseq\n"
        "model = skseq.LSTMClassifier(units=2, epochs=1)\n"  # imports scikit-learn, which draws
        "before = random.getstate(), np.random.get_state()[1].tolist()\n"
        "model.fit([[4], [5]], [0, 1]).predict([[4]])\n"
        "assert before == (random.getstate(), np.random.get_state()[1].tolist())"
    )
