"""Enters, changes and drops improvements, and keeps what was heard."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from survey_app.actions.improvements import queries
from survey_app.actions.improvements.aims import Aim, check_aim
from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.models import Heard, HeardKind, Improvement, Prompt
from survey_app.audit.operations import record_act_by
from survey_app.comments.models import Comment
from survey_app.comments.queries import active_themes
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.address import FigureQuery
from survey_app.measures.effects import MOST_SETTLING_DAYS, SETTLING_DAYS
from survey_app.measures.operations.passports import freeze_passport
from survey_app.measures.queries import measure_called
from survey_app.measures.queries.standing import service_tree
from survey_app.organisation.queries import all_sites
from survey_app.organisation.scope import EVERYTHING, Scope

MOST_QUOTES = 12  # of one improvement


@dataclass(frozen=True)
class Written:
    """What is written down about an improvement, apart from what it should move."""

    title: str
    heard: str
    did: str
    done_on: date
    prompt: Prompt = Prompt.SURVEY
    prompt_note: str = ""
    place: str = ""
    owner: str = ""
    cost_pounds: int | None = None
    settling_days: int = SETTLING_DAYS


def enter_improvement(
    written: Written, aim: Aim, *, scope: Scope = EVERYTHING, now: datetime, by: int | None = None
) -> Improvement:
    """Keep an improvement under the next letter, with what it should move.

    InvalidInput and NotFound as `check_aim` says, and for words that are missing or days that cannot be.
    """
    _check(written, aim, scope)
    improvement = Improvement(
        number=queries.next_number(),
        entered_at=now,
        entered_by=by,
        named_at=now,
        **asdict(written),
        measure=aim.measure,
        direction=aim.direction,
        where=aim.where,
    )
    db.session.add(improvement)
    db.session.flush()
    _record("improvement.entered", improvement, now=now, by=by, after=_as_audited(improvement))
    return improvement


def change_improvement(
    improvement: Improvement,
    written: Written,
    aim: Aim,
    *,
    scope: Scope = EVERYTHING,
    now: datetime,
    by: int | None = None,
) -> None:
    """Write it down anew. Another measure, place or direction counts as named now, and pages say when that was."""
    _check(written, aim, scope)
    before = _as_audited(improvement)
    if aim.where != aim_of(improvement).where or (aim.measure, aim.direction) != (
        improvement.measure,
        improvement.direction,
    ):
        improvement.named_at = now
    for name, value in asdict(written).items():
        setattr(improvement, name, value)
    improvement.measure, improvement.direction, improvement.where = aim.measure, aim.direction, aim.where
    db.session.flush()
    after = _as_audited(improvement)
    if after != before:
        _record("improvement.changed", improvement, now=now, by=by, before=before, after=after)


def drop_improvement(improvement: Improvement, *, now: datetime, by: int | None = None) -> None:
    """It was entered by mistake: it is shown nowhere. Its letter stays its own."""
    if improvement.dropped_at is None:
        improvement.dropped_at = now
        db.session.flush()
        _record("improvement.dropped", improvement, now=now, by=by)


def bring_back(improvement: Improvement, *, now: datetime, by: int | None = None) -> None:
    """Undo of `drop_improvement`."""
    if improvement.dropped_at is not None:
        improvement.dropped_at = None
        db.session.flush()
        _record("improvement.brought_back", improvement, now=now, by=by)


def hear_theme(improvement: Improvement, code: str, *, now: datetime, by: int | None = None) -> None:
    """Say that people spoke of a theme. InvalidInput for one that is not in use."""
    if code not in {theme.code for theme in active_themes()}:
        raise InvalidInput("There is no such theme.")
    if all(heard.theme != code for heard in improvement.heard_from):
        _add(improvement, Heard(kind=HeardKind.THEME, theme=code), now=now, by=by)


def hear_quote(improvement: Improvement, comment: Comment, *, now: datetime, by: int | None = None) -> None:
    """Quote a comment as it stands redacted. It is shown for as long as its author leaves it with the council."""
    quotes = [heard for heard in improvement.heard_from if heard.kind is HeardKind.QUOTE]
    if any(heard.comment_id == comment.id for heard in quotes):
        return
    if len(quotes) >= MOST_QUOTES:
        raise Refused(f"An improvement has {MOST_QUOTES} quotations at most. Take one away first.")
    quote = Heard(kind=HeardKind.QUOTE, comment_id=comment.id, quote=comment.redacted_text)
    _add(improvement, quote, now=now, by=by)


def hear_figure(
    improvement: Improvement,
    query: FigureQuery,
    *,
    scope: Scope = EVERYTHING,
    now: datetime,
    by: int | None = None,
) -> None:
    """Freeze the passport of a figure and keep it as what was heard. Refused for one that may not be shown."""
    frozen = freeze_passport(query, scope=scope, now=now)
    if all(heard.passport_id != frozen.id for heard in improvement.heard_from):
        _add(improvement, Heard(kind=HeardKind.FIGURE, passport_id=frozen.id), now=now, by=by)


def unhear(heard: Heard, improvement: Improvement, *, now: datetime, by: int | None = None) -> None:
    """Take one thing away from what was heard."""
    improvement.heard_from.remove(heard)
    db.session.flush()
    _record("improvement.heard_less", improvement, now=now, by=by, before={"kind": heard.kind})


def aim_of(improvement: Improvement) -> Aim:
    """What it should move."""
    return Aim.of(improvement.measure, improvement.direction, improvement.where)


def _check(written: Written, aim: Aim, scope: Scope) -> None:
    for what, words in (("a title", written.title), ("what you heard", written.heard), ("what you did", written.did)):
        if not words.strip():
            raise InvalidInput(f"Write {what}.")
    if not 0 <= written.settling_days <= MOST_SETTLING_DAYS:
        raise InvalidInput(f"A change settles within 0 to {MOST_SETTLING_DAYS} days.")
    if written.cost_pounds is not None and written.cost_pounds < 0:
        raise InvalidInput("A cost is 0 or more.")
    check_aim(aim, measure_called(aim.measure), service_tree(), {site.code for site in all_sites()}, scope)


def _add(improvement: Improvement, heard: Heard, *, now: datetime, by: int | None) -> None:
    improvement.heard_from.append(heard)
    db.session.flush()
    _record("improvement.heard", improvement, now=now, by=by, after={"kind": heard.kind})


def _record(action: str, improvement: Improvement, *, now: datetime, by: int | None, **facts: Any) -> None:
    record_act_by(action, letter_of(improvement.number), at=now, by=by, **facts)


def _as_audited(improvement: Improvement) -> dict[str, Any]:
    """Words may name people and are not in it."""
    facts = ("number", "measure", "where", "direction", "settling_days", "cost_pounds", "prompt")
    return {fact: getattr(improvement, fact) for fact in facts} | {"done_on": improvement.done_on.isoformat()}
