"""What the door to data protection shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app, url_for

from survey_app.accounts.queries import current_viewer
from survey_app.privacy.complaints import queries as complaints
from survey_app.privacy.complaints.deadlines import days_left
from survey_app.privacy.papers import queries as papers
from survey_app.privacy.papers.presenters import SignOff, sign_off
from survey_app.privacy.requests.queries import open_requests

# Pages of others are linked to where there are such; (endpoint, label, what it is for, the permission it needs).
_PAGES = (
    (
        "complaints.index",
        "Complaints about data",
        "Acknowledge in 30 days, answer without undue delay",
        "handle_requests",
    ),
    ("subject_requests.index", "Requests", "What we hold on somebody, deleting it, objections", "handle_requests"),
    ("papers.dpia", "Impact assessment (DPIA)", "Data flow, risks, measures, sign-off", "write_privacy_records"),
    ("papers.records", "Records of processing", "Article 30, made from what is set now", "write_privacy_records"),
    ("papers.data", "Every column", "What each table holds, and for how long", "write_privacy_records"),
    ("retention.index", "How long data is kept", "Each class of data, with a dry run", "set_retention"),
    ("audit.index", "Audit", "Who did and opened what", "view_audit"),
    ("stops.index", "Stops", "Who must not be asked", "manage_stops"),
    ("withdrawals.index", "Answers taken back", "For a person who asks us", "withdraw_answers"),
)
_PUBLIC = (
    ("/privacy", "Privacy notice"),
    ("/privacy/complaint", "Public form for complaints"),
    ("/cookies", "Cookies"),
)


@dataclass(frozen=True)
class Waiting:
    """Something to be done: a card. `is_late` counts against us."""

    title: str
    words: str
    url: str
    link: str
    is_late: bool


@dataclass(frozen=True)
class PageLink:
    label: str
    what: str
    url: str


def what_waits(today: date) -> list[Waiting]:
    """What is to be done, the most pressing first."""
    found = [*_complaints(today), *_requests(today), *_assessment(sign_off(papers.newest_texts(), today))]
    return sorted(found, key=lambda each: not each.is_late)


def page_links() -> list[PageLink]:
    """All pages that this viewer may open."""
    viewer, there = current_viewer(), current_app.view_functions
    return [
        PageLink(label, what, url_for(endpoint))
        for endpoint, label, what, permission in _PAGES
        if endpoint in there and viewer.may(permission)
    ]


def public_links() -> Sequence[tuple[str, str]]:
    return _PUBLIC


def _complaints(today: date) -> list[Waiting]:
    unacknowledged, unanswered, first_by = complaints.waiting()
    url, cards = url_for("complaints.index"), list[Waiting]()
    if unacknowledged and first_by is not None:
        title = "1 complaint to acknowledge" if unacknowledged == 1 else f"{unacknowledged} complaints to acknowledge"
        words = f"The first: {days_left(first_by, today)}."
        cards.append(Waiting(title, words, url, "Open the complaints", first_by < today))
    if unanswered:
        title = "1 complaint to answer" if unanswered == 1 else f"{unanswered} complaints to answer"
        cards.append(Waiting(title, "They know that we have it.", url, "Open the complaints", False))
    return cards


def _requests(today: date) -> list[Waiting]:
    waiting = open_requests()
    if not waiting:
        return []
    title = "1 request to answer" if len(waiting) == 1 else f"{len(waiting)} requests to answer"
    url, first_by = url_for("subject_requests.index"), waiting[0].due_on
    return [Waiting(title, f"The first: {days_left(first_by, today)}.", url, "Open the requests", first_by < today)]


def _assessment(found: SignOff) -> list[Waiting]:
    if not found.is_due:
        return []
    title = "Review the impact assessment" if found.signed_on else "Sign off the impact assessment"
    return [Waiting(title, found.rest, url_for("papers.dpia"), "Open the assessment", False)]
