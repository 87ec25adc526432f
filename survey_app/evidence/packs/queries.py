"""Reading what a pack is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from survey_app.evidence.exhibits.proofs import Proof
from survey_app.evidence.exhibits.queries import bases_printed_by, live_figure, proof_of, told_apart
from survey_app.evidence.models import (
    Accreditation,
    Element,
    EvidencePack,
    Exhibit,
    Framework,
    PackPart,
    PackState,
    Visit,
    element_exhibit,
)
from survey_app.evidence.packs.changes import PassportPair
from survey_app.evidence.packs.keeping import Kept, keeping_of
from survey_app.evidence.thresholds import read_thresholds
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import AppError, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.amounts import goal_words
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import differences, figure_of, query_of
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.queries import open_passport, query_from_id
from survey_app.measures.queries.run_again import find_frozen_passport, run_again
from survey_app.measures.queries.standing import service_tree
from survey_app.measures.rerun import rerun_sentence
from survey_app.measures.subtraction import Printed, printed, standing_together
from survey_app.measures.targets import TargetLine
from survey_app.statistics.target_status import Comparator
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of


def exhibits_in(framework: Framework) -> list[Exhibit]:
    """Every exhibit of a framework once, by number."""
    found = {exhibit.number: exhibit for element in framework.elements for exhibit in element.exhibits}
    return [found[number] for number in sorted(found)]


def others_in(framework: Framework, period: Period) -> list[Exhibit]:
    """The exhibits without a passport that are not later than the period; without improvements that were dropped."""
    return [
        exhibit
        for exhibit in exhibits_in(framework)
        if exhibit.passport is None
        and (exhibit.dated_on is None or exhibit.dated_on <= period.last)
        and (exhibit.improvement is None or exhibit.improvement.dropped_at is None)
    ]


def proofs_in(framework: Framework, first: date, last: date) -> list[Proof]:
    """The exhibits of a framework whose figures lie within these days, by number."""
    chosen = []
    for exhibit in exhibits_in(framework):
        if exhibit.passport is None:
            continue
        query = query_from_id(exhibit.query["figure"])
        if first <= query.first and query.last <= last:
            chosen.append(proof_of(exhibit, framework))
    return chosen


def pairs_told_apart(pairs: Sequence[PassportPair], proofs: Sequence[Proof]) -> list[PassportPair]:
    """The pairs whose year before may stand in a pack with these proofs, and beside what is pinned elsewhere."""
    may_stand = figures_told_apart([[figure_of(pair.before)] for pair in pairs], proofs, ())
    return [pair for pair, is_told in zip(pairs, may_stand, strict=True) if is_told]


def figures_told_apart(
    groups: Sequence[Sequence[Figure]], proofs: Sequence[Proof], pairs: Sequence[PassportPair]
) -> list[bool]:
    """Which groups of figures may stand in a pack with these proofs and years before, and beside what is pinned
    elsewhere."""
    tree = service_tree()
    beside = [base for proof in proofs for base in bases_printed_by(proof, tree)]
    beside += [base for bases in told_apart().values() for base in bases]

    def prints(figures: Iterable[Figure]) -> list[Printed]:
        return [printed(figure.query, figure.base, tree.subtree, tree.ids) for figure in figures]

    beside += prints(figure_of(pair.before) for pair in pairs)
    return standing_together([prints(group) for group in groups], beside)


def live_differences(document: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Run a passport again: why it is not as it was, in whole sentences. Empty when counts and rows are the same.

    Of one that was frozen elsewhere no rows are kept here: it is compared by its counts alone.
    """
    try:
        frozen = find_frozen_passport(short_code(sha256(canonical(dict(document)))))
        if frozen is None:
            return _in_detail(differences(document, open_passport(query_of(document), now=now).document))
        found = run_again(frozen, now=now)
    except AppError as problem:
        return [f"It cannot be counted again here. {problem.message}"]
    return [] if found.is_same else [rerun_sentence(found), *_in_detail(found.differences)]


