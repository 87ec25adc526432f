"""Errors with a message for people."""


class AppError(Exception):
    """Something a person can act on; the message says what happened and what to do."""


class InvalidInput(AppError):
    """What was sent cannot be read or is out of range."""


class NotFound(AppError):
    """It is not there, or not for this viewer; the two look alike."""


class Refused(AppError):
    """It is there, but may not be done now."""
