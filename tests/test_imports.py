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


def test_tab_completion_shows_public_names_once_and_nothing_else():
    check_runs(
        "import rlcompleter, skseq\n"
        "skseq.LSTMClassifier, skseq.load, skseq.decoding\n"  # leave modules behind
        "shown = [n for n in dir(skseq) if n != '__version__']\n"
        "assert shown == sorted(set(skseq.__all__)), shown\n"
        "completer, found = rlcompleter.Completer({'skseq': skseq}), []\n"
        "while (name := completer.complete('skseq.', len(found))) is not None:\n"
        "    found.append(name.removeprefix('skseq.').rstrip('('))\n"
        "assert sorted(found) == shown, found\n"
        "assert 'annotations' not in dir(skseq.speech) and 'Any' not in dir(skseq.speech)"
    )


def test_transformer_pipeline_never_imports_tensorflow():
    check_runs(
        "import sys, skseq\n"
        "from sklearn.pipeline import make_pipeline\n"
        "pipe = make_pipeline(skseq.Tokenizer(), skseq.Padder())\n"
        "pipe.fit_transform(['a b', 'c'])\n"
        "skseq.LSTMClassifier().set_params(units=3)\n"
        "assert not {'tensorflow', 'keras', 'scikeras', 'gensim'} & set(sys.modules)"
    )


@pytest.fixture(scope="module")
def fit_alone():
    """Return what a process says that fits and looks at what it was left with."""
    return check_runs(
        "import random, numpy as np, skseq\n"
        "model = skseq.LSTMClassifier(units=2, epochs=1)\n"  # imports scikit-learn, which draws
        "before = random.getstate(), np.random.get_state()[1].tolist()\n"
        "model.fit([[4], [5]], [0, 1]).predict([[4]])\n"
        "drawn = before != (random.getstate(), np.random.get_state()[1].tolist())\n"
        "import keras\n"
        "owners = (keras.Model, keras.losses.Loss, keras.metrics.Metric)\n"
        "patched = any('scikeras' in str(vars(o).get('__reduce__')) for o in owners)\n"
        "copied = '__deepcopy__' in vars(keras.Model)\n"
        "assert not (drawn or patched or copied), (drawn, patched, copied)"
    )


def test_fit_leaves_keras_and_the_callers_random_numbers_alone(fit_alone):
    assert fit_alone.returncode == 0


def test_fit_prints_nothing(fit_alone):
    assert fit_alone.stdout == ""
    assert fit_alone.stderr == ""
