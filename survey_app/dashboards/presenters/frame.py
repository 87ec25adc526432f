"""What stands around the figures of a page: the filters above them, the note below, and what a printed page says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.charts import Link
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.selection import (
    Choice,
    DataDays,
    Selection,
    period_choices,
    short_days,
)
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.web.templates import day_and_time

FOOTER = {"footer_note": wording.FOOTER_NOTE}
RESIDENTS = "Residents and businesses"


@dataclass(frozen=True)
class FilterBar:
    """The filters as they stand and what else may be chosen."""

    periods: Sequence[Choice]
    services: Sequence[Choice]
    channels: Sequence[Choice]
    customers: Sequence[Choice]
    selection: Selection
    summary: str
    cut: str
    links: Sequence[Link]

    @property
    def overview(self) -> str:
        """The overview of the same choice."""
        return addresses.of_council(self.selection, addresses.OVERVIEW)


def filter_bar(
    selection: Selection,
    days: DataDays,
    services: Sequence[Service],
    *,
    sees_all: bool,
    now: datetime,
    links: Sequence[Link] = (),
    customers: Sequence[CustomerKind] = (),
    with_channels: bool = True,
) -> FilterBar:
    """The filters with what the viewer may choose; `customers` beside residents and businesses. A page of channels has
    none of them to choose."""
    everything = "All services" if sees_all else "All your services"
    choices = [Choice("", everything), *(Choice(service.code, service.name) for service in services)]
    service = next((choice.label for choice in choices if choice.value == selection.service), everything)
    channel = selection.channel.label if selection.channel else "all channels"
    of_channel = f", {channel}" if with_channels else ""
    of_part = f"{selection.part.name}, " if selection.part else ""
    whose = f", {selection.customers.label.lower()}" if selection.customers else ""
    return FilterBar(
        periods=period_choices(days, selection),
        services=choices,
        channels=[Choice("", "All channels"), *(Choice(channel.value, channel.label) for channel in Channel)]
        if with_channels
        else [],
        customers=[Choice("", RESIDENTS), *(Choice(kind.value, kind.label) for kind in customers)] if customers else [],
        selection=selection,
        summary=f"{short_days(selection.period)}, {of_part}{service}{of_channel}{whose}",
        cut=day_and_time(now),
        links=links,
    )


def page_words(filters: FilterBar) -> str:
    """What a printed page says of itself."""
    return f"{filters.summary}. Data cut {filters.cut}."
