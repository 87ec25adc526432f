"""For how long each class of data is kept, in words: classes of retention, and those without an end of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """One class. `until` is a sentence with {days} where a number of days decides; it tells from when they count."""

    label: str
    until: str
    usual_days: int | None = None

    def words(self, days: Mapping[str, int], code: str) -> str:
        """The sentence with the days as they are set now."""
        number = days.get(code, self.usual_days)
        return self.until.format(days="a set number of" if number is None else f"{number:,}")


KEPT: Mapping[str, Kept] = {
    "contact_details": Kept("Contact details", "Deleted {days} days after the contact.", 30),
    "contact_files": Kept("Uploaded files", "Deleted when they are imported or given up; within hours at the latest."),
    "messages": Kept("Messages", "Deleted {days} days after the survey closed."),
    "callbacks": Kept("Receipts of providers", "Deleted {days} days after they were taken in."),
    "drafts": Kept(
        "Unfinished answers",
        "Deleted when the answer is sent; else 7 days after the last page, or when the survey closes.",
    ),
    "response_links": Kept(
        "Answers and their link to a contact",
        (
            "The link is destroyed after {days} days, after which the row is anonymous; the score and its day "
            "stay, so that years can be compared."
        ),
    ),
    "raw_comments": Kept("Comments as they were written", "Deleted {days} days after the answer."),
    "comments": Kept("Comments with details taken out", "Deleted {days} days after the answer."),
    "followups": Kept(
        "Contacting people who want it",
        "Details go {days} days after consent, and 30 days after a follow-up is closed.",
        90,
    ),
    "requests": Kept("Requests about data", "The line stays {days} days; it holds no word that says who it was."),
    "complaints": Kept(
        "Complaints about data",
        "The words are deleted {days} days after the answer; the line and its finding stay.",
        730,
    ),
    "sessions": Kept("Sign-ins of staff", "Deleted {days} days after the session ended."),
    "access_lines": Kept("Pages that assessors opened", "Deleted {days} days after."),
    "audit": Kept("Audit", "Kept {days} days as proof; it names people by a number alone."),
    "webhooks": Kept("Notices to other systems", "Deleted {days} days after."),
    "packs": Kept("Evidence for an accreditation", "Kept {days} days; packs as files go earlier."),
    "stops": Kept(
        "Stops", "Without an end: they are the promise not to ask again. No name or address, a keyed hash alone."
    ),
    "account": Kept("Accounts", "While somebody works with this site. Ended accounts keep their number for the audit."),
    "published": Kept("What was published", "Without an end; it is about services."),
    "figures": Kept("Figures", "Without an end; they are about nobody."),
    "settings": Kept("Settings", "While they are in use."),
}
