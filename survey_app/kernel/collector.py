"""The garbage collector, and work that makes and drops very many things."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def while_loading() -> Iterator[None]:
    """Let the collector rest while what is made stays for good: else it looks again and again through all that was
    loaded so far and finds nothing to drop, which takes a fifth of the time that a command needs to begin."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def only_new_things() -> Iterator[None]:
    """Let the collector look only at what is made within the block. What the app is made of stays: else it would look
    through all of it again and again, which takes a quarter of the time of a large file.

    Where a process spares what it loaded for good, as web servers do, nothing changes.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
