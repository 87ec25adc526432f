"""A database that was never brought up is said in one sentence, whatever the command."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from survey_app.settings import Settings, load_settings
from tests.databases import Database


@pytest.mark.parametrize(
    "command",
    [
        ["measures", "show", "satisfaction", "--from", "2025-04-01", "--to", "2026-03-31"],
        ["measures", "verify"],
        ["jobs", "run", "--once"],
        ["demo", "load", "borough"],
    ],
)
def test_a_command_says_to_bring_the_database_up(
    empty_database: Database, make_app: Callable[[Settings], Flask], command: list[str]
) -> None:
    app = make_app(load_settings(empty_database.environment))
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 1
    assert "Run: flask db upgrade" in result.output
    assert "Traceback" not in result.output
