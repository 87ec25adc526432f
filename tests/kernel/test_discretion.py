"""No key, token, address or number of a person stands in a log."""

from __future__ import annotations

import io
import logging

import pytest

from survey_app.kernel.discretion import DiscreetRecord, keep_logs_discreet, without_secrets

TOKEN = "q7Hk2_aBcD-9xYzAbCdEfG"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"GET /s/{TOKEN} 200", "GET /s/[token] 200"),
        (f"GET /s/{TOKEN}/thanks 200", "GET /s/[token]/thanks 200"),
        (f"POST /u/{TOKEN}/one-click", "POST /u/[token]/one-click"),
        (f"https://survey.example.org/asked/{TOKEN}", "https://survey.example.org/asked/[token]"),
        (f"/accounts/forgotten-password/{TOKEN}", "/accounts/forgotten-password/[token]"),
        (f"/accounts/welcome/{TOKEN}.abc", "/accounts/welcome/[token]"),
        ("GET /comments/?q=asha@anyborough.example 200", "GET /comments/?[left out] 200"),
        ("to asha.khan@anyborough.example now", "to [e-mail] now"),
        ("called 07700 900123.", "called [telephone]."),
        ("called +44 7700 900123", "called [telephone]"),
        ("called (01632) 960100", "called ([telephone]"),
        ("postgresql://survey:hunter2@db/survey", "postgresql://[secret]@db/survey"),
        ("smtp://me@example.org:pw@mail:587", "smtp://[secret]@mail:587"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer [secret]"),
        ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "[secret]"),
        (f"survey_7KQ4M3HDR9_{TOKEN}{TOKEN}", "[key]"),
        ("password=hunter2 and more", "password=[secret] and more"),
        ("{'token': 'abc123'}", "{'token': '[secret]'}"),
        ("gAAAAABm" + "x" * 60, "[encrypted]"),
        ("job draw failed", "job draw failed"),
        ('File "/srv/survey_app/responses/operations/answers.py", line 20', None),
        ("contacts of 7KQ4M3HDR9 wait: OperationalError", None),
        ("2026-03-10T12:00:00+00:00 took 1234567890 ms", None),
    ],
)
def test_what_may_not_be_kept_is_taken_out_and_the_rest_stays(written: str, kept: str | None) -> None:
    found = without_secrets(written)
    assert found == (written if kept is None else kept)


@pytest.mark.parametrize("word", ["a-", "a.", "0 ", "/a", "x@y.", "http", "a+"])
def test_a_line_of_whatever_length_is_read_in_its_time(word: str) -> None:
    assert without_secrets(f"{word * 50_000} asha@anyborough.example").endswith("[e-mail]")


def test_it_holds_for_every_logger_and_for_tracebacks() -> None:
    before, stream = logging.getLogRecordFactory(), io.StringIO()
    keep_logs_discreet()
    other, handler = logging.getLogger("somebody.elses.library"), logging.StreamHandler(stream)
    other.addHandler(handler)
    try:
        other.warning("sent to %s by %s", "asha@anyborough.example", f"/s/{TOKEN}")
        try:
            raise ValueError("no mailbox asha@anyborough.example, whsec_C2FVsBQIhrscChlQIMV")
        except ValueError:
            other.exception("it failed")
        assert isinstance(other.makeRecord("n", 10, "f", 1, "m", (), None), DiscreetRecord)
    finally:
        other.removeHandler(handler)
        logging.setLogRecordFactory(before)
    said = stream.getvalue()
    assert "Traceback" in said and "ValueError" in said
    assert "asha" not in said and TOKEN not in said and "whsec" not in said
