"""One JSON object a line, whatever is written, with what is being done and nothing that must not stand in a log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from survey_app.kernel.discretion import DiscreetRecord
from survey_app.kernel.log_lines import JsonLines, begin_doing, doing

TOKEN = "q7Hk2_aBcD-9xYzAbCdEfG"


class Log:
    """A logger of its own, and what came out of it."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.setFormatter(JsonLines())
        self.logger = logging.Logger("survey_app.tried")
        self.logger.addHandler(handler)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(DiscreetRecord)
    yield Log()
    logging.setLogRecordFactory(before)
    begin_doing()


def test_a_line_says_when_in_utc_how_bad_where_and_what(log: Log) -> None:
    log.logger.warning("could not wake job %s", "send_messages")
    (line,) = log.lines
    assert (line["level"], line["logger"]) == ("warning", "survey_app.tried")
    assert line["message"] == "could not wake job send_messages"
    assert datetime.fromisoformat(str(line["time"])).utcoffset() is not None
    assert str(line["time"]).endswith("+00:00")
    assert line["node"]
    assert isinstance(line["process"], int)


@pytest.mark.parametrize("text", ["two\nlines", '"}{"', "\u2028", "\x85", "\x1b[31m", "\ud83d", "ŵ"])
def test_whatever_is_written_is_one_line(log: Log, text: str) -> None:
    log.logger.warning("before %s after", text)
    (line,) = log.lines
    assert line["message"] == f"before {text} after"


def test_the_traceback_is_in_it_without_what_must_not_be(log: Log) -> None:
    try:
        raise RuntimeError(f"asha@anyborough.example at /s/{TOKEN}")
    except RuntimeError:
        log.logger.exception("failed for 07700 900123")
    (line,) = log.lines
    assert "Traceback" in str(line["error"])
    assert "RuntimeError: [e-mail] at /s/[token]" in str(line["error"])
    assert line["message"] == "failed for [telephone]"


def test_only_known_fields_are_taken_from_whoever_writes(log: Log) -> None:
    log.logger.warning("answered", extra={"status": 200, "duration_ms": 1.5, "email": "asha@anyborough.example"})
    (line,) = log.lines
    assert (line["status"], line["duration_ms"]) == (200, 1.5)
    assert "email" not in line


def test_lines_say_what_is_being_done_until_it_ends(log: Log) -> None:
    begin_doing(request_id="1" * 16, route="/s/<token>")
    with doing(job="fold_tallies"):
        log.logger.warning("within")
    log.logger.warning("after")
    begin_doing()
    log.logger.warning("at the end")
    within, after, end = log.lines
    assert (within["request_id"], within["route"], within["job"]) == ("1" * 16, "/s/<token>", "fold_tallies")
    assert "job" not in after
    assert after["route"] == "/s/<token>"
    assert {"request_id", "route", "job"}.isdisjoint(end)
