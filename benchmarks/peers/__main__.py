"""`python -m benchmarks.peers --peer FILE`: this product and others, one run, one table."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.peers.description import PeerError, Side, read_side
from benchmarks.peers.driving import Driver
from benchmarks.peers.ours import started
from benchmarks.peers.session import Hosts
from benchmarks.peers.table import Column, as_document, as_markdown, known_column
from benchmarks.report import facts
from benchmarks.workbench import FULL, Workbench
from tests.databases import KINDS

HERE = Path(__file__).parent
MOST_TOKENS_A_SECOND = 400  # so many are made ready
CROWDS = {"answers_1": 1, "answers_8": 8}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.host and not chosen.i_may_load_these_hosts:
        parser.error("--host sends load to another machine: say --i-may-load-these-hosts, if it is yours to load")
    try:
        peers = [read_side(path) for path in chosen.peer]
        others = [known_column(path) for path in chosen.known]
        with _ours(chosen) as side:
            columns = compare([side, *peers], Hosts(chosen.host), seconds=chosen.seconds, rounds=chosen.rounds)
    except PeerError as problem:
        parser.exit(1, f"{problem}\n")
    ours, *measured = columns
    table = as_markdown(ours, [*measured, *others])
    print(f"\n{table}")
    if chosen.markdown:
        chosen.markdown.write_text(table, "utf-8")
    if chosen.json:
        document = as_document(ours, [*measured, *others], facts(None))
        chosen.json.write_text(json.dumps(document, indent=1), "utf-8")


def compare(sides: Sequence[Side], hosts: Hosts, *, seconds: float, rounds: int) -> list[Column]:
    """All sides measured in turn, so that what else the machine does disturbs them alike.

    What a side cannot do, or fails at, is a blank with its reason, and the rest goes on. Letters are sent once: a
    system has no second invitation for the same people.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="survey-peers-")))
        drivers = [stack.enter_context(Driver(side, hosts, _folder(folder, n))) for n, side in enumerate(sides)]
        columns = [Column(driver.side.name, driver.answers) for driver in drivers]
        pairs = list(zip(drivers, columns, strict=True))
        for driver, column in pairs:
            _measure(column, ("page_bytes", "page_requests"), partial(_weight, driver))
        for key, visitors in CROWDS.items():
            _in_turn(pairs, key, rounds, partial(_answered, visitors=visitors, for_seconds=seconds))
        _in_turn(pairs, "statistics", rounds, Driver.statistics)
        _in_turn(pairs, "export", rounds, _exported)
        _in_turn(pairs, "invitations", 1, _invited)
        for driver, column in pairs:
            column.notes += driver.notes
    return columns


def _in_turn(pairs: Sequence[tuple[Driver, Column]], key: str, rounds: int, measure: Callable[[Driver], float]) -> None:
    for _ in range(rounds):
        for driver, column in pairs:
            _measure(column, (key,), lambda driver=driver: (measure(driver),))  # type: ignore[misc]


def _measure(column: Column, keys: Sequence[str], act: Callable[[], Sequence[float]]) -> None:
    """Figures for these rows, or the reason why there are none. What failed once is not tried again."""
    if any(key in column.reasons for key in keys):
        return
    try:
        figures = act()
    except PeerError as problem:
        column.reasons |= dict.fromkeys(keys, str(problem))
        print(f"  {column.name}, {keys[0]}: {problem}", flush=True)
        return
    for key, figure in zip(keys, figures, strict=False):
        column.add(key, figure)
        print(f"  {column.name}, {key}: {figure:,.3f}", flush=True)


def _weight(driver: Driver) -> tuple[float, float]:
    weight = driver.weight()
    return weight.sent_bytes / 1_000, weight.requests


def _answered(driver: Driver, visitors: int, for_seconds: float) -> float:
    return driver.answer(visitors, for_seconds).rate


def _exported(driver: Driver) -> float:
    if not driver.answers:
        raise PeerError("its values do not say how many answers it holds")
    return driver.answers / driver.export()


def _invited(driver: Driver) -> float:
    took, letters = driver.invitations()
    return letters / took


def _folder(parent: Path, number: int) -> Path:
    folder = parent / str(number)
    folder.mkdir()
    return folder


@contextmanager
def _ours(chosen: argparse.Namespace) -> Iterator[Side]:
    if chosen.ours != "start":
        yield read_side(Path(chosen.ours))
        return
    tokens = int(chosen.seconds * chosen.rounds * MOST_TOKENS_A_SECOND * len(CROWDS)) + 100
    with (
        Workbench(FULL, (chosen.database,)) as bench,
        started(
            read_side(HERE / "ours.toml"),
            bench,
            chosen.database,
            answers=chosen.answers,
            tokens=tokens,
            letters=chosen.letters,
        ) as side,
    ):
        yield side


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    add = parser.add_argument
    add("--ours", default="start", metavar="FILE", help="how to reach a running one; without it one is started here")
    add("--peer", action="append", default=[], type=Path, metavar="FILE", help="another system; repeat it for more")
    add("--known", action="append", default=[], type=Path, metavar="FILE", help="figures that were taken elsewhere")
    add("--database", choices=KINDS, default="postgresql", help="of the one that is started here")
    add("--answers", type=int, default=100_000, help="that the one started here holds")
    add("--letters", type=int, default=500, help="that wait there to be sent")
    add("--seconds", type=float, default=10.0, help="for which answers are given, each time")
    add("--rounds", type=int, default=3, help="in how many turns")
    add("--host", action="append", default=[], metavar="NAME", help="a host besides this machine")
    add("--i-may-load-these-hosts", action="store_true", help="confirms that --host is yours to put load on")
    add("--markdown", type=Path, metavar="FILE", help="write the table")
    add("--json", type=Path, metavar="FILE", help="write every figure")
    return parser


if __name__ == "__main__":
    main()
