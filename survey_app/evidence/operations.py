"""Writes frameworks, claims and exhibits, each with its line in the audit. Nothing here commits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from survey_app.audit.operations import record_act_by
from survey_app.evidence import frameworks, queries
from survey_app.evidence.changes import PassportPair
from survey_app.evidence.exhibits import PackContent, Proof, exhibit_number, too_long_a_claim
from survey_app.evidence.frameworks import ElementRow
from survey_app.evidence.models import (
    LONGEST_CODE,
    LONGEST_NAME,
    Element,
    Exhibit,
    ExhibitKind,
    Framework,
    SurveyEvidence,
)
from survey_app.evidence.suggestions import HEADLINES, RESPONSE_RATE, suggested_measures
from survey_app.extensions import db
from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.address import FigureQuery, is_sensitive, make_query, to_id
from survey_app.measures.frozen import figure_of, same_figure
from survey_app.measures.models import FrozenPassport
from survey_app.measures.naming import stands_alone
from survey_app.measures.operations import freeze_passport
from survey_app.measures.passport import Passport
from survey_app.measures.queries import open_passport
from survey_app.measures.queries.standing import namings
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.table_suppression import SMALL_BELOW


@dataclass(frozen=True)
class FrameworkImport:
    """How many elements are new, and how many were there and keep their claim and exhibits."""

    added: int
    kept: int


def import_framework(
    code: str, name: str, rows: Sequence[ElementRow], *, now: datetime, by: int | None = None
) -> FrameworkImport:
    """Make a framework or bring its elements up to date. Claims and exhibits stay, and so do elements not named."""
    if not code or not name or not rows:
        raise InvalidInput("A framework needs a code, a name and at least one element.")
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME or not is_fit(code + name):
        raise InvalidInput(f"A framework's code has up to {LONGEST_CODE} characters, its name up to {LONGEST_NAME}.")
    framework = queries.find_framework(code)
    if framework is None:
        framework = Framework(code=code, name=name)
        db.session.add(framework)
    framework.name = name
    known = {element.number: element for element in framework.elements}
    for position, row in enumerate(rows, start=1):
        element = known.get(row.number)
        if element is None:
            element = Element(number=row.number)
            framework.elements.append(element)
        element.position = position
        element.criterion, element.sub_criterion = row.criterion, row.sub_criterion
        element.title, element.about = row.title, row.about
        element.survey_evidence = SurveyEvidence(row.survey_evidence)
    kept = sum(row.number in known for row in rows)
    result = FrameworkImport(added=len(rows) - kept, kept=kept)
    record_act_by("evidence.framework imported", code, at=now, by=by, after=result.__dict__)
    db.session.flush()
    return result


def import_cse(*, now: datetime, by: int | None = None) -> FrameworkImport:
    """The 57 elements of Customer Service Excellence."""
    rows = frameworks.cse_elements()
    return import_framework(frameworks.CSE_CODE, frameworks.CSE_NAME, rows, now=now, by=by)


def pin_exhibit(
    query: FigureQuery,
    kind: ExhibitKind,
    title: str,
    elements: Sequence[Element],
    *,
    now: datetime,
    by: int | None = None,
    scope: Scope = EVERYTHING,
) -> Exhibit:
    """Freeze a figure and let it stand at these elements; one that is pinned already, unchanged, stands there as well.

    InvalidInput without an element. Refused for a figure on fewer than 10 answers or, of a customer group or language,
    with a count below 5 behind it; for one that a pack could not count again; and to somebody who does not see the
    whole council: the frozen figure would not be the one they see.
    """
    if not elements:
        raise InvalidInput("Choose at least one element.")
    if not scope.is_everything:
        raise Refused("Evidence is the council's: only somebody who sees all services can pin a figure.")
    if kind is ExhibitKind.CHART and is_sensitive(query):
        raise Refused("A chart of one customer group or language would tell small counts by month: pin its figure.")
    passport = open_passport(query, now=now)
    check_provable(passport)
    exhibit = _pinned_already(query, kind, passport)
    if exhibit is None:
        stored: dict[str, Any] = {"figure": to_id(query)}
        if kind is ExhibitKind.CHART:
            stored["trend"] = [part.stored() for part in queries.trend_of(query, now=now)]
        exhibit = Exhibit(
            number=queries.next_exhibit_number(),
            kind=kind,
            title=title.strip() or default_title(query),
            query=stored,
            passport=freeze_passport(query, now=now),
            pinned_at=now,
            pinned_by=by,
        )
        db.session.add(exhibit)
    for element in elements:
        if element not in exhibit.elements:
            exhibit.elements.append(element)
    numbers = [element.number for element in elements]
    after = {"elements": numbers, "passport": exhibit.frozen.code}
    record_act_by("evidence.exhibit pinned", exhibit_number(exhibit.number), at=now, by=by, after=after)
    db.session.flush()
    return exhibit


def pin_again(exhibit: Exhibit, element: Element, *, now: datetime, by: int | None = None) -> None:
    """Undo `unpin`: the exhibit as it is frozen stands at the element again."""
    if element not in exhibit.elements:
        exhibit.elements.append(element)
        after = {"elements": [element.number]}
        record_act_by("evidence.exhibit pinned", exhibit_number(exhibit.number), at=now, by=by, after=after)
        db.session.flush()


def unpin(exhibit: Exhibit, element: Element, *, now: datetime, by: int | None = None) -> None:
    """Take an exhibit off an element. It keeps its number and passport: nobody else ever gets its number."""
    if element in exhibit.elements:
        exhibit.elements.remove(element)
        before = {"elements": [element.number]}
        record_act_by("evidence.exhibit unpinned", exhibit_number(exhibit.number), at=now, by=by, before=before)
        db.session.flush()


def write_claim(element: Element, text: str, *, now: datetime, by: int | None = None) -> None:
    """Say what the council claims. InvalidInput, with the count, when it has more than 60 words or is too long."""
    claim = text.strip().replace("\r\n", "\n")
    if (problem := too_long_a_claim(claim)) is not None:
        raise InvalidInput(problem)
    if claim != element.claim:
        before, element.claim = element.claim, claim
        record_act_by(
            "evidence.claim written", element.number, at=now, by=by, before={"claim": before}, after={"claim": claim}
        )
        db.session.flush()


def gather_pack(framework: Framework, first: date, last: date, *, now: datetime, by: int | None = None) -> PackContent:
    """What a pack of these days holds: the exhibits pinned, or the headline figures where nothing is pinned at all.

    A figure whose base is too small, or that could not be counted again, is left out; so is an exhibit that would give
    a few answers away beside an older one, and a comparison whose year before would.
    """
    proofs, left_out = queries.proofs_in(framework, first, last), tuple[str, ...]()
    is_first = not any(element.exhibits for element in framework.elements)
    if is_first:
        proofs = _headline_proofs(framework, first, last, now)
    else:
        may_stand = queries.told_apart()
        left_out = tuple(proof.number for proof in proofs if proof.number not in may_stand)
        proofs = [proof for proof in proofs if proof.number in may_stand]
    response_rate = _unfiltered(proofs, RESPONSE_RATE, first, last)
    if response_rate is None:
        response_rate = _freeze_proof("M01", (), make_query(RESPONSE_RATE, first, last), now, is_chart=False)
    after = {"from": first.isoformat(), "to": last.isoformat(), "passports": [proof.code for proof in proofs]}
    record_act_by("evidence.pack made", framework.code, at=now, by=by, after=after)
    db.session.flush()
    pairs = queries.pairs_told_apart(list(_pairs(proofs, now)), [*proofs, *([response_rate] if response_rate else [])])
    return PackContent(tuple(proofs), response_rate, is_first, left_out, tuple(pairs))


def _pairs(proofs: Sequence[Proof], now: datetime) -> Iterator[PassportPair]:
    """Each proof that agrees with its figure of today and may be compared, with the passport of the year before."""
    named = namings()
    for proof in proofs:
        document = json.loads(proof.document)
        frozen = figure_of(document)
        live = queries.live_figure(frozen.query, now=now)
        if live.change is None or (live.numerator, live.base) != (frozen.numerator, frozen.base):
            continue
        before = live.previous.period
        passport = freeze_where_provable(replace(frozen.query, first=before.first, last=before.last), now=now)
        if passport is not None:
            is_named = stands_alone(frozen.query, named)
            yield PassportPair(proof.number, document, json.loads(passport.document), is_named)


def _headline_proofs(framework: Framework, first: date, last: date, now: datetime) -> list[Proof]:
    proofs: list[Proof] = []
    for measure in HEADLINES:
        elements = tuple(
            element.number
            for element in framework.elements
            if measure in suggested_measures(framework.code, element.number)
            and element.survey_evidence is SurveyEvidence.DIRECT
        )
        number = exhibit_number(len(proofs) + 1)
        query = make_query(measure, first, last)
        proof = _freeze_proof(number, elements, query, now, is_chart=measure == HEADLINES[0])
        if proof is not None:
            proofs.append(proof)
    return proofs


def _unfiltered(proofs: Sequence[Proof], measure: str, first: date, last: date) -> Proof | None:
    wanted = make_query(measure, first, last)
    return next((proof for proof in proofs if figure_of(json.loads(proof.document)).query == wanted), None)


def _freeze_proof(
    number: str, elements: tuple[str, ...], query: FigureQuery, now: datetime, *, is_chart: bool
) -> Proof | None:
    passport = freeze_where_provable(query, now=now)
    if passport is None:
        return None
    return Proof(
        number=number,
        is_chart=is_chart,
        title=default_title(query),
        elements=elements,
        code=passport.code,
        document=passport.document,
        frozen_at=passport.frozen_at,
        trend=tuple(queries.trend_of(query, now=now)) if is_chart else (),
    )


def freeze_where_provable(query: FigureQuery, *, now: datetime) -> FrozenPassport | None:
    """A figure's passport frozen for a pack; None where it may not be shown or could not be counted again."""
    try:
        check_provable(open_passport(query, now=now))
    except Refused:
        return None
    return freeze_passport(query, now=now)


