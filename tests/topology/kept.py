"""A process that a test starts, kills, stops and starts again, as an operator's supervisor does."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from survey_app.settings import PROJECT_ROOT

STOP_SECONDS = 40


class Kept:
    """One process with its children, in a group of its own.

    `stops_by` is the signal that asks it to end in peace. A `user` other than ours runs it, where a program refuses to
    be run by root.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: IO[bytes],
        *,
        stops_by: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        folder: Path = PROJECT_ROOT,
    ) -> None:
        self._command = command
        self._environment = environment
        self._log = log
        self._stops_by = stops_by
        self._user = user
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it, with whatever its environment has become."""
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def children(self) -> list[int]:
        return list(_children(self.pid))

    def kill(self) -> int:
        """Kill -9 with all its children, those too that left its group; which process that was."""
        children = self.children
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        _wait_for_the_end(children)
        return self.pid

    def kill_alone(self) -> None:
        """Kill -9 without its children: they notice by themselves that they are orphans."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> int:
        """Ask it to end, as a deployment does; its exit status."""
        self.ask_to_end()
        return self.ended()

    def restart(self) -> None:
        """Stop it in peace, and start it again."""
        self.stop()
        self.start()

    def ask_to_end(self) -> None:
        self._process.send_signal(self._stops_by)

    def ask_to_reload(self) -> None:
        """Have it read its settings again, as far as it can."""
        self._process.send_signal(signal.SIGHUP)

    def ended(self) -> int:
        """Wait for the end; the exit status."""
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self.kill_what_is_left()

    def kill_what_is_left(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._process.wait()


def _children(pid: int) -> Iterator[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        yield from (int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def _wait_for_the_end(pids: Sequence[int]) -> None:
    """Children of the dead are not ours to wait for: they are gone when they are nowhere to be found."""
    deadline = time.monotonic() + STOP_SECONDS
    while any(_is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, f"of {pids} some would not die"
        time.sleep(0.01)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
