#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: compare.py ROUNDS BENCH_A BENCH_B [ARGUMENTS]

Runs two builds of demask-bench alternately, each ROUNDS times with the same ARGUMENTS, and prints
the median of each figure and the ratio B / A. Alternating cancels drifts of the machine's speed.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def measure(program, arguments):
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        subprocess.run([program, *arguments, "--json", str(figures)], check=True,
                       stdout=subprocess.DEVNULL)
        return json.loads(figures.read_text(encoding="utf-8"))


def main():
    if len(sys.argv) < 4 or not sys.argv[1].isdigit() or int(sys.argv[1]) < 1:
        sys.exit(__doc__)
    programs, arguments = sys.argv[2:4], sys.argv[4:]
    runs = [[], []]
    for _ in range(int(sys.argv[1])):
        for program, figures in zip(programs, runs):
            figures.append(measure(program, arguments))
    print(f"{'figure':<28} {'A':>10} {'B':>10} {'B / A':>7}")
    for key in runs[0][0]:
        a, b = (statistics.median(figures[key] for figures in run) for run in runs)
        print(f"{key:<28} {a:>10.3f} {b:>10.3f} {b / a:>7.2f}" if a else f"{key:<28} {a} {b}")


if __name__ == "__main__":
    main()
