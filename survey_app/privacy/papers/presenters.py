"""What the pages of the council's own records show: its words or our suggestion, and the facts of this installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from markupsafe import Markup

from survey_app.accounts.roles import ROLES
from survey_app.comments.measured import accuracy_words
from survey_app.comments.method import current
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation import presenters as pages
from survey_app.organisation.page_text import to_html
from survey_app.organisation.presenters import Fact
from survey_app.privacy.papers import queries
from survey_app.privacy.papers.data_map import data_map
from survey_app.privacy.papers.flow import Flow, flows
from survey_app.privacy.papers.places import PLACES, RECORDS, REVIEW_AFTER, SIGN_OFF, STEPS, Place, review_due
from survey_app.privacy.papers.queries import Written
from survey_app.privacy.retention import BY_CODE
from survey_app.settings import Settings
from survey_app.web.sessions import IDLE_LIMIT
from survey_app.web.templates import day

DETAILS = "contact_details"
_FACTS = {
    "keep_details_days": DETAILS,
    "keep_raw_comments_days": "raw_comments",
    "keep_comments_days": "comments",
    "keep_about_you_days": "about_you",
    "keep_link_days": "response_links",
}


@dataclass(frozen=True)
class PlaceView:
    """A place with what holds there."""

    place: Place
    text: Markup
    written: Written | None  # None where our suggestion holds
    is_empty: bool


@dataclass(frozen=True)
class StepView:
    heading: str
    places: Sequence[PlaceView]


@dataclass(frozen=True)
class SignOff:
    """When the assessment was signed off, and by when it is to be looked at again."""

    signed_on: date | None
    review_on: date | None
    is_due: bool

    @property
    def claim(self) -> str:
        return "The assessment is signed off." if self.signed_on else "The assessment is not signed off yet."

    @property
    def rest(self) -> str:
        if self.signed_on is None or self.review_on is None:
            return "Read our suggestions, make them your own, and sign it off at the end."
        if self.is_due:
            return f"That was on {day(self.signed_on)}: look at it again."
        return f"Signed off on {day(self.signed_on)}, to be looked at again by {day(self.review_on)}."


def all_flows(now: datetime) -> list[Flow]:
    """The flow of data, as things are set now."""
    return flows(
        data_map(), encrypted=queries.encrypted_columns(), outside=queries.outside(), days=queries.days_kept(now)
    )


def step_views(texts: Mapping[str, Written]) -> list[StepView]:
    facts = _facts()
    return [StepView(step.heading, [_view(place, texts, facts) for place in step.places]) for step in STEPS]


def record_views(texts: Mapping[str, Written]) -> list[PlaceView]:
    facts = _facts()
    return [_view(place, texts, facts) for place in RECORDS]


def body_of(place: Place, written: Written | None) -> str:
    """What holds there, to be changed."""
    return written.body if written is not None and written.body else place.suggestion


def shown(body: str) -> Markup:
    """A text as it stands on the page."""
    return Markup(to_html(body, _facts()))  # noqa: S704 - to_html() escapes # nosec B704


def sign_off(texts: Mapping[str, Written], today: date) -> SignOff:
    found = texts.get(SIGN_OFF)
    signed_on = london_day(found.written_at) if found is not None and found.body else None
    review_on = signed_on + REVIEW_AFTER if signed_on else None
    return SignOff(signed_on, review_on, review_due(signed_on, today))


def machine_facts() -> list[tuple[str, str]]:
    """What an algorithmic transparency record asks of the tool that judges comments."""
    method = current().name
    return [
        (
            "What it does",
            (
                "It takes details out of comments, judges whether a comment is positive or negative, and sorts it "
                "into themes."
            ),
        ),
        (
            "What it decides",
            "Nothing about a person. No service, answer or priority depends on it; alerts are read by people.",
        ),
        (
            "How",
            (
                f"Method {method}: word lists and rules that can be read, and weights learnt from labelled "
                "comments where they are in use. It runs here; no comment leaves for it."
            ),
        ),
        ("How good it is", accuracy_words(method)),
        (
            "Who looks at it",
            (
                "People label what it is unsure of, correct it anywhere, and read a blind sample each month; a "
                "theme that is found too seldom is not reported."
            ),
        ),
    ]


def security_facts(now: datetime) -> list[tuple[str, str]]:
    """What protects data here, as this installation is set up now."""
    settings: Settings = current_app.extensions["settings"]
    encrypted, (protected, active) = queries.encrypted_columns(), queries.second_steps()
    minutes = int(IDLE_LIMIT.total_seconds() // 60)
    keys = len(settings.data_keys)
    return [
        (
            "Encrypted in the database",
            (
                f"{len(encrypted)} columns, under {keys} key{'' if keys == 1 else 's'} that lie outside of it; so "
                "are backups."
            ),
        ),
        (
            "Encrypted on the way",
            "Yes: https."
            if settings.base_url.startswith("https:")
            else "No: this site runs without https, which is for trying it out alone.",
        ),
        ("Second step at sign-in", f"{protected} of {active} active member{'' if active == 1 else 's'} of staff."),
        (
            "Who may do what",
            f"{len(ROLES)} roles, each with what its work needs; services limit what managers and advisers see.",
        ),
        ("Signed out", f"After {minutes} minutes without a page."),
        (
            "Written down",
            (
                "Who changed settings, opened originals, addresses and complaints: in an audit that cannot be "
                "changed unseen."
            ),
        ),
        ("As of", day(london_day(now))),
    ]


def page_facts() -> list[Fact]:
    """What the texts of public pages can say of how long data is kept: as it is set now."""
    days = queries.days_kept(utc_now())
    return [Fact(name, f"Days until it goes: {BY_CODE[code].name}", str(days[code])) for name, code in _FACTS.items()]


def days_of_details() -> int:
    """For how many days after a contact its address and number are kept, as it is set now."""
    return queries.days_kept(utc_now())[DETAILS]


def place_of(code: str) -> Place | None:
    return PLACES.get(code)


def _facts() -> dict[str, str]:
    return {fact.name: fact.value for fact in pages.page_facts()}


def _view(place: Place, texts: Mapping[str, Written], facts: Mapping[str, str]) -> PlaceView:
    found = texts.get(place.code)
    written = found if found is not None and found.body else None
    body = body_of(place, written)
    return PlaceView(place, Markup(to_html(body, facts)), written, not body.strip())  # noqa: S704 - to_html() escapes # nosec B704
