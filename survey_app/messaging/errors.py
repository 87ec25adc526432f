"""What goes wrong when a message is handed over: with everybody's, or with this one."""

from __future__ import annotations


class ServerTrouble(Exception):
    """The server, or how we reach it, is at fault, or a limit of its is used up. It says nothing of the message.

    The message waits, without having used up an attempt: `retry_after_seconds`, where the server or its rules say
    how long, else until the next turn. `is_midway`: the connection broke while this message was handed over, so it may
    have arrived, and it may be what breaks it.
    """

    def __init__(self, message: str, *, retry_after_seconds: int | None = None, is_midway: bool = False) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.is_midway = is_midway


class SendError(Exception):
    """This message was not taken. `is_permanent`: trying it again cannot help.

    `is_no_address`: what it was sent to does not exist, so that nothing else should be sent there. A refusal that has
    to do with us, with the message or with a full mailbox is not that.
    """

    def __init__(self, message: str, *, is_permanent: bool, is_no_address: bool = False) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent
        self.is_no_address = is_no_address


def fault(problem: Exception) -> SendError:
    """What is noted of a message that could not be made. Trying it again may help: keys and templates are mended."""
    return SendError(f"it cannot be made: {type(problem).__name__}", is_permanent=False)
