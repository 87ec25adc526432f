"""Every figure again from the counts of its passport, its trend and the table of counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from survey_app.evidence.packs.cells import count_rows, figure_cells
from survey_app.evidence.packs.packing import (
    COUNT_COLUMNS,
    COUNTS,
    FIGURES,
    PAGE,
    PASSPORTS,
    PDF,
    TREND_COLUMNS,
    TRENDS,
)
from survey_app.evidence.packs.shown import PrintedPack, ShownPage
from survey_app.evidence.packs.verifying.opened import (
    UNREADABLE,
    Problem,
    document_of,
    is_same,
    rows_of,
    target_of,
)
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import Unit
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.passport import canonical, short_code
from survey_app.measures.sentences import for_page
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.suppression import MINIMUM_BASE


def figure_problems(
    row: Mapping[str, str], passports: Mapping[str, bytes], page: ShownPage, pdf: PrintedPack
) -> Iterator[Problem]:
    """A figure must be the same in CSV, page, PDF and passport, and follow from the passport's counts."""
    code = row["passport"]
    where = f"figure {row['exhibit']}"
    content = passports.get(f"{PASSPORTS}{code}.json")
    if content is None:
        yield Problem(where, f"passport {code} is missing")
        return
    if short_code(hashlib.sha256(content).hexdigest()) != code:
        yield Problem(where, f"passport {code} does not fit its own hash")
    try:
        document = json.loads(content)
        target = target_of(row)
        figure = figure_of(document, target)
        if canonical(document).encode() != content:
            yield Problem(where, f"passport {code} is not written in its one form")
        expected = figure_cells(figure) | {"data_cut": document["data_cut"]}
    except InvalidInput as problem:
        yield Problem(where, f"passport {code}: {problem}")
        return
    except UNREADABLE as error:
        yield Problem(where, f"its numbers cannot be read ({type(error).__name__})")
        return
    if figure.base < MINIMUM_BASE:
        yield Problem(where, f"it stands on fewer than {MINIMUM_BASE} answers and may not be shown")
    for column, value in expected.items():
        if not is_same(row[column], value):
            yield Problem(where, f"{column} is {row[column] or 'empty'} in {FIGURES}, and {value} from the counts")
    yield from _shown_problems(row, figure, page, pdf)


def _shown_problems(row: Mapping[str, str], figure: Figure, page: ShownPage, pdf: PrintedPack) -> Iterator[Problem]:
    where, text = f"figure {row['exhibit']}", for_page(value_text(figure.measure, figure))
    shown = f"{text}, {figure.base} counted"
    if figure.numerator is not None:
        shown = f"{text}, {figure.numerator} of {figure.base}"
    if not page.shows(row["passport"], figure):
        yield Problem(where, f"{PAGE} does not show {shown}, wherever it cites it")
    if not pdf.problem:
        for place in pdf.missing(row["exhibit"], row["title"], row["elements"], row["passport"], figure):
            yield Problem(where, f"{PDF} does not show {shown}, {place}")


def trend_problems(row: Mapping[str, str], contents: Mapping[str, bytes]) -> Iterator[Problem]:
    path = f"{TRENDS}{row['exhibit']}.csv"
    if path not in contents:
        return
    problems: list[Problem] = []
    for part in rows_of(contents[path], TREND_COLUMNS, path, problems):
        if not part["numerator"]:
            continue  # hidden, or no answers
        try:
            numerator, base = int(part["numerator"]), int(part["base"])
            expected: dict[str, float] = {"value": numerator / base}
            if row["unit"] == Unit.SHARE:
                interval = wilson_interval(numerator, base)
                expected |= {"low": interval.low, "high": interval.high}
        except (ValueError, ZeroDivisionError):
            yield Problem(path, f"{part['period']}: its numbers cannot be read")
            continue
        for column, value in expected.items():
            if not is_same(part[column], value):
                yield Problem(path, f"{part['period']}: {column} is {part[column]}, and {value} from the counts")
    yield from problems


def count_problems(
    rows: Sequence[Mapping[str, str]], contents: Mapping[str, bytes], passports: Mapping[str, bytes]
) -> Iterator[Problem]:
    """The counts as a table are those of the passports."""
    problems: list[Problem] = []
    written = [tuple(row.values()) for row in rows_of(contents.get(COUNTS, b""), COUNT_COLUMNS, COUNTS, problems)]
    yield from problems
    expected: list[tuple[str, ...]] = []
    for row in rows:
        try:
            counts = count_rows(row["exhibit"], document_of(passports, row["passport"]))
            expected += [tuple("" if cell is None else str(cell) for cell in count) for count in counts]
        except (InvalidInput, *UNREADABLE):
            return  # said of the figure
    if written != expected and not problems:
        wrong = sorted({row[0] for row in set(written) ^ set(expected)}) or ["their order"]
        yield Problem(COUNTS, f"it does not hold the counts of the passports: {', '.join(wrong)}")
