"""List the tests of what changed: what `make check` runs, and a quick answer to "which tests?".

Changed is what differs from where this branch left ``origin/main`` (from the last commit where
there is no such branch), committed or not. Tests stand in folders named like those of the
package, so that a file finds its own:

* ``skseq/targets/quantiles.py`` → its own doctests, ``tests/targets/test_quantiles.py`` (all of
  ``tests/targets`` where no file has that name; of ``tests/training``, which takes longer, what
  names something that the file defines), and the tests elsewhere that import it by name;
* ``docs/…`` and ``tools/…`` → the tests of the same name in ``tests/docs`` and ``tests/tools``;
* pages → their doctests; tests → themselves; what tests share → the tests that import it;
* what decides how the package is built and checked → ``tests/test_imports.py``,
  ``tests/test_typing.py`` and the test of the figures of ``docs/architecture.rst``.

Usage: ``python tools/changed_tests.py [--since COMMIT]``
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (".rst", "README.md")
REPOSITORY = ("CONTRIBUTING.md", "CITATION.cff", "Makefile")
PACKAGING = ["tests/test_imports.py", "tests/test_typing.py"]
FIGURES = "tests/docs/test_architecture.py"  # of the levels, with the first lines of folders
# Folders whose tests take more than a minute: the file that tests them all together.
CENTRAL = {"training": "tests/training/test_training.py"}
# Folders whose tests are those of the estimators that call them.
ELSEWHERE = {
    "readers": [
        "tests/inputs",
        "tests/language_model/test_language_inputs.py",
        "tests/tagging/test_tagger_inputs.py",
    ],
}


def git(*arguments: str) -> list[str]:
    """Return the lines that git answers."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    return done.stdout.splitlines()


def branching_point() -> str:
    """Return the last commit that ``origin/main`` has too, ``HEAD`` where there is none."""
    known = subprocess.run(
        ["git", "merge-base", "HEAD", "origin/main"], cwd=ROOT, capture_output=True, text=True
    )
    return known.stdout.strip() if known.returncode == 0 else "HEAD"


def changed_files(since: str | None = None) -> list[str]:
    """Return the files that differ from a commit, deleted ones too, and those git does not know."""
    tracked = git("diff", "--name-only", since or branching_point())
    return sorted({*tracked, *git("ls-files", "--others", "--exclude-standard")})


def tests_of(files: Iterable[str], root: Path = ROOT) -> list[str]:
    """Return what to hand to pytest for these files, paths relative to ``root``."""
    found = {test for file in files for test in _tests_of_one(Path(file), root)}
    # A file named beside its folder would be collected twice.
    inside = {test for test in found if any(str(folder) in found for folder in Path(test).parents)}
    return sorted(found - inside)


def _tests_of_one(file: Path, root: Path) -> list[str]:
    top = file.parts[0]
    itself = [str(file)] if (root / file).exists() else []
    if top == "skseq" and file.suffix == ".py":
        return [*itself, *_tests_of_module(file, root)]
    if top == "tests":
        return itself if _is_test(file) else _tests_of_shared(file, root)
    if file.name.endswith(PAGES):
        return [*itself, *_named_like(file, f"tests/{top}", root)]
    if top == "tools":
        return [*_named_like(file, f"tests/{top}", root), "tests/tools/test_contributing.py"]
    if top == "docs":
        return _named_like(file, f"tests/{top}", root)
    if file.name in REPOSITORY:
        return ["tests/tools/test_contributing.py"]
    return [*PACKAGING, FIGURES] if file.name in ("pyproject.toml", "py.typed") else []


def _tests_of_module(file: Path, root: Path) -> list[str]:
    module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    if module == "skseq":
        return PACKAGING
    if len(file.parts) == 2:  # skseq/sequences.py
        own = _named_like(file, "tests", root) or PACKAGING[:1]
    else:
        own = _named_like(file, f"tests/{file.parts[1]}", root) or _folder(file, root)
    figures = [FIGURES] * (file.name == "__init__.py")
    return [*own, *figures, *_importing(module, root)]


def _folder(file: Path, root: Path) -> list[str]:
    name = file.parts[1]
    if name in CENTRAL and (root / CENTRAL[name]).exists():
        return [CENTRAL[name], *_naming_what_it_defines(file, f"tests/{name}", root)]
    tests = ELSEWHERE.get(name, [f"tests/{name}"])
    return [test for test in tests if (root / test).exists()]


def _naming_what_it_defines(file: Path, folder: str, root: Path) -> list[str]:
    """Return the tests in a folder that name a public function or class of a file."""
    if not (root / file).exists():
        return []
    body = ast.parse((root / file).read_text("utf-8")).body
    defined = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    defined = {name for name in defined if not name.startswith("_")}
    tests = sorted((root / folder).glob("test_*.py"))
    words = {test: set(re.findall(r"\w+", test.read_text("utf-8"))) for test in tests}
    return [str(test.relative_to(root)) for test in tests if defined & words[test]]


def _is_test(file: Path) -> bool:
    return file.name.startswith("test_") and file.suffix == ".py"


def _tests_of_shared(file: Path, root: Path) -> list[str]:
    """Return the tests of what stands among tests and is none, such as tests/instances.py."""
    if "saved" in file.parts:
        return ["tests/persistence"]
    is_benchmark = "benchmarks" in file.parts
    return [] if is_benchmark or file.suffix != ".py" else _importing(file.stem, root)


def _named_like(file: Path, folder: str, root: Path) -> list[str]:
    name = f"test_{file.stem.strip('_')}.py"
    return [str(path.relative_to(root)) for path in (root / folder).rglob(name)]


def _importing(module: str, root: Path) -> list[str]:
    """Return the tests that import a module by its full name."""
    package, _, name = module.rpartition(".")
    forms = [rf"from {re.escape(module)} import", rf"import {re.escape(module)}(?![\w.])"]
    if package:
        forms.append(rf"from {re.escape(package)} import [^#\n]*\b{re.escape(name)}\b")
    pattern = re.compile("|".join(forms))
    tests = sorted((root / "tests").rglob("test_*.py"))
    return [str(t.relative_to(root)) for t in tests if pattern.search(t.read_text("utf-8"))]


def main() -> None:
    """Print the tests of what changed, one a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--since", metavar="COMMIT", help="compare with this commit")
    for test in tests_of(changed_files(parser.parse_args().since)):
        print(test)


if __name__ == "__main__":
    main()
