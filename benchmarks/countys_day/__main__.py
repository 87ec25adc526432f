"""`python -m benchmarks.countys_day --scale 0.01 --out FOLDER`: run the day, and write what came of it."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.countys_day.plan import Plan
from benchmarks.countys_day.report import write
from benchmarks.countys_day.running import run


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.countys_day", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01, help="of 800,000 contacts and 60,000 answers")
    parser.add_argument("--peak", type=float, default=50.0, help="answers a second at the height of the day")
    parser.add_argument("--web-nodes", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--gain-seconds", type=float, default=10.0, help="for which one and two of each are compared")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the report goes")
    chosen = parser.parse_args(arguments)
    if not 0 < chosen.scale <= 1 or chosen.peak <= 0 or min(chosen.web_nodes, chosen.workers) < 1:
        parser.error("the scale lies above 0 and is 1 at most; there is at least one answer a second, node and worker")
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="survey-day-") as folder:
        day = run(
            Plan(chosen.scale, chosen.peak),
            Path(folder),
            web_nodes=chosen.web_nodes,
            workers=chosen.workers,
            gain_seconds=chosen.gain_seconds,
        )
    print(write(day, chosen.out))
    if day.problems:
        parser.exit(1, "\n".join([*day.problems, ""]))


if __name__ == "__main__":
    main()
