"""Taking over a survey of another program: as a draft, or, where answers came with it, as a version once asked.

The answers are of the mode "imported" and count on the London day on which they were given. One of which nobody knows
the day is kept and given out, and is in no figure. Nobody is asked a version that came with answers: it is retired.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db, insert_many
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound, Refused
from survey_app.kernel.moments import london_instant
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.organisation.channels import Mode
from survey_app.organisation.models import Service
from survey_app.organisation.queries import services_by_code
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers, clean_text
from survey_app.responses.importing.queries import ids_by_key, survey_of_response
from survey_app.responses.models import Answer, AnswerText, ChangeKind, ResponseChange, ResponseState, SurveyResponse
from survey_app.responses.on_path import all_shown_on_path
from survey_app.responses.operations.answers import choices_on_path, rows_of
from survey_app.surveys.importing import Imported, ImportedAnswer, LeftOut
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.operations import begin_draft, import_survey, keep_as_asked, publish_survey
from survey_app.surveys.queries import route_of
from survey_app.surveys.routing import Fact
from survey_app.surveys.structure import Route
from survey_app.work.jobs import wake
from survey_app.work.operations import hold

SERVICE_CODE, SERVICE_NAME = "imported-answers", "Imported answers"
_LONGEST_LANGUAGE = 12
_AT_A_TIME = 1_000


@dataclass(frozen=True)
class TakenOver:
    """What became of a file."""

    survey: Survey
    state: VersionState
    questions: int
    languages: Sequence[str]
    responses: int  # stored just now
    left_out: tuple[LeftOut, ...]


def take_over(
    imported: Imported,
    *,
    to: Survey | None = None,
    is_published: bool = False,
    service: str | None = None,
    now: datetime,
    by: int | None = None,
) -> TakenOver:
    """Store a survey, and the answers that came with it, each once however often its file is handed over.

    Without answers it is a draft. With them it is a retired version of the survey that they are `to`, or that earlier
    answers of the same source belong to, or of a new one; they are about the service of this code, or about one that is
    made for them. Published, it is asked from now on. NotFound for an unknown service; Refused for what publishing
    refuses, and where answers were to come and there are none.
    """
    left_out = list(imported.left_out)
    state = VersionState.PUBLISHED if is_published else VersionState.DRAFT
    if not imported.answers:
        if to is not None:
            raise Refused("None of the answers can be taken over. " + " ".join(f"{o.what}: {o.why}." for o in left_out))
        survey = import_survey(imported.structure, now=now, by=by)
        if is_published:
            publish_survey(survey, now=now, by=by)
        stored = 0
    else:
        about = _service(service, left_out)
        hold("imported answers")
        known = ids_by_key(list(map(_key, imported.answers)))
        if to is None and known:
            to = survey_of_response(next(iter(known.values())))
        version = keep_as_asked(imported.structure, to, now=now, by=by)
        if is_published and version.state is not VersionState.PUBLISHED:
            begin_draft(version.survey, now=now, by=by)
            publish_survey(version.survey, now=now, by=by)
        survey, state = version.survey, state if is_published else version.state
        fresh = [answer for answer in imported.answers if _key(answer) not in known]
        if len(fresh) < len(imported.answers):
            left_out.append(LeftOut(f"answers: {len(imported.answers) - len(fresh):,}", "they were stored before"))
        stored = _store(version, fresh, about, left_out, now=now)
        record_act_by("survey.answers_imported", survey.code, at=now, by=by, after={"answers": stored})
    if survey.code != imported.structure.code:
        why = f"there is a survey called {imported.structure.code} already; this one is {survey.code}"
        left_out.insert(0, LeftOut("code", why))
    structure = imported.structure
    return TakenOver(survey, state, structure.question_count, structure.languages, stored, tuple(left_out))


def _key(answer: ImportedAnswer) -> str:
    return hashlib.sha256(f"imported {answer.key}".encode()).hexdigest()


def _service(code: str | None, left_out: list[LeftOut]) -> Service:
    found = next(iter(services_by_code([code or SERVICE_CODE])), None)
    if code is not None:
        if found is None:
            raise NotFound(f"There is no service called {code}.")
        return found
    left_out.append(LeftOut("service of the answers", f"the file names none: they are about “{SERVICE_NAME}”"))
    if found is None:
        found = Service(code=SERVICE_CODE, name=SERVICE_NAME)
        db.session.add(found)
        db.session.flush()
    return found


def _store(
    version: SurveyVersion,
    answers: Sequence[ImportedAnswer],
    service: Service,
    left_out: list[LeftOut],
    *,
    now: datetime,
) -> int:
    """How many were stored."""
    route = route_of(version)
    given = [_given(route, answer, service) for answer in answers]
    rows = [_response(version, answer, service, now) for answer in answers]
    undated = sum(row["state"] is ResponseState.UNDATED for row in rows)
    if undated:
        why = "the file does not tell it: they are kept and given out, and are in no figure"
        left_out.append(LeftOut(f"day of answers: {undated:,}", why))
    cut = sum(len(text) > LONGEST_TEXT for answer in answers for text in answer.texts.values())
    if cut:
        left_out.append(LeftOut(f"end of texts: {cut:,}", f"an answer has at most {LONGEST_TEXT:,} characters"))
    for start in range(0, len(rows), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        _insert(version, rows[part], given[part], now)
    if rows:
        wake("fold_tallies")
        wake("analyse_comments")
    return len(rows)


def _insert(
    version: SurveyVersion, responses: Sequence[dict[str, Any]], given: Iterable[GivenAnswers], now: datetime
) -> None:
    insert_many(SurveyResponse, responses)
    ids = ids_by_key([row["submission_key"] for row in responses])
    answers: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for row, said in zip(responses, given, strict=True):
        of_response = {"response_id": ids[row["submission_key"]]}
        chosen, written = rows_of(version, said)
        answers += [of_response | one for one in chosen]
        texts += [of_response | one for one in written]
        if row["state"] is ResponseState.COUNTED:
            line = of_response | {"kind": ChangeKind.RECORDED, "delta": 1, "changed_at": now}
            changes += [
                line | {"question_version_id": question.id, "value": code}
                for question, code in choices_on_path(version, said)
            ]
    for model, lines in ((Answer, answers), (AnswerText, texts), (ResponseChange, changes)):
        if lines:
            insert_many(model, lines)


def _response(version: SurveyVersion, answer: ImportedAnswer, service: Service, now: datetime) -> dict[str, Any]:
    given_at = _instant(answer)
    if given_at is not None and given_at > now:
        given_at = None  # a day that has not come is no day that anybody answered on
    language = _language(answer)
    return {
        "reference": new_reference(),
        "salt": new_salt(),
        "submission_key": _key(answer),
        "survey_version_id": version.id,
        "service_id": service.id,
        "mode": Mode.IMPORTED,
        "language": language,
        "answered_in": language,
        "state": ResponseState.UNDATED if given_at is None else ResponseState.COUNTED,
        "submitted_at": given_at or now,
        "received_at": now,
        "counts_on": london_day(given_at or now),
    }


def _instant(answer: ImportedAnswer) -> datetime | None:
    at = answer.submitted_at
    if at is None:
        return None
    return london_instant(at) if at.tzinfo is None else at


def _given(route: Route, answer: ImportedAnswer, service: Service) -> GivenAnswers:
    """All that came is kept, also what our reading of the conditions would not have asked: it was asked elsewhere. What
    was on the path and got no answer was left empty."""
    texts = {name: clean_text(text)[:LONGEST_TEXT] for name, text in answer.texts.items()}
    given = GivenAnswers(answer.choices, texts, answer.values)
    known = {Fact.SERVICE: service.code, Fact.LANGUAGE: _language(answer), Fact.MODE: str(Mode.IMPORTED)}
    return replace(given, left_empty=all_shown_on_path(route, given, known).left_empty)


def _language(answer: ImportedAnswer) -> str:
    return answer.language if len(answer.language) <= _LONGEST_LANGUAGE else "en"
