"""CONTRIBUTING.md against the repository."""

from __future__ import annotations

import re
from pathlib import Path

import skseq

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_tool_has_a_line():
    listed = re.findall(r"^- `tools/(\w+\.py)`: ", TEXT, re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "tools").glob("*.py"))


def test_targets_of_make_and_files_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"\bmake ([a-z-]+)", TEXT))
    assert targets == {name for name in targets if f"\n{name}: " in makefile}
    files = re.findall(r"(?:tests|docs|tools|skseq)/[\w/]+(?:\.\w+)?", TEXT)
    kept = [name for name in files if "_build" not in name]  # which `make docs` makes
    assert [name for name in kept if not (ROOT / name).exists()] == []


def test_it_fits_on_one_screen():
    assert len(TEXT.splitlines()) <= 60


def test_the_citation_names_this_version():
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {skseq.__version__}\n" in citation
