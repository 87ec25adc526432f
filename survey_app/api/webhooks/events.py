"""What other systems can be told of, and the body in which they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

EVENTS: Mapping[str, str] = {
    "response.recorded": "An answer counts",
    "response.changed": "Its person changed an answer",
    "response.withdrawn": "An answer counts no longer",
    "comment.ready": "A comment can be read, with personal details taken out",
    "tables.published": "Tables were published",
    "pack.made": "An evidence pack is ready",
    "alert.raised": "Words were found that somebody must hear of at once",
}
TEST = "webhook.test"


def body_of(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The same bytes in every try: the signature covers them."""
    said = {"type": kind, "timestamp": at.astimezone(UTC).isoformat(timespec="seconds"), "data": data}
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()
