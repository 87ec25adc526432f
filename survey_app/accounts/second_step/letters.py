"""The letter to somebody whose second step was changed."""

from __future__ import annotations

SUBJECT = "The second step of your sign-in was changed"


def changed_letter(*, council: str, email: str, what: str, forgotten: str) -> str:
    """Says what was changed, so that nobody can do it behind their back."""
    return f"""\
{what}

This is about {email} at the satisfaction survey of {council}. If it was you, there is nothing to do.

If it was not you, choose a new password now, and tell your administrator:
{forgotten}
"""
