"""Small surveys with conditions and jumps."""

from __future__ import annotations

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import RESOLVED_SCALE, SATISFACTION_SCALE, BankQuestion, Choice
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure

YES_NO = (Choice("yes", "Yes", is_outside=False), Choice("no", "No", is_outside=False))
_CHOICES = {
    QuestionKind.SATISFACTION: SATISFACTION_SCALE,
    QuestionKind.YES_PARTLY_NO: RESOLVED_SCALE,
    QuestionKind.SINGLE_CHOICE: YES_NO,
    QuestionKind.MULTIPLE_CHOICE: (*YES_NO, Choice("maybe", "Maybe", is_outside=False)),
}


def item(
    code: str,
    *,
    kind: QuestionKind = QuestionKind.SINGLE_CHOICE,
    page: int = 1,
    show_if: Condition | None = None,
    is_required: bool = False,
    wording: str = "",
    hint: str = "",
    asks: str | None = None,
) -> Item:
    """A question of a kind; its wording is its code where none is given."""
    text_type = TextType.WHY if kind is QuestionKind.TEXT else None
    words = wording or code.capitalize()
    missing = f"Answer {code}" if is_required else ""
    question = BankQuestion(code, kind, words, words, asks, hint, missing, text_type, _CHOICES.get(kind, ()))
    return Item(question, is_required, page, show_if=show_if)


def survey(*items: Item, rules: tuple[Rule, ...] = (), page_titles: dict[int, str] | None = None) -> SurveyStructure:
    return SurveyStructure("routed", "Routed", CustomerKind.RESIDENT, "", items, {}, rules, page_titles or {})


def when(about: str | Fact, *values: str) -> Condition:
    """One of these was chosen."""
    return Condition((Term(about, Comparison.IS, values),))


def when_not(about: str | Fact, *values: str) -> Condition:
    return Condition((Term(about, Comparison.IS_NOT, values),))
