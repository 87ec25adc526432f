"""Figures, tables and what they are of, as the API gives them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure
from survey_app.measures.frozen import figure_of
from survey_app.measures.models import FrozenPassport, PublishedEdition
from survey_app.measures.presenters import counted_as_document
from survey_app.measures.publishing import PublishedCell
from survey_app.measures.queries.published import read_edition
from survey_app.measures.rerun import Rerun, rerun_sentence
from survey_app.organisation.models import Service


def service_documents(services: Sequence[Service]) -> list[dict[str, Any]]:
    """The services that somebody may see. What lies above them is named only where they may see that too."""
    codes = {service.id: service.code for service in services}
    return [
        {
            "code": service.code,
            "name": service.name,
            "parent": None if service.parent_id is None else codes.get(service.parent_id),
            "valid_from": service.valid_from,
            "valid_to": service.valid_to,
        }
        for service in services
    ]


def measure_document(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "label": measure.label,
        "unit": measure.unit,
        "definition": measure.definition,
        "counts": measure.source,
        "version": measure.version,
        "is_own": measure.is_own,
        "lower_is_better": measure.lower_is_better,
    }


def year_in_address(label: str) -> str:
    """2025/26 as an address has it."""
    return label.replace("/", "-")


def edition_document(stored: PublishedEdition) -> dict[str, Any]:
    """That an edition is there."""
    return {
        "measure": stored.measure,
        "year": year_in_address(Period.financial_year_of(stored.first).label),
        "edition": stored.number,
        "published_on": london_day(stored.published_at),
        "passport": stored.passport.code,
    }


def tables_document(stored: PublishedEdition, measure: Measure) -> dict[str, Any]:
    """All that an edition prints, and nothing else."""
    return edition_document(stored) | {
        "label": measure.label,
        "unit": measure.unit,
        "definition": measure.definition,
        "from": stored.first,
        "to": stored.last,
        "cells": [_cell(cell) for cell in read_edition(stored).cells],
    }


def _cell(cell: PublishedCell) -> dict[str, Any]:
    share = cell.share
    printed = None if cell.is_count else share  # a count has no part of its own
    return {
        "table": cell.key.table,
        "row": cell.key.row,
        "column": cell.key.column,
        "label": cell.label,
        "numerator": None if printed is None else printed.numerator,
        "base": None if share is None else share.base,
        "value": printed.numerator / printed.base if printed is not None and printed.base else None,
        "symbol": cell.symbol,
        "since": cell.since,
    }


def frozen_document(frozen: FrozenPassport, rerun: Rerun | None) -> dict[str, Any]:
    """A frozen figure with its passport, and what counting it again found."""
    document = json.loads(frozen.document)
    try:
        figure = counted_as_document(figure_of(document))
    except InvalidInput:
        figure = None  # it counts otherwise by the rules of today: what it said stands in its document
    return {
        "code": frozen.code,
        "sha256": frozen.sha256,
        "document": document,
        "figure": figure,
        "run_again": None if rerun is None else _rerun(rerun),
    }


def _rerun(rerun: Rerun) -> dict[str, Any]:
    return {
        "is_same": rerun.is_same,
        "sentence": rerun_sentence(rerun),
        "then": rerun.then,
        "now": rerun.now,
        "rows_then": rerun.rows_then,
        "rows_now": rerun.rows_now,
        "moves": [{"reason": move.reason, "went": move.went, "came": move.came} for move in rerun.moves],
        "differences": list(rerun.differences),
    }
