"""The explorer of comments at a million of them: searches, filters and pages, as the slowest in twenty feels.

What users feel: whatever is searched for, and whatever is ticked beside it, the page of 20 comes at once. Words come
as often as in what people write: a few in most comments, "council" in a fifth, most in hardly any. The reference of
each page is the same page without search and filters, in the same run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from statistics import quantiles

from sqlalchemy import insert

from benchmarks.council import CHANNELS, YEARS, set_up
from benchmarks.measuring import Result, in_turn, milliseconds
from benchmarks.overview import signed_in
from benchmarks.workbench import NAMES, Workbench, app_on, settle
from survey_app.comments.models import Comment, CommentTheme
from survey_app.comments.operations import ensure_themes
from survey_app.comments.search.folding import folded
from survey_app.extensions import db, insert_many, transaction
from survey_app.kernel.clock import utc_now
from survey_app.measures.operations import rebuild_month
from survey_app.organisation.channels import Mode
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, ResponseState, SurveyResponse
from survey_app.surveys.kinds import TextType
from survey_app.surveys.models import SurveyVersion

NAME = "comments"
AT_A_TIME = 10_000
PROMISED_MS = 300
USUAL = [
    "the",
    "to",
    "and",
    "i",
    "was",
    "a",
    "it",
    "of",
    "for",
    "my",
    "not",
    "in",
    "very",
    "they",
    "with",
    "on",
    "staff",
    "have",
    "council",
    "but",
    "helpful",
    "bin",
]
RARER = [
    "update",
    "call",
    "back",
    "ring",
    "rang",
    "phone",
    "refuse",
    "wait",
    "weeks",
    "planning",
    "permit",
    "garden",
    "waste",
    "reply",
    "letter",
]
WORDS = [*USUAL, *RARER, *(f"word{n}" for n in range(5_000))]
OFTEN = list(accumulate(1 / (n + 5) for n in range(len(WORDS))))
LABELS = ("positive", "positive", "positive", "neutral", "negative")
PAGES = {
    "a common word": "text=council",
    "a rare word": "text=word3000",
    "a phrase and other words for it": "text=%22ring+back%22+OR+update",
    "words of which one is not wanted": "text=staff+helpful+-council",
    "how a word begins": "text=word10*",
    "the closest to common words": "text=council+staff&order=closest",
    "filters of four kinds": "sentiment=negative&channel=email&service=waste&theme={theme}",
    "a common word and filters": "text=council&sentiment=negative&theme={theme}&service=housing&service=waste",
    "words that no comment has together": "text=word4990+word4991+word4992",
    "the last page that can be turned to": "text=council&page=100",
}


def run(bench: Workbench) -> Iterator[Result]:
    for kind in bench.kinds:
        database = bench.empty(kind)
        with app_on(database) as app:
            with app.app_context():
                with transaction():
                    version, services = set_up(utc_now())
                write_comments(version, services, bench.size.comments)
                settle()
                with transaction():
                    theme = ensure_themes()[0].code
            client, period = signed_in(app), "period=2025%2F26"

            def get(arguments: str) -> float:
                return milliseconds(lambda: client.get(f"/comments/?{period}&{arguments}"))  # noqa: B023

            for what, arguments in PAGES.items():
                asked = arguments.format(theme=theme)
                pairs = in_turn(lambda: get(asked), lambda: get(""), bench.size.page_loads)  # noqa: B023
                slow = tuple(_p95([pair[side] for pair in pairs]) for side in (0, 1))
                name = f"{what}, of {bench.size.comments:,} comments, {NAMES[kind]}, p95"
                yield Result(name, "ms", "the page without search and filters", [(slow[0], slow[1])], False)
        bench.forget(database)


def write_comments(version: SurveyVersion, services: Sequence[Service], count: int) -> None:
    """So many answers of three years, a comment each. Commits as it goes."""
    rng, days = Random(2026), (YEARS.last - YEARS.first).days + 1
    themes = [theme.id for theme in ensure_themes()]
    question = next(item.question_version.id for item in version.items if item.question_version.text_type)
    places, version_id = [service.id for service in services], version.id
    for first in range(1, count + 1, AT_A_TIME):
        numbers = range(first, min(first + AT_A_TIME, count + 1))
        with transaction():
            insert_many(
                SurveyResponse, [_response(n, version_id, rng, places, days * (n - 1) // count) for n in numbers]
            )
            insert_many(
                AnswerText,
                [{"id": n, "response_id": n, "question_version_id": question, "raw": "x"} for n in numbers],
            )
            db.session.execute(insert(Comment), [_comment(n, question, rng) for n in numbers])
            found = [(n, theme) for n in numbers for theme in rng.sample(themes, rng.choice((0, 1, 1, 2)))]
            db.session.execute(
                insert(CommentTheme), [{"comment_id": n, "theme_id": t, "matched": []} for n, t in found]
            )
    for month in YEARS.split("month"):
        with transaction():
            rebuild_month(month.first)


def _response(n: int, version: int, rng: Random, services: Sequence[int], day: int) -> dict[str, object]:
    on = YEARS.first + timedelta(days=day)
    return {
        "id": n,
        "reference": f"R{n:08}",
        "survey_version_id": version,
        "mode": Mode.WEB,
        "state": ResponseState.COUNTED,
        "submitted_at": datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        "service_id": rng.choice(services),
        "channel": rng.choice(CHANNELS),
        "answered_in": "en",
        "language": "en",
        "counts_on": on,
    }


def _comment(n: int, question: int, rng: Random) -> dict[str, object]:
    text = " ".join(rng.choices(WORDS, cum_weights=OFTEN, k=rng.randrange(3, 40)))
    return {
        "id": n,
        "reference": f"C{n:09}",
        "answer_text_id": n,
        "response_id": n,
        "question_version_id": question,
        "text_type": TextType.WHY,
        "redacted_text": text,
        "words": folded(text),
        "removed": [],
        "redacted_with": "drawn",
        "sentiment": rng.choice(LABELS),
        "needs_review": n % 9 == 0,
        "flags": ["request"] if n % 4 == 0 else [],
        "method": "drawn",
        "analysed_at": datetime(2026, 4, 1, tzinfo=UTC),
    }


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
