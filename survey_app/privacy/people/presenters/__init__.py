"""What is held about somebody, as they and staff read it."""

from __future__ import annotations

from survey_app.privacy.people.presenters.account import JSON_NAME, PAGE_NAME, Account, account_of, counts

__all__ = ["JSON_NAME", "PAGE_NAME", "Account", "account_of", "counts"]
