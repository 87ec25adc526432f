"""What people of a scenario said of its comments, of those that the machine was unsure of and of the blind samples: by
the tone that each was written with, with the slips and differences that people have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random

from survey_app.comments.checking.labels import CANNOT_TELL
from survey_app.comments.checking.models import BlindLabel
from survey_app.comments.checking.operations import draw_sample
from survey_app.comments.models import Comment, CommentLabel, LabelSource
from survey_app.comments.queries import active_themes
from survey_app.demo.allocation import seeded
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year
from survey_app.demo.texts import Tone, load_comment_texts
from survey_app.extensions import db, insert_many
from survey_app.kernel.clock import day_starts_at
from survey_app.measures.effects import months_on
from survey_app.surveys.kinds import TextType

REVIEWED_AFTER = timedelta(days=20, hours=11)  # from the day of the contact: it is answered within 14 days
READ_AFTER = timedelta(days=4, hours=10)  # from the day on which a sample is drawn
LABEL_OF = {
    Tone.PRAISE: "positive",
    Tone.COMPLAINT: "negative",
    Tone.MIXED: "neutral",
    Tone.NEUTRAL: "neutral",
    Tone.REQUEST: "negative",  # whoever asks for something better misses it
}
# What says that there is nothing to improve praises; so the form has people choose.
_NOTHING = re.compile(r"(no|none|nope|nothing|not|nowt|all good|n/?a)\b", re.IGNORECASE)
SLIPS = {Tone.PRAISE: 0.03, Tone.COMPLAINT: 0.04, Tone.MIXED: 0.12, Tone.NEUTRAL: 0.1, Tone.REQUEST: 0.15}
PUZZLED = 0.005
OVERLOOKED = 0.05  # of the themes that keywords find: they stand in the words, and it is not about them
MEANT = {"information": 0.1, "timeliness": 0.04, "staff_attitude": 0.03}  # without any of their keywords
FORGOTTEN = 0.06  # of the themes that a comment has, by one reader
BEGUN = 0.3  # of the newest sample, by the second reader alone


def reviewed_until(today: date) -> date:
    """What the machine was unsure of was read by a person but for the last two months: there is something to do."""
    return months_on(this_year(today).last.replace(day=1), -1)


def review_unsure(scenario: Scenario, today: date, waiting: Iterable[tuple[Comment, date]], by: int) -> None:
    """Have a person label these comments, each with the day on which it counts. Before the tallies are made."""
    rng, tones, lines = seeded(scenario.name, today, "review"), _tones(), []
    for comment, day in waiting:
        before, at = comment.shown_label, day_starts_at(day) + REVIEWED_AFTER
        comment.person_label = _label(rng, _tone(comment, tones)) or CANNOT_TELL
        comment.person_labelled_by, comment.person_labelled_at = by, at
        lines.append(
            {
                "comment_id": comment.id,
                "label": comment.person_label,
                "before": before,
                "source": LabelSource.REVIEW,
                "labelled_by": by,
                "labelled_at": at,
            }
        )
    db.session.flush()
    insert_many(CommentLabel, lines)


def read_samples(scenario: Scenario, today: date, first: int, second: int) -> None:
    """Draw the sample of each month of this year, and have both people read all of them but the newest, which the
    second has begun: so that there is something to do."""
    months = [month.first for month in this_year(today).split("month")]
    tones = _tones()
    codes = {theme.code for theme in active_themes()}
    for month in months:
        sample = draw_sample(month, _seed(scenario, month), now=_drawn_at(month))
        if sample is None:
            continue
        rng = seeded(scenario.name, month, "two readers")
        is_newest = month == months[-1]
        for item in sample.items[: round(len(sample.items) * BEGUN)] if is_newest else sample.items:
            tone = _tone(item.comment, tones)
            themes = _meant(rng, item.machine_themes, codes)
            for user in [second] if is_newest else [first, second]:
                db.session.add(
                    BlindLabel(
                        item_id=item.id,
                        labelled_by=user,
                        label=_label(rng, tone),
                        themes=[code for code in themes if rng.random() >= FORGOTTEN],
                        labelled_at=_drawn_at(month) + READ_AFTER,
                    )
                )
    db.session.flush()


def _tones() -> Mapping[str, Tone]:
    return {text.text: text.tone for text in reversed(load_comment_texts())}


def _tone(comment: Comment, tones: Mapping[str, Tone]) -> Tone:
    raw = comment.answer_text.raw
    tone = tones.get(raw, Tone.NEUTRAL)
    is_content = tone is Tone.NEUTRAL and comment.text_type is TextType.IMPROVE and _NOTHING.match(raw)
    return Tone.PRAISE if is_content else tone


def _meant(rng: Random, found: Iterable[str], codes: set[str]) -> list[str]:
    """What a comment is about, as both would see it."""
    kept = {code for code in found if rng.random() >= OVERLOOKED}
    return sorted(kept | {code for code, share in MEANT.items() if rng.random() < share and code in codes})


def _label(rng: Random, tone: Tone) -> str | None:
    label = LABEL_OF[tone]
    if rng.random() < PUZZLED:
        return None
    if rng.random() >= SLIPS[tone]:
        return label
    if label != "neutral":
        return "neutral"
    return "negative" if rng.random() < 0.7 else "positive"


def _seed(scenario: Scenario, month: date) -> str:
    return hashlib.sha256(f"{scenario.name} {month} a demo keeps no secret".encode()).hexdigest()


def _drawn_at(month: date) -> datetime:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return day_starts_at(after) + timedelta(minutes=5)