def check_provable(passport: Passport) -> None:
    """Refused unless the figure may be shown outside and follows from the counts of its own document."""
    figure = passport.figure
    if figure.suppressed or figure.base < MINIMUM_BASE:
        raise Refused(f"This figure stands on fewer than {MINIMUM_BASE} answers: it cannot be evidence.")
    counts = (*figure.by_value.values(), *figure.outside.values())
    if is_sensitive(figure.query) and any(0 < n < SMALL_BELOW for n in counts):
        raise Refused(
            f"Counts below {SMALL_BELOW} of a customer group or language stand behind it: it cannot be evidence."
        )
    try:
        again = figure_of(passport.document)
    except InvalidInput as problem:
        raise Refused(f"This figure could not be counted again from a pack: {problem}.") from problem
    if (again.numerator, again.base) != (figure.numerator, figure.base):
        raise Refused("No rows stand behind this figure that a pack could prove.")


def default_title(query: FigureQuery) -> str:
    """Satisfaction, 1 April 2025 to 31 March 2026."""
    return f"{query.definition.label}, {queries.period_of(query).title}"


def _pinned_already(query: FigureQuery, kind: ExhibitKind, passport: Passport) -> Exhibit | None:
    return next(
        (
            exhibit
            for exhibit in queries.exhibits_of(query, kind)
            if same_figure(exhibit.frozen.document, passport.text)
        ),
        None,
    )
