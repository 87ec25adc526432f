"""The files of a pack. Every figure comes from its frozen passport."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import render_template

from survey_app.charts import Size, svg
from survey_app.charts import table as chart_table
from survey_app.dashboards.tables.presenters import Published, edition_csv, file_name
from survey_app.evidence.exhibits.presenters import CAN_SHOW, ExhibitView, exhibit_view
from survey_app.evidence.exhibits.proofs import TrendPart
from survey_app.evidence.models import Element, Framework
from survey_app.evidence.packs.changes import PassportPair, change_cells, changes
from survey_app.evidence.packs.content import PackContent
from survey_app.evidence.packs.packing import (
    CHANGE_COLUMNS,
    CHANGES,
    FIGURE_COLUMNS,
    FIGURES,
    PAGE,
    PASSPORTS,
    TABLES,
    TREND_COLUMNS,
    TRENDS,
)
from survey_app.evidence.packs.verifying import figure_cells
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.models import PublishedEdition
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.queries.published import read_edition
from survey_app.measures.sentences import Change


@dataclass(frozen=True)
class PackSection:
    """An element of the pack with its exhibits, judged together; those that stood at an earlier one are only cited."""

    element: Element
    shown: tuple[ExhibitView, ...]
    cited: tuple[tuple[ExhibitView, str], ...]


def pack_files(
    framework: Framework,
    period: Period,
    content: PackContent,
    *,
    tables: Mapping[str, bytes],
    council: str,
    public_key: str,
    now: datetime,
) -> dict[str, bytes]:
    """All files of a pack but its manifest, by path. `tables` are those of `table_files`."""
    found = changes(content.pairs)
    views = [exhibit_view(proof, now=now, change=found.get(proof.number)) for proof in content.proofs]
    rate = exhibit_view(content.response_rate, now=now) if content.response_rate else None
    every = [*views, *([rate] if rate and rate.proof not in content.proofs else [])]
    sections = _sections(framework, views)
    page = render_template(
        "evidence/pack/index.html",
        council=council,
        framework=framework,
        period=period,
        made_at=now,
        is_provisional=any(view.is_provisional for view in views),
        content=content,
        exhibits=every,
        pictures={view.proof.number: svg(view.chart, Size.WIDE) for view in views if view.chart},
        tables={view.proof.number: chart_table(view.chart) for view in views if view.chart},
        sections=sections,
        comparisons=[(view, found[view.proof.number]) for view in views if view.proof.number in found],
        with_evidence=sum(bool(section.shown or section.cited) for section in sections),
        criteria=[(name, list(group)) for name, group in groupby(sections, lambda each: each.element.criterion)],
        can_show=CAN_SHOW,
        rate=rate,
        versions=sorted({version for view in every for version in json.loads(view.proof.document)["versions"]}),
        key_words=public_key,
        published=sorted(tables),
    )
    files = {PAGE: page.encode(), FIGURES: _figures_csv(every), CHANGES: _changes_csv(content.pairs, found), **tables}
    for pair in content.pairs:
        text = canonical(dict(pair.before))
        files[f"{PASSPORTS}{short_code(sha256(text))}.json"] = text.encode()
    for view in every:
        files[f"{PASSPORTS}{view.proof.code}.json"] = view.proof.document.encode()
        if view.proof.trend:
            files[f"{TRENDS}{view.proof.number}.csv"] = _trend_csv(view.proof.trend)
    return files


def table_files(editions: Sequence[PublishedEdition], base_url: str) -> dict[str, bytes]:
    """Published tables, each as the file that everybody gets, by its path in the pack."""
    files = {}
    for edition in editions:
        measure, year = measure_named(edition.measure), Period.between(edition.first, edition.last)
        path = f"{TABLES}{file_name(edition.measure, year, edition.number)}"
        published = Published(read_edition(edition), edition.published_at, edition.passport.code, path)
        files[path] = edition_csv(measure, year, published, base_url)
    return files


def _sections(framework: Framework, views: Sequence[ExhibitView]) -> list[PackSection]:
    sections, home = [], dict[str, str]()
    for element in framework.elements:
        here = [view for view in views if element.number in view.proof.elements]
        shown = tuple(view for view in here if view.proof.number not in home)
        cited = tuple((view, home[view.proof.number]) for view in here if view.proof.number in home)
        home |= {view.proof.number: element.number for view in shown}
        sections.append(PackSection(element, shown, cited))
    return sections


def _figures_csv(views: Sequence[ExhibitView]) -> bytes:
    rows = []
    for view in views:
        cells = {
            **figure_cells(view.figure),
            "exhibit": view.proof.number,
            "elements": " ".join(view.proof.elements),
            "title": view.proof.title,
            "passport": view.proof.code,
            "data_cut": view.data_cut,
        }
        rows.append([cells[column] for column in FIGURE_COLUMNS])
    return _csv(FIGURE_COLUMNS, rows)


def _changes_csv(pairs: Sequence[PassportPair], found: Mapping[str, Change]) -> bytes:
    rows = []
    for pair in pairs:
        cells = change_cells(pair, found[pair.exhibit])
        rows.append([cells[column] for column in CHANGE_COLUMNS])
    return _csv(CHANGE_COLUMNS, rows)


def _trend_csv(parts: Sequence[TrendPart]) -> bytes:
    rows = []
    for part in parts:
        days: list[object] = [part.label, part.first.isoformat(), part.last.isoformat()]
        if part.value is None:
            rows.append([*days, *[None] * 5, "not shown" if part.base else "no answers"])
        else:
            rows.append([*days, part.value, part.numerator, part.base, part.low, part.high, ""])
    return _csv(TREND_COLUMNS, rows)


def _csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    for row in (columns, *rows):
        writer.write(row)
    return text.getvalue().encode("utf-8-sig")
