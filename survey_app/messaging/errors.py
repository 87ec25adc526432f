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
    """This message was not taken. `is_permanent`: trying it again cannot help."""

    def __init__(self, message: str, *, is_permanent: bool) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent
