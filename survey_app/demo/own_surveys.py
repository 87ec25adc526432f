"""The surveys of a contact centre's internal customers and partners: their own questions, never those of residents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import AGREEMENT_SCALE, NO_NAMES, SATISFACTION_SCALE, BankQuestion
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.structure import Item, SurveyStructure


@dataclass(frozen=True)
class _Wording:
    code: str  # how the survey's questions begin
    name: str
    satisfaction: str
    statements: Mapping[str, tuple[str, str]]  # by measure: what is agreed with, and its short label


def _structure(kind: CustomerKind, wording: _Wording) -> SurveyStructure:
    overall = BankQuestion(
        code=f"{wording.code}_satisfaction",
        kind=QuestionKind.SATISFACTION,
        wording=wording.satisfaction,
        short_label="Overall satisfaction",
        asks="satisfaction",
        missing_message="Select how satisfied you are, or select ‘I do not know’",
        choices=SATISFACTION_SCALE,
    )
    drivers = (
        BankQuestion(
            code=f"{wording.code}_{measure}",
            kind=QuestionKind.AGREEMENT,
            wording=statement,
            short_label=label,
            asks=measure,
            hint="How far do you agree?",
            choices=AGREEMENT_SCALE,
        )
        for measure, (statement, label) in wording.statements.items()
    )
    improve = BankQuestion(
        code=f"{wording.code}_improve",
        kind=QuestionKind.TEXT,
        wording="What should we do differently?",
        short_label="What to do differently",
        hint=NO_NAMES,
        text_type=TextType.IMPROVE,
    )
    items = (Item(overall, is_required=True), *map(Item, drivers), Item(improve))
    return SurveyStructure(
        code=wording.name.lower().replace(" ", "-"),
        name=wording.name,
        customer_kind=kind,
        length_sentence=f"There are {len(items)} short questions and it takes about a minute. "
        "Only the first needs an answer.",
        items=items,
    )


OWN_SURVEYS: Mapping[CustomerKind, SurveyStructure] = {
    CustomerKind.INTERNAL: _structure(
        CustomerKind.INTERNAL,
        _Wording(
            "team",
            "Teams we work for",
            "How satisfied are you with what the contact centre does for your team?",
            {
                "delivery": ("The centre does what we agreed", "Delivery of what was agreed"),
                "timeliness": ("Work reaches my team in good time", "Timeliness"),
                "information": ("What is passed on to us is complete and right", "Information passed on"),
                "professionalism": (
                    "The people at the centre know our service well enough",
                    "Knowledge of the service",
                ),
            },
        ),
    ),
    CustomerKind.PARTNER: _structure(
        CustomerKind.PARTNER,
        _Wording(
            "partner",
            "Partners we work with",
            "How satisfied is your organisation with working with the contact centre?",
            {
                "delivery": ("The centre keeps to what we agreed together", "Delivery of what was agreed"),
                "timeliness": ("We hear back in good time", "Timeliness"),
                "information": ("We are told what we need to know", "Information"),
                "access": ("We reach the right person easily", "Access"),
            },
        ),
    ),
}
