"""The letter to somebody whose password is being guessed."""

from __future__ import annotations

SUBJECT = "Wrong passwords for your account"


def wrong_passwords_letter(*, council: str, email: str, tries: int, forgotten: str) -> str:
    """Says what happened and what to do; sent once a day at most, however many tries there are."""
    return f"""\
Somebody typed wrong passwords for {email} {tries} times within a day, \
on the sign-in page of the satisfaction survey of {council}.

Nobody got in. Was it you? Then wait 15 minutes, or choose a new password now:
{forgotten}

If it was not you, there is nothing that you must do:
- A browser on which you have signed in before still lets you in.
- On any other, choose a new password at the address above; that browser then lets you in, too.
- If your password is short, or you use it elsewhere, change it. \
A second step (Your account, Second step) keeps out even those who know it.

If this goes on, tell your administrator.
"""
