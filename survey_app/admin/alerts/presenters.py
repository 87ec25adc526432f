"""What the pages of the kinds of alert show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.comments.alerts.finding import finder_of
from survey_app.comments.alerts.letters import time_words
from survey_app.comments.alerts.models import AlertKind
from survey_app.comments.alerts.presenters import pieces
from survey_app.comments.alerts.queries import past_comments
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import in_words

MOST_TRIED = 10_000
MOST_SHOWN = 20
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class KindRow:
    """A kind in the list. `tags` are pairs of kind and words."""

    code: str
    name: str
    phrases: int
    exceptions: int
    told: str
    within: str
    tags: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Tried:
    """What phrases would have found in past comments; `comments` are pieces with whether they were found, and days."""

    words: str
    comments: Sequence[tuple[Sequence[tuple[str, bool]], date]]
    note: str


def kind_rows(kinds: Sequence[AlertKind]) -> list[KindRow]:
    return [
        KindRow(
            code=kind.code,
            name=kind.name,
            phrases=len(kind.phrases.splitlines()),
            exceptions=len(kind.exceptions.splitlines()),
            told=kind.inbox or kind.other_inbox or "Nobody",
            within=time_words(kind.answer_within_minutes),
            tags=_tags(kind),
        )
        for kind in kinds
    ]


def answer(kinds: Sequence[AlertKind]) -> tuple[str, str]:
    """The sentence of the list."""
    in_use = [kind for kind in kinds if kind.is_active]
    untold = [kind for kind in in_use if not (kind.inbox or kind.other_inbox)]
    if not in_use:
        return "No kind of alert is switched on.", "What residents write in distress is seen when somebody reads it."
    claim = f"{len(in_use)} {'kind' if len(in_use) == 1 else 'kinds'} of alert {'is' if len(in_use) == 1 else 'are'} on"
    if not untold:
        return f"{claim}.", "Each has an inbox that is told within a minute."
    if len(untold) == len(in_use):
        return f"{claim}, and nobody is told of any.", "Give each an inbox that somebody reads all day."
    return f"{claim}.", f"Nobody is told of {len(untold)} of them: give each an inbox that somebody reads all day."


def warnings(kind: AlertKind) -> list[str]:
    """What is not as it should be with a kind."""
    found = []
    if not kind.is_active:
        found.append("It is switched off: nothing is found.")
    elif not (kind.inbox or kind.other_inbox):
        found.append("Nobody is told: such alerts stand on the page of alerts alone.")
    if kind.inbox_service_id is not None and not kind.other_inbox:
        found.append(
            "Nobody is told of a comment about the service whose inbox this is: give it another inbox, outside."
        )
    return found


def tried(kind: AlertKind, phrases: str, exceptions: str, now: datetime, *, may_read: bool) -> Tried:
    """What these phrases would have found in twelve months, beside what the kind's own find. Nothing is raised."""
    since = london_day(now) - YEAR
    comments = past_comments(since, most=MOST_TRIED)
    own, new = finder_of(("own", kind.phrases, kind.exceptions)), finder_of(("new", phrases, exceptions))
    before = {place for place, (text, _) in enumerate(comments) if own.find(text)}
    found = [place for place, (text, _) in enumerate(comments) if new.find(text)]
    fresh, lost = len(set(found) - before), len(before - set(found))
    scope = f"the newest {MOST_TRIED:,}" if len(comments) == MOST_TRIED else f"all {len(comments):,}"
    words = f"These phrases would have found {_comments(len(found))} since {in_words(since)}."
    if kind.code:
        words += f" {fresh:,} of them are new; {_comments(lost)} that are found now would not be."
    shown = sorted(found, key=lambda place: (place in before, place))[:MOST_SHOWN]  # new ones first
    return Tried(
        words=words,
        comments=[(pieces(comments[place][0], new), comments[place][1]) for place in shown] if may_read else [],
        note=f"Tried on {scope} comments of these days. Nothing is raised for the past.",
    )


def _tags(kind: AlertKind) -> list[tuple[str, str]]:
    if not kind.is_active:
        return [("neutral", "Switched off")]
    if not (kind.inbox or kind.other_inbox):
        return [("concern", "Nobody is told")]
    return [("concern", "No other inbox")] if warnings(kind) else [("common", "On")]


def _comments(n: int) -> str:
    return f"{n:,} comment{'' if n == 1 else 's'}"
