"""Writes of the demo: a scenario is loaded into an empty database, and a database is emptied for one."""

from __future__ import annotations

from survey_app.demo.operations.emptying import empty_database
from survey_app.demo.operations.loading import DEMO_PASSWORD, STEPS, Loaded, is_unsettled, load

__all__ = ["DEMO_PASSWORD", "STEPS", "Loaded", "empty_database", "is_unsettled", "load"]
