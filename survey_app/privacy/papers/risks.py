"""Risks to people, as the template has them: likelihood, severity, what is done against them, and what is left.

They are the software's own view. The council says beside them what it sees differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Risk:
    """One risk before and after its measures. Likelihood: remote, possible, probable. Severity: minimal, significant,
    severe. Left: low, medium, high."""

    what: str
    likelihood: str
    severity: str
    measures: str
    left: str


RISKS: Sequence[Risk] = (
    Risk(
        "Somebody is recognised by their answer or their comment.",
        "possible",
        "significant",
        (
            "Details are taken out of comments before staff read them. Figures on fewer than 10 are hidden, and "
            "what would give them away by subtraction. Answers, addresses and questions about the person stand in "
            "tables of their own."
        ),
        "medium",
    ),
    Risk(
        "Somebody writes about their health, a crime or another person.",
        "probable",
        "significant",
        (
            "The form asks people not to name anyone. The original is encrypted and opened by few, for a reason "
            "that is kept. People can take it back."
        ),
        "medium",
    ),
    Risk(
        "Addresses, phone numbers or comments get into wrong hands.",
        "remote",
        "severe",
        (
            "They are encrypted in the database and its backups under keys that lie elsewhere. Addresses are "
            "deleted after the reminder. Each link has a random token of which only a digest is kept."
        ),
        "low",
    ),
    Risk(
        "People feel that they have to take part, or that an answer changes what they get.",
        "possible",
        "minimal",
        (
            "Every message and page says that it is voluntary. No answer is shown to an adviser with the person's "
            "name. One press stops all surveys for good."
        ),
        "low",
    ),
    Risk(
        "Vulnerable people are asked at a bad moment, or call for help here and nobody reads it.",
        "possible",
        "severe",
        (
            "Sensitive contacts are never asked. Help lines stand on the pages. Words that point to danger are "
            "told to a person at once, with a time by which they must be acknowledged."
        ),
        "medium",
    ),
    Risk(
        "A program judges somebody's words wrongly.",
        "probable",
        "minimal",
        (
            "Nothing about a person is decided by it. Unsure labels go to people, a blind sample measures how "
            "often it is right, and figures say so."
        ),
        "low",
    ),
    Risk(
        "Staff look at what they do not need, or look somebody up.",
        "possible",
        "significant",
        (
            "Roles and services limit what each person sees. Contacts are not searched by name or address; the "
            "data protection officer alone looks a person up, for a request. Opening an original or an address is "
            "written down in a sealed audit."
        ),
        "low",
    ),
    Risk(
        "Data is kept for longer than it is needed.",
        "possible",
        "minimal",
        "Each class of data has a time after which it is deleted, shown in the records of processing.",
        "low",
    ),
    Risk(
        "Members of staff are judged by single answers.",
        "possible",
        "significant",
        (
            "There are no league tables of people. Advisers are numbers, and figures on one are not shown below a "
            "base of 30."
        ),
        "low",
    ),
)
