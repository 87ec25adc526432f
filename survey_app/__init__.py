"""Customer satisfaction surveys for councils."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.settings import Settings


def create_app(settings: Settings | None = None, config: Mapping[str, object] | None = None) -> Flask:
    """The whole application. Without `settings` they are read from the environment; `config` is for tests.

    Its rooms are loaded now and not with the package: a command that needs one rule starts in a fraction of the time.
    """
    from survey_app import application  # noqa: PLC0415

    return application.create_app(settings, config)
