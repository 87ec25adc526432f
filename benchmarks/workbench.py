"""What benchmarks work with: databases at the newest schema, councils in them, and how much is asked of each."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from flask import Flask
from flask_migrate import upgrade

from benchmarks.council import answer_for_years, answer_six_questions, set_up
from survey_app import create_app
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.settings import load_settings
from tests.databases import KINDS, Database, PostgresqlDatabase, SqliteDatabase
from tests.servers import Postgresql, postgresql_server

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    pairs: int
    quick_pairs: int  # where one takes milliseconds
    burst_seconds: float
    import_rows: int
    drawn_rows: int
    county_rows: int
    few_answers: int
    many_answers: int
    lines_to_fold: int
    volumes: Sequence[int]  # answers of ever larger councils
    page_loads: int
    slow_pairs: int  # where one takes seconds
    letters: int
    waiting_rows: int
    comments: int
    exported: int  # answers


FULL = Size(
    5,
    25,
    2.0,
    50_000,
    20_000,
    800_000,
    1_000,
    100_000,
    50_000,
    (100_000, 1_000_000, 10_000_000),
    40,
    3,
    1_000,
    1_000_000,
    1_000_000,
    1_000_000,
)
TINY = Size(1, 1, 0.1, 200, 100, 100, 20, 40, 50, (20, 40), 2, 1, 4, 200, 300, 60)


class Workbench:
    """Databases for one run. All of it is gone at the end."""

    def __init__(self, size: Size = FULL, kinds: Sequence[str] = KINDS) -> None:
        self.size = size
        self.kinds = kinds
        self._stack = ExitStack()
        self._migrated: dict[str, Database] = {}
        self._councils: dict[tuple[str, int, str], Database] = {}

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def empty(self, kind: str) -> Database:
        """A database of its own at the newest schema, with nothing in it."""
        if kind not in self._migrated:
            self._migrated[kind] = database = self._new(kind)
            database.fill(upgrade)
        copy = self._migrated[kind].copy(self._folder())
        self._stack.callback(copy.drop)
        return copy

    def council(self, kind: str, answers: int) -> Database:
        """A database with about so many answers to the usual survey, made once a run."""
        return self._made(kind, answers, "usual", answer_for_years)

    def volume(self, kind: str, answers: int) -> Database:
        """One with about so many answers to six questions, of which up to 100,000 differ, without tallies yet."""
        return self._made(kind, answers, "volume", answer_six_questions)

    def answers(self, kind: str, answers: int) -> Database:
        """One with about so many answers to the usual survey, each of somebody who was asked, without tallies."""
        make = partial(answer_for_years, invited_for_an_answer=1, is_tallied=False)
        return self._made(kind, answers, "answers", make)

    def forget(self, database: Database) -> None:
        """Drop a council that no later benchmark wants: ten million answers fill a disk."""
        self._councils = {key: kept for key, kept in self._councils.items() if kept is not database}
        database.drop()
        shutil.rmtree(database.folder, ignore_errors=True)

    def _made(self, kind: str, answers: int, how: str, make: Callable[..., int]) -> Database:
        if (kind, answers, how) not in self._councils:
            started = perf_counter()
            database = self.empty(kind)
            with app_on(database) as app, app.app_context():
                with transaction():
                    council = set_up(utc_now())
                made = make(*council, answers)
                settle()
            print(f"  made {made:,} answers on {NAMES[kind]} in {perf_counter() - started:.0f} s", flush=True)
            self._councils[kind, answers, how] = database
        return self._councils[kind, answers, how]

    @cached_property
    def postgresql(self) -> Postgresql:
        """A server that waits for the disk, as in earnest."""
        return self._stack.enter_context(postgresql_server(durable=True))

    def _new(self, kind: str) -> Database:
        if kind == "sqlite":
            return SqliteDatabase(self._folder())
        database = PostgresqlDatabase(self._folder(), self.postgresql)
        self._stack.callback(database.drop)
        return database

    def _folder(self) -> Path:
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="survey-benchmark-")))


@contextmanager
def app_on(database: Database) -> Iterator[Flask]:
    """The app on a database, as long as the block lasts."""
    app = create_app(load_settings(database.environment))
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def settle() -> None:
    """Let the database know what is in it, as it does by itself overnight."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
