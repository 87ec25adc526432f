"""What can go wrong by a person's doing. Each error carries a sentence that may be shown to that person as it is."""

from __future__ import annotations


class AppError(Exception):
    """The base of the errors that are answers, not faults: web pages, commands and the API print `message`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(AppError):
    """What was asked for cannot be read or makes no sense; nothing was done."""


class NotFound(AppError):
    """There is no such thing within the asker's scope. Missing and forbidden look alike on purpose."""


class Refused(AppError):
    """What was asked for is understood, and a rule or a permission forbids it."""
