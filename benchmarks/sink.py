"""`python -m benchmarks.sink [MILLISECONDS [PORT]]`: an SMTP server on loopback that forgets what it takes.

It waits so long for each message without using a core, as a distant server does. It says its port on the first line,
and on a line for each message when it took it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from aiosmtpd.controller import Controller

from tests.smtp import free_port


class Sink:
    def __init__(self, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name in aiosmtpd
        if self._wait_seconds:
            await asyncio.sleep(self._wait_seconds)
        print(time.monotonic(), flush=True)
        return "250 OK"


def main() -> None:
    wait_seconds = float(sys.argv[1]) / 1_000 if len(sys.argv) > 1 else 0.0
    port = (int(sys.argv[2]) if len(sys.argv) > 2 else 0) or free_port()
    controller = Controller(Sink(wait_seconds), hostname="127.0.0.1", port=port)
    controller.start()
    print(port, flush=True)
    sys.stdin.read()  # until whoever started us closes it
    controller.stop()


if __name__ == "__main__":
    main()
