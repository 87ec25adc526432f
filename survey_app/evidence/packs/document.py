"""The pack as an accessible PDF: PDF/UA-1, checked by Typst while it is set."""

from __future__ import annotations

import re
from typing import Any

from survey_app.charts import Size, Table, svg, table
from survey_app.evidence.exhibits.presenters.figures import ExhibitView
from survey_app.evidence.packs.content import (
    Cited,
    ElementPart,
    Pack,
    Shown,
    chart_words,
    notices_of,
    printed_table,
    standing_of,
)
from survey_app.kernel.clock import LONDON
from survey_app.organisation.typesetting import typeset
from survey_app.settings import PROJECT_ROOT

_LAYOUT = PROJECT_ROOT / "templates" / "evidence" / "pack" / "pack.typ"
MOST_POINTS_ON_A_PAGE = 16
_LONG_WORD = re.compile(r"(\S{36})(?=\S)")
Data = dict[str, Any]


def pdf(pack: Pack) -> bytes:
    """The PDF. Its dates are those of the content, so the same pack gives the same bytes on one machine."""
    return typeset(_LAYOUT, pdf_data(pack), pack.look.logo)


def pdf_data(pack: Pack) -> Data:
    """What the layout reads: words alone, apart from the pictures of charts, which are SVG."""
    cut = pack.made_at.astimezone(LONDON)
    data = {
        "council": pack.council,
        "title": pack.title,
        "framework": pack.framework,
        "period": pack.period.title,
        "cut": f"{cut:%-d %B %Y, %H:%M}",
        "provisional": pack.is_provisional,
        "audit_head": pack.audit_head,
        "key": pack.public_key,
        "notices": [list(notice) for notice in pack.notices],
        "summary": pack.summary,
        "ratings": pack.ratings,
        "criteria": [
            {"name": name, "subs": [{"name": sub, "rows": [_row(each) for each in parts]} for sub, parts in subs]}
            for name, subs in pack.criteria
        ],
        "comparisons": [[view.proof.number, _named(view), view.change_words] for view, _ in pack.comparisons],
        "elements": [_element(each, pack) for each in pack.elements if each.has_section],
        "method": [[part.heading, part.text] for part in pack.method],
        "glance": _table(pack.glance),
        "losses": [
            [stage, f"{total:,}", [[loss.reason, f"{loss.count:,}"] for loss in lost]]
            for stage, total, lost in pack.lost_at
        ],
        "figures": [_figure_row(view) for view in pack.figures],
        "published": sorted(pack.tables),
    }
    broken: Data = _breakable(data)
    return broken | {
        "made": [cut.year, cut.month, cut.day, cut.hour, cut.minute, cut.second],
        "look": {"brand": pack.look.brand, "link": pack.look.link},
        "pictures": {
            view.proof.number: svg(view.chart, Size.PAPER, pack.look.brand) for view in pack.figures if view.chart
        },
    }


def _row(element: ElementPart) -> Data:
    return {
        "number": element.number,
        "title": element.title,
        "rating": element.rating,
        "claim": element.claim,
        "exhibits": element.exhibits,
        "owner": element.owner,
        "review": element.review_on,
        "section": element.has_section,
    }


def _element(element: ElementPart, pack: Pack) -> Data:
    standing = [("Own rating", element.rating), ("Owner", element.owner), ("Review", element.review_on)]
    return {
        "number": element.number,
        "title": element.title,
        "about": element.about,
        "claim": element.claim,
        "standing": ". ".join(f"{name}: {words}" for name, words in standing if words) + ".",
        "show_me": element.show_me,
        "tell_me": element.tell_me,
        "figures": [_figure(view, element, pack) for view in element.figures],
        "others": [_other(shown, element) for shown in element.others],
        "cited": [_cited(cited) for cited in element.cited],
    }


def _figure(view: ExhibitView, element: ElementPart, pack: Pack) -> Data:
    figure = view.figure
    counted = f"a base of {figure.base:,} {view.counted}"
    if figure.numerator is not None:
        counted = f"{figure.numerator:,} of {counted}"
    facts = [
        ("What it is", figure.measure.definition),
        ("Days", figure.period.title),
        ("Only", view.filters),
        ("Rules", view.rules),
        ("Counted", counted),
        ("95% interval", view.interval),
        ("Target", view.target),
        ("Outside the base", view.outside),
        ("Passport", f"{view.proof.code}, frozen {view.proof.frozen_at.astimezone(LONDON):%-d %B %Y, %H:%M}"),
    ]
    return {
        "number": view.proof.number,
        "title": view.proof.title,
        "strongest": view.proof.number == element.strongest,
        "value": view.value,
        "of": f"of {figure.base:,} {view.counted}",
        "standing": standing_of(view),
        "change": view.change_words if view.proof.number in pack.compared else "",
        "facts": [[name, words] for name, words in facts if words],
        "notices": list(notices_of(view)),
        "chart": None
        if view.chart is None
        else {
            "sentence": chart_words(view),
            "alt": f"{view.chart.title}. {view.chart.sentence} The table below holds every point.",
            "table": _table(table(view.chart)),
            "is_long": len(view.chart.points) > MOST_POINTS_ON_A_PAGE,
        },
    }


def _other(shown: Shown, element: ElementPart) -> Data:
    return {
        "number": shown.number,
        "kind": shown.kind,
        "title": shown.title,
        "strongest": shown.number == element.strongest,
        "sentence": shown.sentence,
        "facts": [list(fact) for fact in (*shown.counted, *shown.facts)],
        "quotes": list(shown.quotes),
        "tables": [_table(each) for each in shown.tables],
        "url": shown.url,
    }


def _cited(cited: Cited) -> Data:
    words = f"{cited.view.value} of {cited.view.figure.base:,} {cited.view.counted}, " if cited.view else ""
    return {"number": cited.number, "title": cited.title, "words": f"{words}in full at {cited.home}."}


def _figure_row(view: ExhibitView) -> list[str]:
    numerator = "" if view.figure.numerator is None else f"{view.figure.numerator:,}"
    places = ", ".join(view.proof.elements) or "method"
    return [
        view.proof.number,
        view.proof.title,
        view.value,
        numerator,
        f"{view.figure.base:,}",
        places,
        view.proof.code,
    ]


def _named(view: ExhibitView) -> str:
    return f"{view.figure.measure.label} ({view.filters})" if view.filters else view.figure.measure.label


def _table(table: Table) -> Data:
    made = printed_table(table)
    return {
        "caption": made.caption,
        "columns": [[column.name, column.is_number] for column in made.columns],
        "rows": [[cell.text for cell in row] for row in made.rows],
    }


def _breakable(value: Any) -> Any:
    """The same data with a place to break in words that no line holds, such as addresses and hashes."""
    match value:
        case str():
            return _LONG_WORD.sub("\\1\u200b", value)
        case dict():
            return {name: _breakable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_breakable(inner) for inner in value]
    return value
