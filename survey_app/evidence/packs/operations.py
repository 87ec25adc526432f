"""Gathers what a pack holds, and asks for packs, takes, keeps and gives them up. Nothing here commits."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, update

from survey_app.actions.improvements.queries import effects_of
from survey_app.audit.operations import record_act_by
from survey_app.evidence.exhibits.operations import freeze_where_provable
from survey_app.evidence.exhibits.proofs import Proof, default_title, exhibit_number
from survey_app.evidence.exhibits.queries import live_figure, told_apart, trend_of
from survey_app.evidence.exhibits.suggestions import HEADLINES, RESPONSE_RATE, suggested_measures
from survey_app.evidence.models import EvidencePack, Framework, PackPart, PackState, SurveyEvidence
from survey_app.evidence.packs import queries
from survey_app.evidence.packs.changes import PassportPair
from survey_app.evidence.packs.content import Pack, Proofs
from survey_app.evidence.packs.effects import EffectProof
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, make_query
from survey_app.measures.effects import Effect
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.naming import stands_alone
from survey_app.measures.queries import read_standing
from survey_app.work.happenings import tell
from survey_app.work.jobs import wake
from survey_app.work.operations import claim, release

MAKE_PACKS = "make_packs"
STEPS = ("Freezing figures", "Writing the tables", "Drawing the pages", "Setting the PDF", "Signing")
LEASE = timedelta(minutes=5)  # from one step to the next
MOST_ATTEMPTS = 3
MOST_TAKEN = 100  # given up in one go
PART_BYTES = 1_000_000


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
    printed = [*proofs, *([response_rate] if response_rate else [])]
    pairs = queries.pairs_told_apart(list(_pairs(proofs, now)), printed)
    improved = _improved(framework, Period.between(first, last), now)
    effects = tuple(_effect_proofs(improved, printed, pairs, now))
    return Proofs(tuple(proofs), response_rate, is_first, left_out, tuple(pairs), improved, effects)


def _improved(framework: Framework, period: Period, now: datetime) -> dict[int, Effect]:
    """The effects of the improvements that the framework cites, as they are now, by their exhibits' numbers."""
    cited = [exhibit for exhibit in queries.others_in(framework, period) if exhibit.improvement is not None]
    told = effects_of([exhibit.improvement for exhibit in cited if exhibit.improvement is not None], now=now)
    return {exhibit.number: effect for exhibit, (_improvement, effect) in zip(cited, told, strict=True)}


def _effect_proofs(
    improved: Mapping[int, Effect], proofs: Sequence[Proof], pairs: Sequence[PassportPair], now: datetime
) -> Iterator[EffectProof]:
    """Each effect that was compared and whose counts may stand beside everything else, with its passports frozen."""
    sides = {number: _sides(effect) for number, effect in improved.items()}
    compared = {number: figures for number, figures in sides.items() if figures}
    may_stand = queries.figures_told_apart(list(compared.values()), proofs, pairs)
    for (number, figures), is_told in zip(compared.items(), may_stand, strict=True):
        passports = [freeze_where_provable(figure.query, now=now) for figure in figures] if is_told else [None]
        documents = [json.loads(passport.document) for passport in passports if passport is not None]
        agree = [
            (again.numerator, again.base) == (figure.numerator, figure.base)
            for again, figure in zip(map(figure_of, documents), figures, strict=False)
        ]
        if len(documents) < len(figures) or not all(agree):
            continue
        effect = improved[number]
        named = effect.named
        yield EffectProof(
            exhibit_number(number),
            named.what,
            named.scope,
            named.done_on,
            named.settling_days,
            named.lower_is_better,
            effect.comparisons[0].kind,
            *documents,
        )


def _sides(effect: Effect) -> list[Figure]:
    """The figures that an effect is judged by: after, before, and those of the rest. None where it was not compared."""
    if effect.change is None or effect.change.finding is None or effect.after is None or effect.before is None:
        return []
    return [effect.after, effect.before, *([effect.rest.after, effect.rest.before] if effect.rest else [])]


def _pairs(proofs: Sequence[Proof], now: datetime) -> Iterator[PassportPair]:
    """Each proof that agrees with its figure of today and may be compared, with the passport of the year before."""
    standing = read_standing(now)
    for proof in proofs:
        document = json.loads(proof.document)
        frozen = figure_of(document)
        live = live_figure(frozen.query, now=now, standing=standing)
        if live.change is None or (live.numerator, live.base) != (frozen.numerator, frozen.base):
            continue
        before = live.previous.period
        passport = freeze_where_provable(replace(frozen.query, first=before.first, last=before.last), now=now)
        if passport is not None:
            is_named = stands_alone(frozen.query, standing.namings)
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


