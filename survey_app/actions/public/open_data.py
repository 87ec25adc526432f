"""What is published as open data: one table, what its columns mean, and the licence it is under."""

from __future__ import annotations

import io
from collections.abc import Iterable

from survey_app.actions.public.helped import Answer, PublicEffect, Side
from survey_app.actions.public.queries import PublishedChange
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import SafeWriter

LICENCE = "Open Government Licence v3.0"
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
ANSWERS = {
    Answer.YES: "the figure moved as it should, and by more than chance explains; elsewhere it did not as much",
    Answer.NO: "the figure got worse, by more than chance explains",
    Answer.CANNOT_TELL: "too early, too few answers, or it moved alike elsewhere",
    Answer.NOT_SHOWN: "what difference there is may be chance",
    Answer.NOT_MEASURED: "no figure was named for this change",
}
COLUMNS = {
    "id": "Names a change. It stays the same when the entry is published anew.",
    "heading": "What it is about, in the council’s words.",
    "you_said": "What people said.",
    "we_did": "What the council did.",
    "did_it_help": f"One of {', '.join(Answer)}.",
    "sentence": "The answer in a sentence, as it was approved.",
    "measure": "The name of the figure that the change should move, chosen by the council; empty where there is none.",
    "before_first": "First day of the answers before, by the day of the contact (ISO 8601).",
    "before_last": "Last day of the answers before.",
    "before_numerator": "Answers before that count in the figure, such as those very or fairly satisfied.",
    "before_base": "All answers before that give an opinion. Empty where fewer than 10, or where publishing the counts "
    "beside what is published already could tell what a few people answered.",
    "since_first": "First day of the answers since the change.",
    "since_last": "Last day of the answers since the change.",
    "since_numerator": "Answers since that count in the figure.",
    "since_base": "All answers since that give an opinion.",
    "difference_low": "Lower end of the 95% interval of the difference of the two shares, -1 to 1. It covers chance "
    "only, not who chose to answer.",
    "difference_high": "Its upper end.",
    "before_passport": "Code of the frozen record of how the figure before was counted.",
    "since_passport": "The same of the figure since.",
    "published_on": "Day on which the entry first came out.",
    "updated_on": "Day on which this edition of it came out.",
    "licence": f"{LICENCE}, in every row.",
}


def changes_csv(changes: Iterable[PublishedChange]) -> bytes:
    """UTF-8 with a mark, a header and a row a change; no text that a spreadsheet takes for a formula."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    writer.write(COLUMNS)
    for change in changes:
        writer.write(_row(change))
    return text.getvalue().encode("utf-8-sig")


def _row(change: PublishedChange) -> list[object]:
    entry, effect = change.entry, change.effect
    sentence = " ".join(part for part in (effect.answer.words, effect.sentence, entry.helped) if part)
    return [
        change.code,
        entry.heading,
        entry.said,
        entry.did,
        effect.answer.value,
        sentence,
        effect.measure,
        *_side(effect.before),
        *_side(effect.since),
        effect.low,
        effect.high,
        *_passports(effect),
        london_day(change.first_at).isoformat(),
        london_day(change.updated_at).isoformat(),
        LICENCE,
    ]


def _side(side: Side | None) -> list[object]:
    return [None] * 4 if side is None else [side.first.isoformat(), side.last.isoformat(), side.numerator, side.base]


def _passports(effect: PublicEffect) -> list[object]:
    return [side.passport or None for side in effect.sides] or [None, None]
