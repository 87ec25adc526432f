"""The letter to everybody who has to know that a sealed account was used."""

from __future__ import annotations

SUBJECT = "A break-glass account was used"


def used_letter(*, council: str, email: str, at: str, users: str) -> str:
    """`at` is the moment in London's time, `users` the address of the page of people."""
    return f"""\
The break-glass account {email} of the satisfaction survey of {council} signed in at {at}.

Was it planned, as a test or because nobody else could get in? Then write down why. \
Afterwards seal a new password, and where it was a test say so on the page of the account:
{users}

If nobody knows of it, end the access of that account now, and look in the audit at what was done.
"""