def ask_for_pack(
    framework: Framework, first: date, last: date, *, now: datetime, by: int | None = None
) -> EvidencePack:
    """Have a pack made; the same one, asked for again while it still waits, is made once.

    InvalidInput for days in the wrong order, or that have not begun.
    """
    if last < first:
        raise InvalidInput("The last day lies before the first.")
    if first > london_day(now):
        raise InvalidInput("These days have not begun: there is nothing to show of them.")
    waiting = queries.waiting_pack(framework, first, last)
    if waiting is not None:
        return waiting
    pack = EvidencePack(code=secrets.token_hex(6), framework=framework, first_on=first, last_on=last, asked_at=now)
    pack.asked_by, pack.total = by, len(STEPS)
    db.session.add(pack)
    after = {"from": first.isoformat(), "to": last.isoformat()}
    record_act_by("evidence.pack asked", framework.code, at=now, by=by, after=after)
    db.session.flush()
    wake(MAKE_PACKS)
    return pack


def ask_again(pack: EvidencePack, *, now: datetime, by: int | None = None) -> None:
    """Have one that failed made again; of any other state, nothing."""
    if pack.state is not PackState.FAILED:
        return
    pack.state, pack.attempts, pack.done, pack.step, pack.last_error = PackState.WAITING, 0, 0, "", None
    pack.asked_at = now
    record_act_by("evidence.pack asked", pack.framework.code, at=now, by=by, after={"again": pack.code})
    db.session.flush()
    wake(MAKE_PACKS)


def take_next_pack(worker: str, now: datetime) -> EvidencePack | None:
    """The next pack that waits and that nobody makes, for this worker; None when there is none.

    One that was begun too often without an end has failed: it is not tried for ever.
    """
    for _ in range(MOST_TAKEN):
        taken = claim(
            EvidencePack, EvidencePack.state == PackState.WAITING, worker=worker, now=now, lease=LEASE, most=1
        )
        if not taken:
            return None
        (pack,) = taken
        if pack.attempts <= MOST_ATTEMPTS:
            return pack
        fail(pack, f"It was begun {MOST_ATTEMPTS} times and never came to an end.")
    return None


def note_progress(pack_id: int, worker: str, done: int, step: str, *, now: datetime) -> None:
    """Say how far it is, and keep it for as long again. Nothing where another worker has it by now."""
    db.session.execute(
        update(EvidencePack)
        .where(EvidencePack.id == pack_id, EvidencePack.claimed_by == worker)
        .values(done=done, step=step, claimed_until=now + LEASE)
    )


def keep_pack(pack: EvidencePack, zipped: bytes, sha256: str, *, now: datetime) -> None:
    """Store the zip in parts: from now on it can be taken away."""
    pack.parts.clear()
    db.session.flush()
    starts = range(0, len(zipped), PART_BYTES)
    pack.parts += [PackPart(part=n, content=zipped[at : at + PART_BYTES]) for n, at in enumerate(starts)]
    pack.state, pack.size, pack.sha256, pack.made_at = PackState.READY, len(zipped), sha256, now
    pack.done, pack.step = pack.total, ""
    release(pack)
    db.session.flush()
    facts = {"pack": pack.code, "framework": pack.framework.code, "sha256": sha256}
    days = {"from": pack.first_on.isoformat(), "to": pack.last_on.isoformat()}
    tell("pack.made", lambda: [facts | days], at=now)


def fail(pack: EvidencePack, why: str) -> None:
    """Give a pack up, with the reason in words for whoever asked for it."""
    pack.state = PackState.FAILED
    release(pack, error=why)
    db.session.flush()


def forget_pack(pack: EvidencePack, *, now: datetime) -> None:
    """Delete a pack that is kept no longer; what it was, and its digest, stay in the audit."""
    before = {"from": pack.first_on.isoformat(), "to": pack.last_on.isoformat(), "sha256": pack.sha256}
    record_act_by("evidence.pack deleted", pack.framework.code, at=now, by=None, before=before)
    db.session.execute(delete(PackPart).where(PackPart.pack_id == pack.id))
    db.session.execute(delete(EvidencePack).where(EvidencePack.id == pack.id))
