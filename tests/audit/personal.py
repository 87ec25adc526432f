"""What no line of the audit may hold."""

from __future__ import annotations

import json
import re

from survey_app.audit.models import AuditLine

PERSONAL = {
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "telephone number": re.compile(r"(?<![\w.-])(?:\+44|0)(?: ?\d){9,10}(?![\w.-])"),
    "postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
}
NAMES_OF_DETAILS = {"email", "phone", "customer_ref", "recipient", "password", "secret", "token", "raw", "comment"}


def personal_data_in(line: AuditLine) -> list[str]:
    """Each kind of detail that stands in a line."""
    words = json.dumps([line.subject, line.before, line.after], ensure_ascii=False)
    return [f"{line.action}: {kind}" for kind, pattern in PERSONAL.items() if pattern.search(words)]
