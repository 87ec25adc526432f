"""A mail server that takes everything and writes down what it took: `python -m tests.topology.mail PORT FILE`."""

from __future__ import annotations

import asyncio
import email
import json
import sys
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TextIO, cast

from aiosmtpd.smtp import SMTP

from survey_app.kernel.clock import utc_now
from tests.smtp import parts


class Sink:
    """Each letter is a line of JSON: when it came, to whom, its subject, and its words."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = cast(EmailMessage, email.message_from_bytes(envelope.content, policy=policy.default))
        line = {
            "at": utc_now().isoformat(),
            "to": envelope.rcpt_tos,
            "subject": str(letter["Subject"]),
            "text": parts(letter).get("text/plain", ""),
        }
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        return "250 OK"


def letters(file: Path) -> Iterator[dict[str, Any]]:
    """What a sink has written down so far; a line that it is writing just now comes next time."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.endswith("\n"))


async def serve(port: int, file: Path) -> None:
    with file.open("a", encoding="utf-8") as lines:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(Sink(lines), enable_SMTPUTF8=True), "127.0.0.1", port
        )
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
