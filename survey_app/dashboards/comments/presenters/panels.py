"""What other rooms show beside the list of comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from survey_app.comments.alerts import presenters as alerts
from survey_app.comments.checking import presenters as checking
from survey_app.dashboards.themes.presenters.new_words import new_words_block
from survey_app.dashboards.themes.queries import NewWords
from survey_app.organisation.scope import Scope


@dataclass(frozen=True)
class PanelRow:
    """A line of a panel: a name, maybe a link, its figure, and what is said beside it."""

    name: str
    value: str
    url: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """A heading, what is so in a sentence, some lines, and where it leads."""

    title: str
    words: str
    rows: Sequence[PanelRow] = ()
    url: str | None = None
    link: str = ""
    is_first: bool = False  # stands on a ground of its own: somebody should do something


def review_panel(scope: Scope, today: date) -> Panel:
    """How many comments wait for a person."""
    found = checking.review_panel(scope, today)
    return Panel("Review queue", found.words, url=found.url, link="Read the next one", is_first=bool(found.waiting))


def machine_panel() -> Panel:
    """How good the machine is, as two people found it."""
    title, url = "How good is the machine?", url_for("checking.machine")
    found = checking.machine_panel()
    if found is None:
        return Panel(title, "Nobody has read a blind sample yet.", url=url, link="How it is checked")
    return Panel(title, found.words, [PanelRow(*row) for row in found.rows], url, "Trend and figures")


def new_words_panel(found: NewWords | None) -> Panel | None:
    """Words that more people use than in the quarter before."""
    block = new_words_block(found)
    if block is None:
        return None
    rows = [PanelRow(row.term, f"{row.now:,}", row.url, f"was {row.before:,}") for row in block.rows]
    return Panel("New words this quarter", block.words, rows, url_for("themes_page.index"), "Themes over time")


def alerts_panel(now: datetime) -> Panel:
    """What was raised this month; the comments themselves stand on a page of their own."""
    words = alerts.alerts_panel(now) or "No alert this month."
    return Panel("Alerts", words, url=url_for("alerts.index"), link="All alerts")


def ways_panel(*, may_edit_themes: bool) -> Panel:
    """How comments are labelled and sorted."""
    rows = [PanelRow("Methods", "", url_for("methods.index"))]
    if may_edit_themes:
        rows.insert(0, PanelRow("Themes and their keywords", "", url_for("themes_admin.index")))
    return Panel("How it is done", "What labels and themes are made by, and what changed.", rows)
