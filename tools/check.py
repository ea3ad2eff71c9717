"""Run the quick checks of `make check`, which the pre-commit hook runs too: this is their list.

Two run at once; what a check says is printed when it fails. `make format` mends what the first two
find, where it can.

Usage: ``python tools/check.py [--since COMMIT] [CHECK …]``
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from changed_tests import ROOT, changed_files, tests_of

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "spelling": ["codespell"],
    "tests": ["pytest", "-q"],  # and the paths of the tests of what changed
}

NO_QUICK_TESTS = 5  # what pytest returns where all tests are slow ones


def commands(names: list[str], since: str | None) -> dict[str, list[str]]:
    """Return the commands of checks, without that of the tests where nothing has any."""
    found = {name: list(CHECKS[name]) for name in names}
    if "tests" in found:
        paths = tests_of(changed_files(since))
        if any(not path.endswith((".py", ".rst", ".md")) for path in paths) or len(paths) > 3:
            found["tests"] += ["-n", "2", "--dist", "loadfile"]
        found["tests"] += paths
        if not paths:
            del found["tests"]
    return found


def run(arguments: list[str]) -> tuple[float, str | None]:
    """Return the seconds that a command took, and what it said if it failed."""
    started = time.perf_counter()
    program = Path(sys.executable).with_name(arguments[0])
    # Git sets some for its hooks; a test with a repository of its own would write to this one.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        [program, *arguments[1:]], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    failed = done.returncode and (arguments[0], done.returncode) != ("pytest", NO_QUICK_TESTS)
    said = done.stdout + done.stderr if failed else None
    return time.perf_counter() - started, said


def main() -> int:
    """Run the checks named, all by default, and return how many failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=", ".join(CHECKS))
    parser.add_argument("--since", metavar="COMMIT", help="what changed is compared with this")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.checks if name not in CHECKS]
    if unknown:
        parser.error(f"there is no check named {', '.join(unknown)}, only {', '.join(CHECKS)}")
    chosen = commands(arguments.checks or list(CHECKS), arguments.since)
    n_failed = 0
    with ThreadPoolExecutor(2) as pool:
        names = list(reversed(chosen))  # the longest first
        for name, (seconds, said) in zip(
            names, pool.map(run, [chosen[name] for name in names]), strict=True
        ):
            print(f"{'ok' if said is None else 'FAILED':8}{name:10}{seconds:6.1f} s", flush=True)
            if said is not None:
                print(said)
                n_failed += 1
    return n_failed


if __name__ == "__main__":
    sys.exit(main())
