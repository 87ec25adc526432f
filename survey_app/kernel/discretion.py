"""What must not stand in a log: keys, tokens, addresses of links, e-mail addresses and telephone numbers.

Whoever reads a log is often not who may read the data, and logs are kept elsewhere and for longer. What is taken out
leaves a mark, so that the line still makes sense.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMED = "(?:password|passwd|secret|token|api_?key|cookie)"
# In this order: a whole address of a link goes before parts of it could look like something else. Each begins where a
# word does, or is bounded: a line of a hundred thousand characters takes no longer than a hundred of a thousand.
_TAKEN_OUT = (
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,30}://)[^\s/'\"]+@", re.IGNORECASE), r"\1[secret]@"),  # a user and password
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), r"\1 [secret]"),
    (re.compile(r"\bwhsec_[A-Za-z0-9+/=_-]+"), "[secret]"),
    (re.compile(r"\bsurvey_[A-Z0-9]+_[\w-]{16,}"), "[key]"),
    (re.compile(r"\bgAAAAA[\w=-]{40,}"), "[encrypted]"),
    (re.compile(rf"(?<![\w-])[\w-]*-{_UUID}-{_UUID}\b"), "[key]"),  # as GOV.UK Notify makes them
    (re.compile(r"((?:^|[\s'\"=(])(?:https?://[^\s/'\"]+)?/[^\s?'\"]*)\?[^\s'\"]+"), r"\1?[left out]"),
    (re.compile(r"(/(?:s|o|k|u|v|asked)/|/accounts/(?:first|welcome|forgotten-password)/)[^\s/?'\"]+"), r"\1[token]"),
    (re.compile(r"(/assisted/(?:enter|sent)/)[^\s/?'\"]+"), r"\1[token]"),
    (re.compile(rf"\b({_NAMED}['\"]?\s*[:=]\s*['\"]?)[^\s'\",;)}}]+", re.IGNORECASE), r"\1[secret]"),
    (re.compile(r"(?<![\w.+'-])[\w.+'-]+@(?:[\w-]+\.)+[\w-]+"), "[e-mail]"),
    (re.compile(r"(?<![\w.:-])(?:\+44|0044|0)(?:[ ()-]{0,2}\d){9,10}(?![\w:-]|\.\d)"), "[telephone]"),
)


def without_secrets(text: str) -> str:
    """The text as a log may keep it."""
    for pattern, mark in _TAKEN_OUT:
        text = pattern.sub(mark, text)
    return text


class DiscreetRecord(logging.LogRecord):
    """A line of the log from which secrets and personal details are taken out, whoever writes and whoever keeps it;
    out of the traceback as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = without_secrets("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))

    def getMessage(self) -> str:  # noqa: N802 - the library's name
        return without_secrets(super().getMessage())


def keep_logs_discreet() -> None:
    """From now on, every line of every logger of this process."""
    logging.setLogRecordFactory(DiscreetRecord)