def _in_detail(counts: Sequence[str]) -> list[str]:
    return [f"In detail: {'; '.join(counts)}."] if counts else []


def target_difference(document: Mapping[str, Any], then: TargetLine | None, *, now: datetime) -> str:
    """How the target of a figure differs from the one that a pack judged it by; empty where it does not."""
    try:
        query = query_of(document)
        today = live_figure(query, now=now).target_line
    except AppError:
        return ""  # said of the figure
    measure = query.definition
    words = [goal_words(measure, line.value, Comparator(line.comparator)) if line else "none" for line in (then, today)]
    return "" if words[0] == words[1] else f"Its target was {words[0]} in the pack, it is {words[1]} now."


def strongest_at(framework: Framework) -> dict[int, int]:
    """The number of the strongest exhibit of each element that has one, by the element's id."""
    marked = (
        select(element_exhibit.c.element_id, func.min(Exhibit.number).label("number"))
        .join(Exhibit, Exhibit.id == element_exhibit.c.exhibit_id)
        .join(Element, Element.id == element_exhibit.c.element_id)
        .where(Element.framework_id == framework.id, element_exhibit.c.is_strongest)
        .group_by(element_exhibit.c.element_id)
    )
    return {row.element_id: row.number for row in db.session.execute(marked)}


def waiting_pack(framework: Framework, first: date, last: date) -> EvidencePack | None:
    """The pack of these days that is still to be made."""
    return db.session.scalar(
        select(EvidencePack).where(
            EvidencePack.framework_id == framework.id,
            EvidencePack.first_on == first,
            EvidencePack.last_on == last,
            EvidencePack.state == PackState.WAITING,
        )
    )


def packs(most: int) -> Sequence[EvidencePack]:
    """The newest packs, whatever their state."""
    newest = select(EvidencePack).options(joinedload(EvidencePack.framework)).order_by(EvidencePack.id.desc())
    return db.session.scalars(newest.limit(most)).all()


def pack_by_code(code: str) -> EvidencePack:
    """One pack. NotFound when there is none."""
    pack = db.session.scalar(select(EvidencePack).where(EvidencePack.code == code))
    if pack is None:
        raise NotFound("There is no such pack.")
    return pack


def parts_of(pack_id: int) -> Iterator[bytes]:
    """The zip of a pack, a part at a time."""
    numbers = db.session.scalars(select(PackPart.id).where(PackPart.pack_id == pack_id).order_by(PackPart.part)).all()
    for number in numbers:
        yield db.session.scalars(select(PackPart.content).where(PackPart.id == number)).one()


def keeping(framework: Framework) -> dict[int, Kept]:
    """Until when each pack of a framework that is ready is kept, by its id."""
    ready = db.session.execute(
        select(EvidencePack.id, EvidencePack.made_at)
        .where(EvidencePack.framework_id == framework.id, EvidencePack.state == PackState.READY)
        .order_by(EvidencePack.made_at, EvidencePack.id)
    )
    held = db.session.scalars(
        select(Visit.held_on)
        .join(Accreditation)
        .where(Accreditation.framework_id == framework.id, Visit.held_on.is_not(None))
    )
    years = read_thresholds(framework.code, framework.thresholds).pack_years
    made = [(number, london_day(at)) for number, at in ready if at is not None]
    return keeping_of(made, [day for day in held if day is not None], years)


def packs_over(now: datetime) -> list[int]:
    """The ids of the packs that are kept no longer."""
    today = london_day(now)
    frameworks = db.session.scalars(select(Framework).order_by(Framework.id)).all()
    return [number for each in frameworks for number, kept in sorted(keeping(each).items()) if kept.is_over(today)]


def pack_to_forget(now: datetime) -> EvidencePack | None:
    """A pack that is kept no longer; None when there is none."""
    return db.session.get(EvidencePack, over[0]) if (over := packs_over(now)) else None


def packs_to_make(now: datetime) -> Backlog:
    """Packs that somebody waits for."""
    return backlog_of(select(EvidencePack.asked_at).where(EvidencePack.state == PackState.WAITING))
