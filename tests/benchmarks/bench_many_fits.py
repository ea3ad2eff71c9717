"""200 small fits in one process: the memory they leave behind, and the first beside the others.

    python tests/benchmarks/bench_many_fits.py

``LSTMClassifier(units=8, epochs=1)`` on 64 sequences of up to 20 ids; learning rate and seed differ
from fit to fit, in the second half of the table the number of units too. TensorFlow is imported
before the first. Each half is one new process.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from _memory import resident_mb
from _ratios import SMOKE, Fresh, Number, in_turn, report

from skseq import LSTMClassifier

N_FITS, SETTLED = (12, 3) if SMOKE else (200, 20)
N_PROCESSES = 1


class ManyFits:
    """Fits that differ in ``units`` in turn."""

    def __init__(self, units: tuple[int, ...]):
        import tensorflow  # noqa: F401

        self.units = units
        rng = np.random.default_rng(0)
        self.X = [rng.integers(4, 500, rng.integers(5, 21)).tolist() for _ in range(64)]
        self.y = rng.integers(0, 2, 64)

    def run(self) -> dict[str, float]:
        seconds, mb = [], []
        for i in range(N_FITS):
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
            "growth": mb[-1] - mb[SETTLED - 1],
            "first": seconds[0],
            "later": statistics.median(seconds[SETTLED:]),
        }


def main() -> None:
    ways = {"8 units": Fresh(ManyFits, (8,)), "8, 12 or 16 units": Fresh(ManyFits, (8, 12, 16))}
    found = in_turn(ways, "run", rounds=N_PROCESSES, warm_up=0, measure="value")
    rows = []
    for name, runs in found.items():
        growth, first, later = (
            statistics.median(run[key] for run in runs) for key in ("growth", "first", "later")
        )
        what = f"{name}, memory after fit {N_FITS} above fit {SETTLED}"
        rows += [
            Number(what, growth, "below 100 MB", "MB"),
            Number(f"{name}, first fit", first),
            Number(f"{name}, later fits", later),
        ]
    report("many-fits", rows)


if __name__ == "__main__":
    main()
