"""What a run came to: a page with pictures for people, and everything in it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from benchmarks.countys_day.pictures import picture
from benchmarks.countys_day.plan import at, by_second
from benchmarks.countys_day.watching import Look

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.3rem .8rem;border-bottom:1px solid #dde1e5;"
    "text-align:left}td+td{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}"
)


@dataclass
class Day:
    """All that was found. `costs` are core seconds or bytes for one of each thing, by group of processes."""

    facts: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    costs: dict[str, dict[str, float]] = field(default_factory=dict)
    gains: dict[str, list[float]] = field(default_factory=dict)
    answered: list[tuple[float, float]] = field(default_factory=list)
    read: list[tuple[float, float]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    marks: list[tuple[float, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def write(day: Day, folder: Path) -> Path:
    """`report.html` and `day.json`."""
    (folder / "day.json").write_text(json.dumps(asdict(day), indent=1), "utf-8")
    page = folder / "report.html"
    page.write_text(as_page(day), "utf-8")
    return page


def as_page(day: Day) -> str:
    verdict = "; ".join(day.problems) or "Every answer that was thanked for is stored and counted once."
    words = "".join(f"<li>{escape(what)}, after {when:,.0f} s</li>" for when, what in day.marks)
    return "".join(
        [
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>A county's year in a day</title><style>{STYLE}</style><h1>A county's year in a day</h1>",
            f"<p><strong>{escape(verdict)}</strong></p>",
            _table("On what", day.facts),
            _table("Counted at the end", {name: f"{count:,}" for name, count in day.counts.items()}),
            _table("How fast", {name: f"{rate:,.1f}" for name, rate in day.rates.items()}),
            _table("What one costs", {name: _cost(parts) for name, parts in day.costs.items()}),
            _table("From one to two", {name: _gain(figures) for name, figures in day.gains.items()}),
            f"<h2>Over time</h2><ol>{words}</ol>",
            *(f"<h3>{escape(title)}</h3>{drawn}" for title, drawn in _pictures(day)),
            "</html>",
        ]
    )


def _pictures(day: Day) -> list[tuple[str, str]]:
    answers, pages = by_second(day.answered), by_second(day.read)
    waited = {"half of them": [(when, middle) for when, middle, _high in answers]}
    waited["95%"] = [(when, high) for when, _middle, high in answers]
    oldest = [(look.at, look.oldest_seconds) for look in day.looks]
    groups = sorted({name for look in day.looks for name in look.megabytes} & {"web", "workers", "database"})
    return [
        (title, picture(title, unit, lines, day.marks))
        for title, unit, lines in (
            ("How long a resident waited, all three pages together", "seconds", waited),
            ("How long staff waited for a page", "seconds", {"pages": [(when, middle) for when, middle, _ in pages]}),
            (
                "Age of the oldest letter that is due",
                "seconds",
                {"oldest": oldest},
            ),
            (
                "What waits",
                "rows",
                {
                    "contacts": [(look.at, float(look.to_draw)) for look in day.looks],
                    "letters": [(look.at, float(look.to_send)) for look in day.looks],
                    "lines to fold": [(look.at, float(look.to_fold)) for look in day.looks],
                },
            ),
            (
                "Memory, each page counted once",
                "MB",
                {name: [(look.at, look.megabytes.get(name, 0.0)) for look in day.looks] for name in groups},
            ),
        )
    ]


def percentiles(moments: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Milliseconds; of nothing, nothing."""
    times = [1_000 * took for _when, took in moments]
    return {f"{share:.0%}": at(times, share) for share in (0.5, 0.95, 0.99)} if times else {}


def _cost(parts: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:,.1f}" for name, value in parts.items())


def _gain(figures: Sequence[float]) -> str:
    one, two = figures
    return f"{one:,.1f} and {two:,.1f} a second: {two / one:.2f} times"


def _table(title: str, rows: Mapping[str, str]) -> str:
    lines = "".join(f"<tr><td>{escape(name)}</td><td>{escape(words)}</td></tr>" for name, words in rows.items())
    return f"<h2>{escape(title)}</h2><table>{lines}</table>" if rows else ""
