"""What was answered to each question, as the page's template receives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import CellBar, Link
from survey_app.dashboards import addresses
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.questions.counts import AnswerCounts, spread
from survey_app.dashboards.questions.queries import AnsweredQuestion, AnsweredSurvey
from survey_app.responses.given import number_text
from survey_app.statistics.rounding import percent
from survey_app.statistics.suppression import MINIMUM_BASE, is_suppressed
from survey_app.surveys.bank import Limits
from survey_app.surveys.kinds import SEVERAL_OPTIONS, QuestionKind
from survey_app.surveys.models import QuestionVersion
from survey_app.web.templates import month


@dataclass(frozen=True)
class AnswerRow:
    """An answer, how many gave it, and their share of all who answered. `place` is its mean in a ranking."""

    name: str
    number: str
    share: str
    bar: CellBar
    place: str = ""
    is_outside: bool = False


@dataclass(frozen=True)
class QuestionBlock:
    """A question with its answers, or why they are not shown."""

    id: str
    wording: str
    base: str
    notes: Sequence[str]
    rows: Sequence[AnswerRow]
    is_ranking: bool
    facts: Sequence[tuple[str, str]]  # of numbers
    not_shown: str


@dataclass(frozen=True)
class QuestionsPage:
    filters: FilterBar
    action: str
    claim: str
    rest: str
    surveys: Sequence[Link]
    blocks: Sequence[QuestionBlock]


def questions_page(
    survey: AnsweredSurvey | None,
    surveys: Sequence[AnsweredSurvey],
    questions: Sequence[AnsweredQuestion],
    filters: FilterBar,
) -> QuestionsPage:
    """`survey` is the one that is shown, None where no answer fits the choice."""
    arguments = filters.selection.address
    others = [each for each in surveys if survey is None or each.id != survey.id]
    return QuestionsPage(
        filters=filters,
        action=addresses.QUESTIONS if survey is None else f"{addresses.QUESTIONS}{survey.code}",
        claim="Nobody answered in this choice." if survey is None else f"{survey.responses:,} answered.",
        rest="Choose another period." if survey is None else f"What they said to each question of “{survey.name}”.",
        surveys=[
            Link(each.name, addresses.with_arguments(f"{addresses.QUESTIONS}{each.code}", arguments)) for each in others
        ],
        blocks=[_block(question) for question in questions],
    )


def _block(question: AnsweredQuestion) -> QuestionBlock:
    version, counts = question.version, question.counts
    is_hidden = is_suppressed(counts.answered)
    notes = [f"Wording {version.number}."] if version.number > 1 else []
    if version.kind in SEVERAL_OPTIONS:
        notes.append("Each person could give several answers, so the shares do not add up to 100%.")
    return QuestionBlock(
        id=f"q{version.id}",
        wording=version.wording,
        base=f"fewer than {MINIMUM_BASE} answered" if is_hidden else f"{counts.answered:,} answered",
        notes=[] if is_hidden else notes,
        rows=[] if is_hidden else _rows(version, counts),
        is_ranking=version.kind is QuestionKind.RANKING,
        facts=[] if is_hidden else _facts(version, counts),
        not_shown=f"Not shown: a distribution needs {MINIMUM_BASE} answers." if is_hidden else "",
    )


def _rows(version: QuestionVersion, counts: AnswerCounts) -> list[AnswerRow]:
    if version.kind is QuestionKind.DATE:
        return [_row(month(first), number, counts) for first, number in sorted(counts.months.items())]
    rows = []
    for option in version.options:
        of_option = counts.options.get(option.id)
        place = "" if of_option is None or of_option.mean_rank is None else f"{of_option.mean_rank:.1f}"
        chosen = 0 if of_option is None else of_option.chosen
        rows.append(_row(option.label, chosen, counts, place, is_outside=not option.is_substantive))
    if version.kind is QuestionKind.RANKING:
        rows.sort(key=lambda row: (not row.place, float(row.place or 0)))
    return rows


def _row(name: str, number: int, counts: AnswerCounts, place: str = "", *, is_outside: bool = False) -> AnswerRow:
    share, bar = percent(number / counts.answered), CellBar(number, counts.answered)
    return AnswerRow(name, f"{number:,}", share, bar, place, is_outside)


def _facts(version: QuestionVersion, counts: AnswerCounts) -> list[tuple[str, str]]:
    found = spread(counts.numbers)
    if found is None:
        return []
    unit = Limits(**(version.limits or {})).unit
    with_unit = f" {unit}" if unit else ""
    half = f"{number_text(found.lower_quartile)} to {number_text(found.upper_quartile)}{with_unit}"
    return [("Median", f"{number_text(found.median)}{with_unit}"), ("Half of all lie from", half)]
