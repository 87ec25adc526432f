"""What a worker does with what pages put into the queue."""

from __future__ import annotations

from flask import Flask

from survey_app.extensions import db


def work_off(app: Flask) -> int:
    """Do all that waits in the queue; how much it was."""
    huey, done = app.extensions["huey"], 0
    db.session.commit()
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
        done += 1
    db.session.expire_all()
    return done
