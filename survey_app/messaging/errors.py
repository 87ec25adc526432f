"""What goes wrong when a message is handed over: with everybody's, or with this one."""

from __future__ import annotations


class ServerTrouble(Exception):
    """The server, or how we reach it, is at fault, or a limit of its is used up. It says nothing of the message.

    The message waits, without having used up an attempt: `retry_after_seconds`, where the server or its rules say
    how long, else until the next turn.
    """

    def __init__(self, message: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SendError(Exception):
    """This message was not taken. `is_permanent`: trying it again cannot help."""

    def __init__(self, message: str, *, is_permanent: bool) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent
