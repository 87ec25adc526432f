"""What the thank-you and the pages after it show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app
from markupsafe import Markup

from survey_app.organisation.page_text import to_html
from survey_app.organisation.presenters import Fact
from survey_app.responses.afterwards.equality import PREFER_NOT, EqualityItem
from survey_app.responses.afterwards.forms import AboutYouForm, ContactForm
from survey_app.responses.afterwards.queries import Added, questions_about_you, support_text_for
from survey_app.responses.models import SupportText, SurveyResponse
from survey_app.responses.operations.consenting import CONSENT_KEPT_DAYS
from survey_app.web.templates import translated as _


@dataclass(frozen=True)
class WhatChanged:
    """One thing that changed after people had answered, in their words and ours."""

    said: str
    did: str
    url: str  # where the others are


ThankYouPanel = Callable[[int, date], WhatChanged | None]


@dataclass(frozen=True)
class Promise:
    """Somebody calls or writes within so many working days; once it is wanted, that is by this day."""

    working_days: int
    contact_by: date | None


ContactPromise = Callable[[SurveyResponse, datetime | None], Promise | None]


@dataclass(frozen=True)
class ConsentView:
    """The question whether we may contact somebody, and what they said. Nobody is shown an address or a number:
    whoever holds the link would learn it.
    """

    is_wanted: bool | None  # None: they have not said
    promise: Promise | None  # what holds if they want it; None: we may get in touch, by no day
    is_known: bool  # we know how to reach them
    form: ContactForm | None  # None: it is too late to say or to change it

    @property
    def options(self) -> list[tuple[str, str]]:
        """Value and label of each answer."""
        return [(choice.value, choice.label) for choice in self.form.wanted.choices] if self.form is not None else []

    def error_of(self, name: str) -> str | None:
        """What is wrong with one control of the form."""
        errors = self.form[name].errors if self.form is not None else ()
        return str(errors[0]) if errors else None

    @property
    def is_shown(self) -> bool:
        return self.form is not None or self.is_wanted is not None


@dataclass(frozen=True)
class SupportView:
    """Where to turn in danger, and where "Exit this page" leads, or nowhere."""

    body: Markup
    exit_url: str


@dataclass(frozen=True)
class AboutYouQuestion:
    """One control of the page about the person."""

    name: str
    wording: str
    hint: str
    options: tuple[tuple[str, str], ...]
    value: str
    error: str | None
    apart: str = PREFER_NOT


def add_thank_you_panel(app: Flask, panel: ThankYouPanel) -> None:
    """A later package shows on the thank-you what changed in a service (its id) as of a day; None shows nothing."""
    app.extensions.setdefault("thank_you_panels", []).append(panel)


def what_changed(service_id: int, day: date) -> WhatChanged | None:
    """The first of what later packages have to show."""
    panels: list[ThankYouPanel] = current_app.extensions.get("thank_you_panels", [])
    return next((found for panel in panels if (found := panel(service_id, day)) is not None), None)


def make_contact_promise(app: Flask, promise: ContactPromise) -> None:
    """A later package, the one that gets in touch, says by when it does so with the person of a response: who wants it
    since a moment, or has not said so (None). Without one nothing is promised.
    """
    app.extensions["contact_promise"] = promise


def consent_view(response: SurveyResponse, added: Added, form: ContactForm | None) -> ConsentView:
    """As it stands. `form` is the one that came back with errors, or an empty one, or None when it is too late."""
    consent = added.consent
    promise: ContactPromise | None = current_app.extensions.get("contact_promise")
    wanted_at = consent.given_at if consent is not None and consent.is_wanted else None
    return ConsentView(
        is_wanted=consent.is_wanted if consent is not None else None,
        promise=promise(response, wanted_at) if promise is not None else None,
        is_known=form is not None and added.has_details,
        form=form,
    )


def support_view(service_id: int) -> SupportView | None:
    """What a page of the survey of this service shows to somebody in danger; None where nothing is set."""
    found = support_text_for(service_id)
    return shown_support(found) if found is not None else None


def shown_support(text: SupportText) -> SupportView:
    """A text as residents see it: what a preview shows is what is published."""
    return SupportView(Markup(to_html(text.body, {})), text.exit_url)  # noqa: S704 - to_html() escapes # nosec B704


def about_you_views(items: list[EqualityItem], form: AboutYouForm) -> list[AboutYouQuestion]:
    """The controls in their order, with what was sent and what is wrong."""
    return [
        AboutYouQuestion(
            name=item.code,
            wording=_(item.wording),
            hint=_(item.hint) if item.hint else "",
            options=tuple((choice.value, _(choice.label)) for choice in form[item.code].choices),
            value=form[item.code].data or "",
            error=_(form[item.code].errors[0]) if form[item.code].errors else None,
        )
        for item in items
    ]


def page_facts() -> list[Fact]:
    """What the council's pages can say of this package."""
    asked = ", ".join(item.name.lower() for item in questions_about_you())
    return [
        Fact("keep_consent_days", "Days until details given to be contacted are deleted", str(CONSENT_KEPT_DAYS)),
        Fact("equality_questions", "What the optional questions about the person ask", asked),
    ]
