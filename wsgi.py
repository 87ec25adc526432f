"""What gunicorn and `flask` load."""

import sys
from itertools import pairwise

from flask import Flask

from survey_app import create_app
from survey_app.evidence.cli import evidence_cli
from survey_app.settings import SettingError


def _make_app() -> Flask:
    """The application. To check a pack nothing of it is needed: no settings, no keys, no folder to write them into."""
    if ("evidence", "verify") in pairwise(sys.argv) and "--live" not in sys.argv:
        bare = Flask("survey_app")
        bare.cli.add_command(evidence_cli)
        return bare
    return create_app()


try:
    app = _make_app()
except SettingError as error:
    raise SystemExit(str(error)) from None
