"""Writes what is published: drafted, proposed, approved by somebody else, published, withdrawn. All is audited."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from survey_app.actions.models import Improvement, OurStandard, PublicState, YouSaidWeDid
from survey_app.actions.public import queries
from survey_app.actions.public.chains import Any_, Publication
from survey_app.actions.public.helped import PublicEffect, Side
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.measures.models import PublishedEdition
from survey_app.measures.operations.passports import freeze_passport
from survey_app.measures.queries import query_from_id
from survey_app.measures.queries.standing import all_targets

OPEN = (PublicState.DRAFT, PublicState.PROPOSED)
MOVED = "The words or the figures have changed since you opened this page. Look at it again."


@dataclass(frozen=True)
class ChangeWords:
    """What residents read of one change. `helped` adds to what the figures say, or says it where there are none."""

    heading: str
    said: str
    did: str
    helped: str = ""


@dataclass(frozen=True)
class StandardWords:
    """One promise, with a figure from a published table (`edition`, of the top-level `service` or of the whole council)
    or as the council states it: then figure, source and day are needed, the target is not."""

    heading: str
    promise: str
    edition: PublishedEdition | None = None
    service: str | None = None
    stated_target: str = ""
    stated_figure: str = ""
    stated_source: str = ""
    stated_on: date | None = None


def publish_change(
    words: ChangeWords,
    *,
    improvement: Improvement | None = None,
    now: datetime,
    written_by: int | None = None,
    by: int | None = None,
) -> YouSaidWeDid:
    """Write, propose and publish in one, for commands. InvalidInput and Refused as the three say."""
    entry = write_change(words, improvement=improvement, now=now, by=written_by)
    propose(entry, now=now, by=written_by)
    publish_entry(entry, seen=queries.seen_of(entry, queries.effect_for(entry, now=now)), now=now, by=by)
    return entry


def publish_standard(
    words: StandardWords, *, now: datetime, written_by: int | None = None, by: int | None = None
) -> OurStandard:
    """Write, propose and publish in one, for commands. InvalidInput and Refused as the three say."""
    standard = write_standard(words, now=now, by=written_by)
    propose(standard, now=now, by=written_by)
    publish_proposed_standard(standard, seen=queries.seen_of_standard(standard), now=now, by=by)
    return standard


def write_change(
    words: ChangeWords, *, improvement: Improvement | None = None, now: datetime, by: int | None = None
) -> YouSaidWeDid:
    """A draft, of an improvement whose effect it will tell, or of something else. InvalidInput for missing words."""
    entry = YouSaidWeDid(
        code=new_reference(), improvement_id=improvement.id if improvement else None, written_at=now, written_by=by
    )
    _put(entry, _checked_change(words))
    return _begun(entry, now=now, by=by)


def write_standard(words: StandardWords, *, now: datetime, by: int | None = None) -> OurStandard:
    """A draft of one promise, after the others. InvalidInput as `StandardWords` says."""
    standard = OurStandard(code=new_reference(), position=queries.last_position() + 1, written_at=now, written_by=by)
    _put(standard, _checked_standard(words))
    return _begun(standard, now=now, by=by)


def rewrite(thing: Publication, words: ChangeWords | StandardWords, *, now: datetime, by: int | None = None) -> None:
    """Write a draft anew. What was proposed is a draft again; Refused for what went out, which has editions."""
    _be_one_of(thing, *OPEN, why="What went out stays as it was. Begin a new edition.")
    values = _checked_change(words) if isinstance(words, ChangeWords) else _checked_standard(words)
    _put(thing, values)
    thing.state, thing.written_at, thing.written_by = PublicState.DRAFT, now, by
    db.session.flush()
    _record("rewritten", thing, now=now, by=by)


def begin_edition(thing: Any_, *, now: datetime, by: int | None = None) -> Any_:
    """A draft with the same words, which replaces what is published once it is approved itself."""
    _be_one_of(thing, PublicState.PUBLISHED, why="Only what is published has a next edition.")
    if queries.replacement_of(thing) is not None:
        raise Refused("Its next edition is begun already.")
    facts = {
        name: getattr(thing, name)
        for name in thing.__table__.columns.keys()  # noqa: SIM118 - a collection of columns
        if name not in {"id", "code", "state", "effect", "remark", "decided_at", "decided_by", "withdrawn_at"}
    }
    return _begun(
        type(thing)(**facts | {"code": new_reference(), "replaces_id": thing.id, "written_at": now, "written_by": by}),
        now=now,
        by=by,
    )


def discard(thing: Publication, *, now: datetime, by: int | None = None) -> None:
    """Throw a draft away."""
    _be_one_of(thing, *OPEN, why="What went out is withdrawn, not thrown away.")
    _record("discarded", thing, now=now, by=by)
    db.session.delete(thing)
    db.session.flush()


def propose(thing: Publication, *, now: datetime, by: int | None = None) -> None:
    """Ask somebody who may publish to look at it."""
    _be_one_of(thing, PublicState.DRAFT, why="Only a draft is proposed.")
    thing.state, thing.remark = PublicState.PROPOSED, ""
    db.session.flush()
    _record("proposed", thing, now=now, by=by)


def send_back(thing: Publication, reason: str, *, now: datetime, by: int | None = None) -> None:
    """It is a draft again, with the reason on it. InvalidInput without one."""
    _be_one_of(thing, PublicState.PROPOSED, why="Only what is proposed is sent back.")
    thing.remark, thing.state = _reason(reason), PublicState.DRAFT
    db.session.flush()
    _record("sent_back", thing, now=now, by=by)


def publish_entry(entry: YouSaidWeDid, *, seen: str, now: datetime, by: int | None = None) -> None:
    """Approve and publish it, with its effect frozen as it stands: two passports, their counts and the sentence.

    `seen` is the digest of what somebody looked at. Refused where that has moved, where it is not proposed, and for
    whoever wrote it, unless nobody else may publish.
    """
    _check_publishing(entry, by)
    effect = queries.effect_for(entry, now=now)
    if queries.seen_of(entry, effect) != seen:
        raise Refused(MOVED)
    entry.effect = None if entry.improvement is None else _frozen(effect, now).stored()
    _publish(entry, now=now, by=by)


def publish_proposed_standard(standard: OurStandard, *, seen: str, now: datetime, by: int | None = None) -> None:
    """The same of a standard; its figure stands in a published table already, or is the council's own word."""
    _check_publishing(standard, by)
    if queries.seen_of_standard(standard) != seen:
        raise Refused(MOVED)
    _publish(standard, now=now, by=by)


