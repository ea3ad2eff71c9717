"""Which tests `make check` runs for which files."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"

FILES = {
    "skseq/__init__.py": "",
    "skseq/sequences.py": "",
    "skseq/targets/__init__.py": "",
    "skseq/targets/quantiles.py": "",
    "skseq/targets/texts.py": "",
    "skseq/classification/_lstm.py": "",
    "skseq/training/mixins/cell.py": "class CellMixin: pass",
    "skseq/training/engine.py": "class Engine: pass\n\ndef _own(): pass",
    "docs/glossary.rst": "",
    "docs/conf.py": "",
    "README.md": "",
    "tests/instances.py": "",
    "tests/test_imports.py": "",
    "tests/test_sequences.py": "",
    "tests/targets/test_quantiles.py": "from skseq.targets.quantiles import QuantileCodec",
    "tests/classification/test_lstm.py": "from skseq.targets import quantiles",
    "tests/training/test_training.py": "import skseq.targets.texts",
    "tests/training/test_many.py": "from skseq.training import engine; engine.Engine",
    "tests/training/test_dask.py": "_own",
    "tests/persistence/test_saved.py": "from skseq.targets.texts_of import texts",
    "tests/estimator_checks/test_contract.py": "from instances import INSTANCES",
}


@pytest.fixture(scope="module")
def tests_of():
    return runpy.run_path(str(TOOLS / "changed_tests.py"))["tests_of"]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        (
            "skseq/targets/quantiles.py",
            [
                "skseq/targets/quantiles.py",
                "tests/classification/test_lstm.py",
                "tests/targets/test_quantiles.py",
            ],
        ),
        (
            "skseq/targets/texts.py",
            ["skseq/targets/texts.py", "tests/targets", "tests/training/test_training.py"],
        ),
        (
            "skseq/targets/__init__.py",
            [
                "skseq/targets/__init__.py",
                "tests/classification/test_lstm.py",
                "tests/docs/test_architecture.py",
                "tests/targets",
            ],
        ),
        (
            "skseq/classification/_lstm.py",
            ["skseq/classification/_lstm.py", "tests/classification/test_lstm.py"],
        ),
        (
            "skseq/training/mixins/cell.py",
            ["skseq/training/mixins/cell.py", "tests/training/test_training.py"],
        ),
        (
            "skseq/training/engine.py",
            [
                "skseq/training/engine.py",
                "tests/training/test_many.py",
                "tests/training/test_training.py",
            ],
        ),
        ("skseq/sequences.py", ["skseq/sequences.py", "tests/test_sequences.py"]),
        (
            "skseq/__init__.py",
            ["skseq/__init__.py", "tests/test_imports.py", "tests/test_typing.py"],
        ),
        ("skseq/targets/deleted.py", ["tests/targets"]),
        ("tests/targets/test_quantiles.py", ["tests/targets/test_quantiles.py"]),
        ("tests/targets/test_deleted.py", []),
        ("tests/instances.py", ["tests/estimator_checks/test_contract.py"]),
        ("tests/benchmarks/bench_epoch.py", []),
        ("tests/data/saved/0.1/answers.json", ["tests/persistence"]),
        ("docs/glossary.rst", ["docs/glossary.rst"]),
        ("README.md", ["README.md"]),
        (
            "pyproject.toml",
            ["tests/docs/test_architecture.py", "tests/test_imports.py", "tests/test_typing.py"],
        ),
        ("LICENSE", []),
    ],
)
def test_a_file_finds_its_tests(tests_of, root, file, tests):
    assert tests_of([file], root) == tests


def test_a_test_inside_a_folder_that_runs_is_not_named_again(tests_of, root):
    files = ["skseq/targets/texts.py", "tests/targets/test_quantiles.py"]
    assert "tests/targets/test_quantiles.py" not in tests_of(files, root)


def test_every_folder_of_the_package_has_tests(tests_of):
    for folder in (TOOLS.parent / "skseq").glob("*/__init__.py"):
        file = f"skseq/{folder.parent.name}/new.py"
        assert tests_of([file]), f"{file}: make a folder of tests, or name some in ELSEWHERE"
