"""The letter to administrators about an address that is no longer told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def stopped_letter(name: str, why: str, *, waiting: int, page: str) -> Letter:
    """What stopped, why, what is lost if nothing is done, and where to resume it."""
    held = f"{waiting:,} {'message waits' if waiting == 1 else 'messages wait'} and will go out once you resume it."
    text = f"""The webhook {name} is stopped.

{why}

{held if waiting else "Nothing waits for it."} What happens while it is stopped is not told afterwards.

See what it answered, put its address right, and resume it:
{page}
"""
    return Letter(f"Webhook stopped: {name}", text)
