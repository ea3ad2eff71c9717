"""Measures ways of doing the same work in turn and writes the medians as a table into the docs.

Each way lives in its own process. They take turns within every round, so that a machine whose
speed drifts drifts for all of them; a ratio is the median of the ratios within the rounds.
With ``SKSEQ_BENCH_SMOKE=1`` the benchmarks run once on a few data and leave the docs alone.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar

SMOKE = bool(os.environ.get("SKSEQ_BENCH_SMOKE"))
_DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.rst"
_PACKAGES = (
    "tensorflow",
    "keras",
    "scikit-learn",
    "scikeras",
    "torch",
    "skorch",
    "distributed",
)


@dataclass
class Row:
    """One line of a table: our work and a peer's, in seconds (or another unit), and their ratio."""

    HEADER: ClassVar = ("work", "peer", "skseq", "the peer", "ratio", "target")

    work: str
    peer: str
    ours: float
    theirs: float
    ratio: float
    target: str
    unit: str = "s"

    def cells(self) -> list[str]:
        ours, theirs = _with_unit(self.ours, self.unit), _with_unit(self.theirs, self.unit)
        return [self.work, self.peer, ours, theirs, f"{self.ratio:.2f}", self.target]


@dataclass
class Number:
    """One line of a table of numbers that stand for themselves."""

    HEADER: ClassVar = ("what", "measured", "target")

    what: str
    value: float
    target: str = "—"
    unit: str = "s"

    def cells(self) -> list[str]:
        return [self.what, _with_unit(self.value, self.unit), self.target]


def _with_unit(value: float, unit: str) -> str:
    digits = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}"


class Rival:
    """One way of doing the work, alive in a process of its own so that thread pools never meet.

    ``make(*args)`` is called there once and returns an object whose methods are the work.
    """

    def __init__(self, make: Callable[..., object], *args: object):
        self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._process.submit(_set_up, make, args).result()

    def seconds(self, method: str) -> float:
        """Run one method there and return how long it took."""
        return self._process.submit(_timed, method).result()

    def value(self, method: str) -> Any:
        """Run one method there and return what it returns."""
        return self._process.submit(_called, method).result()

    def close(self) -> None:
        self._process.submit(_tear_down).result()
        self._process.shutdown()


class Fresh:
    """Like a rival, but in a new process every time; for memory, which never starts anew."""

    def __init__(self, make: Callable[..., object], *args: object):
        self._parts = (make, *args)

    def value(self, method: str) -> Any:
        """Run one method in a new process and return what it returns."""
        rival = Rival(*self._parts)
        try:
            return rival.value(method)
        finally:
            rival.close()


_subject: object = None


def _set_up(make: Callable[..., object], args: tuple[object, ...]) -> None:
    global _subject
    _subject = make(*args)


def _tear_down() -> None:
    """End what would keep this process from ending: the subject's own, and joblib's workers."""
    from joblib.externals.loky import get_reusable_executor

    if hasattr(_subject, "close"):
        _subject.close()
    get_reusable_executor().shutdown(kill_workers=True)


def _called(method: str) -> Any:
    return getattr(_subject, method)()


def _timed(method: str) -> float:
    start = time.perf_counter()
    _called(method)
    return time.perf_counter() - start


def in_turn(
    rivals: Mapping[str, Any],
    method: str,
    rounds: int = 5,
    warm_up: int = 1,
    measure: str = "seconds",
) -> dict[str, list[Any]]:
    """Return what each rival took in each of ``rounds`` rounds, after those to warm up.

    ``measure`` is "seconds", or "value" for what the method returns.
    """
    if SMOKE:
        rounds, warm_up = 1, 0
    measured: dict[str, list[Any]] = {name: [] for name in rivals}
    for turn in range(-warm_up, rounds):
        for name, rival in rivals.items():
            found = getattr(rival, measure)(method)
            if turn >= 0:
                measured[name].append(found)
    return measured


def compare(
    work: str,
    measured: Mapping[str, list[float]],
    targets: Mapping[str, str],
    ours: str = "skseq",
    unit: str = "s",
) -> list[Row]:
    """Return a row for each peer of ``targets``, which gives the ratio aimed at."""
    rows = []
    for peer, target in targets.items():
        ratios = [a / b for a, b in zip(measured[ours], measured[peer], strict=True)]
        medians = [statistics.median(measured[name]) for name in (ours, peer)]
        rows.append(Row(work, peer, *medians, statistics.median(ratios), target, unit))
    return rows


def report(name: str, rows: Sequence[Row | Number]) -> None:
    """Print a table and put it into the docs between the comments that carry its name."""
    table = _grid([list(rows[0].HEADER), *(row.cells() for row in rows)])
    print(f"\n{table}\n{machine()}", flush=True)
    text = _DOCS.read_text()
    pattern = re.compile(rf"(\.\. begin {name}\n).*?(\.\. end {name}\n)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{_DOCS.name} has no comments '.. begin {name}' and '.. end {name}'.")
    if not SMOKE:
        _DOCS.write_text(pattern.sub(rf"\1\n{table}\n\n{machine()}\n\n\2", text))


def machine() -> str:
    """Describe what the numbers were measured on."""
    from joblib import cpu_count

    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return (
        f"Measured on {cpu_count()} cores, {_processor()}, Python {platform.python_version()}, "
        f"{', '.join(found)}."
    )


def _processor() -> str:
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def _grid(rows: list[list[str]]) -> str:
    """Lay rows out as a simple reStructuredText table, the first one as its head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rule = "  ".join("=" * width for width in widths)
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(r, widths, strict=True)) for r in rows]
    return "\n".join([rule, lines[0].rstrip(), rule, *(x.rstrip() for x in lines[1:]), rule])
