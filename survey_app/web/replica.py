"""Pages of figures may be read from a copy of the database, which leaves the database to those who write.

The copy is always a little behind. Nobody sees less than they have done themselves, each figure says up to when it
counts, and who may see what is always asked of the database itself. A copy that is away, too far behind or none of our
database is not read until it is well again, which one line of the log says at either end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import wraps
from time import monotonic
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request, session
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from survey_app.extensions import db, engine_options, read_from, roll_back
from survey_app.kernel.clock import utc_now
from survey_app.settings import Settings
from survey_app.web.replaying import Replaying
from survey_app.web.transactions import SAFE_METHODS, may_write

log = logging.getLogger(__name__)

ASKED_EVERY_SECONDS = 1.0
AWAY_SECONDS = 10.0  # until one that did not answer is asked again: whoever asks may have to wait
WROTE = "wrote"  # in the session: how far the database was after the last act of its owner

_OF_DATABASE = text(
    "SELECT (pg_current_wal_lsn() - '0/0')::bigint, system_identifier FROM pg_control_system()"  # what is on the disk
)
_OF_COPY = text(
    "SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint, system_identifier FROM pg_control_system()"
)


class Unusable(Exception):
    """The copy is not one; the message says why."""


class Replica:
    """The copy, as one process knows it. It is asked at most once a second, by the request that comes then."""

    def __init__(self, url: str, most_behind: timedelta) -> None:
        self.engine = create_engine(url, **engine_options(url))
        self._most_behind = most_behind
        self._replaying = Replaying(most_behind)
        self._asking = threading.Lock()
        self._next_at = 0.0
        self._trouble: str | None = None

    def cut(self, *, wrote: int) -> datetime | None:
        """Up to when the copy holds everything; None where the database itself is to be read: the copy is in trouble,
        or has not come as far as `wrote`."""
        self._ask_when_due()
        cut = self._replaying.cut(utc_now()) if self._trouble is None else None
        return cut if self._replaying.position >= wrote else None

    def failed(self, error: Exception) -> None:
        """It did not do what was asked of it; it is left alone for a while."""
        self._next_at = monotonic() + AWAY_SECONDS
        self._is_in(f"it does not answer ({type(error).__name__})")

    def _ask_when_due(self) -> None:
        if monotonic() < self._next_at or not self._asking.acquire(blocking=False):
            return
        try:
            self._next_at = monotonic() + ASKED_EVERY_SECONDS
            self._ask()
        except Unusable as trouble:
            self._is_in(str(trouble))
        except SQLAlchemyError as error:
            self.failed(error)
        finally:
            self._asking.release()

    def _ask(self) -> None:
        asked_at = utc_now()
        with db.engine.connect() as connection:
            written, ours = connection.execute(_OF_DATABASE).one()
        with self.engine.connect() as connection:
            is_copy, replayed, its = connection.execute(_OF_COPY).one()
        if its != ours:
            raise Unusable("DATABASE_REPLICA_URL is no copy of DATABASE_URL")
        if not is_copy:
            raise Unusable("it writes for itself and follows nobody")
        self._replaying.note(asked_at, written, replayed)
        if self._replaying.is_behind(asked_at):
            raise Unusable(f"it is more than {self._most_behind.seconds} seconds behind")
        if self._trouble is not None and self._replaying.cut(utc_now()) is not None:
            log.warning("the replica is read again")
            self._trouble = None

    def _is_in(self, trouble: str) -> None:
        if self._trouble != trouble:
            log.warning("the replica is not read: %s", trouble)
        self._trouble = trouble


def data_cut() -> datetime:
    """Up to when that is complete which this request reads; a figure is counted as of then, and says so."""
    found: datetime | None = g.get("data_cut")
    return found or utc_now()


def database_read() -> str:
    """Which database this request reads, for logs and metrics: primary or replica."""
    return "replica" if g.get("data_cut") else "primary"


def read_copy_in(app: Flask, *pages: Blueprint) -> None:
    """Let the GET pages of these blueprints, which are registered by now, be read from the copy. They take the time
    from `data_cut()`, and show no form whose sender relies on what it shows."""
    names = {blueprint.name for blueprint in pages}
    for endpoint, view in app.view_functions.items():
        if endpoint.rpartition(".")[0] in names:
            app.view_functions[endpoint] = _from_copy(view)


def init_app(app: Flask, settings: Settings, *, know_viewer: Callable[[], object]) -> None:
    """`know_viewer` loads what decides what the viewer may see."""
    url = settings.database_replica_url
    app.extensions["replica"] = Replica(url, timedelta(seconds=settings.replica_seconds_behind)) if url else None
    app.extensions["know_viewer"] = know_viewer

    @app.after_request
    def remember_act(response: Response) -> Response:
        if app.extensions["replica"] and may_write() and response.status_code < 400 and session:
            with suppress(SQLAlchemyError), db.engine.connect() as connection:  # what is stored is thanked for
                session[WROTE] = connection.scalar(text("SELECT (pg_current_wal_lsn() - '0/0')::bigint"))
        return response


def _from_copy(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def read(**arguments: Any) -> Any:
        replica: Replica | None = current_app.extensions["replica"]
        if replica is None or request.method not in SAFE_METHODS:
            return view(**arguments)
        cut = replica.cut(wrote=session.get(WROTE, 0))
        if cut is None:
            return view(**arguments)
        current_app.extensions["know_viewer"]()
        _read(replica.engine, cut)
        try:
            return view(**arguments)
        except DBAPIError as error:
            replica.failed(error)
        roll_back()
        _read(None, None)
        return view(**arguments)

    return read


def _read(engine: Engine | None, cut: datetime | None) -> None:
    read_from(engine)
    g.data_cut = cut
