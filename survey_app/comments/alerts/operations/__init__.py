"""Everything that writes alerts and their kinds. Functions flush and callers commit; steps of jobs commit
by themselves."""

from __future__ import annotations

from survey_app.comments.alerts.operations.deciding import acknowledge, decide, undo_decision
from survey_app.comments.alerts.operations.raising import raise_alerts, watch_texts
from survey_app.comments.alerts.operations.setting import KindFacts, add_kind, set_kind, undo_kind
from survey_app.comments.alerts.operations.telling import retry_letters, send_alerts, send_test

__all__ = [
    "KindFacts",
    "acknowledge",
    "add_kind",
    "decide",
    "raise_alerts",
    "retry_letters",
    "send_alerts",
    "send_test",
    "set_kind",
    "undo_decision",
    "undo_kind",
    "watch_texts",
]
