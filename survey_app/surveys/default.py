"""The default post-contact survey: the whole question bank, in our own wording."""

from __future__ import annotations

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BANK
from survey_app.surveys.structure import Item, SurveyStructure

DEFAULT_SURVEY = SurveyStructure(
    code="after-contact",
    name="After a contact",
    customer_kind=CustomerKind.RESIDENT,
    length_sentence="There are 10 short questions and it takes about a minute. Only the first needs an answer.",
    items=tuple(Item(question, is_required=question.code == "satisfaction") for question in BANK),
)

KIOSK_SURVEY = "kiosk"  # the code of the survey for kiosks, where it is free
