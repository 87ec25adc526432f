"""Queries in Power Query's language (M), to be pasted into Power BI or Excel: they page, and can be refreshed."""

from __future__ import annotations

import json
from dataclasses import dataclass

RESPONSE = ("reference", "day", "service", "channel", "mode", "language", "customer_kind", "survey", "scores")
FIGURE = ("period", "from", "to", "value", "numerator", "base", "low", "high", "suppressed", "provisional", "target")
CELL = ("table", "row", "column", "label", "numerator", "base", "value", "symbol")


@dataclass(frozen=True)
class PowerQuery:
    """One query: what it brings, which scope its key needs, and its text."""

    title: str
    scope: str
    words: str
    text: str


def power_queries(base_url: str) -> list[PowerQuery]:
    """The queries of this address. Each has a line for the key; none holds one."""
    return [
        PowerQuery(
            "Satisfaction by month",
            "figures:read",
            "Change satisfaction to another measure, the days, or by: month, quarter, year, service, channel, site, "
            "team, mode, reason.",
            _figures(base_url),
        ),
        PowerQuery(
            "Published tables",
            "figures:published",
            "What went out to everybody, for reports that leave the council.",
            _published(base_url),
        ),
        PowerQuery(
            "Single answers",
            "responses:read",
            "All pages, one row an answer. Expand the column scores to have one column a question.",
            _responses(base_url),
        ),
    ]


def _head(base_url: str) -> str:
    """The address stands alone: put together from parts, it could not be refreshed by the Power BI service."""
    return f'let\n    Address = {json.dumps(base_url)},\n    Key = "paste the key here",\n'


_HEADERS = 'Headers = [#"Authorization" = "Bearer " & Key, #"Accept" = "application/json"]'


def _figures(base_url: str) -> str:
    return (
        _head(base_url)
        + f"""    Answer = Json.Document(Web.Contents(Address, [
        RelativePath = "api/v1/measures/satisfaction",
        Query = [from = "2025-04-01", to = "2026-03-31", by = "month"],
        {_HEADERS}
    ])),
{_table("Answer[figures]", FIGURE)},
    Typed = Table.TransformColumnTypes(Rows, {{
        {{"from", type date}}, {{"to", type date}}, {{"value", type number}}, {{"base", Int64.Type}}
    }}, "en-GB")
in
    Typed"""
    )


def _published(base_url: str) -> str:
    return (
        _head(base_url)
        + f"""    Answer = Json.Document(Web.Contents(Address, [
        RelativePath = "api/v1/published/satisfaction/2025-26",
        {_HEADERS}
    ])),
{_table("Answer[cells]", CELL)}
in
    Rows"""
    )


def _responses(base_url: str) -> str:
    return (
        _head(base_url)
        + f"""    Page = (cursor as nullable text) => Json.Document(Web.Contents(Address, [
        RelativePath = "api/v1/responses",
        Query = [from = "2025-04-01", limit = "1000"] & (if cursor = null then [] else [cursor = cursor]),
        {_HEADERS}
    ])),
    Pages = List.Generate(
        () => Page(null),
        each _ <> null,
        each if [next_cursor] = null then null else Page([next_cursor])
    ),
{_table("List.Combine(List.Transform(Pages, each [responses]))", RESPONSE)},
    Typed = Table.TransformColumnTypes(Rows, {{{{"day", type date}}}}, "en-GB")
in
    Typed"""
    )


def _table(rows: str, columns: tuple[str, ...]) -> str:
    """A table of a list of records: with these columns alone, also where there is no record at all."""
    names = ",\n        ".join(f'"{name}"' for name in columns)
    return (
        f'    Listed = Table.FromList({rows}, Splitter.SplitByNothing(), {{"row"}}),\n'
        f'    Rows = Table.ExpandRecordColumn(Listed, "row", {{\n        {names}\n    }})'
    )
