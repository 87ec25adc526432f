"""For whoever watches over the machines."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from survey_app.kernel.clock import utc_now
from survey_app.upkeep.backups import cli as _backups_cli  # noqa: F401 - adds its commands
from survey_app.upkeep.cli import settings_command, upkeep_cli
from survey_app.upkeep.drill import cli as _drill_cli  # noqa: F401 - adds its command
from survey_app.upkeep.queries import readiness_problems
from survey_app.upkeep.watching import views as watching_pages
from survey_app.upkeep.watching.queries import notes
from survey_app.upkeep.watching.views import may_watch
from survey_app.web.access import public

health = Blueprint("health", __name__, url_prefix="/health")


def init_app(app: Flask) -> None:
    app.register_blueprint(health)
    watching_pages.init_app(app)
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
    """The process can serve: its database answers, has the schema and fits the keys; else 503 with what is wrong.

    With `?verbose` whoever may read the metrics is told what is amiss though pages are served. Without it the answer is
    "ok" to the letter, for those who compare.
    """
    now = utc_now()
    problems = readiness_problems(now)
    lines = problems or ["ok"]
    if "verbose" in request.args and may_watch() and not problems:
        lines += [f"note: {note}" for note in notes(now)]
    return Response("\n".join(lines) + "\n", 503 if problems else 200, mimetype="text/plain")
