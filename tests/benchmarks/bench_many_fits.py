"""200 small fits in one process: the memory they leave behind, and the first beside the others.

    python tests/benchmarks/bench_many_fits.py

``LSTMClassifier(units=8, epochs=1)`` on 64 sequences of up to 20 ids; learning rate and seed differ
from fit to fit, in the second part of the table the number of units too, and in the third every fit
has an architecture of its own. TensorFlow is imported before the first. Each part is one new
process.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from _memory import resident_mb
from _ratios import SMOKE, Fresh, Number, in_turn, report

from skseq import LSTMClassifier

N_FITS, SETTLED = (12, 3) if SMOKE else (200, 20)
N_ARCHITECTURES, SETTLED_ARCHITECTURES = (12, 9) if SMOKE else (200, 10)
N_PROCESSES = 1


class ManyFits:
    """Fits that differ in ``units`` in turn."""

    def __init__(self, units: tuple[int, ...]):
        import tensorflow  # noqa: F401

        self.units = units
        rng = np.random.default_rng(0)
        self.X = [rng.integers(4, 500, rng.integers(5, 21)).tolist() for _ in range(64)]
        self.y = rng.integers(0, 2, 64)

    def run(self, n_fits: int = N_FITS, settled: int = SETTLED) -> dict[str, float]:
        seconds, mb = [], []
        for i in range(n_fits):
            model = LSTMClassifier(
                units=self.units[i % len(self.units)],
                n_tokens=500,
                epochs=1,
                learning_rate=1e-4 * (1 + i),
                random_state=i,
            )
            start = time.perf_counter()
            model.fit(self.X, self.y)
            seconds.append(time.perf_counter() - start)
            mb.append(resident_mb())
        return {
            "growth": mb[-1] - mb[settled - 1],
            "first": seconds[0],
            "later": statistics.median(seconds[settled:]),
        }


class ManyArchitectures(ManyFits):
    """Fits that all differ in architecture: as many units as the number of the fit, and 3 more."""

    def __init__(self):
        super().__init__(tuple(4 + i for i in range(N_ARCHITECTURES)))

    def run(self) -> dict[str, float]:
        return super().run(N_ARCHITECTURES, SETTLED_ARCHITECTURES)


def main() -> None:
    ways = {
        "8 units": Fresh(ManyFits, (8,)),
        "8, 12 or 16 units": Fresh(ManyFits, (8, 12, 16)),
        "4, 5, 6, … units": Fresh(ManyArchitectures),
    }
    found = in_turn(ways, "run", rounds=N_PROCESSES, warm_up=0, measure="value")
    rows = []
    for name, runs in found.items():
        growth, first, later = (
            statistics.median(run[key] for run in runs) for key in ("growth", "first", "later")
        )
        is_new = name.startswith("4")
        settled, target = (
            (SETTLED_ARCHITECTURES, "below 150 MB") if is_new else (SETTLED, "below 100 MB")
        )
        n_fits = N_ARCHITECTURES if is_new else N_FITS
        what = f"{name}, memory after fit {n_fits} above fit {settled}"
        rows += [
            Number(what, growth, target, "MB"),
            Number(f"{name}, first fit", first),
            Number(f"{name}, later fits", later),
        ]
    report("many-fits", rows)


if __name__ == "__main__":
    main()
