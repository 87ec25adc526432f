"""Work in threads of their own, as other workers and requests would do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flask import Flask
from sqlalchemy import event

from survey_app.extensions import db

PATIENCE_SECONDS = 120


@contextmanager
def meanwhile(app: Flask, *works: Callable[[], object]) -> Iterator[None]:
    """Each work runs in a thread and an app context of its own while the block does; the end waits for all of them.

    What a thread raises, the block raises at its end.
    """
    problems: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            try:
                work()
            except BaseException as problem:
                problems.append(problem)

    threads = [Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    if problems:
        raise problems[0]
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"


def all_at_once(app: Flask, *works: Callable[[], object]) -> None:
    """Start all of them, and wait for the last."""
    with meanwhile(app, *works):
        pass


def overtaken(app: Flask, slow: Callable[[], object], quick: Callable[[], object], *, after: str) -> None:
    """Run `quick` between the first statement of `slow` that holds the words `after` and what slow does next.

    Where quick has to wait for slow, slow goes on after a second.
    """
    looked, is_overtaken = Event(), Event()

    def give_way(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if after in statement and not looked.is_set():
            looked.set()
            is_overtaken.wait(1)

    event.listen(db.engine, "after_cursor_execute", give_way)
    with meanwhile(app, slow):
        assert looked.wait(PATIENCE_SECONDS)
        quick()
        is_overtaken.set()
