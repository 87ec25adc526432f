"""What gunicorn and `flask` load."""

import os
import sys
from itertools import pairwise

from flask import Flask

from survey_app import create_app
from survey_app.settings import SettingError, sentiment_weights

RULES_OF_COMMENTS = {"analyse", "evaluate", "train", "check-redaction", "check-themes"}


def _make_app() -> Flask:
    """The application; or its rules alone for commands that need no more: no keys, no folder, no database."""
    asked = set(pairwise(sys.argv))
    bare = Flask("survey_app")
    if ("evidence", "verify") in asked and "--live" not in sys.argv:
        from survey_app.evidence.cli import evidence_cli  # noqa: PLC0415 - the other commands need not wait for it

        bare.cli.add_command(evidence_cli)
        return bare
    if any(("comments", command) in asked for command in RULES_OF_COMMENTS):
        from survey_app.comments.cli import comments_cli  # noqa: PLC0415
        from survey_app.comments.method import use_weights  # noqa: PLC0415

        use_weights(sentiment_weights(os.environ))
        bare.cli.add_command(comments_cli)
        return bare
    return create_app()


try:
    app = _make_app()
except SettingError as error:
    raise SystemExit(str(error)) from None
