"""What a file is made from, and which files somebody has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select

from survey_app.exports.figures import queries as figures
from survey_app.exports.formats import write
from survey_app.exports.models import Export, ExportPart, ExportState
from survey_app.exports.orders import Arguments, Content, Order
from survey_app.exports.responses import queries as responses
from survey_app.exports.tables import Table
from survey_app.extensions import db
from survey_app.kernel.clock import noon_of
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of

Source = responses.Responses | figures.Figures


def source_of(order: Order, scope: Scope, *, site: str, now: datetime) -> Source:
    """The rows of an order, in one transaction of one moment. InvalidInput and NotFound say what is wrong with it."""
    if order.content is Content.RESPONSES:
        return responses.Responses(responses.Wanted(order.first, order.last, order.where, scope, order.is_long))
    wanted = figures.Wanted(order.first, order.last, order.where, scope, order.by, order.measures)
    return figures.Figures(wanted, site=site, now=now)


def file_of(order: Order, source: Source, table: Table) -> Iterator[bytes]:
    """The file as it is written; a workbook has the codebook on its second sheet. It says of itself that it was made on
    the last of its days, so that the same rows are the same file."""
    beside = [source.codebook] if order.file_format.has_sheets else []
    return write(order.file_format, table, made_at=noon_of(order.last), beside=beside)


def services_to_choose(scope: Scope) -> list[tuple[str, str]]:
    """The code and the name of each service that somebody may see, by name."""
    rows = db.session.execute(select(Service.id, Service.code, Service.name).order_by(Service.name, Service.id))
    return [(code, name) for number, code, name in rows if scope.allows(number)]


def exports_of(user_id: int, most: int) -> Sequence[Export]:
    """The newest files that somebody asked for."""
    theirs = select(Export).where(Export.asked_by == user_id).order_by(Export.id.desc())
    return db.session.scalars(theirs.limit(most)).all()


def export_called(reference: str, user_id: int, scope: Scope) -> Export:
    """A file of somebody's own, whose services they still see. NotFound for any other: missing and forbidden look
    alike."""
    found = db.session.scalar(select(Export).where(Export.reference == reference, Export.asked_by == user_id))
    if found is None or not Arguments.read(found.arguments).lies_in(scope.service_ids):
        raise NotFound("There is no such file.")
    return found


def part_of(export_id: int, part: int) -> bytes | None:
    """The bytes of one part of a file; None behind the last."""
    return db.session.scalar(
        select(ExportPart.content).where(ExportPart.export_id == export_id, ExportPart.part == part)
    )


def waiting_of(user_id: int) -> int:
    """How many files somebody waits for."""
    waiting = select(Export.id).where(Export.asked_by == user_id, Export.state == ExportState.WAITING)
    return len(db.session.scalars(waiting).all())


def exports_of_days(days: Sequence[date]) -> list[Export]:
    """Files of answers, made or being made, that responses of these days may stand in."""
    files = db.session.scalars(
        select(Export)
        .where(Export.content == Content.RESPONSES, Export.state != ExportState.FAILED)
        .order_by(Export.id)
        .with_for_update()
    )
    return [each for each in files if any(each.first_on <= day <= each.last_on for day in days)]


def export_to_forget(now: datetime) -> Export | None:
    """A file whose time is over; None when there is none."""
    return db.session.scalar(select(Export).where(Export.keep_until <= now).order_by(Export.id).limit(1))


def exports_to_forget(now: datetime) -> Backlog:
    """Files whose time is over."""
    return backlog_of(select(Export.asked_at).where(Export.keep_until <= now))


def exports_to_make(now: datetime) -> Backlog:
    """Files that somebody waits for."""
    return backlog_of(select(Export.asked_at).where(Export.state == ExportState.WAITING))
