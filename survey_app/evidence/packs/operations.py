"""Gathers what a pack holds. Nothing here commits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from survey_app.audit.operations import record_act_by
from survey_app.evidence.exhibits.operations import freeze_where_provable
from survey_app.evidence.exhibits.proofs import Proof, default_title, exhibit_number
from survey_app.evidence.exhibits.queries import live_figure, told_apart, trend_of
from survey_app.evidence.exhibits.suggestions import HEADLINES, RESPONSE_RATE, suggested_measures
from survey_app.evidence.models import (
    Framework,
    SurveyEvidence,
)
from survey_app.evidence.packs import queries
from survey_app.evidence.packs.changes import PassportPair
from survey_app.evidence.packs.content import Pack, Proofs
from survey_app.extensions import db
from survey_app.measures.address import FigureQuery, make_query
from survey_app.measures.frozen import figure_of
from survey_app.measures.naming import stands_alone
from survey_app.measures.queries.standing import namings


def gather_proofs(framework: Framework, first: date, last: date, *, now: datetime) -> Proofs:
    """The figures of a pack of these days: the exhibits pinned, or the headline figures where nothing is pinned at all.

    A figure whose base is too small, or that could not be counted again, is left out; so is an exhibit that would give
    a few answers away beside an older one, and a comparison whose year before would.
    """
    proofs, left_out = queries.proofs_in(framework, first, last), tuple[str, ...]()
    is_first = not any(element.exhibits for element in framework.elements)
    if is_first:
        proofs = _headline_proofs(framework, first, last, now)
    else:
        may_stand = told_apart()
        left_out = tuple(proof.number for proof in proofs if proof.number not in may_stand)
        proofs = [proof for proof in proofs if proof.number in may_stand]
    response_rate = _unfiltered(proofs, RESPONSE_RATE, first, last)
    if response_rate is None:
        response_rate = _freeze_proof("M01", (), make_query(RESPONSE_RATE, first, last), now, is_chart=False)
    pairs = queries.pairs_told_apart(list(_pairs(proofs, now)), [*proofs, *([response_rate] if response_rate else [])])
    return Proofs(tuple(proofs), response_rate, is_first, left_out, tuple(pairs))


def _pairs(proofs: Sequence[Proof], now: datetime) -> Iterator[PassportPair]:
    """Each proof that agrees with its figure of today and may be compared, with the passport of the year before."""
    named = namings()
    for proof in proofs:
        document = json.loads(proof.document)
        frozen = figure_of(document)
        live = live_figure(frozen.query, now=now)
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
        trend=tuple(trend_of(query, now=now)) if is_chart else (),
    )


def record_made(pack: Pack, sha256: str, *, now: datetime, by: int | None = None) -> None:
    """Write down that a pack was made, with its digest: a file that somebody shows can be told by it."""
    after = {
        "from": pack.period.first.isoformat(),
        "to": pack.period.last.isoformat(),
        "passports": [view.proof.code for view in pack.figures],
        "sha256": sha256,
    }
    record_act_by("evidence.pack made", pack.framework_code, at=now, by=by, after=after)
    db.session.flush()
