"""A folder in memory, where the machine has one: files that live for one test need no disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30  # bytes


def folder_in_memory() -> str | None:
    """Where temporary files cost no disk; None where there is no such place, or too little of it."""
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
        return str(IN_MEMORY)
    return None