def withdraw(thing: Publication, reason: str, *, now: datetime, by: int | None = None) -> None:
    """Take it off the page, with a reason for the record. InvalidInput without one."""
    _be_one_of(thing, PublicState.PUBLISHED, why="Only what is published is withdrawn.")
    thing.remark = _reason(reason)
    _take_down(thing, now)
    _record("withdrawn", thing, now=now, by=by)


def move(standard: OurStandard, places: int, *, now: datetime, by: int | None = None) -> None:
    """Move a standard, in all its editions, up (-1) or down (1) in the council's order; at an end it stays."""
    positions = list(dict.fromkeys(each.position for each in queries.all_standards()))
    at = positions.index(standard.position)
    if not 0 <= at + places < len(positions):
        return
    mine, theirs = positions[at], positions[at + places]
    for each in queries.all_standards():
        if each.position in {mine, theirs}:
            each.position = theirs if each.position == mine else mine
    db.session.flush()
    _record("moved", standard, now=now, by=by)


def _publish(thing: Publication, *, now: datetime, by: int | None) -> None:
    """What it replaces goes."""
    replaced = queries.replaced_by(thing)
    if replaced is not None and replaced.state is PublicState.PUBLISHED:
        _take_down(replaced, now)
    thing.state, thing.decided_at, thing.decided_by = PublicState.PUBLISHED, now, by
    db.session.flush()
    _record("published", thing, now=now, by=by)


def _take_down(thing: Publication, now: datetime) -> None:
    thing.state, thing.withdrawn_at = PublicState.WITHDRAWN, now
    db.session.flush()


def _frozen(effect: PublicEffect, now: datetime) -> PublicEffect:
    """With the passports of its bars; those that were frozen for an earlier edition stay."""
    if effect.before is None or effect.since is None:
        return effect
    return replace(effect, before=_with_passport(effect.before, now), since=_with_passport(effect.since, now))


def _with_passport(side: Side, now: datetime) -> Side:
    return side if side.passport else replace(side, passport=freeze_passport(query_from_id(side.figure), now=now).code)


def _check_publishing(thing: Publication, by: int | None) -> None:
    _be_one_of(thing, PublicState.PROPOSED, why="Only what is proposed is published.")
    if by is not None and by == thing.written_by and queries.others_who_may_publish(by):
        raise Refused("You wrote it: somebody else who may publish approves it.")


def _checked_change(words: ChangeWords) -> dict[str, Any]:
    values = {name: fit(text).strip() for name, text in asdict(words).items()}
    missing = {"heading": "a heading", "said": "what people said", "did": "what you did"}
    for name, what in missing.items():
        if not values[name]:
            raise InvalidInput(f"Write {what}.")
    return values


def _checked_standard(words: StandardWords) -> dict[str, Any]:
    if not words.promise.strip():
        raise InvalidInput("Write the promise.")
    values: dict[str, Any] = {"heading": fit(words.heading).strip(), "promise": fit(words.promise).strip()}
    stated = {"stated_figure": words.stated_figure, "stated_source": words.stated_source}
    if words.edition is not None:
        if queries.year_figure(words.edition, words.service, all_targets()) is None:
            raise InvalidInput("The published table has no figure of this service. Choose another.")
        chosen = {"measure": words.edition.measure, "service": words.service, "edition_id": words.edition.id}
        return values | chosen | {"stated_target": "", "stated_figure": "", "stated_source": "", "stated_on": None}
    if not all(text.strip() for text in stated.values()) or words.stated_on is None:
        raise InvalidInput("Say what the figure is, where it comes from and of which day it is.")
    stated["stated_target"] = words.stated_target
    values |= {name: fit(text).strip() for name, text in stated.items()} | {"stated_on": words.stated_on}
    return values | {"measure": None, "service": None, "edition_id": None}


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Give a reason.")
    return fit(reason).strip()


def _put(thing: Publication, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(thing, name, value)


def _begun(thing: Any_, *, now: datetime, by: int | None) -> Any_:
    db.session.add(thing)
    db.session.flush()
    _record("written", thing, now=now, by=by)
    return thing


def _be_one_of(thing: Publication, *states: PublicState, why: str) -> None:
    if thing.state not in states:
        raise Refused(why)


def _record(act: str, thing: Publication, *, now: datetime, by: int | None) -> None:
    """Words may name people and are not in it."""
    kind = "change" if isinstance(thing, YouSaidWeDid) else "standard"
    record_act_by(f"{kind}.{act}", thing.code, at=now, by=by, after={"state": thing.state, "edition": thing.id})
