"""For whoever watches over the machines."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from survey_app.upkeep.backups import cli as _backups_cli  # noqa: F401 - adds its commands
from survey_app.upkeep.cli import settings_command, upkeep_cli
from survey_app.upkeep.drill import cli as _drill_cli  # noqa: F401 - adds its command
from survey_app.upkeep.queries import readiness_problems
from survey_app.web.access import public

health = Blueprint("health", __name__, url_prefix="/health")


def init_app(app: Flask) -> None:
    app.register_blueprint(health)
    app.cli.add_command(settings_command)
    app.cli.add_command(upkeep_cli)


@health.get("/live")
@public
def live() -> Response:
    """The process answers; says nothing of the database, so that nobody restarts it for the database's sake."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/ready")
@public
def ready() -> Response:
    """The process can serve: its database answers and has the newest schema; else 503 with what is wrong."""
    problems = readiness_problems()
    return Response("\n".join(problems or ["ok"]) + "\n", 503 if problems else 200, mimetype="text/plain")
