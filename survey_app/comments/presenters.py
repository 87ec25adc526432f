"""Comments as pages show them."""

from __future__ import annotations

from markupsafe import Markup, escape

from survey_app.comments.redaction.details import REMOVED


def with_removed(text: str) -> Markup:
    """The markers of removed details as blocks; all else is plain text. Of words that were deleted that is said."""
    if not text:
        return Markup('<span class="removed">words deleted</span>')
    parts = REMOVED.split(text)
    return Markup("").join(
        Markup('<span class="removed">{}</span>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
