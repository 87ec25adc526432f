"""Files as their page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.exports.forms import asked_again
from survey_app.exports.models import Export, ExportState
from survey_app.exports.orders import Content, Order
from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel

NOT_CALLED = "All services and channels"


@dataclass(frozen=True)
class ExportRow:
    """One file. `holds` says what stands in it, `cut` of which part of the council, `again` how the form asks
    for the same."""

    reference: str
    holds: str
    period: str
    cut: str
    format: str
    asked_at: datetime
    state: ExportState
    progress: str
    done: int
    total: int
    size: str
    keep_until: datetime | None
    reason: str
    again: Mapping[str, str]

    @property
    def is_making(self) -> bool:
        return self.state is ExportState.WAITING


def export_rows(exports: Sequence[Export], service_names: Mapping[str, str]) -> list[ExportRow]:
    """The files as the page shows them."""
    return [_row(export, service_names) for export in exports]


def _row(export: Export, service_names: Mapping[str, str]) -> ExportRow:
    order = export.order
    unit = "measures" if order.content is Content.FIGURES else "responses"
    return ExportRow(
        reference=export.reference,
        holds=_holds(order, export.done if export.state is ExportState.READY else None),
        period=Period.between(order.first, order.last).title,
        cut=_cut(order, service_names),
        format=order.file_format.value.upper(),
        asked_at=export.asked_at,
        state=export.state,
        progress=f"{export.done:,} of {export.total:,} {unit}" if export.total else "Waiting to begin",
        done=export.done,
        total=export.total or 1,
        size=_size(export.size or 0),
        keep_until=export.keep_until,
        reason=export.last_error or "",
        again=asked_again(order),
    )


def _holds(order: Order, count: int | None) -> str:
    if order.content is Content.FIGURES:
        return f"Figures{' by ' + ' and '.join(order.by) if order.by else ''}"
    what = "Responses" if count is None else "1 response" if count == 1 else f"{count:,} responses"
    return f"{what}, a row an answer" if order.is_long else what


def _cut(order: Order, service_names: Mapping[str, str]) -> str:
    services = [service_names.get(code, code) for code in order.where.get("service", ())]
    channels = [Channel(code).label for code in order.where.get("channel", ())]
    return ", ".join([*services, *channels]) or NOT_CALLED


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1_000)):,} kB"
