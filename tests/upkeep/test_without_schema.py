"""A database that was never brought up is said in one sentence, whatever the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app import create_app
from survey_app.settings import load_settings


@pytest.mark.parametrize(
    "command",
    [
        ["measures", "show", "satisfaction", "--from", "2025-04-01", "--to", "2026-03-31"],
        ["measures", "verify"],
        ["jobs", "run", "--once"],
        ["demo", "load", "borough"],
    ],
)
def test_a_command_says_to_bring_the_database_up(tmp_path: Path, command: list[str]) -> None:
    app = create_app(load_settings({"INSTANCE_PATH": str(tmp_path)}))
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 1
    assert "Run: flask db upgrade" in result.output
    assert "Traceback" not in result.output
