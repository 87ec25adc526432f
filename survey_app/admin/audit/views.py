"""Who did what: read, filtered and taken away. Nothing here changes a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, user_by_email
from survey_app.admin.audit import presenters, queries
from survey_app.audit.operations import record_act_by
from survey_app.audit.queries import Wanted, actions_known, newest_lines
from survey_app.exports.formats import FileFormat, write
from survey_app.exports.tables import Column, Row, Table
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.moments import read_instant
from survey_app.web.access import requires

ROWS_A_PAGE = 50
FIELDS = ("from", "to", "who", "kind", "act", "subject")

pages = Blueprint("audit", __name__, url_prefix="/admin/audit")


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: as typed, as a filter, and what of it cannot be read."""

    typed: dict[str, str]
    wanted: Wanted
    problem: str | None = None

    @property
    def arguments(self) -> dict[str, str]:
        return {name: words for name, words in self.typed.items() if words}


@pages.get("/")
@requires("view_audit")
def index() -> ResponseReturnValue:
    """Who did what, and is it still as it was written?"""
    asked, now = _asked(), utc_now()
    before = _number(request.args.get("before"))
    lines = [] if asked.problem else list(newest_lines(asked.wanted, most=ROWS_A_PAGE + 1, before=before))
    shown = lines[:ROWS_A_PAGE]
    older = asked.arguments | {"before": str(shown[-1].id)} if len(lines) > ROWS_A_PAGE else None
    state = queries.chain_state()
    page = staff_page(
        "admin/audit/index.html",
        standing=presenters.standing(state, now),
        head=state.head,
        rows=presenters.rows_of(shown, queries.names_of(shown)),
        typed=asked.typed,
        problem=asked.problem,
        is_filtered=bool(asked.arguments),
        query=urlencode(asked.arguments),
        kinds=presenters.ACTOR_KINDS,
        acts=[(action, presenters.act_words(action)) for action in actions_known()],
        first=url_for("audit.index", **asked.arguments) if before else None,  # type: ignore[arg-type]
        older=url_for("audit.index", **older) if older else None,  # type: ignore[arg-type]
        has_errors=asked.problem is not None,
        now=now,
    )
    return page, 422 if asked.problem else 200


@pages.post("/csv")
@requires("view_audit")
def as_csv() -> ResponseReturnValue:
    """The lines of the address as a file; that it was taken away is a line itself."""
    wanted = _take_away("csv")
    rows = ([presenters.csv_row(line, names) for line in lines] for lines, names in queries.batches(wanted))
    return _file(FileFormat.CSV, presenters.HEADER, rows)


@pages.post("/ndjson")
@requires("view_audit")
def as_ndjson() -> ResponseReturnValue:
    """The same for programs: all of each line, with its seal."""
    wanted = _take_away("ndjson")
    rows = ([presenters.whole_row(line, names) for line in lines] for lines, names in queries.batches(wanted))
    return _file(FileFormat.NDJSON, presenters.WHOLE, rows)


def _take_away(kind: str) -> Wanted:
    asked, now = _asked(), utc_now()
    if asked.problem:
        raise InvalidInput(asked.problem)
    chosen = {"who": "somebody"} if asked.typed["who"] else {}  # an address has no place in a line
    filters = {name: words for name, words in asked.arguments.items() if name in ("from", "to", "kind", "act")}
    record_act_by("audit.downloaded", kind, at=now, by=current_user_id(), after=filters | chosen)
    return asked.wanted


def _file(kind: FileFormat, header: Sequence[str], rows: Iterable[Sequence[Row]]) -> ResponseReturnValue:
    now = utc_now()
    parts = write(kind, Table("Audit", [Column(name) for name in header], rows), made_at=now)
    headers = {"Content-Disposition": f'attachment; filename="audit-{london_day(now)}.{kind}"'}
    return current_app.response_class(stream_with_context(parts), mimetype=kind.media_type, headers=headers)


def _asked() -> _Asked:
    typed = {name: request.args.get(name, "").strip()[:254] for name in FIELDS}
    try:
        since = read_instant(typed["from"]) if typed["from"] else None
        until = read_instant(typed["to"]) + timedelta(days=1) if typed["to"] else None
    except (ValueError, OverflowError):
        return _Asked(typed, Wanted(), "Write a day as 31/03/2026.")
    kind, person = typed["kind"] or None, typed["who"]
    if person:
        number = _number_of(person)
        if number is None:
            return _Asked(typed, Wanted(), f"Nobody with the address {person} has an account here.")
        kind, actor = "user", number
    else:
        actor = None
    return _Asked(typed, Wanted(since, until, kind, actor, typed["act"] or None, typed["subject"] or None))


def _number_of(person: str) -> str | None:
    """The number in lines of a member of staff: by address, or by the number itself for somebody who is gone."""
    if person.isascii() and person.isdecimal() and len(person) < 19:
        return person
    user = user_by_email(person.lower())
    return None if user is None else str(user.id)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.lstrip("-").isdecimal() and text.isascii() and len(text) < 19):
        raise InvalidInput("There is no such page of this list.")
    return int(text)
