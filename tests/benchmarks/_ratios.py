"""Measures ways of doing the same work in turn and writes the medians as a table into the docs.

Each way lives in its own process. They take turns within every round, so that a machine whose speed drifts drifts for all of them;
a ratio is the median of the ratios within the rounds.
"""

from __future__ import annotations

import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.rst"
_PACKAGES = ("tensorflow", "keras", "scikit-learn", "torch", "skorch")


@dataclass
class Row:
    """One line of a table: our work and a peer's, in seconds (or another unit), and their ratio."""

    work: str
    peer: str
    ours: float
    theirs: float
    ratio: float
    target: str
    unit: str = "s"

    def cells(self) -> list[str]:
        return [
            self.work,
            self.peer,
            f"{self.ours:.3g} {self.unit}",
            f"{self.theirs:.3g} {self.unit}",
            f"{self.ratio:.2f}",
            self.target,
        ]


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

    def close(self) -> None:
        self._process.shutdown()


_subject: object = None


def _set_up(make: Callable[..., object], args: tuple[object, ...]) -> None:
    global _subject
    _subject = make(*args)


def _timed(method: str) -> float:
    start = time.perf_counter()
    getattr(_subject, method)()
    return time.perf_counter() - start


def in_turn(
    rivals: Mapping[str, Rival], method: str, rounds: int = 5, warm_up: int = 1
) -> dict[str, list[float]]:
    """Return the seconds each rival took in each of ``rounds`` rounds, after those to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(-warm_up, rounds):
        for name, rival in rivals.items():
            spent = rival.seconds(method)
            if turn >= 0:
                seconds[name].append(spent)
    return seconds


def compare(
    work: str, seconds: Mapping[str, list[float]], targets: Mapping[str, str], ours: str = "skseq"
) -> list[Row]:
    """Return a row for each peer of ``targets``, which gives the ratio aimed at."""
    rows = []
    for peer, target in targets.items():
        ratios = [a / b for a, b in zip(seconds[ours], seconds[peer], strict=True)]
        medians = [statistics.median(seconds[name]) for name in (ours, peer)]
        rows.append(Row(work, peer, *medians, statistics.median(ratios), target))
    return rows


def report(name: str, rows: list[Row]) -> None:
    """Print a table and put it into the docs between the comments that carry its name."""
    header = ["work", "peer", "skseq", "the peer", "ratio", "target"]
    table = _grid([header, *(row.cells() for row in rows)])
    print(f"\n{table}\n{machine()}", flush=True)
    text = _DOCS.read_text()
    pattern = re.compile(rf"(\.\. begin {name}\n).*?(\.\. end {name}\n)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{_DOCS.name} has no comments '.. begin {name}' and '.. end {name}'.")
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
