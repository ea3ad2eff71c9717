"""What type checkers find of an installed skseq: a wheel is built, unpacked and asked about."""

from __future__ import annotations

import importlib
import inspect
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import skseq

ROOT = Path(skseq.__file__).resolve().parents[1]
BUILD = "import sys; from setuptools import build_meta as b; getattr(b, sys.argv[1])(sys.argv[2])"


def run(*command, cwd):
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Return a function that builds a distribution of the working tree."""
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(
        ROOT / "skseq", source / "skseq", ignore=shutil.ignore_patterns("__pycache__", "data")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)

    def build(kind):
        run(sys.executable, "-c", BUILD, f"build_{kind}", source / kind, cwd=source)
        (built,) = (source / kind).iterdir()
        return built

    return build


@pytest.fixture(scope="module")
def reveal(build, tmp_path_factory):
    """Return a function that tells the types mypy finds for expressions, by line."""
    folder = tmp_path_factory.mktemp("user")
    builder = venv.EnvBuilder()
    builder.create(folder / "venv")
    python = builder.ensure_directories(folder / "venv").env_exe
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", asked, cwd=folder).strip())
    zipfile.ZipFile(build("wheel")).extractall(site)
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))

    def reveal(*expressions):
        lines = ["import skseq", *(f"reveal_type({expression})" for expression in expressions)]
        (folder / "user.py").write_text("\n".join(lines))
        command = [
            sys.executable,
            "-m",
            "mypy",
            "--no-implicit-reexport",
            "--ignore-missing-imports",
            "--disallow-untyped-calls",  # as with --strict
        ]
        answer = run(*command, "--python-executable", python, "user.py", cwd=folder)
        return re.findall(r'Revealed type is "(.*)"', answer)

    return reveal


def test_both_distributions_are_marked_as_typed(build):
    with tarfile.open(build("sdist")) as archive:
        assert any(name.endswith("/skseq/py.typed") for name in archive.getnames())


def test_every_public_name_of_an_installed_skseq_has_a_type(reveal):
    found = dict(zip(skseq.__all__, reveal(*(f"skseq.{n}" for n in skseq.__all__)), strict=True))
    for name in set(skseq.__all__) - set(skseq._MODULES):
        value = getattr(skseq, name)
        assert found[name].startswith("def ("), name
        if inspect.isclass(value):
            assert found[name].endswith(f"-> {value.__module__}.{value.__name__}"), name
    assert {found[name] for name in skseq._MODULES} == {"types.ModuleType"}


def test_types_behind_public_names_are_found(reveal):
    expected = {
        "skseq.LSTMClassifier(units=3)": "skseq.classification._lstm.LSTMClassifier",
        "skseq.LSTMClassifier().fit([[4]], [0])": "skseq.classification._lstm.LSTMClassifier",
        "skseq.GRUTagger().partial_fit([[4]], [['a']])": "skseq.tagging._gru.GRUTagger",
        "skseq.LSTMTagger().predict([[4]])": "list[list[Any]]",
        "skseq.Tokenizer().fit(['a'])": "skseq.preprocessing._tokenizer.Tokenizer",
        "skseq.Sequences.from_lists([[4]])": "skseq.sequences.Sequences",
        "skseq.CharLanguageModel().perplexity(['a'])": "float",
        "skseq.speech.CTCRecognizer(units=3)": "skseq.speech._ctc_recognizer.CTCRecognizer",
        "skseq.metrics.edit_distance(['a'], ['b'])": "float",
    }
    found = [kind.replace("builtins.", "") for kind in reveal(*expected)]
    assert found == list(expected.values())


@pytest.mark.parametrize("module", ["skseq", "skseq.layers"])
def test_public_classes_are_made_by_typed_calls(reveal, module):
    public = importlib.import_module(module)
    names = [name for name in public.__all__ if inspect.isclass(getattr(public, name))]
    found = reveal(*(f"{module}.{name}(**eval('{{}}'))" for name in names))  # any arguments
    assert [kind.rpartition(".")[2] for kind in found] == names


def test_a_name_that_is_not_there_is_an_error(reveal):
    with pytest.raises(AssertionError, match="has no attribute"):
        reveal("skseq.Nothing")
