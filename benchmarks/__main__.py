"""`python -m benchmarks [NAME ...]`: run benchmarks and say what came out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from types import ModuleType

from benchmarks import (
    answering,
    callbacks,
    comments,
    county,
    drawing,
    exports,
    feed,
    figures,
    first_page,
    imports,
    million,
    overview,
    packs,
    report,
    sending,
    volume,
    weight,
)
from benchmarks.measuring import Result
from benchmarks.workbench import FULL, TINY, Workbench
from tests.databases import KINDS

BENCHMARKS: Sequence[ModuleType] = (
    *(answering, callbacks, first_page, imports, drawing, sending, overview, figures, feed, exports, packs, weight),
    *(volume, county, comments, million),
)
LONG = (volume, county, comments, million)  # many minutes to an hour and more: only when they are named


def main(arguments: Sequence[str] | None = None) -> None:
    by_name = {module.NAME: module for module in BENCHMARKS}
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=_summary(), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which: {', '.join(by_name)}; without a name all but the long ones"
    )
    parser.add_argument("--database", choices=KINDS, help="on this one alone; the large council is else on SQLite")
    parser.add_argument("--tiny", action="store_true", help="as little as possible: to see that all of it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every pair as JSON")
    parser.add_argument("--docs", action="store_true", help="write these figures into docs/performance.md")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in by_name]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(by_name)}")
    modules = [by_name[name] for name in chosen.names] or [module for module in BENCHMARKS if module not in LONG]
    with Workbench(TINY if chosen.tiny else FULL, (chosen.database,) if chosen.database else KINDS) as bench:
        results = run(modules, bench)
        about = report.facts(bench.postgresql.version if "postgresql" in bench.kinds else None)
    print(f"\n{report.as_text(results)}")
    if chosen.json:
        chosen.json.write_text(json.dumps(report.as_document(results, about), indent=1), "utf-8")
    if chosen.docs:
        report.write_figures(results, about)


def run(modules: Sequence[ModuleType], bench: Workbench) -> list[Result]:
    """The results of these benchmarks, one after the other: what one does must not disturb another."""
    results: list[Result] = []
    for module in modules:
        started = perf_counter()
        print(f"{module.NAME} ...", flush=True)
        for result in module.run(bench):
            results.append(result)
            print(f"  {report.as_line(result)}", flush=True)
        print(f"  {perf_counter() - started:.0f} s", flush=True)
    return results


def _summary() -> str:
    lines = [f"  {module.NAME:12} {(module.__doc__ or '').splitlines()[0]}" for module in BENCHMARKS]
    return "\n".join(["Measures the product beside named references.", "", *lines])


if __name__ == "__main__":
    main()
