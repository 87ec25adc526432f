"""The log for programs that read it: one JSON object a line, and what every line of a request or a run says of it."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from survey_app.kernel.discretion import without_secrets

# What a line may say beside its message: `extra` of a call, or what is being done.
FIELDS = ("request_id", "method", "route", "status", "duration_ms", "job", "rows")

_doing: ContextVar[dict[str, str]] = ContextVar("doing", default={})  # noqa: B039 - never changed, always replaced


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, node, process, what is being done, and the traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._node = socket.gethostname()

    def format(self, record: logging.LogRecord) -> str:
        """Discretion has been over message and traceback; a line is ASCII, so that nothing in it can look like two."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "node": self._node,
            "process": os.getpid(),
            **_doing.get(),
        }
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["error"] = record.exc_text or without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def begin_doing(**what: str) -> None:
    """From now on, in this thread, every line says so; without arguments none says anything any more."""
    _doing.set(what)


@contextmanager
def doing(**what: str) -> Iterator[None]:
    """Every line that is written in here says so."""
    token = _doing.set(_doing.get() | what)
    try:
        yield
    finally:
        _doing.reset(token)


def write_json() -> None:
    """From now on all loggers of this process write JSON to standard error, ours from INFO on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger("survey_app").setLevel(logging.INFO)
    logging.captureWarnings(True)
