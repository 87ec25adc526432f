"""Customer satisfaction surveys for councils."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

# Importing a package's models makes its tables known to migrations.
from survey_app.accounts import models as _accounts  # noqa: F401
from survey_app.audit import models as _audit  # noqa: F401
from survey_app.comments import models as _comments  # noqa: F401
from survey_app.evidence import models as _evidence  # noqa: F401
from survey_app.extensions import db, migrate
from survey_app.kernel.ciphers import Cipher
from survey_app.measures import cli as measures_cli
from survey_app.settings import PROJECT_ROOT, Settings, load_settings
from survey_app.work import models as _work  # noqa: F401


def create_app(settings: Settings | None = None, config: Mapping[str, object] | None = None) -> Flask:
    """The whole application. Without `settings` they are read from the environment; `config` is for tests."""
    settings = settings or load_settings()
    app = Flask(
        __name__,
        instance_path=str(settings.instance_path),
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(PROJECT_ROOT / "static"),
    )
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.config.from_mapping(config or {})
    app.extensions["settings"] = settings
    app.extensions["cipher"] = Cipher(settings.data_keys)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PROJECT_ROOT / "migrations"), render_as_batch=True)
    measures_cli.init_app(app)
    return app
