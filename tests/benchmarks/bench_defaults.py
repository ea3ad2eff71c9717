"""The plain call of every family beside the simple peers of its task.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_defaults.py [--seeds 3] [--into FILE]
        [--from FILE ...] [--aside | --chosen] [part of a name ...]

For each data set and seed one line: the score of ``LSTMClassifier(random_state=seed)`` or the
like, that of the best peer, and the seconds of the fit. At the end a table of means over seeds,
with the standard error of the difference. ``--into`` keeps what was measured, as JSON lines;
``--from`` makes the table of such files and measures nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

from _default_tasks import CHOSEN_WITH, SET_ASIDE, Task

from skseq.inspection import baseline_report


def measured(name: str, task: Task, seed: int) -> dict[str, Any]:
    """Return the scores of one data set, one seed."""
    X, y, train, test = task.load(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = baseline_report(
            X,
            y,
            task=task.kind,
            estimators={"ours": task.make(seed)},
            cv=[(train, test)],
            random_state=seed,
        )
    metric, is_greater_better = next(iter(report.metrics.items()))
    ours = next(row for row in report.rows if not row.is_peer)
    peer = next(row for row in report.rows if row.is_peer)  # best first
    others = [other for other in report.metrics if other != metric]
    return {
        "name": name,
        "seed": seed,
        "metric": metric,
        "sign": 1 if is_greater_better else -1,
        "ours": ours.mean(metric),
        "peer": peer.mean(metric),
        "peer_name": peer.name,
        "seconds": ours.fit_seconds,
        "others": {other: [ours.mean(other), peer.mean(other)] for other in others},
    }


def show(found: dict[str, Any]) -> None:
    others = ", ".join(f"{k} {a:.3f} ({b:.3f})" for k, (a, b) in found["others"].items())
    print(
        f"{found['name']:40} seed {found['seed']}  {found['metric']:14} {found['ours']:7.4f} "
        f"({found['peer_name']} {found['peer']:.4f})  {found['seconds']:5.0f} s  {others}",
        flush=True,
    )


def table(results: list[dict[str, Any]]) -> None:
    """Print the means over seeds, and how many data sets we are ahead and behind on."""
    rows = defaultdict(list)
    for found in results:
        rows[found["name"]].append(found)
    counts = {"ahead": 0, "level": 0, "behind": 0}
    for name, found in rows.items():
        differences = [one["sign"] * (one["ours"] - one["peer"]) for one in found]
        mean = statistics.mean(differences)
        error = math.nan
        if len(differences) > 1:
            error = statistics.stdev(differences) / math.sqrt(len(differences))
        place = "level"
        if abs(mean) > (0.0 if math.isnan(error) else error):
            place = "ahead" if mean > 0 else "behind"
        counts[place] += 1
        ours, peer, seconds = (
            statistics.mean(one[key] for one in found) for key in ("ours", "peer", "seconds")
        )
        peers = "/".join(sorted({one["peer_name"] for one in found}))
        print(
            f"{name:40} {found[0]['metric']:14} {ours:8.4f} {peer:8.4f} {mean:+8.4f} ± {error:.4f}"
            f"  {place:7} {seconds:5.0f} s  {len(found)} seeds  {peers}"
        )
    print(", ".join(f"{place} {n}" for place, n in counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--from", dest="files", type=Path, nargs="*")
    parser.add_argument("--aside", action="store_true")
    parser.add_argument("--chosen", action="store_true")
    options = parser.parse_args()
    if options.files:
        lines = [line for file in options.files for line in file.read_text().splitlines()]
        table([json.loads(line) for line in lines])
        return
    tasks = {**({} if options.aside else CHOSEN_WITH), **({} if options.chosen else SET_ASIDE)}
    results = []
    for seed in range(options.first, options.first + options.seeds):
        for name, task in tasks.items():
            if options.names and not any(part in name for part in options.names):
                continue
            results.append(measured(name, task, seed))
            show(results[-1])
            if options.into is not None:
                with options.into.open("a") as file:
                    file.write(json.dumps(results[-1]) + "\n")
    table(results)


if __name__ == "__main__":
    main()
