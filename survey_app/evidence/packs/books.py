"""The sheets of a pack: the same rows stand in the CSV files and in both workbooks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from survey_app.evidence.exhibits.proofs import TrendPart
from survey_app.evidence.packs.cells import count_rows, figure_cells
from survey_app.evidence.packs.changes import change_cells
from survey_app.evidence.packs.content import Pack
from survey_app.evidence.packs.effects import effect_cells
from survey_app.evidence.packs.packing import (
    CHANGE_COLUMNS,
    CHANGES,
    COUNT_COLUMNS,
    COUNTS,
    EFFECT_COLUMNS,
    EFFECTS,
    ELEMENT_COLUMNS,
    ELEMENTS,
    EXHIBIT_COLUMNS,
    EXHIBITS,
    FIGURE_COLUMNS,
    FIGURES,
    METHOD,
    METHOD_COLUMNS,
    ODS,
    TREND_COLUMNS,
    TRENDS,
    XLSX,
)
from survey_app.exports.sheets import Cell, Sheet, csv_bytes, write_ods, write_xlsx


def pack_sheets(pack: Pack) -> dict[str, Sheet]:
    """Each sheet by the path of its CSV; trends by exhibit last."""
    sheets = {
        ELEMENTS: Sheet("Self-assessment", ELEMENT_COLUMNS, _element_rows(pack)),
        FIGURES: Sheet("Figures", FIGURE_COLUMNS, _figure_rows(pack)),
        COUNTS: Sheet("Counts", COUNT_COLUMNS, _count_rows(pack)),
        CHANGES: Sheet("Changes", CHANGE_COLUMNS, _change_rows(pack)),
        EFFECTS: Sheet("Effects", EFFECT_COLUMNS, _effect_rows(pack)),
        EXHIBITS: Sheet("Other exhibits", EXHIBIT_COLUMNS, _exhibit_rows(pack)),
        METHOD: Sheet("Method", METHOD_COLUMNS, [[part.heading, part.text] for part in pack.method]),
    }
    for view in pack.figures:
        if view.proof.trend:
            number = view.proof.number
            sheets[f"{TRENDS}{number}.csv"] = Sheet(f"Trend {number}", TREND_COLUMNS, _trend_rows(view.proof.trend))
    return sheets


def csv_files(sheets: Mapping[str, Sheet]) -> dict[str, bytes]:
    """The sheets as CSV by path."""
    return {path: csv_bytes(sheet) for path, sheet in sheets.items()}


def workbooks(pack: Pack, sheets: Mapping[str, Sheet]) -> dict[str, bytes]:
    """The sheets as one XLSX and one ODS."""
    files = {}
    for path, write in ((XLSX, write_xlsx), (ODS, write_ods)):
        file = io.BytesIO()
        write(file, list(sheets.values()), title=f"{pack.title}, {pack.period.title}", made_at=pack.made_at)
        files[path] = file.getvalue()
    return files


def _element_rows(pack: Pack) -> list[Sequence[Cell]]:
    return [
        [
            element.number,
            element.criterion,
            element.sub_criterion,
            element.title,
            element.rating,
            element.claim,
            " ".join(element.exhibits),
            element.strongest,
            element.owner,
            element.review_on,
        ]
        for element in pack.elements
    ]


def _figure_rows(pack: Pack) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for view in pack.figures:
        cells: dict[str, Cell] = {
            **figure_cells(view.figure),
            "exhibit": view.proof.number,
            "elements": " ".join(view.proof.elements),
            "title": view.proof.title,
            "passport": view.proof.code,
            "data_cut": view.data_cut,
        }
        rows.append([cells[column] for column in FIGURE_COLUMNS])
    return rows


def _count_rows(pack: Pack) -> list[Sequence[Cell]]:
    return [list(row) for view in pack.figures for row in count_rows(view.proof.number, view.document)]


def _change_rows(pack: Pack) -> list[Sequence[Cell]]:
    found = {view.proof.number: change for view, change in pack.comparisons}
    rows: list[Sequence[Cell]] = []
    for pair in pack.pairs:
        cells = change_cells(pair, found[pair.exhibit])
        rows.append([cells[column] for column in CHANGE_COLUMNS])
    return rows


def _effect_rows(pack: Pack) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for proof, effect in pack.effects:
        cells = effect_cells(proof, effect)
        rows.append([cells[column] for column in EFFECT_COLUMNS])
    return rows


def _exhibit_rows(pack: Pack) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for element in pack.elements:
        for shown in element.others:
            facts = "\n".join(f"{name}: {words}" for name, words in (*shown.counted, *shown.facts))
            file = shown.file
            rows.append(
                [
                    shown.number,
                    shown.kind,
                    shown.title,
                    " ".join(shown.elements),
                    shown.sentence,
                    "\n".join(filter(None, [facts, *shown.quotes])),
                    file.path if file else "",
                    file.sha256 if file else "",
                    shown.url,
                ]
            )
    return rows


def _trend_rows(parts: Sequence[TrendPart]) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for part in parts:
        days = [part.label, part.first.isoformat(), part.last.isoformat()]
        if part.value is None:
            rows.append([*days, *[None] * 5, "not shown" if part.base else "no answers"])
        else:
            rows.append([*days, part.value, part.numerator, part.base, part.low, part.high, ""])
    return rows
